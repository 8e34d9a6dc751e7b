"""The connections to Redis, and the names of the keys and channels used there."""

from functools import lru_cache

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

GREW = "live:grew"  # a stream's key: it has new entries
ENDED = "live:ended"  # a session's tag: it is signed out
PATIENCE_SECONDS = 2
CONNECTIONS_PER_PROCESS = 16

TROUBLE = (redis.RedisError, OSError)


def reply_key(message_id) -> str:
    """The key of the stream that carries the reply to this message."""
    return f"reply:{message_id}"


def tombstone_key(session_tag: str) -> str:
    return f"live:ended:{session_tag}"


def broker() -> redis.Redis:
    """The process's client for workers and pages. Gives up after PATIENCE_SECONDS, never retries by itself."""
    return _broker(settings.REDIS_URL)


@lru_cache
def _broker(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **_patience())


def async_broker() -> redis.asyncio.Redis:
    """A client for one event loop with few connections, for which any number of streams queue.

    A plain pool with max_connections raises when it is exhausted, and streams are lost (FACTS, Streams).
    """
    pool = redis.asyncio.BlockingConnectionPool.from_url(
        settings.REDIS_URL,
        max_connections=CONNECTIONS_PER_PROCESS,
        timeout=PATIENCE_SECONDS * 5,
        retry=AsyncRetry(NoBackoff(), 0),
        **_patience(),
    )
    return redis.asyncio.Redis.from_pool(pool)


def listening_broker() -> redis.asyncio.Redis:
    """A client for the one subscriber of a process; it waits as long as there is silence."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        retry=AsyncRetry(NoBackoff(), 0),
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_keepalive=True,
    )


def _patience() -> dict:
    return {
        "socket_timeout": PATIENCE_SECONDS,
        "socket_connect_timeout": PATIENCE_SECONDS,
        "health_check_interval": 30,
    }
