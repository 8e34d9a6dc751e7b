"""Check the consent ledger as an auditor: no words, no keys of vessels, only links, seals and checkpoints."""

from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from beheard.rls import transaction_as
from consent.audit import HOUSE, audit, clock_steps, number_of_links
from consent.checkpoints import files


class Command(BaseCommand):
    help = "Verifies every person's consent chain, or one. Names each first wrong link, and exits 1 when there is any."

    def add_arguments(self, parser):
        parser.add_argument("--person", type=UUID, help="the id of one person")
        parser.add_argument("--progress", action="store_true", help="say how far it is")

    def handle(self, *args, person=None, **options):
        progress = self._say if options.get("progress") else None
        with transaction_as(HOUSE):
            findings = 0
            for finding in audit(person, now=timezone.now(), progress=progress):
                findings += 1
                self.stderr.write(str(finding))
            links, steps = number_of_links(person), clock_steps(person)
        if steps:
            self.stdout.write(f"A clock was put back {steps} time(s). The order of links does not depend on it.")
        if not files():
            self.stdout.write("There is no checkpoint outside the database: a tail that was cut can't be seen.")
        if findings:
            raise CommandError(f"The ledger is not what it was: {findings} finding(s) in {links} links.")
        self.stdout.write(f"The ledger is whole: {links} links.")

    def _say(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} of {total} links", ending="\n")
        self.stdout.flush()
