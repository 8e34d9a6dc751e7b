"""Print how often the search finds what fits (library/evaluation)."""

from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from beheard.rls import Actor, transaction_as
from library.evaluation import TOP, Outcome, diversity, evaluate, situations
from library.vectors import model_name

LEAST = 0.9


class Command(BaseCommand):
    help = "How often the top five hold a fitting micro-experiment, over labelled situations. -v 2 lists the misses."

    def handle(self, *args, **options):
        with transaction_as(Actor.user(uuid4())):  # anybody: what is published, and nothing else
            outcomes, unseen, kinds = evaluate(), evaluate("unseen"), diversity()
        self.stdout.write(f"Top {TOP}, embeddings {model_name()}")
        self._say(len(situations()), "situations", outcomes, options["verbosity"])
        self._say(len(situations("unseen")), "situations it was not tuned on", unseen, options["verbosity"])
        self.stdout.write(f"suggestions for a couple's needs: {kinds:.1f} different situations among {TOP}")
        if outcomes[0].hits < LEAST:
            raise CommandError(f"fewer than {LEAST:.0%}")

    def _say(self, count: int, what: str, outcomes: list[Outcome], verbosity: int) -> None:
        self.stdout.write(f"{count} {what}")
        for outcome in outcomes:
            rank = f"mean reciprocal rank {outcome.mean_reciprocal_rank:.2f}"
            self.stdout.write(f"  by {outcome.way}: {outcome.hits:.1%} hold a fitting item; {rank}")
            if verbosity > 1:
                for says in outcome.misses:
                    self.stdout.write(f"    nothing fitting: {says}")
