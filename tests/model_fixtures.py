import pytest

from beheard.ai import calls, openai_model
from tests.model_server import ModelServer


@pytest.fixture
def server():
    with ModelServer() as running:
        yield running


@pytest.fixture
def configured(server, settings):
    configure(settings, server)
    return server


def configure(settings, server) -> None:
    """The settings name this server; nothing is known of it yet."""
    calls.calls_to.cache_clear()
    openai_model._manners.clear()
    settings.OPENAI_BASE_URL = server.url
    settings.OPENAI_API_KEY = "a key"
    settings.GUIDE_LARGE_MODEL, settings.GUIDE_SMALL_MODEL = "large", "small"
    settings.GUIDE_EMBEDDING_MODEL = "vectors"
    settings.GUIDE_SILENCE_SECONDS, settings.GUIDE_CALL_SECONDS = 0.4, 5.0
    settings.GUIDE_RETRIES = 1


def unconfigure(settings) -> None:
    """The built-in guide is at work."""
    settings.GUIDE_LARGE_MODEL = settings.GUIDE_SMALL_MODEL = settings.GUIDE_EMBEDDING_MODEL = ""
