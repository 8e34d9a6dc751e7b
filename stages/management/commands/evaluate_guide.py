import re
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from stages.guide.builtin.guide import BuiltinGuide
from stages.guide.evaluation.scorecard import examples, scorecard, table
from stages.guide.evaluation.sentences import of_file
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
            "--examples",
            metavar="MEASURE",
            nargs="?",
            const="missed",
            help="failures in one measure, by key, or 'missed'",
        )
        parser.add_argument(
            "--sentences", metavar="FILE", type=Path, help="figures of a TOML file of labelled sentences alone; exits 0"
        )

    def handle(self, *args, **options):
        if options["sentences"]:
            self._sentences(self._guide(options["guide"]), options["sentences"], bool(options["examples"]))
            return
        card = scorecard(self._guide(options["guide"]), small=options["small"])
        self.stdout.write(f"{card.title}\n\n{table(card)}")
        keys = [score.key for score in card.missed] if options["examples"] == "missed" else [options["examples"]]
        for key in filter(None, keys):
            self.stdout.write("\n".join([f"\n{key}", *examples(card, key)]))
        if options["write"]:
            PAGE.write_text(BETWEEN.sub(lambda _: f"\n{table(card)}\n\n", PAGE.read_text("utf-8")), "utf-8")
        if card.missed:
            raise CommandError("Below its aim: " + ", ".join(score.key for score in card.missed))

    def _sentences(self, guide, path: Path, with_examples: bool) -> None:
        try:
            found = of_file(guide, path)
        except (OSError, ValueError) as wrong:
            raise CommandError(f"{path.name}: {wrong}") from wrong
        for score in found:
            aim = f", aim {score.aim()}: {'met' if score.met else 'missed'}" if score.aim() else ""
            self.stdout.write(f"{score.title}: {score.shown()}{aim}")
            for example in score.examples if with_examples else ():
                self.stdout.write(f"    {example}")

    def _guide(self, name: str):
        if name == "builtin":
            return BuiltinGuide()
        guide = current_guide()
        if not guide.is_model:
            raise CommandError("No model is configured: see docs/guide.md.")
        return guide
