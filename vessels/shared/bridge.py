"""The bridge: the only door from a private vessel into the shared one.

For the rooms (letters, needs, ownership line, ideas, feedback):

1.  `content = bridge.offer(place=…, content_type=…, item_id=…, words=…, now=…)` puts exact words before their owner. Nothing
    crosses. Refuses (NotNow) words over the limit (`MOST_WORDS`, `MOST_CHARACTERS`).
2.  Either send them to the page that asks, and back to one of your pages (`next` names a route that takes session_id alone):

        return redirect(bridge.preview_url(content, next="needs:mine"))

    or ask on your own page: `{% include "shared/preview.html" with content=content original=need.need %}`, which posts `decision`
    (share, private, pressed, not_now, edit), `digest` and `words` to `shared:preview`; or post decisions of your own and call

        bridge.grant(place=place, content_id=…, digest=posted, now=now)
        bridge.keep_private(place=place, content_id=…, now=now)

    `digest` is `bridge.digest(content)`, hidden in the form that showed the words: exactly those are granted, else NotNow.
    Not now: do nothing. Never offer again unasked what is in `bridge.kept_private(place, content_type)`.
3.  Granted words cool off first (`vessels.shared.cooling`): as long as their owner chose, twelve hours with hot hands. Until then
    they can be taken back unseen. Letters, needs and ideas then wait for the meeting that carries them (LETTERS, NEEDS, IDEAS),
    which is not before all that it carries has cooled off; once it has been they cross by themselves, as everything else does.
4.  `bridge.standing(content)` says in which of these an item is; `bridge.latest(place, content_type, item_id, round)` finds it;
    `bridge.from_partner(place, content_type)` is all a page may ever read of the other.
5.  Before you delete or replace a private original: `bridge.take_back_item(place=…, item_id=…, now=…)`.

All of it is idempotent. `grant`, `keep_private`, `revoke` and `mine` raise NotYours (a 404) for an id that is not the person's.
The database enforces the same: only `door.decide_consent` makes content active, at most three needs and three ideas at once, and
policies show it to others only while it is active and has crossed.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beheard.crypto.errors import WordsUnavailable
from beheard.crypto.fields import tidy
from beheard.people.pages import Place
from beheard.rls import NotNow, NotYours
from beheard.rls.doors import door_value
from beheard.rls.reading import asked_once
from consent import ledger
from consent.models import Action, ConsentRecord, ContentType, Decision
from vessels.shared.models import ConsentedContent

MOST_WORDS = {ContentType.IDENTIFIED_NEED: 25, ContentType.PROPOSAL: 40}
MOST_CHARACTERS = 4000
MOST_ACTIVE = 3  # needs, and ideas, at once; the database counts
CARRIED_BY_MEETING = {ContentType.EMPATHY_ATTEMPT, ContentType.IDENTIFIED_NEED, ContentType.PROPOSAL}


class Standing(StrEnum):
    """Where words stand. Only their owner learns it."""

    UNDECIDED = "undecided"
    PRIVATE = "private"  # they chose to keep it
    WAITING = "waiting"  # granted, not crossed yet: can be taken back without anyone having seen it
    SHARED = "shared"
    TAKEN_BACK = "taken_back"


# --- words -------------------------------------------------------------------------------------------------------


def tidied(words: str) -> str:
    """Words as they are kept and compared."""
    return tidy(words).strip()


def count_words(text: str) -> int:
    return len(text.split())


def check_words(content_type: ContentType, words: str) -> str:
    """The words as they will be offered. Raises NotNow when there are none, or too many for a card."""
    words = tidied(words)
    most, count = MOST_WORDS.get(content_type), count_words(words)
    if not words:
        raise NotNow(_("There is nothing here to share yet."))
    if most and count > most:
        message = ngettext(
            "This is %(count)d words long. A card holds %(most)d word.",
            "This is %(count)d words long. A card holds %(most)d words.",
            most,
        )
        raise NotNow(message % {"count": count, "most": most})
    if len(words) > MOST_CHARACTERS:
        raise NotNow(_("This is longer than 4,000 characters. Shorter is easier to take in."))
    return words


def digest(content: ConsentedContent) -> str:
    """What the form that shows these words carries, so that exactly they are granted."""
    return ledger.digest_of(content).hex()


# --- the way across ----------------------------------------------------------------------------------------------


def offer(
    *, place: Place, content_type: ContentType, item_id: UUID, words: str, now: datetime, round: int = 1
) -> ConsentedContent:
    """Put exact words before their owner. Nothing crosses.

    Words that are offered already, or shared already, are the same offer; other words take the place of an offer that was not
    decided yet.
    """
    content_type = ContentType(content_type)
    words = check_words(content_type, words)
    before = latest(place, content_type, item_id, round)
    undecided = before is not None and standing(before) == Standing.UNDECIDED
    if before is not None and (undecided or before.consent_active) and before.transformed_content == words:
        return before
    if undecided:
        before.delete()
    content = _write(place, content_type, item_id, words, round, now)
    ledger.append(place=place, action=Action.EDITED if undecided else Action.OFFERED, content=content)
    return content


def grant(
    *,
    place: Place,
    content_id: UUID,
    digest: str,
    now: datetime,
    at_meeting: bool | None = None,
) -> ConsentedContent:
    """Share exactly the words that were shown (`digest` is the one on the page).

    They cross after the cooling-off, at the meeting that carries them (`at_meeting`; by default what the kind of content says) or
    by themselves. Raises NotNow when the words are no longer the ones that were shown, when
    they were kept private or taken back, and when three of the kind are shared already.
    """
    content = mine(place, content_id)
    if content.consent_active:
        return content
    if digest != ledger.digest_of(content).hex():
        raise NotNow(_("The words have changed since you read them. Please look again before you share them."))
    if at_meeting is None:
        at_meeting = content.content_type in CARRIED_BY_MEETING
    wait = timedelta(minutes=settings.SHARING_COOLING_OFF_MINUTES)
    answer = _decide(place, content, Decision.GRANTED, wait, at_meeting)
    if answer is None:
        raise NotNow(_("These words are no longer here, so nothing was shared."))
    if answer == "RESTING":
        raise NotNow(_("This part is for both of you, and it is resting now. What is yours stays here for you."))
    if answer == "FULL":
        raise NotNow(_("Three are shared already. Take one back first, or keep this one for yourself."))
    if answer != Decision.GRANTED:
        raise NotNow(_("This was kept private. You can share it by starting again from the words themselves."))
    content.refresh_from_db()
    return content


def keep_private(*, place: Place, content_id: UUID, now: datetime) -> None:
    """Decline an offer. Nobody learns of it. What is shared already stays so: that is taken back, not declined."""
    _decide(place, mine(place, content_id), Decision.DENIED)


def revoke(*, place: Place, content_id: UUID, now: datetime) -> None:
    """Take back what was shared. At once, without a word to anyone."""
    _decide(place, mine(place, content_id), Decision.REVOKED)


def take_back_item(*, place: Place, item_id: UUID, now: datetime) -> None:
    """Take back whatever is shared of a private item, because the item itself goes."""
    for content in ConsentedContent.objects.filter(
        owner_id=place.user_id, session_id=place.session.pk, item_id=item_id, consent_active=True
    ).order_by("created_at", "consent_record_id"):
        _decide(place, content, Decision.REVOKED)


# --- what stands -------------------------------------------------------------------------------------------------


def mine(place: Place, content_id: UUID) -> ConsentedContent:
    """The person's own content in this session, decided or not. Raises NotYours for any other."""
    content = _own(place).filter(pk=content_id).first()
    if content is None:
        raise NotYours
    return content


def standing(content: ConsentedContent) -> Standing:
    """Where the owner's words stand. Needs the consent record, which only the owner sees."""
    if content.consent_active:
        crossed = content.crosses_at is not None and content.crosses_at <= timezone.now()
        return Standing.SHARED if crossed else Standing.WAITING
    if content.revoked_at is not None:
        return Standing.TAKEN_BACK
    return Standing.PRIVATE if content.consent_record.decision == Decision.DENIED else Standing.UNDECIDED


def latest(place: Place, content_type: ContentType, item_id: UUID, round: int = 1) -> ConsentedContent | None:
    """The newest offer of an item, whatever became of it."""
    return (
        _own(place)
        .filter(content_type=content_type, item_id=item_id, round=round)
        .order_by("-created_at", "-consent_record_id")
        .first()
    )


def latest_by_item(place: Place, content_type: ContentType, round: int = 1) -> dict[UUID, ConsentedContent]:
    """The newest offer of each item of a kind, in one query: for pages that list needs or ideas with their standing."""
    offers = _own(place).filter(content_type=content_type, round=round).order_by("created_at", "consent_record_id")
    return {content.item_id: content for content in offers}


def shown_by_item(place: Place, content_type: ContentType, round: int = 1) -> dict[UUID, ConsentedContent]:
    """What is shared of each item, else its newest offer, in one query."""
    offers = _own(place).filter(content_type=content_type, round=round).order_by("created_at", "id")
    return {content.item_id: content for content in sorted(offers, key=lambda content: content.consent_active)}


def kept_private(place: Place, content_type: ContentType) -> set[UUID]:
    """The items whose owner said no. Nobody offers them again unless they themselves do."""
    found = latest_by_item(place, content_type).items()
    return {item_id for item_id, content in found if standing(content) == Standing.PRIVATE}


def shared_by_me(place: Place) -> QuerySet[ConsentedContent]:
    """Everything this person ever agreed to share in this session, newest first, taken back or not."""
    return _own(place).filter(consented_at__isnull=False).order_by("-consented_at", "-consent_record_id")


def active_of_mine(place: Place, content_type: ContentType) -> QuerySet[ConsentedContent]:
    """What this person shares now, crossed or still waiting, in the order it was made."""
    return (
        _own(place).filter(content_type=content_type, consent_active=True).order_by("created_at", "consent_record_id")
    )


def from_partner(place: Place, content_type: ContentType) -> list[ConsentedContent]:
    """What the other shares with this person now, in the order it was made. Of each row only the words are there, whose they are,
    their kind and round: everything else about them is the other's own.
    """
    return [content for content in all_from_partner(place) if content.content_type == content_type]


def all_from_partner(place: Place) -> list[ConsentedContent]:
    """The same of every kind, in one query for a page."""

    def ask() -> list[ConsentedContent]:
        return opened(ConsentedContent.objects.raw("SELECT * FROM door.crossed_words(%s)", [place.session.pk]))

    return list(asked_once(("crossed", place.user_id, place.session.pk), ask))


def opened(contents: Iterable[ConsentedContent]) -> list[ConsentedContent]:
    """Those whose words can be read, read at once. What was taken back in the very moment between is not among them, and is no
    error: a page that fails, or a reply that never comes, would tell of it.
    """
    found = []
    for content in contents:
        with suppress(WordsUnavailable):
            content.transformed_content  # noqa: B018  reading opens it, and it stays open
            found.append(content)
    return found


def preview_url(content: ConsentedContent, next: str = "") -> str:
    """The page that asks about these words. `next`: the name of a route that takes session_id alone."""
    url = reverse("shared:preview", args=[content.session_id, content.pk])
    return f"{url}?{urlencode({'next': next})}" if next else url


# --- inside ------------------------------------------------------------------------------------------------------


def _own(place: Place) -> QuerySet[ConsentedContent]:
    return ConsentedContent.objects.filter(owner_id=place.user_id, session_id=place.session.pk).select_related(
        "consent_record"
    )


def _decide(place, content, decision, wait=timedelta(), at_meeting=False) -> str | None:
    """What stands after the door was asked: a Decision, FULL, or None."""
    with ledger.sealing(place.user_id, last=(content.consent_record_id, ledger.NOTED_AS[decision])):
        return door_value(
            "decide_consent", content.consent_record_id, decision, wait, at_meeting, ledger.pseudonym(place.user_id)
        )


def _write(place, content_type, item_id, words, round, now) -> ConsentedContent:
    content = ConsentedContent(
        session_id=place.session.pk,
        shared_vessel_id=place.session.shared_vessel_id,
        owner_id=place.user_id,
        content_type=content_type,
        item_id=item_id,
        original_need_id=item_id if content_type == ContentType.IDENTIFIED_NEED else None,
        round=round,
        transformed_content=words,
        created_at=now,
    )
    content.consent_record = ConsentRecord.objects.create(
        owner_id=place.user_id,
        session_id=place.session.pk,
        content_type=content_type,
        item_id=item_id,
        preview_digest=ledger.digest_of(content),
        offered_at=now,
    )
    content.save(force_insert=True)
    return content
