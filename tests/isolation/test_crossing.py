"""Words cross by consent and at their time only; before, and after they are taken back, nothing of them is there."""

from uuid import uuid4

import pytest
from django.db import connection

from beheard.crypto.models import VesselKey
from beheard.rls import Actor, transaction_as
from beheard.rls.actor import Role
from tests import factories
from vessels.shared.models import ConsentedContent

WORDS = "I felt alone that evening."


def offered(person):
    return factories.make_offer(person, words=WORDS)


def declined(person):
    content = offered(person)
    factories.decline(person, content)
    return content


def cooling(person):
    factories.choose_cooling_off(person)
    return factories.grant(person, offered(person))


def waiting_for_a_meeting(person):
    return factories.grant(person, factories.make_offer(person, "EMPATHY_ATTEMPT", WORDS), at_meeting=True)


def taken_back(person):
    content = factories.make_shared(person, words=WORDS)
    factories.revoke(person, content)
    return content


def words_from_the_other(person) -> list[str]:
    """What a person may read of the other's, and never by the row itself."""
    assert not ConsentedContent.objects.exclude(owner_id=person.user_id).exists()
    crossed = "SELECT * FROM door.crossed_words(%s)"
    return [content.transformed_content for content in ConsentedContent.objects.raw(crossed, [person.session_id])]


def an_idea(person):
    """Ideas reach the pool; the partner never reads them here, with their author."""
    return factories.make_shared(person, "PROPOSAL", WORDS)


@pytest.fixture
def pair(transactional_db):
    pair = factories.couple()
    for person in pair:
        factories.make_progress(person, stage=2)
    return pair


def seen_by(actor) -> dict:
    """Everything of shared words that this actor can find out by raw SQL."""
    with transaction_as(actor), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM shared_consentedcontent ORDER BY 1")
        content = cursor.fetchall()
        if actor.role == Role.USER:
            cursor.execute("SELECT w.id FROM people_session s, door.crossed_words(s.id) w ORDER BY 1")
            content += cursor.fetchall()
        cursor.execute("SELECT kind, owner_id FROM crypto_vesselkey ORDER BY 1, 2")
        return {"content": content, "keys": cursor.fetchall()}


@pytest.mark.parametrize("state", [offered, declined, cooling, waiting_for_a_meeting, taken_back, an_idea])
def test_to_the_other_it_is_as_if_nothing_had_been_written(pair, state):
    others = [Actor.user(pair.b.user_id, pair.b.session_id), Actor.ai(pair.b.user_id, pair.b.session_id)]
    before = [seen_by(actor) for actor in others]
    content = state(pair.a)
    assert [seen_by(actor) for actor in others] == before
    with pair.a.acting():
        assert ConsentedContent.objects.get(pk=content.pk).transformed_content == WORDS


@pytest.mark.parametrize("state", [offered, declined, cooling, waiting_for_a_meeting, taken_back])
def test_to_the_joint_actor_too(pair, state):
    before = seen_by(Actor.joint(pair.a.session_id))
    state(pair.a)
    assert seen_by(Actor.joint(pair.a.session_id)) == before


def test_words_that_crossed_are_there_with_the_key_that_opens_them(pair):
    content = factories.make_shared(pair.a, words=WORDS)
    with pair.b.acting():
        assert words_from_the_other(pair.b) == [WORDS]
        assert VesselKey.objects.filter(owner_id=pair.a.user_id).get().kind == "SHARED"
    factories.revoke(pair.a, content)
    with pair.b.acting():
        assert words_from_the_other(pair.b) == []
        assert not VesselKey.objects.filter(owner_id=pair.a.user_id).exists()


def test_nothing_of_the_other_is_there_before_stage_two(transactional_db):
    pair = factories.couple()
    factories.make_shared(pair.a, words=WORDS)
    with pair.b.acting():
        assert words_from_the_other(pair.b) == []
        assert not VesselKey.objects.filter(owner_id=pair.a.user_id).exists()
    factories.make_progress(pair.b, stage=2)
    with pair.b.acting():
        assert words_from_the_other(pair.b) == [WORDS]


def test_common_ground_stands_only_while_both_needs_are_shared(pair):
    ground = factories.make_common_ground(pair)
    for person in pair:
        with person.acting(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM shared_commonground")
            assert cursor.fetchone() == (1,)
    with pair.a.acting():
        source = ConsentedContent.objects.get(pk=ground.source_a_id)
    factories.revoke(pair.a, source)
    for actor in (
        Actor.user(pair.a.user_id, pair.a.session_id),
        Actor.user(pair.b.user_id, pair.b.session_id),
        Actor.joint(pair.a.session_id),
    ):
        with transaction_as(actor), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM shared_commonground")
            assert cursor.fetchone() == (0,)


def test_one_decision_activates_no_second_text(pair):
    """A record that was granted for some words can't carry others across."""
    content = offered(pair.a)
    with pytest.raises(Exception, match="consented_once_by_record"), pair.a.acting(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO shared_consentedcontent (id, session_id, shared_vessel_id, owner_id, content_type, item_id, round,"
            " transformed_content, consent_record_id, consent_active, created_at) SELECT gen_random_uuid(), session_id,"
            " shared_vessel_id, owner_id, content_type, item_id, 2, transformed_content, consent_record_id, false, now()"
            " FROM shared_consentedcontent WHERE id = %s",
            [content.pk],
        )


def test_a_hint_can_not_be_used_to_ask_whether_a_record_of_the_other_exists(pair):
    content = offered(pair.a)
    for asked in (content.pk, content.consent_record_id, uuid4()):
        with pair.b.acting(), connection.cursor() as cursor:
            cursor.execute("SELECT door.note_hint(%s, %s)", [asked, b"0" * 32])
            assert cursor.fetchone() == (False,)
