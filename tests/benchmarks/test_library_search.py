"""Search in a library of ten thousand items: how much the index finds of what an exact search would, and how fast."""

import re
import statistics
import tomllib
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beheard.rls import Actor, transaction_as
from library import queries
from library.models import GlobalLibraryItem
from library.vectors import embed
from tests.benchmarks.figures import Figure
from tests.benchmarks.library_items import fill_library
from tests.benchmarks.timing import no_collector, seconds

pytestmark = pytest.mark.bench

ITEMS = 10_000
SITUATIONS = Path(__file__).parent.parent / "library" / "situations.toml"


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
    whole = [situation["says"] for situation in tomllib.loads(SITUATIONS.read_text())["situation"]]
    sentences = [sentence for text in whole for sentence in re.split(r"(?<=[.!?]) ", text) if len(sentence) > 15]
    return list(dict.fromkeys(whole + sentences))


def test_library_search(library, board):
    vectors = [vector.tolist() for vector in embed(said())]
    with transaction_as(library), no_collector():
        by_index = [queries._nearest(vector, None)[:5] for vector in vectors]
        times = [database_time(vector) for vector in vectors]
        whole = [seconds(lambda text=text: queries.search(text)) for text in said()]
        answers = [[item.pk for item in queries.search(text)] for text in said()]
    with transaction_as(library):
        exactly()
        exact = [queries._nearest(vector, None)[:5] for vector in vectors]
        exact_answers = [[item.pk for item in queries.search(text)] for text in said()]
    board.add(
        Figure("library of 10,000: recall@5 of the index", overlap(by_index, exact), 0.97, 0.9, least=True,
               note=f"{len(vectors)} queries"),
        Figure("  in the database", statistics.median(times), 3, unit="ms", note="planning and execution"),
        Figure("  recall@5 of the whole search", overlap(answers, exact_answers), least=True,
               note=f"in {statistics.median(whole) * 1000:.0f} ms with words, order and all"),
    )  # fmt: skip


def database_time(vector: list[float]) -> float:
    """Milliseconds that planning and executing the search's own statement takes."""
    with CaptureQueriesContext(connection) as captured:
        queries._nearest(vector, None)
    statement = captured.captured_queries[-1]["sql"]
    assert "<=>" in statement
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + statement.replace("%", "%%"))
        plan = cursor.fetchone()[0][0]
    assert "library_embedding_near" in str(plan)
    return plan["Planning Time"] + plan["Execution Time"]


def exactly() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")


def overlap(found: list[list], exact: list[list]) -> float:
    return float(np.mean([len(set(some) & set(all_)) / len(all_) for some, all_ in zip(found, exact, strict=True)]))
