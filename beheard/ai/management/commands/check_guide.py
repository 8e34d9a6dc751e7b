from django.core.management import BaseCommand, CommandError

from beheard.ai.endpoint import endpoint


class Command(BaseCommand):
    help = "Try the configured language model and say what works. Nothing of any person's is sent."

    def handle(self, *args, **options):
        configured = endpoint()
        if configured is None:
            self.stdout.write("No model is configured (GUIDE_LARGE_MODEL): the built-in guide answers.")
            return
        from beheard.ai.trial import State, findings  # takes a second to import

        wrong = 0
        for finding in findings(configured):
            wrong += finding.state == State.WRONG
            self.stdout.write(f"{finding.state:8} {finding.what}: {finding.how}")
        if wrong:
            raise CommandError("The model can't be used as it is configured.")
