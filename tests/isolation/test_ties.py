"""A row can't name one owner and sit in another's vessel; a child's parent belongs to the same owner or session."""

from uuid import uuid4

import pytest

from beheard.rls.declared import protected_tables
from tests.isolation.expected import EXPECTED, May
from tests.isolation.test_tables import CANDIDATES, _written, quoted
from tests.isolation.world import attempt, columns_of, trying

IN_A_VESSEL = [
    (table, role)
    for table in sorted(protected_tables())
    if table != "crypto_vesselkey"  # a key names a vessel, it sits in none: see the last test
    for role in ("user", "ai")
    if {"vessel_id", "session_id"} <= set(columns_of(table)) and "I" in EXPECTED[table].roles.get(role, May()).own
]


def inserted(table: str, values: dict):
    columns = columns_of(table)
    query = f"INSERT INTO {table} ({quoted(*columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
    return attempt(query, _written(table, values, columns))


@pytest.mark.parametrize(("table", "role"), IN_A_VESSEL)
def test_a_row_sits_in_its_owners_vessel_and_session(world, table, role):
    (viewer, *_) = world.viewers(role)
    row = next(row for row in world.rows[table] if viewer.scope_of(row) == "own")
    mine = row.values | CANDIDATES.get((table, role), {})
    with trying(viewer.actor):
        for stranger in (world.ana_and_ben.b, world.cleo_and_dan.a):
            for elsewhere in (
                {"vessel_id": stranger.vessel_id},
                {"session_id": stranger.session_id, "vessel_id": stranger.vessel_id},
            ):
                result = inserted(table, mine | {"id": uuid4()} | elsewhere)
                assert isinstance(result, Exception) or result == "refused", elsewhere


# table, the column that names the parent, the parent's table
PARENTS = [
    ("stages_reframesuggestion", "draft_id", "stages_empathydraft", "partner"),
    ("stages_strategyranking", "proposal_id", "stages_strategyproposal", "others"),
    ("stages_commongroundanswer", "common_ground_id", "shared_commonground", "others"),
    ("stages_checkin", "agreement_id", "shared_agreement", "others"),
    ("shared_consentedcontent", "consent_record_id", "consent_consentrecord", "partner"),
    ("shared_consentedcontent", "original_need_id", "private_identifiedneed", "partner"),
    ("shared_consentedcontent", "shared_vessel_id", "shared_sharedvessel", "others"),
    ("private_eventembedding", "id", "private_userevent", "partner"),
    ("private_readingembedding", "id", "private_emotionalreading", "partner"),
    ("private_vesselembedding", "id", "private_uservessel", "partner"),
    ("stages_messageembedding", "id", "stages_message", "partner"),
]


@pytest.mark.parametrize(("table", "column", "parent", "whose"), PARENTS)
def test_a_child_names_no_parent_of_someone_else(world, table, column, parent, whose):
    role = "user" if "I" in EXPECTED[table].roles["user"].own else "ai"
    (viewer, *_) = world.viewers(role)
    conditions = {
        "shared_consentedcontent": lambda values: not values["consent_active"] and values["consented_at"] is None
    }
    fits = conditions.get(table, lambda values: True)
    row = next(row for row in world.rows[table] if viewer.scope_of(row) == "own" and fits(row.values))
    foreign = next(other for other in world.rows[parent] if viewer.scope_of(other) == whose)
    with trying(viewer.actor):
        result = inserted(table, row.values | {"id": uuid4()} | {column: foreign.values["id"]})
        assert isinstance(result, Exception) or result == "refused"


def test_an_answer_is_in_the_thread_of_its_question(world):
    (ana, _) = world.viewers("ai")
    rows = world.rows["stages_message"]
    answer = next(row for row in rows if ana.scope_of(row) == "own" and row.values["role"] == "AI")
    question = next(row for row in rows if ana.scope_of(row) == "partner" and row.values["role"] == "USER")
    with trying(ana.actor):
        result = inserted("stages_message", answer.values | {"id": uuid4(), "in_reply_to": question.values["id"]})
        assert isinstance(result, Exception)


def test_a_joint_key_is_made_only_in_ones_own_session(world):
    (ana, _) = world.viewers("user")
    key = next(row for row in world.rows["crypto_vesselkey"] if ana.scope_of(row) == "both")
    stranger = world.cleo_and_dan.a
    with trying(ana.actor):
        for elsewhere in (
            {"vessel_id": stranger.shared_vessel_id, "session_id": stranger.session_id},
            {"vessel_id": stranger.shared_vessel_id},
        ):
            assert inserted("crypto_vesselkey", key.values | {"id": uuid4()} | elsewhere) == "refused"
