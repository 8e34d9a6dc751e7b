"""The five most similar events of a vessel, searched exactly (DESIGN §10.3)."""

import numpy as np
import pytest

from beheard.rls.backend.base import entry_sql
from tests.benchmarks.conftest import Vessel
from tests.benchmarks.figures import Figure
from tests.benchmarks.plans import defects, plan_of
from tests.benchmarks.seed import DIMENSIONS, FULL_VESSEL, TOPICS, near
from tests.benchmarks.timing import compare, seconds

pytestmark = pytest.mark.bench

QUERIES = 1000
OWNER = "AND owner_id = %(owner)s AND session_id = %(session)s"
NEAREST = """SELECT id FROM private_eventembedding WHERE vessel_id = %(vessel)s {owner}
             ORDER BY embedding <=> %(asked)s::halfvec LIMIT 5"""
ALL = "SELECT id, embedding::vector::real[] FROM private_eventembedding WHERE vessel_id = %s"


@pytest.fixture
def connection(seeded_database):
    with seeded_database.superuser() as connection:
        yield connection


@pytest.fixture
def full_vessel(connection) -> Vessel:
    query = """SELECT vessel_id, owner_id, session_id FROM private_eventembedding
               GROUP BY 1, 2, 3 ORDER BY count(*) DESC LIMIT 1"""
    return Vessel(*connection.execute(query).fetchone())


def test_similar_moments(connection, full_vessel, board):
    """One server process for both, as in test_rows; the guide, since it is the one who searches."""
    chance = np.random.default_rng(20)
    topics = np.random.default_rng(10).standard_normal((TOPICS, DIMENSIONS), dtype=np.float32)  # as seeded
    asked = [near(topics, chance) for _ in range(QUERIES)]
    place = {"vessel": full_vessel.id, "owner": full_vessel.owner_id, "session": full_vessel.session_id}

    def search(entry: str, query: str, vector) -> tuple[float, list]:
        connection.rollback()
        connection.execute(entry)
        values = place | {"asked": str(vector.round(5).tolist())}
        found = connection.execute(query, values).fetchall()
        return seconds(lambda: connection.execute(query, values).fetchall()), [key for (key,) in found]

    ours, floor = (entry_sql(full_vessel.guide), NEAREST.format(owner="")), ("SELECT 1", NEAREST.format(owner=OWNER))
    timed = compare(lambda vector: search(*ours, vector)[0], lambda vector: search(*floor, vector)[0], asked)
    found = [search(*ours, vector)[1] for vector in asked]
    plan = plan_of(connection, ours[1], place | {"asked": str(asked[0].tolist())})
    assert defects(plan, {"private_eventembedding"}) == []
    connection.rollback()
    recall = np.mean(
        [len(set(keys) & exact) / 5 for keys, exact in zip(found, nearest(connection, place, asked), strict=True)]
    )
    board.add(
        Figure(f"top 5 similar of {FULL_VESSEL:,} in a vessel, under RLS / floor", timed.ratio, 1.03, note=timed.note),
        Figure("  their recall", float(recall), 1.0, 1.0, least=True, note="against every cosine, worked out in numpy"),
    )


def nearest(connection, place, asked) -> list[set]:
    rows = connection.execute(ALL, [place["vessel"]]).fetchall()
    assert len(rows) == FULL_VESSEL
    keys, vectors = [row[0] for row in rows], np.array([row[1] for row in rows], dtype=np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    asked = np.array([vector.round(5) for vector in asked], dtype=np.float16).astype(np.float64)
    return [{keys[index] for index in order[:5]} for order in np.argsort(-(asked @ vectors.T), axis=1)]
