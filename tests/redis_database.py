"""One logical Redis database for each test process."""

import fcntl
from pathlib import Path

import redis

from beheard.local.redis import DATABASES

_held = []


def claim_redis_database(url: str, folder: Path) -> str:
    """The URL of a database that is empty and nobody else's until this process ends."""
    for number in range(1, DATABASES):
        file = (folder / "redis" / f"database-{number}.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            continue
        _held.append(file)
        claimed = url.rsplit("/", 1)[0] + f"/{number}"
        redis.Redis.from_url(claimed).flushdb()
        return claimed
    raise RuntimeError("Every Redis database for tests is taken.")
