"""Someone else's ids in every address: the page that does not exist, byte for byte, at the same price."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beheard.rls import transaction_as
from tests.bad_input.site import plain, routes, undone
from tests.couple import ADA, BEN, Couple
from tests.pages import browser
from vessels.private.base import VesselItem

pytestmark = pytest.mark.django_db
SESSION = [route for route in routes() if route.of_session]
WITH_ID = [route for route in SESSION if route.has_other_id]


def ids_of(actor) -> list:
    """One id of every kind of thing this person has."""
    found = []
    with transaction_as(actor):
        for model in apps.get_models():
            if issubclass(model, VesselItem) and model.__name__ not in ("SafetyCheck", "Synthesis"):
                owner = "for_user_id" if model.__name__ == "Message" else "owner_id"
                rows = model.objects.filter(**{owner: actor.user_id}).order_by("pk").values_list("pk", flat=True)
                found += rows[:2]
        content = apps.get_model("shared", "ConsentedContent").objects.filter(owner_id=actor.user_id)
        record = apps.get_model("consent", "ConsentRecord").objects.filter(owner_id=actor.user_id)
        return [*found, *content.values_list("pk", flat=True), *record.values_list("pk", flat=True)]


def answers(client, address) -> list:
    """What GET and POST give: status, page and number of questions to the database."""
    found = []
    for method in (client.get, client.post):
        with undone(), CaptureQueriesContext(connection) as asked:
            answer = method(address)
        found.append((answer.status_code, answer.get("Location", ""), plain(answer), len(asked)))
    return found


def test_no_address_is_forgotten():
    assert len(SESSION) > 60 and len(WITH_ID) > 10


@pytest.fixture
def couple():
    return Couple().until("common")


def test_what_is_the_partner_s_does_not_exist(couple):
    ada = browser(couple, ADA)
    theirs = ids_of(couple.actors[BEN])
    assert len(theirs) > 12
    for route in WITH_ID:
        absent = answers(ada, route.url(couple.session_id, uuid4()))
        assert {status for status, *_rest in absent} <= {404, 405}, route.name
        for other in theirs:
            assert answers(ada, route.url(couple.session_id, other)) == absent, route.name


def test_another_couple_s_session_does_not_exist(couple):
    stranger = browser(Couple().until("began"), ADA)
    for route in SESSION:
        here = answers(stranger, route.url(couple.session_id, uuid4()))
        absent = answers(stranger, route.url(uuid4(), uuid4()))
        assert here == absent, route.name
        assert {status for status, *_rest in absent} <= {404, 405}, route.name


def test_nobody_signed_in_is_asked_to_sign_in(couple):
    for route in SESSION:
        address = route.url(couple.session_id, uuid4())
        for answer in (Client().get(address), Client().post(address)):
            assert answer.status_code in (302, 405) or route.name == "live", route.name
            if answer.status_code == 302:
                assert "/account/login/" in answer.url, route.name


def test_what_is_no_id_at_all_does_not_exist(couple):
    ada = browser(couple, ADA)
    for piece in ("x", "0", "%00", "<script>", "' OR 1=1 --", "../../etc/passwd"):
        assert ada.get(f"/s/{piece}/").status_code == 404
        assert ada.get(f"/s/{couple.session_id}/needs/{piece}/").status_code == 404
