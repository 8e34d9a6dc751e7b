import pytest
import redis

from tests.live.browser import House
from tests.live.server import RedisServer


@pytest.fixture(scope="session")
def redis_process():
    server = RedisServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_server(redis_process, settings):
    """An empty Redis, running again after a test that stopped it."""
    settings.REDIS_URL = redis_process.url
    yield redis_process
    redis_process.stop()
    redis_process.start()


@pytest.fixture
def redis_client(redis_server):
    with redis.Redis.from_url(redis_server.url) as client:
        yield client


@pytest.fixture
def house(redis_server):
    return House()
