"""Make the vectors that are missing, or that another embedder made: of every vessel, and of the library.

It can be stopped at any moment and started again: what is done is not done twice. It shows how far it is, and no words.
"""

from django.core.management.base import BaseCommand

from beheard.ai.errors import ModelTrouble
from library import actions as library
from stages import embeddings


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, default=0, help="stop after so many vessels")
        parser.add_argument("--after", default="", help="go on after this vessel, as a stopped run says")

    def handle(self, *, limit: int, after: str, **options):
        vessels = embeddings.everyone(after=after)
        vessels = vessels[:limit] if limit else vessels
        self.stdout.write(f"Library: {library.embed_library()} vectors made")
        made, done, last = 0, 0, after
        try:
            for done, (mark, user_id, session_id) in enumerate(vessels, start=1):
                made += embeddings.catch_up_wholly(user_id=user_id, session_id=session_id)
                last = mark
                self.stdout.write(f"\r{done} of {len(vessels)} vessels, {made} vectors", ending="")
                self.stdout.flush()
        except (KeyboardInterrupt, ModelTrouble) as stopped:
            self.stdout.write("")
            self.stderr.write(f"Stopped ({type(stopped).__name__}). Go on with: manage.py embed --after {last}")
            raise SystemExit(1) from None
        self.stdout.write(f"\nDone: {done} vessels, {made} vectors")
