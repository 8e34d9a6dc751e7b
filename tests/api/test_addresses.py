"""Every address at every point of the way: an answer that the document names, and nothing fails."""

import json
from functools import cache

import pytest
from django.urls import URLPattern, get_resolver
from drf_spectacular.generators import SchemaGenerator

from tests.api.caller import caller
from tests.couple import ADA, BEN, Couple

pytestmark = pytest.mark.django_db
STAGES = ["began", "heard", "joined", "signed", "letters", "understood", "needs", "common", "pool", "overlap", "agreed"]


@cache
def document() -> dict:
    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True)))


def session_gets() -> list[str]:
    start = "/api/v1/sessions/{session_id}/"
    return [
        path.removeprefix(start)
        for path, methods in document()["paths"].items()
        if path.startswith(start) and "get" in methods and "{" not in path.removeprefix(start)
    ]


def test_the_document_names_every_address():
    addresses = [path for path in document()["paths"] if path.startswith("/api/v1/")]
    views = [pattern for pattern in _patterns(get_resolver().url_patterns) if hasattr(pattern.callback, "cls")]
    assert len(addresses) + 1 == len(views)  # the document itself is not in it
    operations = [one["operationId"] for methods in document()["paths"].values() for one in methods.values()]
    assert len(operations) == len(set(operations)) > 100


def _patterns(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from _patterns(pattern.url_patterns)


def test_what_is_read_is_there_or_not_yet(settings):
    settings.API_LIMITS_TIMES = 1000  # it asks for everything, many times
    couple = Couple()
    for stage in STAGES:
        couple.until(stage)
        for name in couple.actors:
            _reads_everything(caller(couple, name))


def _reads_everything(person):
    for address in session_gets():
        answer = person.get(address)
        assert answer.status_code in (200, 409), (address, answer.content)
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["Content-Type"] == (
            "application/json" if answer.status_code == 200 else "application/problem+json"
        )


def test_another_couple_s_session_is_not_there(settings):
    settings.API_LIMITS_TIMES = 1000
    couple, others = Couple().until("common"), Couple().until("began")
    stranger = caller(others, ADA)
    bodies = set()
    for address in session_gets():
        for session_id in (couple.session_id, couple.actors[BEN].user_id):
            answer = stranger.get(f"/api/v1/sessions/{session_id}/{address}")
            assert answer.status_code == 404
            bodies.add(answer.content)
    assert len(bodies) == 1
