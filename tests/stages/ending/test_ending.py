"""Ending well: alone, together without an agreement; what is over is there to be read; nobody is stuck at rest."""

import pytest
from django.utils import timezone

from beheard.rls import NotNow
from consent.models import ContentType
from stages import actions as turns
from stages.ending import actions
from stages.progress import has_taken, have_met
from stages.repair import actions as repair
from stages.steps import MeetingKind, StepKind
from stages.witness import actions as witness
from stages.witness import queries
from tests.couple import ADA, BEN, Couple
from tests.pages import browser, url
from vessels.shared import bridge

pytestmark = pytest.mark.django_db


def close(couple, name, unmet="To be seen.") -> bool:
    with couple.acting(name) as place:
        return actions.close(place=place, unmet=unmet, commitment="I come home on time.", now=timezone.now())


@pytest.fixture
def couple():
    return Couple().until("common")


@pytest.fixture
def closed(couple):
    for name in (ADA, BEN):
        repair_begins(couple, name)
        close(couple, name)
    return couple


def repair_begins(couple, name):
    browser(couple, name).get(url(couple, "ideas"))


def test_it_ends_when_both_have_closed_and_each_keeps_their_own_words(couple):
    for name in (ADA, BEN):
        repair_begins(couple, name)
    assert not close(couple, ADA)
    assert "You have closed on your side" in browser(couple, ADA).get(url(couple, "waiting")).content.decode()
    assert close(couple, BEN, unmet="Some peace.")
    page = browser(couple, ADA).get(url(couple, "ended")).content.decode()
    assert "To be seen." in page and "Some peace." not in page


def test_closing_can_be_taken_back_and_with_hot_hands_it_counts_later(couple):
    for name in (ADA, BEN):
        repair_begins(couple, name)
    with couple.acting(ADA) as place:
        turns.read_barometer(place=place, intensity=10, stage=4, now=timezone.now())
    close(couple, ADA)
    assert "It was strong when you closed" in browser(couple, ADA).get(url(couple, "closure")).content.decode()
    assert not close(couple, BEN)
    browser(couple, ADA).post(url(couple, "not_closing"))
    with couple.acting(ADA) as place:
        assert not has_taken(place, StepKind.CLOSING)


def test_what_is_over_is_read_only_and_still_opens(closed):
    now = timezone.now()
    refused = [
        lambda place: turns.say(place=place, words="More", stage=4, key="k", now=now),
        lambda place: turns.read_barometer(place=place, intensity=3, stage=4, now=now),
        lambda place: actions.keep_solo(place=place, letter="Dear you", now=now),
        lambda place: actions.come_back(place=place),
        lambda place: repair.ideas_ready(place=place, now=now),
        lambda place: witness.ask_for_recap(place=place),
        lambda place: witness.edit_message(
            place=place, message_id=queries.thread(place).entries[0].pk, words="Other", now=now
        ),
    ]
    for action in refused:
        with closed.acting(ADA) as place, pytest.raises(NotNow):
            action(place)
    ada = browser(closed, ADA)
    for page in ("session", "ended", "conversation", "alone", "private:vessel", "shared:shared"):
        assert ada.get(url(closed, page)).status_code == 200, page
    answer = ada.post(url(closed, "conversation"), {"words": "Still me", "key": "0" * 32})
    assert "Still me" in answer.content.decode() and "data-error-summary" in answer.content.decode()


def test_ending_alone_is_ones_own_and_can_be_taken_back(couple):
    before = browser(couple, BEN).get(url(couple, "session")).content.decode()
    ada = browser(couple, ADA)
    assert ada.post(url(couple, "end_alone")).url == url(couple, "ended")
    assert browser(couple, BEN).get(url(couple, "session")).status_code == 200 and before
    with couple.acting(ADA) as place, pytest.raises(NotNow):
        repair.go_on_without_ideas(place=place, now=timezone.now())
    ada.post(url(couple, "come_back"))
    assert url(couple, "ideas") in ada.get(url(couple, "session")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_at_rest_ones_own_way_on_is_open_and_what_is_for_both_is_not(couple, superuser_connection):
    with couple.acting(BEN) as place:
        turns.pause(place=place)
    before = notices_of_both(superuser_connection)
    ada = browser(couple, ADA)
    page = ada.get(url(couple, "session")).content.decode()
    assert url(couple, "paused") in page
    assert url(couple, "alone") in ada.get(url(couple, "paused")).content.decode()
    for route in ("ideas", "closure", "overlap", "piles"):
        assert ada.get(url(couple, route)).url == url(couple, "session"), route
    assert ada.post(url(couple, "alone"), {"part": "letter", "letter": "Dear Ben"}).status_code == 302
    for name in (ADA, BEN):
        browser(couple, name).post(url(couple, "resume"))
    with couple.acting(ADA) as place:
        assert place.session.status == "ACTIVE"
    assert notices_of_both(superuser_connection) == before + 2, "who said it first learns of it"
    assert "You were both ready to go on" in ada.get(url(couple, "path")).content.decode()


def notices_of_both(superuser) -> int:
    return superuser.execute("SELECT count(*) FROM stages_notification WHERE kind = 'BOTH'").fetchone()[0]


def test_closed_for_one_nothing_new_is_shared_and_nothing_meets(couple):
    couple.put_in_pool(BEN)
    repair_begins(couple, ADA)
    with couple.acting(ADA) as place:
        content = repair.write_ownership(place=place, text="I shout.", now=timezone.now())
    couple.safe(ADA, "yes")
    with couple.acting(ADA) as place, pytest.raises(NotNow):
        bridge.grant(place=place, content_id=content.pk, digest=bridge.digest(content), now=timezone.now())
    with couple.acting(BEN) as place:
        repair.ideas_ready(place=place, now=timezone.now())
        assert not have_met(place, MeetingKind.IDEAS)
        assert list(bridge.from_partner(place, ContentType.OWNERSHIP_LINE)) == []
    couple.safe(ADA, "no")
    with couple.acting(ADA) as place:
        assert bridge.grant(
            place=place, content_id=content.pk, digest=bridge.digest(content), now=timezone.now()
        ).consent_active


def test_who_is_closed_cannot_end_the_pause_and_can_answer_again(couple):
    couple.safe(ADA, "yes")
    with couple.acting(BEN) as place:
        turns.pause(place=place)
    with couple.acting(ADA) as place, pytest.raises(NotNow):
        turns.ready_again(place=place, now=timezone.now())
    couple.safe(ADA, "no")
    for name in (BEN, ADA):
        with couple.acting(name) as place:
            turns.ready_again(place=place, now=timezone.now())
    with couple.acting(BEN) as place:
        assert place.session.status == "ACTIVE"
