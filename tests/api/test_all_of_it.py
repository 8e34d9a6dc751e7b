"""What came to the API last, as a partner uses it: coming back, the way, ending, settings, notices, a copy, passing on."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from beheard.api.models import ApiToken
from beheard.rls import no_actor, transaction_as
from library.models import LibraryContribution
from stages import embeddings
from stages.models import Rhythm
from stages.repair import check_ins
from stages.repair.queries import agreed
from tests.api.caller import ROOT, Caller, caller, token_for
from tests.couple import ADA, BEN, Couple
from tests.stages.home.test_notices import notify
from vessels.shared import bridge

pytestmark = pytest.mark.django_db


@pytest.fixture
def couple():
    return Couple().until("began")


def test_when_one_comes_back(couple):
    ada = caller(couple, ADA)
    assert ada.get("coming-back/").json() == {"back_at": None, "ask": True}
    assert ada.put("coming-back/", {"when": "day"}).json()["errors"][0]["field"] == "day"
    assert ada.put("coming-back/", {"when": "tomorrow"}).json()["back_at"]
    assert ada.put("coming-back/", {"when": "unknown"}).json() == {"back_at": None, "ask": False}
    with couple.acting(ADA) as place:
        assert Rhythm.objects.filter(owner_id=place.user_id).count() == 1


def test_the_way_is_one_s_own():
    couple = Couple().until("signed")
    ways = [caller(couple, name).get("way/").json()["marks"] for name in (ADA, BEN)]
    together = [{mark["words"] for mark in way if mark["together"]} for way in ways]
    assert together[0] == together[1] == {"You have both signed the compact"}
    begun = [any(mark["words"] == "You put the first words down" for mark in way) for way in ways]
    assert begun == [True, False]


def test_ending_it_for_both(couple):
    ada = caller(couple, ADA)
    assert ada.post("end/").status_code == 204
    assert ada.get("").json()["next"] == "ended"
    assert ada.delete("alone/enough/").status_code == 204
    assert ada.get("").json()["next"] != "ended"


def test_settings(couple):
    ada = caller(couple, ADA)
    before = ada.get(ROOT + "settings/").json()
    assert before["by_email"] and before["quiet_from"] is None
    chosen = {"by_email": ["CHECK_IN"], "quiet_from": 22, "quiet_to": 7, "time_zone": "Europe/Berlin"}
    assert ada.put(ROOT + "settings/", chosen).json() == chosen == ada.get(ROOT + "settings/").json()
    one_hour = ada.put(ROOT + "settings/", chosen | {"quiet_to": None})
    assert one_hour.json()["errors"][0]["field"] == "quiet_to"
    none_named = ada.put(ROOT + "settings/", {"time_zone": "UTC"})
    assert none_named.status_code == 400, "leaving the list out would switch every e-mail off"


def test_notices_are_counted_and_seen(couple):
    ada = caller(couple, ADA)
    notify(couple, ADA, due=timezone.now() - timedelta(minutes=1))
    assert ada.get(ROOT + "notices/count/").json() == {"unseen": 1}
    ada.post(ROOT + "notices/seen/")
    assert ada.get(ROOT + "notices/count/").json() == {"unseen": 0}


def test_a_copy_of_everything_asks_for_the_password(couple):
    ada = caller(couple, ADA)
    answer = ada.post(ROOT + "copy/")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        assert "We fought about the dishes" in file.read("mine.json").decode()
    with no_actor():
        ApiToken.objects.update(password_at=timezone.now() - timedelta(minutes=31))
    assert ada.post(ROOT + "copy/").json()["type"] == "urn:beheard:problem:password-needed"


def test_erasing_everything_takes_the_password_and_ends_the_token(couple):
    with no_actor():
        person = couple.user(ADA)
        person.set_password("a good long password")
        person.save()
    ada = Caller(couple.session_id, token_for(couple.actors[ADA]))
    assert ada.post(ROOT + "erase/", {"password": "a guess", "sure": True}).status_code == 400
    assert ada.post(ROOT + "erase/", {"password": "a good long password"}).status_code == 400
    assert ada.post(ROOT + "erase/", {"password": "a good long password", "sure": True}).status_code == 204
    assert ada.get(ROOT + "me/").status_code == 401
    with no_actor():
        assert not couple.user(ADA).is_active


def test_looking_for_something_is_not_kept(couple):
    ada = caller(couple, ADA)
    embeddings.catch_up(user_id=couple.actors[ADA].user_id, session_id=couple.session_id)
    assert ada.post("similar/", {"words": "the dishes again"}).json()["moments"]
    uses = ada.get("looked-at/").json()["results"]
    assert uses[0]["said"] == "To answer you" and uses[0]["asked"].startswith("We fought about the dishes")
    body = {"words": "we only talk about chores"}
    answers = [ada.post(ROOT + "library/", body, **{"Idempotency-Key": "k"}) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert not answers[1].has_header("Idempotency-Replayed")


def test_a_share_begins_with_one_s_own_words():
    couple = Couple().until("signed")
    ada, ben = caller(couple, ADA), caller(couple, BEN)
    words = "No shouting in front of the children."
    item = ada.post("vessel/boundaries/new/", {"words": words, "non_negotiable": True}).json()["id"]
    assert ada.post(f"share/boundaries/{item}/words/").status_code == 204
    shown = ada.get(f"share/boundaries/{item}/words/").json()
    assert shown["original"] == words
    offer = ada.post(f"share/boundaries/{item}/start/", {"words": "Please let us not shout."}).json()
    assert offer["standing"] == bridge.Standing.UNDECIDED.value and ben.get("received/").json() == {"received": []}
    assert ben.get(f"share/boundaries/{item}/words/").status_code == 404


def test_what_may_not_sound_neutral_is_said_once():
    ada = caller(Couple().until("heard"), ADA)
    words = "You always lie about the money"
    first = ada.post("topic/", {"topic": words}).json()
    assert first["approved"] is False and first["look_at"]
    assert ada.get("topic/").json()["approved_at"] is None
    assert ada.post("topic/", {"topic": words, "looked_at": words}).json() == {"approved": True, "look_at": []}


def test_naming_what_stays_unmet():
    couple = Couple().until("overlap")
    ada = caller(couple, ADA)
    assert ada.get("closing/").json()["may_name"] == ["to be seen"]
    refused = ada.post("closing/", {"needs": ["somebody else's"]})
    assert refused.json()["errors"][0]["field"] == "needs"
    assert ada.post("closing/", {"needs": ["to be seen"], "commitment": "I ask first."}).status_code == 204
    kept = ada.get("closing/").json()
    assert (kept["needs"], kept["commitment"]) == (["to be seen"], "I ask first.")


GIVEN = {
    "title": "Tea after work", "plain": "For one week, we drink tea together for ten minutes after work.",
    "duration_days": 7, "need_categories": ["CONNECTION"],
}  # fmt: skip


def test_passing_on_what_worked():
    couple = Couple().until("agreed")
    ada = caller(couple, ADA)
    assert ada.post("give/look/", GIVEN).status_code == 409
    with couple.acting(ADA) as place:
        standing = agreed(place)
        said = {"happened": "YES", "helped": "YES", "in_the_way": ""}
        check_ins.check_in(place=place, agreement_id=standing.pk, now=timezone.now(), **said)
    looked = ada.post("give/look/", GIVEN).json()
    assert looked["words"]["title"] == "Tea after work"
    agrees = {"digest": looked["digest"], "consent": True}
    assert ada.post("give/", GIVEN | agrees | {"title": "Something else"}).status_code == 409
    assert ada.post("give/", GIVEN | agrees | {"consent": False}).status_code == 400
    assert ada.post("give/", GIVEN | agrees).status_code == 201
    (given,) = ada.get(ROOT + "given/").json()["given"]
    assert given["state"] == "waiting"
    assert caller(couple, BEN).delete(f"{ROOT}given/{given['id']}/").status_code == 404
    assert ada.delete(f"{ROOT}given/{given['id']}/").status_code == 204
    with transaction_as(couple.actors[ADA]):
        assert LibraryContribution.objects.get(pk=given["id"]).withdrawn_at
