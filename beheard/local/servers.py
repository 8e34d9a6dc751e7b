"""Both embedded servers of a clone together."""

import os
from dataclasses import dataclass
from pathlib import Path

from beheard.local.bootstrap import bootstrap, is_bootstrapped
from beheard.local.folders import locked
from beheard.local.postgres import Postgres
from beheard.local.redis import Redis

# Tests may lose everything with the machine; nobody's words are there.
FAST_AND_LOOSE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


@dataclass(frozen=True)
class Servers:
    postgres: Postgres
    redis: Redis

    def start(self, *, postgres: bool = True, redis: bool = True) -> bool:
        """Makes sure that both run and that roles and database exist; True when a server had to be started.

        A few file reads and two connections when all is well.
        """
        started = False
        if redis:
            started = self.redis.start()
        if postgres:
            started = self.postgres.start() or started
            if not is_bootstrapped(self.postgres):
                with locked(self.postgres.folder / "bootstrap.lock"):
                    if not is_bootstrapped(self.postgres):
                        bootstrap(self.postgres)
        return started

    def stop(self) -> bool:
        """Stops both; True when one ran."""
        stopped = [self.postgres.stop(), self.redis.stop()]
        return any(stopped)


def servers(folder: Path) -> Servers:
    """The embedded servers of a data folder, started or not."""
    settings = FAST_AND_LOOSE if os.environ.get("BEHEARD_TESTING") else ()
    return Servers(Postgres(folder, settings), Redis(folder))
