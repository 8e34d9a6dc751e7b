"""A prying partner reads every column, and the hidden ones, of every row that the database shows them."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, connection
from django.db.models import UniqueConstraint
from django.utils import timezone

from beheard.rls import transaction_as
from beheard.rls.declared import protected_tables
from stages.actions import pause, read_barometer, ready_again
from stages.models import Step
from tests.couple import ADA, BEN, Couple
from tests.privacy.prying import ask, refused, undone
from tests.privacy.test_no_difference import ANY_TIME, CHOICES

pytestmark = pytest.mark.django_db


def everything_readable(couple: Couple, name: str) -> dict[str, list]:
    """Every column of every readable row of every protected table."""
    found = {}
    for table in protected_tables():
        if not refused(couple, name, f"SELECT 1 FROM {table} LIMIT 1"):
            found[table] = ask(couple, name, f"SELECT t::text FROM {table} t ORDER BY 1")
    found["crossed"] = ask(couple, name, "SELECT w::text FROM people_session s, door.crossed_words(s.id) w ORDER BY 1")
    found["stone"] = ask(couple, name, "SELECT door.partner_stone(id)::text FROM people_session ORDER BY 1")
    return found


@pytest.mark.parametrize("stage", CHOICES)
def test_no_readable_row_changes_by_a_private_choice_of_the_other(stage):
    couple = Couple().until(stage)
    before = everything_readable(couple, ADA)
    changed = {}
    for choice in CHOICES[stage] + ANY_TIME:
        with undone():
            choice(couple)
            after = everything_readable(couple, ADA)
            if different := [table for table in before if before[table] != after[table]]:
                changed[choice.__name__] = different
    assert changed == {}


def test_which_transaction_touched_a_row_last_and_where_it_lies_is_not_told():
    """A foreign key marks the row it points at (xmax): every turn of the other's guide would mark the session both see."""
    couple = Couple().until("signed")
    told = [
        (table, column)
        for table in protected_tables()
        for column in ("xmin", "xmax", "cmin", "cmax", "ctid", "tableoid")
        if not refused(couple, BEN, f"SELECT {column} FROM {table}")
    ]
    assert told == []


def made_at(value: UUID) -> datetime | None:
    """The moment a UUID of version 7 carries."""
    return datetime.fromtimestamp((value.int >> 80) / 1000, UTC) if value.version == 7 else None


def test_what_crossed_carries_no_time_and_no_trace_of_what_it_was_made_from():
    couple = Couple().until("understood")
    ((vessel_id,),) = ask(couple, BEN, "SELECT shared_vessel_id FROM people_session")
    known = {couple.session_id, vessel_id, couple.actors[ADA].user_id}
    rows = ask(couple, BEN, "SELECT * FROM door.crossed_words(%s)", [couple.session_id])
    assert rows
    for row in rows:
        assert not [value for value in row if isinstance(value, datetime)]
        assert {value for value in row if isinstance(value, UUID) and made_at(value)} <= known


def test_the_key_of_what_crossed_does_not_tell_when_the_first_offer_was_made():
    couple = Couple().until("letters")
    ada = couple.actors[ADA].user_id
    ((key, row),) = ask(couple, BEN, "SELECT id, k::text FROM crypto_vesselkey k WHERE owner_id = %s", [ada])
    assert made_at(key) is None
    assert str(timezone.now().year) not in row


def test_nobody_sees_from_what_crossed_that_the_barometer_was_high():
    """Hot hands hold words back: the wait would be the difference between two times."""
    couple = Couple().until("understood")
    with couple.acting(ADA) as place:
        read_barometer(place=place, intensity=9, stage=2, now=timezone.now())
    for table, rows in everything_readable(couple, BEN).items():
        assert not any("counts_from" in text for text, *_ in rows), table
    assert (
        ask(couple, BEN, "SELECT 1 FROM shared_consentedcontent WHERE owner_id <> %s", [couple.actors[BEN].user_id])
        == []
    )


EXPLAINED = [
    "SELECT 1 FROM shared_consentedcontent WHERE session_id = %s AND owner_id = %s",
    "SELECT 1 FROM stages_step WHERE session_id = %s AND owner_id = %s",
    "SELECT 1 FROM consent_consentrecord WHERE session_id = %s AND %s::uuid IS NOT NULL",
    "SELECT 1 FROM consent_consentrecord WHERE session_id = %s AND owner_id = %s",
    "SELECT 1 FROM private_emotionalreading WHERE session_id = %s AND owner_id = %s",
]


@pytest.mark.parametrize("query", EXPLAINED)
def test_explaining_a_query_by_index_does_not_count_the_rows_of_the_other(query):
    """ "Rows Removed by Filter" counts what a policy hides, unless the policy itself narrows the index."""
    couple = Couple().until("signed")
    couple.write_letter(ADA)
    explain = f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) {query}"
    with transaction_as(couple.actors[BEN]), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(explain, [couple.session_id, couple.actors[ADA].user_id])
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert "Seq Scan" in plan or "Removed by" not in plan, plan  # a whole table counts all couples, not this one


def test_no_row_of_the_other_stands_in_the_way_of_ones_own():
    """A unique constraint is looked at before a foreign key: without the owner in it the error would tell of a row."""
    couple = Couple().until("signed")
    ((vessel_id,),) = ask(couple, ADA, "SELECT id FROM private_uservessel")  # nobody else knows it; suppose they did
    forged = """INSERT INTO stages_empathyattempt
        (id, owner_id, session_id, vessel_id, round, guess, want_known, stage, created_at)
        VALUES (gen_random_uuid(), %s, %s, %s, 1, ''::bytea, ''::bytea, 2, now())"""

    def refusal() -> str:
        with pytest.raises(IntegrityError) as error:
            ask(couple, BEN, forged, [couple.actors[BEN].user_id, couple.session_id, vessel_id])
        return type(error.value.__cause__).__name__

    before = refusal()
    couple.write_letter(ADA)
    assert refusal() == before == "ForeignKeyViolation"


def test_every_unique_constraint_of_a_private_table_names_the_owner():
    blind = [
        constraint.name
        for name, table in protected_tables().items()
        for constraint in table.constraints(UniqueConstraint)
        if {field.column for field in table.model._meta.fields} >= {"owner_id", "vessel_id"}
        and not {"owner", "owner_id", "for_user", "id"} & set(constraint.fields)
    ]
    # An open invitation is known to both; only the guide writes answers, and whose question it is another key holds.
    assert blind == ["invitation_one_open", "message_answered_once"]


def test_pausing_again_does_not_undo_what_the_other_said():
    couple = Couple().until("signed")
    with couple.acting(BEN) as place:
        pause(place=place)
    with couple.acting(ADA) as place:
        ready_again(place=place, now=timezone.now())
    ask(couple, BEN, "SELECT door.pause_session(%s)", [couple.session_id])
    with transaction_as(couple.actors[ADA]):
        assert Step.objects.filter(kind="READY_AGAIN").exists()


def test_nobody_takes_a_step_for_the_other():
    couple = Couple().until("joined")
    forged = """INSERT INTO stages_step (id, owner_id, session_id, vessel_id, stage, kind, taken_at, counts_from)
        SELECT gen_random_uuid(), %s, session_id, id, 0, 'COMPACT_SIGNED', now(), now() FROM private_uservessel"""
    assert refused(couple, BEN, forged, [couple.actors[ADA].user_id])


def test_meeting_without_a_step_of_ones_own_says_nothing():
    couple = Couple().until("joined")
    meet = "SELECT door.meet(%s, 'COMPACT')"
    assert ask(couple, BEN, meet, [couple.session_id]) == [(False,)]
    couple.sign(ADA)
    assert ask(couple, BEN, meet, [couple.session_id]) == [(False,)]


def test_a_stranger_learns_nothing_at_any_door():
    couple = Couple().until("signed")
    eve = couple.sign_up("Eve")
    with transaction_as(eve), connection.cursor() as cursor:
        for setting, value in (("app.current_session_id", couple.session_id), ("app.actor_role", "system")):
            cursor.execute("SELECT set_config(%s, %s, true)", [setting, str(value)])
        for query in (
            "SELECT * FROM door.crossed_words(%s)",
            "SELECT x FROM door.partner_stone(%s) x WHERE x IS NOT NULL",
            "SELECT x FROM door.meet(%s, 'COMPACT') x WHERE x",
            "SELECT x FROM door.resume_session(%s) x WHERE x",
            "SELECT x FROM door.confirm_partner(%s, true) x WHERE x",
            "SELECT 1 FROM people_session WHERE id = %s",
        ):
            cursor.execute(query, [couple.session_id])
            assert cursor.fetchall() == [], query
