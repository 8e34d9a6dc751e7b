"""The way through Stage 4 and out of it: ready, sorted, agreed; with hot hands; taken back; alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from beheard.rls import Actor, NotNow, NotYours, transaction_as
from beheard.rls.doors import door
from stages import actions as turns
from stages.ending import actions as ending
from stages.models import Step
from stages.progress import counts_later, has_taken, have_met
from stages.repair import actions, pool, queries
from stages.steps import MeetingKind, StepKind
from tests.couple import ADA, BEN, Couple
from tests.pages import browser, url
from vessels.shared.models import Agreement

pytestmark = pytest.mark.django_db


def heat(couple, name):
    with couple.acting(name) as place:
        turns.read_barometer(place=place, intensity=9, stage=4, now=timezone.now())


def met(couple, kind) -> bool:
    with couple.acting(ADA) as place:
        return have_met(place, kind)


def propose(couple, name, words="We drink tea together.", days=8):
    with couple.acting(name) as place:
        return actions.propose_agreement(
            place=place,
            description=words,
            measure="",
            duration_days=7,
            follow_up=timezone.localdate() + timedelta(days=days),
            now=timezone.now(),
        )


def confirm(couple, name, agreement) -> bool:
    with couple.acting(name) as place:
        return actions.confirm_agreement(place=place, agreement_id=agreement.pk, now=timezone.now())


def twelve_hours_pass(couple, superuser, kind):
    """As if the step had been taken long ago."""
    superuser.execute(
        "UPDATE stages_step SET taken_at = taken_at - interval '13 hours', counts_from = counts_from - interval '13 hours'"
        " WHERE session_id = %s AND kind = %s",
        [couple.session_id, kind],
    )


@pytest.fixture
def sorted_couple():
    return Couple().until("overlap")


def test_the_words_both_said_yes_to_are_the_agreement(sorted_couple):
    agreement = propose(sorted_couple, ADA)
    assert not met(sorted_couple, MeetingKind.AGREEMENT)
    assert confirm(sorted_couple, BEN, agreement)
    assert confirm(sorted_couple, BEN, agreement)  # a double click
    assert met(sorted_couple, MeetingKind.AGREEMENT)
    with sorted_couple.acting(ADA) as place:
        assert queries.agreed(place).description == "We drink tea together."


def test_a_yes_to_words_that_are_gone_is_no_yes(sorted_couple):
    first = propose(sorted_couple, ADA)
    second = propose(sorted_couple, ADA, "We walk on Sundays.")
    with pytest.raises(NotNow):
        confirm(sorted_couple, BEN, first)
    assert not met(sorted_couple, MeetingKind.AGREEMENT)
    assert confirm(sorted_couple, BEN, second)


def test_another_date_is_other_words(sorted_couple):
    propose(sorted_couple, ADA)
    propose(sorted_couple, BEN, days=9)
    assert not met(sorted_couple, MeetingKind.AGREEMENT)
    with sorted_couple.acting(ADA) as place:
        assert not has_taken(place, StepKind.AGREED)


def test_the_same_words_from_both_are_an_agreement(sorted_couple):
    propose(sorted_couple, ADA)
    propose(sorted_couple, BEN)
    assert met(sorted_couple, MeetingKind.AGREEMENT)


def test_a_second_text_slipped_beside_the_first_gets_nobody_s_yes(sorted_couple):
    agreement = propose(sorted_couple, ADA)
    with sorted_couple.acting(BEN) as place:
        slipped = Agreement.objects.create(
            session_id=place.session.pk,
            shared_vessel_id=place.session.shared_vessel_id,
            description="Ada does everything.",
            created_at=timezone.now(),
        )
        actions.take_step(place=place, kind=StepKind.AGREED, now=timezone.now())
        for pk in (slipped.pk, agreement.pk):
            door("confirm_agreement", pk)
    assert not met(sorted_couple, MeetingKind.AGREEMENT)


def test_a_yes_with_hot_hands_counts_twelve_hours_later_and_can_be_taken_back(sorted_couple):
    agreement = propose(sorted_couple, ADA)
    heat(sorted_couple, BEN)
    ben = browser(sorted_couple, BEN)
    assert "counts in twelve hours" in ben.get(url(sorted_couple, "overlap")).content.decode()
    ben.post(url(sorted_couple, "confirm_agreement", agreement.pk))
    assert "your yes counts from" in ben.get(url(sorted_couple, "overlap")).content.decode()
    assert not met(sorted_couple, MeetingKind.AGREEMENT)
    with sorted_couple.acting(ADA) as place:
        assert not queries.proposed(place).agreed_by_b
    ben.post(url(sorted_couple, "take_yes_back", agreement.pk))
    with sorted_couple.acting(BEN) as place:
        assert not has_taken(place, StepKind.AGREED)


@pytest.mark.django_db(transaction=True)
def test_after_twelve_hours_the_sweep_counts_a_hot_yes(superuser_connection):
    couple = Couple().until("overlap")
    agreement = propose(couple, ADA)
    heat(couple, BEN)
    assert not confirm(couple, BEN, agreement)
    twelve_hours_pass(couple, superuser_connection, "AGREED")
    with transaction_as(Actor.system()):
        assert door("sweep_meetings") == [{"session_id": couple.session_id, "kind": "AGREEMENT"}]
    assert met(couple, MeetingKind.AGREEMENT)


def test_words_written_with_hot_hands_stay_with_their_writer(sorted_couple):
    heat(sorted_couple, ADA)
    follow_up = (timezone.localdate() + timedelta(days=8)).isoformat()
    ada = browser(sorted_couple, ADA)
    answer = ada.post(
        url(sorted_couple, "overlap"), {"description": "You will stop it!", "duration_days": 7, "follow_up": follow_up}
    )
    assert "Your words are kept here" in answer.content.decode()
    assert "You will stop it!" in ada.get(url(sorted_couple, "overlap")).content.decode()
    assert "You will stop it!" not in browser(sorted_couple, BEN).get(url(sorted_couple, "overlap")).content.decode()


def test_a_yes_can_be_taken_back_until_both_have_said_it(sorted_couple):
    agreement = propose(sorted_couple, ADA)
    with sorted_couple.acting(ADA) as place:
        actions.take_yes_back(place=place, agreement_id=agreement.pk)
    assert not confirm(sorted_couple, BEN, agreement)
    assert confirm(sorted_couple, ADA, agreement)
    with sorted_couple.acting(ADA) as place, pytest.raises(NotNow):
        actions.take_yes_back(place=place, agreement_id=agreement.pk)


def test_another_couple_s_words_do_not_exist(sorted_couple):
    agreement = propose(sorted_couple, ADA)
    others = Couple().until("began")
    for action in (actions.confirm_agreement, actions.take_yes_back):
        extra = {"now": timezone.now()} if action is actions.confirm_agreement else {}
        with others.acting(ADA) as place, pytest.raises(NotYours):
            action(place=place, agreement_id=agreement.pk, **extra)


# --- ideas and piles ------------------------------------------------------------------------------
def test_ready_can_be_taken_back_and_ideas_stand_still_meanwhile():
    couple = Couple().until("common")
    couple.ideas_ready(ADA)
    idea = {"idea": "Another", "duration_days": None, "measure": "", "now": timezone.now()}
    with couple.acting(ADA) as place, pytest.raises(NotNow):
        actions.write_idea(place=place, slot=1, **idea)
    with couple.acting(ADA) as place:
        actions.not_ready_yet(place=place)
        actions.write_idea(place=place, slot=1, **idea)
    couple.ideas_ready(BEN)
    assert not met(couple, MeetingKind.IDEAS)


@pytest.mark.django_db(transaction=True)
def test_an_idea_granted_with_hot_hands_holds_ready_back():
    couple = Couple().until("common")
    heat(couple, ADA)
    couple.put_in_pool(ADA)
    with couple.acting(ADA) as place:
        actions.ideas_ready(place=place, now=timezone.now() + timedelta(hours=2))
        step = Step.objects.get(kind=StepKind.IDEAS_READY)
        assert counts_later(place, step, timezone.now()) > timezone.now() + timedelta(hours=11)
    couple.ideas_ready(BEN)
    assert not met(couple, MeetingKind.IDEAS)


def test_sorting_again_is_fine_until_both_have_sorted():
    couple = Couple().until("pool")
    couple.sort(ADA)
    couple.sort(ADA, "NOT_NOW")
    assert not met(couple, MeetingKind.OVERLAP)
    browser(couple, ADA).post(url(couple, "sort_later"))
    couple.sort(BEN)
    assert not met(couple, MeetingKind.OVERLAP)
    couple.sort(ADA)
    with couple.acting(ADA) as place:
        assert queries.overlap(place)
        with pytest.raises(NotNow):
            actions.sort_later(place=place)


def test_whoever_is_tired_of_waiting_goes_on_alone_and_finds_the_pool_when_it_comes():
    couple = Couple().until("common")
    couple.ideas_ready(ADA)
    ada = browser(couple, ADA)
    page = ada.get(url(couple, "waiting")).content.decode()
    assert "The pool opens when you are both ready." in page
    assert ada.post(url(couple, "go_on_without_ideas")).url == url(couple, "alone")
    assert url(couple, "alone") in ada.get(url(couple, "session")).content.decode()
    couple.ideas_ready(BEN)
    pool.publish(couple.session_id)
    assert url(couple, "piles") in ada.get(url(couple, "session")).content.decode()


def test_whoever_has_ended_it_for_themselves_keeps_the_other_from_nothing_but_a_meeting():

    couple = Couple().until("common")
    couple.ideas_ready(ADA)
    with couple.acting(ADA) as place:
        ending.end_alone(place=place, now=timezone.now())
    couple.ideas_ready(BEN)
    assert not met(couple, MeetingKind.IDEAS)
    with couple.acting(ADA) as place:
        ending.come_back(place=place)
        actions.ideas_ready(place=place, now=timezone.now())
    assert met(couple, MeetingKind.IDEAS)
