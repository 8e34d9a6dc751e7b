"""Similar moments when vectors come from a model's server: asked before the page's transaction, and away at times."""

import pytest
from django.core.cache import cache

from beheard.ai import budget
from stages import embeddings
from tests import model_fixtures
from tests.api.caller import caller
from tests.couple import ADA, Couple
from tests.pages import browser, url

pytestmark = pytest.mark.django_db(transaction=True)
server, configured = model_fixtures.server, model_fixtures.configured  # both are fixtures
SAID = "He never listens when I try to explain"


@pytest.fixture
def couple(configured):
    couple = Couple().until("heard")
    embeddings.catch_up(user_id=couple.actors[ADA].user_id, session_id=couple.session_id)
    return couple


def on_the_page(couple) -> str:
    return browser(couple, ADA).post(url(couple, "similar"), {"words": SAID}).content.decode()


def test_moments_are_found_with_the_vectors_of_a_model(couple, server):
    server.requests.clear()
    assert SAID in on_the_page(couple).split("</form>")[-1]
    assert [body["input"] for body in server.requests if body["path"].endswith("/embeddings")] == [[SAID]]
    assert caller(couple, ADA).post("similar/", {"words": SAID}).json()["moments"]


def test_an_embedder_that_is_away_is_said_to_be(couple, server):
    server.takes.discard("embeddings")
    assert "could not be looked for just now" in on_the_page(couple)
    assert caller(couple, ADA).post("similar/", {"words": SAID}).status_code == 409


def test_who_asks_all_day_is_asked_to_wait(couple, server, settings):
    settings.GUIDE_DAY_TOKENS = 2 * budget.tokens_of(SAID)
    cache.delete(budget._key(couple.actors[ADA].user_id))  # what she said before had cost something
    assert all(SAID in on_the_page(couple).split("</form>")[-1] for _time in range(2))
    server.requests.clear()
    assert "could not be looked for just now" in on_the_page(couple)
    assert caller(couple, ADA).post("similar/", {"words": SAID}).status_code == 409
    assert not server.requests


@pytest.mark.parametrize(
    "body", ["[" * 5_000, '{"words": "\\ud800"}', '{"words": 7, ', "[]", '{"words": ""}', "x" * 2_000_000]
)
def test_what_can_not_be_read_is_asked_of_nobody(couple, server, body):
    server.requests.clear()
    ada = caller(couple, ADA)
    address = f"/api/v1/sessions/{couple.session_id}/similar/"
    headers = {"Authorization": f"Bearer {ada.secret}"}
    answer = ada.client.post(address, body, content_type="application/json", headers=headers)
    assert answer.status_code in (400, 413)
    assert not server.requests
