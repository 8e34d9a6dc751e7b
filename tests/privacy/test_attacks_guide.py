"""A guide gone wrong: what it says is only ever words on a page, and what it may do it does for one person in one session."""

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from stages.models import Message, MessageRole
from tests.couple import ADA, BEN, Couple
from vessels.private.queries import vessel_of

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ place.partner_name }}{% now 'Y' %} Ben said that"


@pytest.fixture
def couple():
    return Couple().until("joined")


def guide_of(couple: Couple, name: str) -> Actor:
    return Actor.ai(couple.actors[name].user_id, couple.session_id)


def test_what_a_guide_says_is_shown_as_words_and_not_as_a_page(couple):
    couple.say(ADA, "A last word of mine.")
    with couple.acting(ADA) as place:
        asked = Message.objects.filter(role=MessageRole.USER).latest("timestamp").pk
        vessel = vessel_of(place)
    with transaction_as(guide_of(couple, ADA)):
        Message(
            for_user_id=couple.actors[ADA].user_id, session_id=couple.session_id, vessel_id=vessel.pk, in_reply_to=asked,
            role=MessageRole.AI, content=HOSTILE, stage=1, timestamp=timezone.now(),
        ).save(force_insert=True)  # fmt: skip
    browser = Client()
    browser.force_login(couple.user(ADA))
    page = browser.get(reverse("conversation", args=[couple.session_id])).content.decode()
    assert "&lt;script&gt;alert(1)" in page and "{{ place.partner_name }}" in page
    assert "<script>alert" not in page and "<img src=x" not in page


FOR_PEOPLE = [
    "SELECT door.meet(%(session)s, 'COMPACT')",
    "SELECT door.pause_session(%(session)s)",
    "SELECT door.resume_session(%(session)s)",
    "SELECT * FROM door.crossed_words(%(session)s)",
    "SELECT door.confirm_partner(%(session)s, true)",
    "SELECT door.confirm_agreement(%(session)s)",
    "SELECT door.set_aside_agreement(%(session)s)",
    "SELECT door.decide_consent(%(session)s, 'GRANTED', interval '0', false, ''::bytea)",
    "SELECT door.note_consent(%(session)s, 'OFFERED', ''::bytea)",
    "SELECT door.partner_stone(%(session)s)",
    "SELECT door.both_check_ins(%(session)s)",
    "INSERT INTO stages_step DEFAULT VALUES",
    "UPDATE private_identifiedneed SET confirmed = true",
    "UPDATE shared_consentedcontent SET consent_active = true",
    "SELECT * FROM stages_safetycheck",
    "SELECT * FROM stages_strategyranking",
    "SELECT * FROM private_draft",
]


def test_a_guide_opens_no_door_that_is_for_people(couple):
    opened = []
    for query in FOR_PEOPLE:
        try:
            with transaction_as(guide_of(couple, ADA)), connection.cursor() as cursor:
                cursor.execute(query, {"session": couple.session_id})
            opened.append(query)
        except Error as error:
            assert "permission denied" in str(error), query
    assert opened == []


def test_a_guide_for_one_finds_nothing_of_the_other(couple):
    couple.say(BEN, "Something that nobody else may know of.")
    other = couple.actors[BEN].user_id
    with transaction_as(guide_of(couple, ADA)), connection.cursor() as cursor:
        for table in (
            "stages_message",
            "private_uservessel",
            "private_userevent",
            "stages_stageprogress",
            "stages_synthesis",
        ):
            with transaction.atomic():
                cursor.execute(f"SELECT count(*) FROM {table} WHERE owner_id = %s", [other])
                assert cursor.fetchone() == (0,), table
