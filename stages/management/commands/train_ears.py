from django.core.management.base import BaseCommand

from stages.guide.ears import checking, training


class Command(BaseCommand):
    help = "Make the ears' weights anew from stages/guide/ears/corpus. Touches no database."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="print what ears hear in files they did not learn from"
        )

    def handle(self, *args, **options):
        if options["check"]:
            self.stdout.write("\n".join(checking.figures()))
        else:
            path = training.write()
            self.stdout.write(f"{path.name}: {path.stat().st_size // 1024} kB")
