from django.conf import settings
from django.core.management.base import BaseCommand

from stages.states import page


class Command(BaseCommand):
    help = "Draw the state diagrams from the transition tables into docs/states.md."

    def handle(self, **options):
        (settings.BASE_DIR / "docs" / "states.md").write_text(page())
