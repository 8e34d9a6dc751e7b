"""From a gift to a suggestion: offered, released with its week, read, edited, agreed again, published, taken back."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from beheard.rls import Actor, NotNow, NotYours, transaction_as
from library import contributions
from library.actions import change_status, save_item
from library.models import ContributionReview, GlobalLibraryItem, LibraryContribution, LibraryEmbedding
from library.queries import search
from library.words import ReviewState, Source, Status
from tests.library.factories import CURATOR, NOW, ItemFactory, words

pytestmark = pytest.mark.django_db
LAST_WEEK = timedelta(days=8)


def offered(person, *, ago=LAST_WEEK, **changes):
    with transaction_as(person):
        return contributions.offer(by=person, words=words(**changes), now=timezone.now() - ago)


def released(person, **changes):
    """The item made of what this person gave last week."""
    given = offered(person, **changes)
    assert contributions.release()
    with transaction_as(person):
        return LibraryContribution.objects.get(pk=given.pk).item_id


def seen_by(person) -> contributions.Given:
    with transaction_as(person):
        (given,) = contributions.given_by(person)
        return given


def as_curator(act, **kwargs):
    with transaction_as(CURATOR):
        result = act(by=CURATOR, now=timezone.now(), **kwargs)
        check_deferred()
        return result


def check_deferred():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def edited(item_id, **changes):
    with transaction_as(CURATOR):
        item = GlobalLibraryItem.objects.get(pk=item_id)
        for name, value in changes.items():
            setattr(item, name, value)
        save_item(by=CURATOR, item=item, now=timezone.now())
        check_deferred()


@pytest.fixture
def ana(person):
    return person()


@pytest.fixture
def item_id(ana):
    return released(ana)


# --- giving ---------------------------------------------------------------------------------------
def test_what_is_given_this_week_is_before_nobody_yet(ana):
    offered(ana, ago=timedelta(0))
    assert contributions.release() == 0
    assert seen_by(ana).state == "waiting"
    with transaction_as(CURATOR):
        assert not GlobalLibraryItem.objects.filter(source=Source.CONTRIBUTED).exists()


def test_when_the_week_is_over_it_is_a_draft_dated_by_the_week(ana, item_id):
    assert contributions.release() == 0
    with transaction_as(CURATOR):
        item = GlobalLibraryItem.objects.get(pk=item_id)
        assert (item.source, item.status, item.plain) == (Source.CONTRIBUTED, Status.DRAFT, words().plain)
        assert item.created_at == item.updated_at
        assert (item.created_at.weekday(), item.created_at.hour, item.created_at.minute) == (0, 0, 0)
        assert [one.item_id for one in contributions.waiting_for_review()] == [item_id]
    assert item_id.version == 4
    assert seen_by(ana).state == "new"


def test_the_same_gift_twice_is_one_and_ten_unread_are_enough(ana):
    first = offered(ana)
    assert offered(ana) == first
    for number in range(contributions.MOST_WAITING - 1):
        offered(ana, title=f"Soup {number}")
    with pytest.raises(NotNow):
        offered(ana, title="One more")


def test_a_partner_sees_and_withdraws_their_own_only(person, ana):
    given, ben = offered(ana), person("ben@example.org")
    with transaction_as(ben):
        assert contributions.given_by(ben) == []
        for act in (
            lambda: contributions.withdraw(by=ben, contribution_id=given.pk, now=NOW),
            lambda: contributions.agree_again(by=ben, contribution_id=given.pk, digest=""),
        ):
            with pytest.raises(NotYours):
                act()
        assert LibraryContribution.objects.update(withdrawn_at=timezone.now()) == 0


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"title": ""}, "has_words"),
        ({"plain": ""}, "has_words"),
        ({"duration_days": None}, "takes_some_time"),
        ({"duration_days": 0}, "takes_some_time"),
        ({"need_categories": ()}, "needs_known"),
        ({"need_categories": ("FUN",)}, "needs_known"),
    ],
)
def test_a_gift_that_could_not_become_an_item_is_refused(ana, changes, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        offered(ana, **changes)


def test_a_gift_may_not_name_an_item_or_another_giver(person, ana, item_id):
    fields = {"title": "x", "plain": "y", "duration_days": 1, "need_categories": ["SAFETY"], "consented_at": NOW}
    for stolen in ({"owner_id": person("ben@example.org").user_id}, {"owner_id": ana.user_id, "item_id": item_id}):
        with transaction_as(ana), pytest.raises(Exception, match="row-level security"), transaction.atomic():
            LibraryContribution.objects.create(**fields | stolen)


# --- reading --------------------------------------------------------------------------------------
def test_accepted_it_is_found_by_everybody(ana, item_id):
    as_curator(contributions.accept, item_id=item_id)
    assert seen_by(ana).state == "published"
    with transaction_as(Actor.joint(uuid4())):
        assert item_id in [item.pk for item in search("soup outside on the balcony")]
    with transaction_as(CURATOR):
        assert ContributionReview.objects.get(pk=item_id).state == ReviewState.ACCEPTED


def test_declined_its_giver_finds_a_kind_reason_when_they_look(ana, item_id):
    with pytest.raises(NotNow):
        as_curator(contributions.decline, item_id=item_id, reason="  ")
    as_curator(contributions.decline, item_id=item_id, reason="We have one much like it. Thank you.")
    given = seen_by(ana)
    assert (given.state, given.reason) == ("declined", "We have one much like it. Thank you.")


@pytest.mark.django_db(transaction=True)
def test_edited_words_wait_for_a_second_yes_which_is_told_with_its_week(ana, item_id, superuser_connection):
    edited(item_id, plain="For two weeks, we eat outside once a week.")
    as_curator(contributions.ask_again, item_id=item_id, reason="A little shorter?")
    with pytest.raises(NotNow):
        as_curator(contributions.accept, item_id=item_id)
    asked = seen_by(ana)
    assert (asked.state, asked.reason, asked.edited["plain"]) == (
        "asked", "A little shorter?", "For two weeks, we eat outside once a week.",
    )  # fmt: skip
    with transaction_as(ana):
        with pytest.raises(NotNow):
            contributions.agree_again(by=ana, contribution_id=asked.contribution.pk, digest="other words")
        contributions.agree_again(by=ana, contribution_id=asked.contribution.pk, digest=asked.edited["digest"])
    assert seen_by(ana).state == "agreed"
    contributions.release()
    with pytest.raises(NotNow):  # the curator can't learn of it before the week is over, not even by trying
        as_curator(contributions.accept, item_id=item_id)
    superuser_connection.execute(
        "UPDATE library_librarycontribution SET consented_at = consented_at - interval '8 days'"
    )
    contributions.release()
    with transaction_as(CURATOR):
        assert ContributionReview.objects.get(pk=item_id).state == ReviewState.AGREED
    as_curator(contributions.accept, item_id=item_id)


def test_asking_about_words_that_were_agreed_to_makes_no_sense(item_id):
    with pytest.raises(NotNow):
        as_curator(contributions.ask_again, item_id=item_id)


def test_a_curator_s_categories_are_not_the_giver_s_words(item_id):
    edited(item_id, situation="household", effort=2, needs=["play"], cautions="Not in a storm.")
    as_curator(contributions.accept, item_id=item_id)


def test_editing_what_is_published_takes_it_back_to_draft_and_asks(ana, item_id):
    as_curator(contributions.accept, item_id=item_id)
    edited(item_id, title="Soup")
    assert seen_by(ana).state == "asked"
    with transaction_as(CURATOR):
        assert GlobalLibraryItem.objects.get(pk=item_id).status == Status.DRAFT


def test_publishing_many_leaves_out_what_was_not_agreed_to(person, ana):
    first, second = released(ana), released(person("ben@example.org"), title="Tea")
    edited(second, title="Coffee")
    assert as_curator(change_status, ids=[first, second], status=Status.PUBLISHED) == 1
    with transaction_as(CURATOR):
        assert LibraryEmbedding.objects.filter(item_id=first, status=Status.PUBLISHED).exists()


@pytest.mark.parametrize(
    "name", ["title", "description", "plain", "measure", "steps", "duration_days", "duration_minutes"]
)
def test_no_sql_of_a_curator_publishes_other_words(item_id, name):
    value = {"steps": ["Run"], "duration_days": 3, "duration_minutes": 4}.get(name, "Something else")
    with transaction_as(CURATOR), pytest.raises(IntegrityError, match="not the words"), transaction.atomic():
        GlobalLibraryItem.objects.filter(pk=item_id).update(**{name: value, "status": Status.PUBLISHED})
        check_deferred()


def test_a_curator_cannot_write_that_somebody_agreed(item_id):
    with transaction_as(CURATOR), pytest.raises(Exception, match="permission denied"), transaction.atomic():
        ContributionReview.objects.update(agreed_digest="x")


def test_reviewing_is_for_curators_and_for_what_was_given(ana, item_id):
    with transaction_as(CURATOR):
        curated = ItemFactory()
    with pytest.raises(NotYours):
        as_curator(contributions.accept, item_id=curated.pk)
    with transaction_as(ana), pytest.raises(NotYours):
        contributions.accept(by=ana, item_id=item_id, now=NOW)


# --- taking back ----------------------------------------------------------------------------------
def test_withdrawn_before_it_is_released_it_never_comes(ana):
    given = offered(ana)
    withdraw(ana, given)
    assert contributions.release() == 0
    assert seen_by(ana).state == "withdrawn"


def test_withdrawn_after_publication_it_is_found_by_nobody_and_for_good(ana, item_id):
    as_curator(contributions.accept, item_id=item_id)
    with transaction_as(ana):
        given = LibraryContribution.objects.get()
    withdraw(ana, given)
    with transaction_as(Actor.user(uuid4())):
        assert not GlobalLibraryItem.objects.filter(pk=item_id).exists()
        assert not LibraryEmbedding.objects.filter(item_id=item_id).exists()
        assert item_id not in [item.pk for item in search("soup outside on the balcony")]
    with transaction_as(ana), pytest.raises(IntegrityError, match="final"), transaction.atomic():
        LibraryContribution.objects.update(withdrawn_at=None)
    with transaction_as(CURATOR), pytest.raises(IntegrityError, match="consent of whoever"), transaction.atomic():
        GlobalLibraryItem.objects.filter(pk=item_id).update(status=Status.PUBLISHED)
        check_deferred()


def withdraw(person, given):
    with transaction_as(person):
        contributions.withdraw(by=person, contribution_id=given.pk, now=timezone.now())


def test_it_cannot_be_withdrawn_before_it_was_given(ana):
    given = offered(ana, ago=timedelta(0))
    with transaction_as(ana), pytest.raises(IntegrityError, match="withdrawn_after"), transaction.atomic():
        contributions.withdraw(by=ana, contribution_id=given.pk, now=timezone.now() - timedelta(days=1))


def test_a_curator_cannot_turn_a_given_item_into_a_curated_one(item_id):
    with transaction_as(CURATOR), pytest.raises(IntegrityError, match="of_item"), transaction.atomic():
        GlobalLibraryItem.objects.filter(pk=item_id).update(source=Source.CURATED)
        check_deferred()


@pytest.mark.parametrize(
    ("source", "constraint"), [("CONTRIBUTED", "library_contribution_of_item"), ("CURATED", "of_contributed")]
)
@pytest.mark.django_db(transaction=True)
def test_a_curated_item_can_have_no_contribution(person, superuser_connection, source, constraint):
    ana = person()
    with transaction_as(CURATOR):
        item = ItemFactory()
    insert = (
        "INSERT INTO library_librarycontribution (id, owner_id, item_id, source, title, plain, description, measure, steps,"
        " duration_days, need_categories, consented_at) VALUES (gen_random_uuid(), %s, %s, %s, 'x', 'y', '', '', '{}', 1,"
        " '{SAFETY}', now())"
    )
    with pytest.raises(psycopg.IntegrityError, match=constraint):
        superuser_connection.execute(insert, [ana.user_id, item.pk, source])
