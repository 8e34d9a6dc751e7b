"""Check the consent ledger as an auditor: no words, no keys, only links."""

from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from beheard.rls import Actor, transaction_as
from consent.models import ConsentEvent
from consent.verify import decisions_without_link, verify_chains

HOUSE = Actor.auditor(UUID(int=0))


class Command(BaseCommand):
    help = "Verifies every person's consent chain, or one. Exits 1 and names each first wrong link."

    def add_arguments(self, parser):
        parser.add_argument("--person", type=UUID, help="the id of one person")

    def handle(self, *args, person=None, **options):
        with transaction_as(HOUSE):
            findings = 0
            for finding in self._findings(person):
                findings += 1
                self.stderr.write(str(finding))
            links = ConsentEvent.objects.filter(**({"owner_id": person} if person else {})).count()
        if findings:
            raise CommandError(f"The ledger is not what it was: {findings} finding(s) in {links} links.")
        self.stdout.write(f"The ledger is whole: {links} links.")

    def _findings(self, person):
        yield from verify_chains(person)
        yield from decisions_without_link(person)
