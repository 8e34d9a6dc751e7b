"""Giving to the library: offer, take back, say yes again; and what a curator may do with what came.

Everything runs inside the caller's transaction, as the caller's actor. A person acts on their own contributions by the
contribution's id, a curator by the item's: neither side ever holds the other's.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from beheard.rls import Actor, NotNow, NotYours, Role, transaction_as
from beheard.rls.doors import door, door_value
from library.models import ContributionReview, GlobalLibraryItem, LibraryContribution
from library.vectors import refresh_embeddings
from library.words import ReviewState, Source, Status

MOST_WAITING = 10  # of one person, not decided yet: a library, not a diary


@dataclass(frozen=True)
class GivenWords:
    """What somebody gives, written anew: the exact words that will be published."""

    title: str
    plain: str
    need_categories: tuple[str, ...]
    description: str = ""
    measure: str = ""
    duration_minutes: int | None = None
    duration_days: int | None = None


@dataclass(frozen=True)
class Given:
    """One contribution as its giver sees it."""

    contribution: LibraryContribution
    state: str  # waiting, new, asked, agreed, published, declined, retired, withdrawn
    reason: str = ""
    edited: dict | None = None  # the words as a curator edited them, when they wait for a yes, with their `digest`


# --- the giver ------------------------------------------------------------------------------------------------------
def offer(*, by: Actor, words: GivenWords, now: datetime) -> LibraryContribution:
    """Give these exact words. Curators see them when the week is over, without a name or a day.

    The same words again, while they stand, are the same gift. Raises NotNow when ten of this person's are undecided.
    """
    mine = LibraryContribution.objects.filter(owner_id=by.user_id, withdrawn_at__isnull=True)
    values = asdict(words) | {"need_categories": list(words.need_categories)}
    if same := mine.filter(**values).first():
        return same
    if mine.filter(item__isnull=True).count() >= MOST_WAITING:
        raise NotNow(_("Several things you gave have not been read yet. Please let those be read first."))
    return LibraryContribution.objects.create(owner_id=by.user_id, consented_at=now, **values)


def given_by(by: Actor) -> list[Given]:
    """What this person has given, newest first, and how each stands."""
    standing = {row["contribution_id"]: row for row in door("my_contributions")}
    mine = LibraryContribution.objects.filter(owner_id=by.user_id).order_by("-consented_at", "id")
    return [_as_seen(one, standing.get(one.pk)) for one in mine]


def _as_seen(contribution: LibraryContribution, row: dict | None) -> Given:
    if contribution.withdrawn_at:
        return Given(contribution, "withdrawn")
    if row is None:
        return Given(contribution, "waiting")
    if row["status"] == Status.PUBLISHED:
        return Given(contribution, "published")
    if row["state"] == ReviewState.DECLINED:
        return Given(contribution, "declined", row["reason"])
    if row["status"] == Status.RETIRED:
        return Given(contribution, "retired")
    if row["state"] == ReviewState.ASKED:
        return Given(contribution, "agreed") if row["agreed"] else Given(contribution, "asked", row["reason"], row)
    return Given(contribution, "agreed" if row["state"] == ReviewState.AGREED else "new")


def withdraw(*, by: Actor, contribution_id: UUID, now: datetime) -> None:
    """Take it back, before or after publication: it leaves search at once, and nobody is offered it again. For good.

    An agreement that grew from it keeps its own words. Raises NotYours.
    """
    mine = LibraryContribution.objects.filter(owner_id=by.user_id, pk=contribution_id)
    if not mine.exists():
        raise NotYours
    mine.filter(withdrawn_at__isnull=True).update(withdrawn_at=now)


def agree_again(*, by: Actor, contribution_id: UUID, digest: str) -> None:
    """Yes to the words as a curator edited them, exactly as shown. Raises NotYours, or NotNow when they have changed since."""
    if not LibraryContribution.objects.filter(owner_id=by.user_id, pk=contribution_id).exists():
        raise NotYours
    if not door_value("agree_to_edited_words", contribution_id, digest):
        raise NotNow(_("The words have changed since you read them. Please look at them again."))


def release() -> int:
    """What was given before this week comes before the curators, all at once; how many. Idempotent, in any number of runs."""
    with transaction_as(Actor.system()):
        return door_value("release_contributions")


# --- curators -------------------------------------------------------------------------------------------------------
def waiting_for_review() -> list[ContributionReview]:
    """Those a curator has something to do with, in no order that tells anything."""
    states = [ReviewState.NEW, ReviewState.AGREED]
    return list(
        ContributionReview.objects.filter(state__in=states).select_related("item").order_by("item__title", "pk")
    )


def words_are_agreed(item: GlobalLibraryItem) -> bool:
    """Whether the item, as it stands in memory, is in the words its giver agreed to. True for what nobody gave."""
    if item.source != Source.CONTRIBUTED:
        return True
    review = ContributionReview.objects.get(pk=item.pk)
    return review.agreed_digest == door_value(
        "library_words_digest",
        item.title,
        item.description,
        item.plain,
        list(item.steps),
        item.measure,
        item.duration_minutes,
        item.duration_days,
    )


def accept(*, by: Actor, item_id: UUID, now: datetime) -> GlobalLibraryItem:
    """Publish a contribution in the words its giver agreed to. Raises NotNow while they have not agreed to these."""
    review = _review(by, item_id)
    item = review.item
    if not words_are_agreed(item):
        raise NotNow(_("Whoever gave this has not agreed to these words yet. Ask them first."))
    item.status, item.updated_at = Status.PUBLISHED, now
    item.save(update_fields=["status", "updated_at"])
    refresh_embeddings([item])
    _stands(review, ReviewState.ACCEPTED)
    return item


def ask_again(*, by: Actor, item_id: UUID, now: datetime, reason: str = "") -> None:
    """Put the words as edited before whoever gave them; until they say yes it is no suggestion.

    Raises NotNow when nothing changed.
    """
    review = _review(by, item_id)
    if words_are_agreed(review.item):
        raise NotNow(_("These are the words that were agreed to. There is nothing to ask."))
    GlobalLibraryItem.objects.filter(pk=item_id).update(status=Status.DRAFT, updated_at=now)
    _stands(review, ReviewState.ASKED, reason)


def decline(*, by: Actor, item_id: UUID, reason: str, now: datetime) -> None:
    """Not for the library, with a kind word that its giver finds when they look. Raises NotNow without one."""
    review = _review(by, item_id)
    if not reason.strip():
        raise NotNow(_("Say why, kindly: whoever gave it will read it."))
    GlobalLibraryItem.objects.filter(pk=item_id).update(status=Status.RETIRED, updated_at=now)
    _stands(review, ReviewState.DECLINED, reason.strip())


def keep_agreed(item: GlobalLibraryItem) -> bool:
    """Before an edited item is saved: other words of a contribution go back to draft and to their giver. True when they do."""
    if words_are_agreed(item):
        return False
    if item.status == Status.PUBLISHED:
        item.status = Status.DRAFT
    ContributionReview.objects.filter(pk=item.pk).update(state=ReviewState.ASKED)
    return True


def _review(by: Actor, item_id: UUID) -> ContributionReview:
    if by.role is not Role.CURATOR:
        raise NotYours
    review = ContributionReview.objects.select_related("item").filter(pk=item_id).first()
    if review is None:
        raise NotYours
    return review


def _stands(review: ContributionReview, state: ReviewState, reason: str = "") -> None:
    ContributionReview.objects.filter(pk=review.pk).update(state=state, reason=reason)
