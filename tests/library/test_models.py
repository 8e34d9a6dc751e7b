"""What the database holds together, each rule both ways, and who may see what."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from beheard.rls import Actor, transaction_as
from library.actions import offer_contribution, withdraw_contribution
from library.models import GlobalLibraryItem, LibraryContribution, LibraryEmbedding
from library.vectors import refresh_embeddings
from library.words import Source, Status
from tests.library.factories import CURATOR, NOW, ItemFactory, words

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


def test_an_offer_makes_a_draft_and_a_contribution_together(person):
    ana = person()
    with transaction_as(ana):
        pk = offer_contribution(by=ana, words=words(), now=NOW)
        check_deferred()
        given = LibraryContribution.objects.get(item_id=pk)
        assert (given.owner_id, given.consented_at, given.withdrawn_at) == (ana.user_id, NOW, None)
    with transaction_as(CURATOR):
        item = GlobalLibraryItem.objects.get(pk=pk)
        assert (item.source, item.status, item.steps) == (Source.CONTRIBUTED, Status.DRAFT, words()["steps"])


def test_the_times_and_ids_of_a_contributed_item_lead_nowhere(person):
    ana = person()
    with transaction_as(ana):
        pk = offer_contribution(by=ana, words=words(), now=NOW)
    with transaction_as(CURATOR):
        item = GlobalLibraryItem.objects.get(pk=pk)
    assert item.created_at == item.updated_at == NOW.replace(day=1, hour=0, minute=0)
    assert pk.version == 4


@pytest.mark.parametrize(
    ("source", "constraint"), [("CONTRIBUTED", "library_contribution_of_item"), ("CURATED", "of_contributed")]
)
@pytest.mark.django_db(transaction=True)
def test_a_curated_item_can_have_no_contribution(person, superuser_connection, source, constraint):
    ana = person()
    with transaction_as(CURATOR):
        item = ItemFactory()
    insert = (
        "INSERT INTO library_librarycontribution (id, owner_id, item_id, source, consented_at) "
        "VALUES (gen_random_uuid(), %s, %s, %s, now())"
    )
    with pytest.raises(psycopg.IntegrityError, match=constraint):
        superuser_connection.execute(insert, [ana.user_id, item.pk, source])


def test_a_contribution_cannot_be_withdrawn_before_it_was_given(person):
    ana = person()
    with transaction_as(ana):
        pk = offer_contribution(by=ana, words=words(), now=NOW)
        with refused("library_contribution_withdrawn_after"):
            withdraw_contribution(by=ana, item_id=pk, now=NOW - timedelta(days=1))


def test_withdrawing_retires_a_published_item_for_good(person):
    ana = person()
    with transaction_as(ana):
        pk = offer_contribution(by=ana, words=words(), now=NOW)
    with transaction_as(CURATOR):
        item = GlobalLibraryItem.objects.get(pk=pk)
        item.status = Status.PUBLISHED
        item.save()
        refresh_embeddings([item])
    with transaction_as(ana):
        assert GlobalLibraryItem.objects.filter(pk=pk).exists()
        withdraw_contribution(by=ana, item_id=pk, now=NOW + timedelta(days=3))
        assert not GlobalLibraryItem.objects.filter(pk=pk).exists()
        assert not LibraryEmbedding.objects.filter(item_id=pk).exists()
        with refused("a withdrawal is final"):
            LibraryContribution.objects.filter(item_id=pk).update(withdrawn_at=None)
    with transaction_as(CURATOR):
        assert GlobalLibraryItem.objects.get(pk=pk).status == Status.RETIRED
        with refused("consent of whoever gave it"):
            GlobalLibraryItem.objects.filter(pk=pk).update(status=Status.PUBLISHED)


def test_a_curator_cannot_turn_a_given_item_into_a_curated_one(person):
    ana = person()
    with transaction_as(ana):
        pk = offer_contribution(by=ana, words=words(), now=NOW)
    with transaction_as(CURATOR), refused("library_contribution_of_item"):
        GlobalLibraryItem.objects.filter(pk=pk).update(source=Source.CURATED)


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
        "INSERT INTO library_librarycontribution SELECT",
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


def test_a_partner_sees_their_own_contribution_only(person):
    ana, ben = person(), person("ben@example.org")
    with transaction_as(ana):
        pk = offer_contribution(by=ana, words=words(), now=NOW)
    with transaction_as(ben):
        assert LibraryContribution.objects.count() == 0
        assert LibraryContribution.objects.filter(item_id=pk).update(withdrawn_at=NOW) == 0


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
