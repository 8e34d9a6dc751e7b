import pytest
import redis

from beheard.local.redis import Redis
from tests.live.browser import House


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory):
    server = Redis(tmp_path_factory.mktemp("live"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_server(redis_process, settings):
    """A Redis that a test may stop; it comes back at the same address, remembering or not."""
    redis_process.start()
    settings.REDIS_URL = redis_process.url
    return redis_process


@pytest.fixture
def redis_client(redis_server):
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushdb()
        yield client


@pytest.fixture
def house(redis_server):
    return House()
