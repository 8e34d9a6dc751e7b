"""Search in a library of ten thousand items: how much the index finds of what an exact search would, and how fast."""

import re
import statistics
import time
from contextlib import contextmanager
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection

from beheard.rls import Actor, transaction_as
from library import queries
from library.evaluation import situations
from library.models import GlobalLibraryItem
from library.vectors import as_halfvec, embed
from tests.benchmarks.figures import Figure
from tests.benchmarks.library_items import fill_library
from tests.benchmarks.timing import no_collector, p95, seconds

pytestmark = pytest.mark.bench

ITEMS, TOP = 10_000, 5


@pytest.fixture
def library(seeded):
    """Filled once; a person who searches it."""
    person = Actor.user(seeded.vessels(1)[0].owner_id)
    with transaction_as(person):
        filled = GlobalLibraryItem.objects.count() >= ITEMS
    if not filled:
        with seeded.superuser(autocommit=True) as superuser, index_made_afterwards(superuser):
            fill_library(Actor.curator(uuid4()), superuser, ITEMS)
        with seeded.superuser(autocommit=True) as superuser:
            superuser.execute("VACUUM ANALYZE library_globallibraryitem, library_libraryembedding")
    return person


@contextmanager
def index_made_afterwards(superuser):
    """Ten thousand rows go into a graph one by one in two minutes, and at once in some seconds."""
    (definition,) = superuser.execute("SELECT pg_get_indexdef('library_embedding_near'::regclass)").fetchone()
    superuser.execute("DROP INDEX library_embedding_near")
    yield
    superuser.execute(definition)


def said() -> list[str]:
    """What couples might say: each situation whole, and each of its sentences."""
    whole = [situation["says"] for situation in situations()]
    sentences = [sentence for text in whole for sentence in re.split(r"(?<=[.!?]) ", text) if len(sentence) > 15]
    return list(dict.fromkeys(whole + sentences))


def test_library_search(library, seeded, board):
    vectors = list(embed(said()))
    used = index_scans(seeded)
    with transaction_as(library), no_collector():
        by_index = [nearest(queries.candidates("", vector, None, TOP)) for vector in vectors]
        graph, _all = zip(
            *[timed(lambda v=vector: queries.candidates("", v, None, TOP)) for vector in vectors], strict=True
        )
        queries.search(said()[0])
        in_database, whole = zip(*[timed(lambda text=text: queries.search(text)) for text in said()], strict=True)
    scans = index_scans(seeded) - used  # the planner could find that looking at all of them costs less
    with seeded.superuser() as superuser:
        exact = [exactly(superuser, vector) for vector in vectors]
    board.add(
        Figure("library of 10,000: recall@5 of the vectors", overlap(by_index, exact), 0.97, 0.9, least=True,
               note=f"{len(vectors)} queries; {scans} scans of the index"),
        Figure("  the five nearest by vectors, median", statistics.median(graph) * 1000, 3, 10, unit="ms",
               note=f"sending the vector included; p95 {p95(list(graph)) * 1000:.1f} ms"),
        Figure("  search in the database, p95", p95(list(in_database)) * 1000, 25, 100, unit="ms",
               note=f"both statements; median {statistics.median(in_database) * 1000:.1f} ms"),
        Figure("  whole search, p95", p95(list(whole)) * 1000, unit="ms",
               note=f"with embedding and order; median {statistics.median(whole) * 1000:.1f} ms"),
    )  # fmt: skip


def nearest(rows: list[dict]) -> list:
    return [row["item_id"] for row in sorted(rows, key=lambda row: row["distance"])][:TOP]


def timed(work) -> tuple[float, float]:
    """Seconds in the database (sending, planning, executing, fetching), and in all."""
    spent = []

    def clock(execute, *args):
        began = time.perf_counter()
        try:
            return execute(*args)
        finally:
            spent.append(time.perf_counter() - began)

    with connection.execute_wrapper(clock):
        whole = seconds(work)
    assert len(spent) <= 2, "a search is two statements at most"
    return sum(spent), whole


def exactly(superuser, vector: np.ndarray) -> list:
    """The nearest of all, without any index."""
    query = """SELECT item_id FROM library_libraryembedding WHERE status = 'PUBLISHED'
               ORDER BY (embedding <=> %s::halfvec) + 0 LIMIT %s"""
    return [row[0] for row in superuser.execute(query, [as_halfvec(vector), TOP])]


def index_scans(seeded) -> int:
    with seeded.superuser(autocommit=True) as superuser:
        superuser.execute("SELECT pg_stat_force_next_flush()")
        query = "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'library_embedding_near'"
        return superuser.execute(query).fetchone()[0]


def overlap(found: list[list], exact: list[list]) -> float:
    return float(np.mean([len(set(some) & set(all_)) / len(all_) for some, all_ in zip(found, exact, strict=True)]))
