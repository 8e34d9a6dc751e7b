import shutil
import tempfile
from pathlib import Path

import pytest
import redis
from django.conf import settings as project_settings

from beheard.local.redis import Redis
from tests.live.browser import House


@pytest.fixture(scope="session")
def redis_process():
    # Not in pytest's own folder: that is closed to others, and the embedded servers refuse it when root runs the tests.
    folder = Path(tempfile.mkdtemp(prefix="live-", dir=project_settings.ENV.data_folder))
    server = Redis(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def redis_server(redis_process, settings):
    """A Redis that a test may stop; it comes back at the same address."""
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
