from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from beheard.local.folders import data_folder
from beheard.local.running import already_running
from beheard.local.servers import servers


class Command(BaseCommand):
    """Looks at, starts or stops the embedded PostgreSQL and Redis of this clone, those of its tests included."""

    help = "The embedded PostgreSQL and Redis of this clone: status, start or stop (those of its tests too)."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["status", "start", "stop"], nargs="?", default="status")

    def handle(self, *, what, **options):
        folder = data_folder(settings.BASE_DIR)
        if what == "start":
            servers(folder).start()
        if what == "stop":
            self._stop(folder)
        for name, place in (("", folder), ("tests' ", folder / "test")):
            both = servers(place)
            for kind, server in (("PostgreSQL", both.postgres), ("Redis", both.redis)):
                self.stdout.write(f"{name}{kind}: {'running' if server.is_running() else 'not running'}")
        self.stdout.write(f"Data: {folder}")

    def _stop(self, folder):
        if running := folder.exists() and already_running(folder):
            raise CommandError(f"{running} That stops the servers too.")
        servers(folder).stop()
        servers(folder / "test").stop()
