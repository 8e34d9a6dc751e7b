"""No contributor, couple or session can be found from anything a curator or another person may read, by any SQL of theirs.

Two persons give in a known order, at known times; the prying ones read every table, function and system column they are let.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from beheard.rls.declared import protected_tables
from library import contributions
from library.models import GlobalLibraryItem, LibraryContribution
from library.words import Source
from tests.library.factories import CURATOR, words

pytestmark = pytest.mark.django_db
GIVERS = 8
SYSTEM_COLUMNS = ("xmin", "xmax", "cmin", "cmax", "ctid", "tableoid")
ACCOUNTS = ("people_user", "django_session", "account_emailaddress", "django_admin_log")
CATALOGUE = (
    "SELECT * FROM pg_stat_user_tables",
    "SELECT * FROM pg_stat_activity",
    "SELECT * FROM pg_stat_xact_user_tables",
    "SELECT * FROM pg_statio_user_tables",
    "SELECT reltuples FROM pg_class",
    "SELECT pg_relation_size('library_librarycontribution')",
    "SELECT pg_xact_commit_timestamp('3'::xid)",
)


def rows(query: str, params=()) -> list[tuple] | None:
    """What this actor is given; None when it is refused."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall()
    except Error:
        return None


@pytest.fixture
def givers(person):
    """Eight who gave last week, one after the other, an hour apart; three are published."""
    found = [person(f"giver-{number}@example.org") for number in range(GIVERS)]
    week = timezone.now() - timedelta(days=8)
    for number, giver in enumerate(found):
        with transaction_as(giver):
            contributions.offer(by=giver, words=words(title=f"Gift {number}"), now=week + timedelta(hours=number))
    assert contributions.release() == GIVERS
    with transaction_as(CURATOR):
        items = list(GlobalLibraryItem.objects.filter(source=Source.CONTRIBUTED).order_by("title"))
        for item in items[:3]:
            contributions.accept(by=CURATOR, item_id=item.pk, now=timezone.now())
    return found


PRYING = [CURATOR, Actor.user(uuid4()), Actor.ai(uuid4(), uuid4()), Actor.joint(uuid4()), Actor.auditor(uuid4())]


@pytest.mark.parametrize("prying", PRYING, ids=lambda actor: actor.role)
def test_nothing_that_can_be_read_names_a_giver_a_contribution_or_a_session(givers, prying):
    secrets = {str(giver.user_id) for giver in givers}
    for giver in givers:
        with transaction_as(giver):
            secrets |= {str(pk) for pk in LibraryContribution.objects.values_list("pk", flat=True)}
    with transaction_as(prying):
        for table in [*protected_tables(), *ACCOUNTS]:
            said = str(rows(f"SELECT t::text FROM {table} t") or rows(f"SELECT * FROM {table}"))
            assert not [secret for secret in secrets if secret in said], table


@pytest.mark.parametrize("prying", [CURATOR, Actor.user(uuid4())], ids=lambda actor: actor.role)
def test_no_system_column_and_no_statistic_is_told(givers, prying):
    told = []
    with transaction_as(prying):
        for table in protected_tables():
            for column in SYSTEM_COLUMNS:
                refused = rows(f"SELECT {column} FROM {table}") is None
                if table.startswith("library_") and not refused and not _keeps_the_library(prying, table):
                    told.append((table, column))
        told += [query for query in CATALOGUE if rows(query)]
        told += [row for row in rows("SELECT tablename FROM pg_stats") or [] if "contribution" in row[0]]
    assert told == []


def _keeps_the_library(prying, table) -> bool:
    """A curator's tables show them system columns: what those tell of a batch is looked at below."""
    return prying is CURATOR and table != "library_librarycontribution"


def test_what_came_together_came_in_one_transaction(givers):
    """A number of one's own for each row would be the order of giving."""
    with transaction_as(CURATOR):
        untouched = [item.pk for item in GlobalLibraryItem.objects.filter(title__gte="Gift 3").order_by("pk")]
        for table, key in (("library_globallibraryitem", "id"), ("library_contributionreview", "item_id")):
            query = f"SELECT DISTINCT xmin::text FROM {table} WHERE {key} = ANY(%s)"
            found = rows(query, [untouched])
            assert len(found) == 1
    assert len(untouched) == GIVERS - 3


def test_times_ids_and_the_order_of_rows_say_the_week_and_no_more(givers):
    with transaction_as(CURATOR):
        items = rows(
            "SELECT id, slug, title, created_at, updated_at FROM library_globallibraryitem WHERE source = 'CONTRIBUTED'"
        )
        moments = {row[3] for row in items}
        untouched = {row[4] for row in items if int(row[2].split()[1]) >= 3}
    assert moments == untouched == {monday(timezone.now())}
    assert all(UUID(str(row[0])).version == 4 and row[1] == f"given-{UUID(str(row[0])).hex}" for row in items)


def monday(moment: datetime) -> datetime:
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def test_rows_do_not_lie_in_the_order_they_were_given(person):
    """Eight gifts, three weeks in a row: in the order of giving each time, by chance, once in 8!³."""
    orders = []
    for week in (3, 2, 1):
        givers = [person(f"giver-{week}-{number}@example.org") for number in range(GIVERS)]
        for number, giver in enumerate(givers):
            with transaction_as(giver):
                gift = words(title=f"Gift {week} {number}")
                contributions.offer(by=giver, words=gift, now=timezone.now() - timedelta(days=8, minutes=-number))
        contributions.release()
        with transaction_as(CURATOR):
            found = rows(
                "SELECT title FROM library_globallibraryitem WHERE title LIKE %s ORDER BY ctid", [f"Gift {week} %"]
            )
            orders.append([int(title.split()[-1]) for (title,) in found])
    assert orders != [list(range(GIVERS))] * 3


@pytest.mark.parametrize("prying", PRYING, ids=lambda actor: actor.role)
def test_no_door_tells_whose_it_is(givers, prying):
    with transaction_as(prying):
        assert not rows("SELECT * FROM door.my_contributions()")
        item_id = uuid4()
        assert not any(row[0] for row in rows("SELECT door.agree_to_edited_words(%s, '')", [item_id]) or [])
        assert rows("SELECT door.release_contributions()") is None
