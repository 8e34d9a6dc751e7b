"""The SQL functions keep to the one table of how a session's status may change."""

import re
from datetime import timedelta

import pytest

from beheard.people.models import Session, SessionStatus
from beheard.people.transitions import BEGINS, ENDS, TRANSITIONS, doors_of, may_change
from beheard.rls import Actor, transaction_as
from beheard.rls.doors import door, door_files
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)

STORED = [status for status in SessionStatus if status != SessionStatus.WAITING]
DOORS = sorted({name for doors in TRANSITIONS.values() for name in doors})


@pytest.fixture
def pair(superuser_connection):
    """Two people for whom every door would open, if the status allows it."""
    pair = make.couple()
    with pair.a.acting():
        Session.objects.filter(pk=pair.a.session_id).update(topic_approved_at=make.now())
    make.meet(pair, "COMPACT_SIGNED", "COMPACT", 0)
    for person in pair:
        make.make_step(person, kind="READY_AGAIN", stage=0)
        make.make_step(person, kind="CLOSING", stage=4)
    superuser_connection.execute(
        "UPDATE people_session SET topic_approved_at = now() WHERE id = %s", [pair.a.session_id]
    )
    return pair


def put(connection, pair, status: str) -> None:
    resolved = make.now() if status == "RESOLVED" else None
    connection.execute(
        "UPDATE people_session SET status = %s, resolved_at = %s WHERE id = %s", [status, resolved, pair.a.session_id]
    )
    answers = "UPDATE people_invitationanswer SET confirmed_at = NULL WHERE invitation_id IN (SELECT id FROM people_invitation"
    connection.execute(f"{answers} WHERE session_id = %s)", [pair.a.session_id])


def status(connection, pair) -> str:
    query = "SELECT status FROM people_session WHERE id = %s"
    return connection.execute(query, [pair.a.session_id]).fetchone()[0]


def walk_through(name: str, pair) -> None:
    if name.startswith("sweep_"):
        with transaction_as(Actor.system()):
            door(name)
        return
    arguments = {"confirm_partner": [True], "meet": ["CLOSED"]}.get(name, [])
    with pair.a.acting():
        door(name, pair.a.session_id, *arguments)


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("before", STORED)
def test_every_door_from_every_status_does_what_the_table_says(pair, superuser_connection, name, before):
    reasons = REASONS.get(name, [lambda connection, pair: None])  # once for each reason a sweep has
    reached = set()
    for reason in reasons:
        superuser_connection.execute("DELETE FROM stages_safetyoutcome")
        superuser_connection.execute("DELETE FROM stages_meeting WHERE kind = 'CLOSED'")
        put(superuser_connection, pair, before)
        reason(superuser_connection, pair)
        walk_through(name, pair)
        reached.add(SessionStatus(status(superuser_connection, pair)))
    assert reached - {before} == doors_of(before).get(name, set())


def close_for_one(connection, pair) -> None:
    make.make_safety_outcome(pair.b, outcome="CLOSED", pauses_at=make.now() - timedelta(minutes=1))


def closing_counts_later(connection, pair) -> None:
    connection.execute(
        "UPDATE stages_step SET taken_at = now() - interval '13 hours', counts_from = now() - interval '1 hour' "
        "WHERE kind = 'CLOSING' AND owner_id = %s",
        [pair.b.user_id],
    )


def ended_for_both(connection, pair) -> None:
    day_ago = make.now() - timedelta(days=1)
    make.make_step(pair.b, kind="ENDED_FOR_BOTH", stage=0, taken_at=day_ago, counts_from=day_ago)


def nobody_came(connection, pair) -> None:
    """Every time there is lies 32 days back."""
    long_ago = make.now() - timedelta(days=32)
    connection.execute("DELETE FROM stages_step WHERE kind = 'ENDED_FOR_BOTH'")
    connection.execute("UPDATE people_session SET created_at = %s, updated_at = %s", [long_ago, long_ago])
    connection.execute("UPDATE people_relationshipmember SET joined_at = %s", [long_ago])
    connection.execute("UPDATE stages_step SET taken_at = %s, counts_from = %s", [long_ago, long_ago])
    connection.execute("UPDATE stages_stageprogress SET started_at = %s, content_changed_at = %s", [long_ago, long_ago])
    connection.execute("UPDATE stages_meeting SET met_at = %s", [long_ago])


REASONS = {
    "sweep_meetings": [close_for_one, closing_counts_later],
    "sweep_endings": [ended_for_both, nobody_came],
}


def test_no_other_function_writes_a_status():
    """Whoever writes one more has to add it to the table."""
    writes = re.compile(r"(?:UPDATE|INSERT INTO) people_session\b(?:(?!;).)*status", re.S)
    writers = {file.name for file in door_files() if writes.search(file.sql)}
    assert writers - {"begin_session"} == set(DOORS) - {"meet"} | {"try_meeting"}


def test_a_session_begins_as_the_table_says(pair):
    person = make.alone()
    with person.acting():
        assert Session.objects.get(pk=person.session_id).status == SessionStatus.CREATED
    with pair.a.acting():
        relationship = Session.objects.get(pk=pair.a.session_id).relationship_id
        second = make.uuid4()
        door("begin_session", second, relationship, make.uuid4(), "Ana")
        assert Session.objects.get(pk=second).status == SessionStatus.ACTIVE
    assert set(BEGINS) == {SessionStatus.CREATED, SessionStatus.ACTIVE}


def test_an_end_is_an_end():
    assert not [pair for pair in TRANSITIONS if pair[0] in ENDS]
    assert not may_change(SessionStatus.RESOLVED, SessionStatus.ACTIVE)
    assert SessionStatus.WAITING not in {status for pair in TRANSITIONS for status in pair}


def test_nobody_writes_a_status_by_themselves(pair):
    with pytest.raises(Exception, match="permission denied"), pair.a.acting():
        Session.objects.filter(pk=pair.a.session_id).update(status="RESOLVED")


def test_a_pause_does_not_end_while_joint_stages_are_closed_for_one(pair, superuser_connection):
    close_for_one(superuser_connection, pair)
    put(superuser_connection, pair, "PAUSED")
    walk_through("resume_session", pair)
    assert status(superuser_connection, pair) == "PAUSED"
