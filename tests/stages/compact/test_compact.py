"""Signing, with cool and with hot hands, taking it back, and going on without; joint stages closed for one person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from beheard.rls import NotNow
from stages import actions as turns
from stages.compact import actions
from stages.compact.models import SafetyOutcome
from stages.compact.questions import QUESTIONS
from stages.models import Step
from stages.progress import has_taken, have_met
from stages.steps import MeetingKind, StepKind
from tests.couple import ADA, BEN, Couple
from tests.pages import browser, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def couple():
    return Couple().until("joined")


def heat(couple, name):
    with couple.acting(name) as place:
        turns.read_barometer(place=place, intensity=9, stage=1, now=timezone.now())


def met(couple) -> bool:
    with couple.acting(ADA) as place:
        return have_met(place, MeetingKind.COMPACT)


def test_signing_twice_is_signing_once(couple):
    ada = browser(couple, ADA)
    for _ in range(2):
        assert ada.post(url(couple, "compact"), {"agree": "on"}).status_code == 302
    with couple.acting(ADA):
        assert Step.objects.filter(kind=StepKind.COMPACT_SIGNED).count() == 1
    assert not met(couple)
    couple.sign(BEN)
    assert met(couple)


def test_a_signature_without_the_box_ticked_is_none(couple):
    answer = browser(couple, ADA).post(url(couple, "compact"), {})
    assert "data-error-summary" in answer.content.decode()
    with couple.acting(ADA) as place:
        assert not has_taken(place, StepKind.COMPACT_SIGNED)


def test_the_questions_come_before_the_signature():
    fresh = Couple().until("began")
    answer = browser(fresh, ADA).post(url(fresh, "compact"), {"agree": "on"})
    assert answer.url == url(fresh, "safety")
    with fresh.acting(ADA) as place, pytest.raises(NotNow):
        actions.sign_compact(place=place, now=timezone.now())


def test_with_hot_hands_it_counts_later_the_page_says_so_and_it_can_be_taken_back(couple):
    heat(couple, ADA)
    ada = browser(couple, ADA)
    assert "counts in twelve hours" in ada.get(url(couple, "compact")).content.decode()
    page = ada.post(url(couple, "compact"), {"agree": "on"}, follow=True).content.decode()
    assert "It was strong when you signed" in page
    couple.sign(BEN)
    assert not met(couple)
    ada.post(url(couple, "take_signature_back"))
    with couple.acting(ADA) as place:
        assert not has_taken(place, StepKind.COMPACT_SIGNED)


def test_what_both_have_signed_is_not_taken_back(couple):
    couple.until("signed")
    with couple.acting(ADA) as place, pytest.raises(NotNow):
        actions.take_signature_back(place=place)
    answer = browser(couple, ADA).post(url(couple, "take_signature_back"), follow=True)
    assert "You have both signed already." in answer.content.decode()


def test_going_on_without_both_signatures_leads_to_ones_own_needs_and_a_later_one_brings_both_together(couple):
    couple.sign(ADA)
    ada = browser(couple, ADA)
    ada.post(url(couple, "go_on_without_compact"))
    assert url(couple, "needs") in ada.get(url(couple, "session")).content.decode()
    couple.sign(BEN)
    assert met(couple)
    assert url(couple, "letter") in ada.get(url(couple, "session")).content.decode()


def test_the_date_is_on_the_page_and_after_it_the_signature_has_come_back(couple):
    with couple.acting(ADA) as place:
        actions.sign_compact(place=place, now=timezone.now() - timedelta(days=15))
    page = browser(couple, ADA).get(url(couple, "compact")).content.decode()
    assert "has come back to you" in page
    couple.sign(BEN)
    assert not met(couple)
    couple.sign(ADA)
    assert met(couple)


def test_closed_for_one_it_is_closed_and_the_other_sees_no_difference(couple):
    before = browser(couple, BEN).get(url(couple, "session")).status_code
    couple.safe(ADA, "yes")
    refused = [
        lambda place, now: actions.sign_compact(place=place, now=now),
        lambda place, now: actions.invite(place=place, email="", now=now),
        lambda place, now: actions.approve_topic(place=place, topic="x", now=now),
        lambda place, now: actions.confirm_partner(place=place, is_them=True),
    ]
    for action in refused:
        with couple.acting(ADA) as place, pytest.raises(NotNow):
            action(place, timezone.now())
    assert browser(couple, BEN).get(url(couple, "session")).status_code == before
    couple.safe(ADA, "no")
    couple.sign(ADA)


def test_saying_again_that_it_is_not_safe_does_not_put_the_pause_off(couple):
    for minutes in (0, 30):
        with couple.acting(ADA) as place:
            answers, now = dict.fromkeys(QUESTIONS, "sometimes"), timezone.now() + timedelta(minutes=minutes)
            actions.answer_safety(place=place, answers=answers, now=now)
    with couple.acting(ADA):
        first, second = SafetyOutcome.objects.exclude(pauses_at=None).order_by("created_at")
    assert first.pauses_at == second.pauses_at
    assert timedelta(hours=2) <= first.pauses_at - first.created_at <= timedelta(hours=24)


def test_every_question_is_asked_and_kept_away_from_the_page(couple):
    page = browser(couple, ADA).post(url(couple, "safety"), dict.fromkeys(list(QUESTIONS)[:-1], "no"))
    assert "data-error-summary" in page.content.decode()
