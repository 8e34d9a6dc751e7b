"""Load the curated micro-experiments. Runs at each start; does next to nothing when nothing changed."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from beheard.rls import transaction_as
from library.actions import HOUSE, load_curated
from library.content import ContentError


class Command(BaseCommand):
    help = "Load library/content/*.toml; keeps what curators edited."

    def handle(self, *args, **options):
        try:
            with transaction_as(HOUSE):
                loaded = load_curated(by=HOUSE, now=timezone.now())
        except ContentError as error:
            raise CommandError(str(error)) from error
        if loaded.changed or options["verbosity"] > 1:
            self.stdout.write(
                f"library: {loaded.added} new, {loaded.renewed} renewed, "
                f"{loaded.kept} kept as edited, {loaded.unchanged} unchanged"
            )
