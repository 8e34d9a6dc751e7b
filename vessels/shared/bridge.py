"""The bridge: the only door from a private vessel into the shared one.

Offer (the exact words, shown to their owner) → grant or keep private → cross → take back. The database enforces it: only
`door.decide_consent` makes content active, and policies show it to others only while it is active and has crossed.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from beheard.people.pages import Place
from beheard.rls import NotNow, NotYours
from beheard.rls.doors import door_value
from consent import ledger
from consent.models import Action, ConsentRecord, ContentType, Decision
from vessels.shared.models import ConsentedContent


def offer(
    *,
    place: Place,
    content_type: ContentType,
    item_id: UUID,
    words: str,
    now: datetime,
    round: int = 1,
) -> ConsentedContent:
    """Put exact words before their owner. Nothing crosses. The same words offered again are the same offer; other words replace
    an offer that was not decided yet."""
    words = words.strip()
    if not words:
        raise NotNow(_("There is nothing here to share yet."))
    open_offer = _undecided(place, content_type, item_id, round)
    if open_offer is not None:
        if open_offer.transformed_content == words:
            return open_offer
        open_offer.delete()
    content = _write(place, content_type, item_id, words, round, now)
    ledger.append(place=place, action=Action.EDITED if open_offer else Action.OFFERED, content=content, now=now)
    return content


def grant(
    *, place: Place, content_id: UUID, digest: str, now: datetime, at_meeting: bool = False, hot: bool = False
) -> ConsentedContent:
    """Share exactly the words that were shown (`digest` is the one on the page). Idempotent.

    They cross at the meeting that carries them (`at_meeting`), or by themselves after the cooling-off; twelve hours later with hot
    hands. Raises NotNow when the words are no longer the ones that were shown.
    """
    content = mine(place, content_id)
    if content.consent_active:
        return content
    if digest != ledger.digest_of(content).hex():
        raise NotNow(_("The words have changed since you read them. Please look again before you share them."))
    wait = timedelta(hours=settings.HOT_HANDS_HOURS) if hot else timedelta(minutes=settings.SHARING_COOLING_OFF_MINUTES)
    standing = door_value(
        "decide_consent", content.consent_record_id, Decision.GRANTED, None if at_meeting else now + wait
    )
    if standing != Decision.GRANTED:
        raise NotNow(_("This was kept private. You can share it by starting again from the words themselves."))
    content.refresh_from_db()
    ledger.append(place=place, action=_grant_action(place, content), content=content, now=now)
    return content


def keep_private(*, place: Place, content_id: UUID, now: datetime) -> None:
    """Decline an offer. Nobody learns of it. Idempotent."""
    content = mine(place, content_id)
    if door_value("decide_consent", content.consent_record_id, Decision.DENIED, None) == Decision.DENIED:
        ledger.append_once(place=place, action=Action.DECLINED, content=content, now=now)


def revoke(*, place: Place, content_id: UUID, now: datetime) -> None:
    """Take back what was shared. At once, without a word to anyone. Idempotent."""
    content = mine(place, content_id)
    if door_value("decide_consent", content.consent_record_id, Decision.REVOKED, None) == Decision.REVOKED:
        ledger.append_once(place=place, action=Action.REVOKED, content=content, now=now)


def mine(place: Place, content_id: UUID) -> ConsentedContent:
    content = ConsentedContent.objects.filter(
        pk=content_id, owner_id=place.user_id, session_id=place.session.pk
    ).first()
    if content is None:
        raise NotYours
    return content


def shared_by_me(place: Place) -> QuerySet[ConsentedContent]:
    """Everything this person ever agreed to share in this session, newest first, taken back or not."""
    return ConsentedContent.objects.filter(
        owner_id=place.user_id, session_id=place.session.pk, consented_at__isnull=False
    ).order_by("-consented_at", "-id")


def from_partner(place: Place, content_type: ContentType) -> QuerySet[ConsentedContent]:
    """What the other shares with this person now, in the order it was made."""
    return (
        ConsentedContent.objects.filter(session_id=place.session.pk, content_type=content_type, consent_active=True)
        .exclude(owner_id=place.user_id)
        .order_by("created_at", "id")
    )


def active_of_mine(place: Place, content_type: ContentType) -> QuerySet[ConsentedContent]:
    return ConsentedContent.objects.filter(
        owner_id=place.user_id, session_id=place.session.pk, content_type=content_type, consent_active=True
    ).order_by("created_at", "id")


def _undecided(place, content_type, item_id, round) -> ConsentedContent | None:
    return (
        ConsentedContent.objects.filter(
            owner_id=place.user_id,
            session_id=place.session.pk,
            content_type=content_type,
            item_id=item_id,
            round=round,
            consent_record__decision__isnull=True,
        )
        .order_by("-created_at")
        .first()
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


def _grant_action(place: Place, content: ConsentedContent) -> Action:
    before = ConsentedContent.objects.filter(
        owner_id=place.user_id, item_id=content.item_id, content_type=content.content_type, revoked_at__isnull=False
    )
    return Action.REGRANTED if before.exists() else Action.GRANTED
