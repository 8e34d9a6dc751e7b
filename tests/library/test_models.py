"""What the database holds together, each rule both ways, and who may see what."""

from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from beheard.rls import Actor, transaction_as
from library.models import GlobalLibraryItem, LibraryEmbedding
from library.vectors import refresh_embeddings
from library.words import Source, Status
from tests.library.factories import CURATOR, ItemFactory

pytestmark = pytest.mark.django_db
READERS = [Actor.user(uuid4()), Actor.ai(uuid4(), uuid4()), Actor.joint(uuid4())]
OTHERS = [Actor.auditor(uuid4()), Actor.system()]


@contextmanager
def refused(constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        yield
        check_deferred()


def check_deferred():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"source": "FOUND"}, "library_item_source_known"),
        ({"status": "LOST"}, "library_item_status_known"),
        ({"setting": "NOWHERE"}, "library_item_setting_known"),
        ({"effort": 4}, "library_item_effort_known"),
        ({"need_categories": ["LUXURY"]}, "library_item_needs_known"),
        ({"need_categories": []}, "library_item_needs_known"),
        ({"duration_days": None, "duration_minutes": None}, "library_item_takes_some_time"),
        ({"duration_days": 0, "duration_minutes": None}, "library_item_takes_some_time"),
        ({"plain": ""}, "library_item_published_has_plain_form"),
        ({"slug": "taken"}, "slug"),
    ],
)
def test_an_item_that_breaks_a_rule_is_refused(changes, constraint):
    with transaction_as(CURATOR):
        ItemFactory(slug="taken")
        with refused(constraint):
            ItemFactory(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "DRAFT", "plain": ""},
        {"status": "RETIRED"},
        {"setting": "APART", "effort": 3},
        {"need_categories": ["SAFETY", "FAIRNESS"]},
        {"duration_days": None, "duration_minutes": 10},
    ],
)
def test_an_item_within_the_rules_is_kept(changes):
    with transaction_as(CURATOR):
        item = ItemFactory(**changes)
        check_deferred()
        assert GlobalLibraryItem.objects.filter(pk=item.pk).exists()


# --- curated and contributed ---------------------------------------------------------------------


def test_a_contributed_item_without_a_contribution_is_refused():
    with transaction_as(CURATOR), refused("consent of whoever gave it"):
        ItemFactory(source=Source.CONTRIBUTED)


def test_a_curated_item_cannot_become_contributed():
    with transaction_as(CURATOR):
        item = ItemFactory()
        with refused("consent of whoever gave it"):
            GlobalLibraryItem.objects.filter(pk=item.pk).update(source=Source.CONTRIBUTED)


# --- who may see what ----------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS, ids=lambda actor: actor.role)
def test_readers_see_published_items_and_their_embeddings_only(reader):
    with transaction_as(CURATOR):
        items = [ItemFactory(status=status) for status in Status]
        refresh_embeddings(items)
    with transaction_as(reader):
        assert [item.status for item in GlobalLibraryItem.objects.order_by("slug")] == [Status.PUBLISHED]
        assert LibraryEmbedding.objects.count() == 1


@pytest.mark.parametrize("reader", READERS + OTHERS, ids=lambda actor: actor.role)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE library_globallibraryitem SET title = 'x'",
        "DELETE FROM library_globallibraryitem",
        "UPDATE library_libraryembedding SET status = 'PUBLISHED'",
        "DELETE FROM library_libraryembedding",
        "DELETE FROM library_librarycontribution",
    ],
)
def test_nobody_but_a_curator_writes_the_library(reader, statement):
    assert denied(reader, statement)


@pytest.mark.parametrize("other", OTHERS, ids=lambda actor: actor.role)
def test_other_roles_read_nothing(other):
    assert denied(other, "SELECT FROM library_globallibraryitem")


@pytest.mark.parametrize("other", [CURATOR, *READERS[1:], *OTHERS], ids=lambda actor: actor.role)
def test_no_other_role_may_look_at_contributions(other):
    assert denied(other, "SELECT FROM library_librarycontribution")


def test_an_embedding_follows_its_item_into_retirement():
    with transaction_as(CURATOR):
        item = ItemFactory()
        refresh_embeddings([item])
        GlobalLibraryItem.objects.filter(pk=item.pk).update(status=Status.RETIRED, solo=True)
        embedding = LibraryEmbedding.objects.get(item_id=item.pk)
        assert (embedding.status, embedding.solo) == (Status.RETIRED, True)


def denied(actor, statement):
    refusal = pytest.raises(ProgrammingError, match="permission denied")
    with transaction_as(actor), refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return True
