import re
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from stages.guide.builtin.guide import BuiltinGuide
from stages.guide.evaluation.scorecard import examples, scorecard, table
from stages.guide.registry import current_guide

PAGE = Path(settings.BASE_DIR) / "docs" / "guide-quality.md"
BETWEEN = re.compile(r"(?<=<!-- scorecard -->\n).*?(?=<!-- end -->)", re.DOTALL)


class Command(BaseCommand):
    help = "Run the synthetic couples through all stages with a guide and print how good it is. Touches no database."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--guide", choices=["builtin", "model"], default="builtin")
        parser.add_argument("--small", action="store_true", help="three couples and a third of the labelled sentences")
        parser.add_argument("--write", action="store_true", help="write the scorecard into docs/guide-quality.md")
        parser.add_argument(
            "--examples", metavar="MEASURE", help="the failures in one measure, by its key, or 'missed'"
        )

    def handle(self, *args, **options):
        card = scorecard(self._guide(options["guide"]), small=options["small"])
        self.stdout.write(f"{card.title}\n\n{table(card)}")
        keys = [score.key for score in card.missed] if options["examples"] == "missed" else [options["examples"]]
        for key in filter(None, keys):
            self.stdout.write("\n".join([f"\n{key}", *examples(card, key)]))
        if options["write"]:
            PAGE.write_text(BETWEEN.sub(lambda _: f"\n{table(card)}\n\n", PAGE.read_text("utf-8")), "utf-8")
        if card.missed:
            raise CommandError("Below its aim: " + ", ".join(score.key for score in card.missed))

    def _guide(self, name: str):
        if name == "builtin":
            return BuiltinGuide()
        guide = current_guide()
        if not guide.is_model:
            raise CommandError("No model is configured: see docs/guide.md.")
        return guide
