import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from kombu import Connection

from beheard.local.bootstrap import DATABASE, bootstrap
from stages import queue
from tests.database import close_connections
from tests.reliability.ground import PACE_SECONDS, Ground


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker):
    """Servers of this module's own; Django's connections point at them until the module ends."""
    folder = Path(tempfile.mkdtemp(prefix="reliability-", dir=settings.ENV.data_folder))
    folder.chmod(0o711)
    ground = Ground(folder)
    before = {alias: dict(connections.settings[alias]) for alias in connections}
    try:
        ground.redis.start()
        ground.postgres.start()
        bootstrap(ground.postgres)
        with django_db_blocker.unblock():
            point_at(ground)
            call_command("migrate", verbosity=0, interactive=False)
            close_connections()
            ground.environment = environment(ground)
            yield ground
    finally:
        ground.end()
        with django_db_blocker.unblock():
            close_connections()
            for alias, found in before.items():
                connections.settings[alias].update(found)
        shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def queued_here(ground, monkeypatch):
    """What this process queues goes to the ground's Redis; no connection is left from before a restart."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")  # where Playwright's own event loop runs in this thread
    close_connections()
    connection = Connection(ground.redis.url, transport_options=queue.BRIEF)
    monkeypatch.setattr(queue, "_connection", lambda: connection)
    yield
    connection.release()
    close_connections()


@pytest.fixture
def cleared(ground):
    """No message of an earlier test is owed a reply any more."""
    with ground.postgres.connect(DATABASE) as connection:
        connection.execute("UPDATE stages_outbox SET settled_at = now() WHERE settled_at IS NULL")


def point_at(ground: Ground) -> None:
    close_connections()
    for alias in connections:
        connections.settings[alias] |= {"NAME": DATABASE, "HOST": str(ground.postgres.socket_folder)}


def environment(ground: Ground) -> dict:
    place = f"{DATABASE}?host={ground.postgres.socket_folder}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "beheard.settings",
        "DATABASE_URL": f"postgresql://beheard_app@/{place}",
        "MIGRATION_DATABASE_URL": f"postgresql://beheard_owner@/{place}",
        "REDIS_URL": ground.redis.url,
        "SECRET_KEY": settings.SECRET_KEY,
        "LEDGER_CHECKPOINT_FOLDER": str(ground.folder / "checkpoints"),
        "GUIDE_PACE_SECONDS": PACE_SECONDS,
        "LOG_LEVEL": "WARNING",
    }
