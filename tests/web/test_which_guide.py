"""Every page says which guide is at work and, with a model, where words go."""

import pytest


@pytest.mark.parametrize(
    ("model", "url", "says"),
    [
        ("", "https://api.example.com/v1", "It is not an AI model and sends nothing anywhere."),
        (
            "llama",
            "http://127.0.0.1:11434/v1",
            "on the same machine as BeHeard: what you write to it goes nowhere else.",
        ),
        ("llama", "http://192.168.1.9/v1", "at 192.168.1.9: what you write to it does not leave the house."),
        ("big-1", "https://api.example.com/v1", "what you write to it is sent to api.example.com."),
    ],
)
def test_every_page_says_it(client, db, settings, model, url, says):
    settings.GUIDE_LARGE_MODEL, settings.OPENAI_BASE_URL = model, url
    for address in ("/privacy/", "/"):
        page = client.get(address).content.decode()
        assert says in page
        assert not model or model in page
