"""Sharing something from one's own vessel: started by the person, put without heat by the guide, decided word by word."""

import re
from uuid import uuid4

import pytest
from django.utils import timezone

from beheard.rls import NotNow, NotYours, transaction_as
from stages import suggestions
from stages.models import Purpose
from stages.repair import actions as repair
from stages.sharing import actions
from tests import factories
from tests.couple import ADA, BEN, Couple
from tests.factories import Person
from tests.pages import browser, url
from vessels.private.models import Boundary, UserVessel
from vessels.shared import bridge, wording

pytestmark = pytest.mark.django_db

HOT = "He always screams at me like an idiot in front of my sister Petra and I feel so small."


@pytest.fixture
def couple():
    return Couple().until("letters")


def person(couple, name) -> Person:
    with couple.acting(name) as place:
        vessel = UserVessel.objects.get(owner_id=place.user_id, session_id=place.session.pk)
        return Person(name, place.user_id, place.session.pk, place.session.shared_vessel_id, vessel.pk)


def guide_answers(couple, name, item_id):
    ids = {"user_id": couple.actors[name].user_id, "session_id": couple.session_id}
    suggestions.make(purpose=Purpose.SOFTEN, about_id=item_id, now=timezone.now(), **ids)


def digest_in(page) -> str:
    """What the form on the page carries."""
    return re.search(r'name="digest" value="([0-9a-f]{64})"', page.content.decode())[1]


@pytest.mark.parametrize(
    "key, make",
    [
        ("boundaries", lambda who: factories.make_boundary(who, description=HOT).pk),
        ("events", lambda who: factories.make_event(who, description=HOT).pk),
        ("readings", lambda who: factories.make_reading(who, context=HOT).pk),
        ("pattern", lambda who: factories.make_reading(who, intensity=7) and who.vessel_id),
    ],
)
def test_from_the_vessel_to_the_others_page(couple, key, make):
    item_id = make(person(couple, ADA))
    client = browser(couple, ADA)
    words_page = url(couple, "share_words", key, item_id)
    assert client.post(url(couple, "start_share", key, item_id)).url == words_page
    assert client.get(url(couple, "share_state", key, item_id)).status_code == 204
    guide_answers(couple, ADA, item_id)
    offered = client.get(words_page).context["form"]["words"].value()
    assert offered and "idiot" not in offered and "always" not in offered
    preview = client.post(words_page, {"words": "I want calm voices when others are there."}).url
    page = client.get(preview)
    assert "I want calm voices" in page.content.decode()
    fields = {"decision": "share", "digest": digest_in(page)}
    client.post(preview, fields)
    seen = browser(couple, BEN).get(url(couple, "shared:theirs")).content.decode()
    assert "I want calm voices" in seen and "Petra" not in seen


def test_nothing_is_started_without_a_press_and_looking_changes_nothing(couple):
    item_id = factories.make_boundary(person(couple, ADA), description=HOT).pk
    client = browser(couple, ADA)
    assert client.get(url(couple, "start_share", "boundaries", item_id)).status_code == 405
    client.get(url(couple, "share_words", "boundaries", item_id))
    with couple.acting(ADA) as place:
        assert bridge.latest(place, "BOUNDARY", item_id) is None


def test_what_is_not_theirs_does_not_exist(couple):
    theirs = factories.make_boundary(person(couple, BEN)).pk
    client = browser(couple, ADA)
    for key, item_id in (("boundaries", theirs), ("boundaries", uuid4()), ("nothing", theirs), ("events", theirs)):
        assert client.get(url(couple, "share_words", key, item_id)).status_code == 404
        assert client.post(url(couple, "start_share", key, item_id)).status_code == 404
        assert client.post(url(couple, "share_words", key, item_id), {"words": "Mine."}).status_code == 404


def test_before_the_compact_nothing_can_be_shared():
    couple = Couple().until("joined")
    item_id = factories.make_boundary(person(couple, ADA)).pk
    with couple.acting(ADA) as place, pytest.raises(NotNow):
        actions.start(place=place, key="boundaries", item_id=item_id, words="No.", now=timezone.now())


def test_the_guides_words_are_for_the_words_as_they_stand(couple):
    boundary = factories.make_boundary(person(couple, ADA), description=HOT)
    guide_answers(couple, ADA, boundary.pk)
    with couple.acting(ADA) as place:
        assert actions.offered_words(place, boundary.pk, HOT)
        assert actions.offered_words(place, boundary.pk, HOT + " Really.") is None


def test_an_original_changed_since_the_preview_is_asked_about_again(couple):
    boundary = factories.make_boundary(person(couple, ADA), description="No shouting.")
    client = browser(couple, ADA)
    preview = client.post(url(couple, "share_words", "boundaries", boundary.pk), {"words": "Calm, please."}).url
    from vessels.shared.originals import mark_of

    page = client.get(preview)
    content = page.context["content"]
    fields = {"decision": "share", "digest": digest_in(page), "made_from": mark_of("No shouting.")}
    with couple.acting(ADA):
        boundary = Boundary.objects.get(pk=boundary.pk)
        boundary.description = "No shouting at all."
        boundary.save()
    assert "has changed since" in client.post(preview, fields).content.decode()
    with couple.acting(ADA) as place:
        assert bridge.standing(bridge.mine(place, content.pk)) == "undecided"
    fields["made_from"] = mark_of("No shouting at all.")
    client.post(preview, fields)
    with couple.acting(ADA) as place:
        assert bridge.standing(bridge.mine(place, content.pk)) == "shared"


def test_a_deleted_original_takes_its_preview_along(couple):
    boundary = factories.make_boundary(person(couple, ADA), description="No shouting.")
    client = browser(couple, ADA)
    preview = client.post(url(couple, "share_words", "boundaries", boundary.pk), {"words": "Calm, please."}).url
    fields = {"decision": "share", "digest": digest_in(client.get(preview))}
    client.post(url(couple, "private:delete", "boundaries", boundary.pk))
    assert client.post(preview, fields).status_code == 404


# --- what is looked at before words cross ----------------------------------------------------------


def test_the_check_warns_and_does_not_forbid(couple):
    event = factories.make_event(person(couple, ADA), description=HOT)
    client = browser(couple, ADA)
    preview = client.post(url(couple, "share_words", "events", event.pk), {"words": HOT}).url
    page = client.get(preview)
    text = page.content.decode()
    assert "your private words as they stand" in text and "Petra" in text
    client.post(preview, {"decision": "share", "digest": digest_in(page)})
    assert "Petra" in browser(couple, BEN).get(url(couple, "shared:theirs")).content.decode()


@pytest.mark.parametrize(
    "words, found",
    [
        ("I feel so small when you shout.", ""),  # fewer than six in a row
        ("It is hard: in front of my sister Petra and others.", "in front of my sister Petra"),
        ("IN FRONT, of my sister petra", "IN FRONT, of my sister petra"),
        ("", ""),
        ("…", ""),
        ("small", "small"),
    ],
)
def test_verbatim_words_are_found_whatever_their_case(words, found):
    assert wording.verbatim(words, HOT) == found


def test_the_two_names_are_nobody_elses():
    def kinds(known):
        return [
            one.span
            for one in wording.look_at("I miss Ben so.", original="", content_type="PROPOSAL", known_names=known)
        ]

    assert kinds(["Ben", None]) == []


# --- what stands on something taken back -----------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_only_who_took_back_learns_that_an_agreement_may_rest_on_it():
    couple = Couple().until("agreed")
    with couple.acting(ADA) as place:
        content = bridge.active_of_mine(place, "PROPOSAL").get()
    client = browser(couple, ADA)
    assert "may rest on this" in client.get(url(couple, "shared:shared")).content.decode()
    before = browser(couple, BEN).get(url(couple, "agreement")).content
    client.post(url(couple, "shared:take_back", content.pk))
    with couple.acting(ADA) as place:
        words = bridge.mine(place, content.pk).transformed_content
    assert words in client.get(url(couple, "agreement")).content.decode()
    after = browser(couple, BEN).get(url(couple, "agreement")).content
    assert b"Only you see this" not in after and words.encode() not in after
    assert len(before) == len(after)
    with couple.acting(BEN) as place:
        assert repair.queries.agreed(place)


def test_nobody_starts_a_share_for_the_other(couple):
    boundary = factories.make_boundary(person(couple, BEN))
    with transaction_as(couple.actors[ADA]):
        place = couple.place(ADA)
        with pytest.raises(NotYours):
            actions.start(place=place, key="boundaries", item_id=boundary.pk, words="x", now=timezone.now())
