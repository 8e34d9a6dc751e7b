"""Every page and API answer of one partner, before and after each private choice of the other: not a byte of difference.

Except where something joint has happened: those are the meetings, which the scenarios here keep from happening by leaving
out one person's step.
"""

import re
from contextlib import suppress
from uuid import uuid4

import pytest
from django.conf import settings as limits
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stages import actions, progress
from stages.ending import actions as ending
from stages.needs import actions as needs
from stages.perspective import actions as perspective
from stages.steps import StepKind
from stages.witness import actions as witness
from stages.witness.queries import thread
from tests.couple import ADA, BEN, Couple
from tests.privacy.prying import undone
from vessels.private.drafts import save_draft
from vessels.shared import bridge

pytestmark = pytest.mark.django_db

VARIES = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"|name="key" value="[^"]*"|nonce="[^"]*"'
)
# Pages that are about nobody's session, or need an id of their own.
NOT_COMPARED = {"gallery", "outbox", "healthz", "leave"}


@pytest.fixture(autouse=True)
def no_limit_is_reached(monkeypatch):
    """So many requests in a minute are nobody's; whoever is signed in is counted by themselves alone."""
    monkeypatch.setattr(limits, "API_LIMITS_TIMES", 1000)


# --- what Ada can see ------------------------------------------------------------------------------
def session_routes():
    """Every named GET route that takes session_id and nothing else, or nothing at all."""
    found = []
    _collect(get_resolver().url_patterns, "", found)
    return sorted(set(found) - NOT_COMPARED)


def _collect(patterns, namespace, found):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace not in ("admin", "djdt") and "account" not in str(pattern.pattern):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                _collect(pattern.url_patterns, inner, found)
        elif isinstance(pattern, URLPattern) and pattern.name:
            found.append(namespace + pattern.name)


def addresses(session_id):
    for name in session_routes():
        for args in ([], [session_id]):
            try:
                yield name, reverse(name, args=args)
            except NoReverseMatch:
                continue


def everything_seen(couple: Couple, name: str) -> dict[str, tuple]:
    client = Client()
    client.force_login(couple.user(name))
    return {route: _answer(client, url) for route, url in addresses(couple.session_id)}


def _answer(client, url) -> tuple:
    response = client.get(url)
    return response.status_code, response.headers.get("Location"), VARIES.sub(b"", response.content)


def differences(before: dict, after: dict) -> list[str]:
    return [route for route in before if before[route] != after[route]]


# --- what Ben may choose ---------------------------------------------------------------------------
def says(couple):
    couple.say(BEN, "Something that nobody else may know of.")
    couple.answer_all(BEN)


def reads_barometer(couple):
    with couple.acting(BEN) as place:
        actions.read_barometer(place=place, intensity=9, stage=1, now=timezone.now())


def changes_words(couple):
    with couple.acting(BEN) as place:
        mine = next(entry for entry in thread(place).entries if entry.role == "USER")
        witness.edit_message(place=place, message_id=mine.pk, words="Said otherwise.", now=timezone.now())


def deletes_words(couple):
    with couple.acting(BEN) as place:
        mine = [entry for entry in thread(place).entries if entry.role == "USER"]
        if len(mine) > 1:
            witness.delete_message(place=place, message_id=mine[0].pk)


def answers_that_it_is_not_safe(couple):
    couple.safe(BEN, "yes")


def answers_that_it_is_safe(couple):
    couple.safe(BEN, "no")


def signs(couple):
    couple.sign(BEN)


def takes_signature_back(couple):
    with couple.acting(BEN) as place:
        progress.take_back(place=place, kind=StepKind.COMPACT_SIGNED)


def writes_a_letter(couple):
    couple.write_letter(BEN)


def shares_the_letter(couple):
    couple.share_letter(BEN)


def keeps_the_letter_private(couple):
    content = couple.write_letter(BEN)
    with couple.acting(BEN) as place:
        perspective.keep_letter_private(place=place, content_id=content.pk, now=timezone.now())


def goes_on_without_letters(couple):
    with couple.acting(BEN) as place:
        perspective.go_on_without(place=place, now=timezone.now())


def leaves_an_unsent_draft(couple):
    with couple.acting(BEN) as place:
        save_draft(place=place, key="conversation", text="half a sentence")


def adds_a_need(couple):
    couple.add_need(BEN)


def shares_a_need(couple):
    couple.share_need(BEN)


def keeps_a_need_private(couple):
    need = couple.add_need(BEN)
    with couple.acting(BEN) as place:
        content = needs.offer(place=place, need_id=need.pk, now=timezone.now())
        bridge.keep_private(place=place, content_id=content.pk, now=timezone.now())


def takes_everything_back(couple):
    with couple.acting(BEN) as place:
        waiting = [one for one in bridge.shared_by_me(place) if one.consent_active and one.crosses_at is None]
        for content in waiting:
            bridge.revoke(place=place, content_id=content.pk, now=timezone.now())


def has_chosen_needs(couple):
    couple.finish_needs(BEN)


def answers_no_to_common_ground(couple):
    couple.answer_common(BEN, agrees=False)


def answers_yes_to_common_ground(couple):
    couple.answer_common(BEN, agrees=True)


def puts_an_idea_in(couple):
    couple.put_in_pool(BEN)


def is_ready_for_the_pool(couple):
    couple.ideas_ready(BEN)


def sorts_gladly(couple):
    couple.sort(BEN, "GLADLY")


def sorts_not_now(couple):
    couple.sort(BEN, "NOT_NOW")


def would_close(couple):
    with couple.acting(BEN) as place:
        ending.close(place=place, unmet="Rest", commitment="Go to bed earlier", now=timezone.now())


def writes_an_unsent_letter(couple):
    with couple.acting(BEN) as place:
        ending.keep_solo(place=place, letter="Dear you", now=timezone.now())


def ends_alone(couple):
    with couple.acting(BEN) as place:
        ending.end_alone(place=place, now=timezone.now())


# At any stage. Those that hide nothing of one another are made one after the other and looked at once.
TOGETHER = [
    says, reads_barometer, changes_words, deletes_words, leaves_an_unsent_draft, writes_an_unsent_letter,
    answers_that_it_is_safe,
]  # fmt: skip
BY_ITSELF = [answers_that_it_is_not_safe, ends_alone]
ANY_TIME = TOGETHER + BY_ITSELF
CHOICES = {
    "joined": [signs, takes_signature_back],
    "signed": [writes_a_letter, shares_the_letter, keeps_the_letter_private, goes_on_without_letters],
    "understood": [adds_a_need, shares_a_need, keeps_a_need_private, takes_everything_back, has_chosen_needs],
    "needs": [answers_no_to_common_ground, answers_yes_to_common_ground],
    "common": [puts_an_idea_in, is_ready_for_the_pool, takes_everything_back],
    "pool": [sorts_gladly, sorts_not_now],
    "overlap": [would_close],
}


@pytest.mark.parametrize("stage", CHOICES)
def test_no_page_of_the_other_changes_by_a_private_choice(stage):
    couple = Couple().until(stage)
    everything_seen(couple, ADA)  # a first visit may settle what both have reached
    before = everything_seen(couple, ADA)
    found = {}
    for choices in [TOGETHER, *([choice] for choice in CHOICES[stage] + BY_ITSELF)]:
        with undone():
            for choice in choices:
                choice(couple)
            if different := differences(before, everything_seen(couple, ADA)):
                found[", ".join(choice.__name__ for choice in choices)] = different
    assert found == {}


def test_the_comparison_notices_a_joint_event():
    couple = Couple().until("joined")
    couple.sign(ADA)
    before = everything_seen(couple, ADA)
    couple.sign(BEN)
    assert differences(before, everything_seen(couple, ADA))


def test_every_page_of_a_session_is_compared():
    names = {route for route, _address in addresses(uuid4())}
    assert {"session", "conversation", "letter", "needs", "piles", "waiting", "home"} <= names


@pytest.mark.parametrize("stage", ["signed", "understood"])
def test_nor_by_several_in_any_order(stage):
    couple = Couple().until(stage)
    everything_seen(couple, ADA)
    before = everything_seen(couple, ADA)

    @settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(st.sampled_from(CHOICES[stage] + ANY_TIME), min_size=2, max_size=4, unique=True))
    def nothing_shows(choices):
        with undone():
            for choice in choices:
                with suppress(ValueError), transaction.atomic():  # not possible after the one before it
                    choice(couple)
            assert differences(before, everything_seen(couple, ADA)) == []

    nothing_shows()
