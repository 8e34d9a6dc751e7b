"""Write the ends of all chains down outside the database, now; or print the keys that verify a copy of them."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from consent import checkpoints


class Command(BaseCommand):
    help = "Adds what has grown to the checkpoints of the consent ledger (beat does so every ten seconds)."

    def add_arguments(self, parser):
        parser.add_argument(
            "--public-keys", action="store_true", help="print the keys to verify a copy with, and do no more"
        )

    def handle(self, *args, **options):
        if options["public_keys"]:
            for name, key in checkpoints.public_keys().items():
                self.stdout.write(f"{name} ed25519 {key}")
            return
        with transaction_as(Actor.system()):
            count = checkpoints.anchor(now=timezone.now())
        self.stdout.write(f"{count} chain(s) have grown; written to {checkpoints.folder()}.")
