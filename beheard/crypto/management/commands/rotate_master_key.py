from django.core.management.base import BaseCommand, CommandError

from beheard.crypto.rotation import rewrap_all


class Command(BaseCommand):
    help = "Wraps every vessel key anew with the first of MASTER_KEYS. May be stopped and run again."

    def add_arguments(self, parser):
        parser.add_argument("--database", default="owner", help="the connection that owns the tables")

    def handle(self, *args, database, **options):
        rotation = rewrap_all(using=database)
        self.stdout.write(f"{rotation.rewrapped} keys wrapped anew.")
        if rotation.refused:
            ids = ", ".join(map(str, rotation.refused))
            raise CommandError(
                f"{len(rotation.refused)} keys could not be opened with any of MASTER_KEYS; keep the old keys. {ids}"
            )
