from django.conf import settings
from django.core.management.base import BaseCommand

from beheard.local.servers import servers_of


class Command(BaseCommand):
    """Looks at, starts or stops the embedded PostgreSQL and Redis of this clone."""

    help = "The embedded PostgreSQL and Redis of this clone: status, start or stop."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["status", "start", "stop"], nargs="?", default="status")

    def handle(self, *, what, **options):
        both = servers_of(settings.BASE_DIR)
        if what == "start":
            both.start()
        if what == "stop":
            self.stdout.write("Stopped." if both.stop() else "Nothing was running.")
            return
        for name, server in (("PostgreSQL", both.postgres), ("Redis", both.redis)):
            self.stdout.write(f"{name}: {'running' if server.is_running() else 'not running'}")
        self.stdout.write(f"Data: {both.postgres.folder}")
