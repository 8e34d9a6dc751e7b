"""Invitations by e-mail, from an outbox: what is committed goes out, whether or not the broker is there.

The link is sealed in the inviter's vessel until it has gone out; only ids pass through the broker.
"""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from beheard.people import mails
from beheard.people.models import Invitation, SessionStatus
from beheard.people.pages import place_of
from beheard.rls import Actor, transaction_as
from beheard.rls.doors import door_value
from stages.queue import quietly
from stages.rhythm.models import OwedInvitation

HOLD = timedelta(minutes=2)  # longer than a mail server may keep a worker waiting
GRACE = timedelta(seconds=5)  # the task queued on commit comes first
LONGEST_WAIT = 3600  # seconds between tries while the mail server is away


def owe(*, invitation: Invitation, token: str, now: datetime) -> None:
    """The e-mail with this link, in this transaction; one that was still owed for an older link is not."""
    ids = {"owner_id": invitation.owner_id, "session_id": invitation.session_id, "vessel_id": invitation.vessel_id}
    OwedInvitation.objects.filter(invitation_id=invitation.pk).delete()
    OwedInvitation(invitation_id=invitation.pk, token=token, try_at=now, **ids).save(force_insert=True)
    invitation_id, user_id = invitation.pk, invitation.owner_id
    transaction.on_commit(lambda: quietly("stages.send_invitation", invitation_id, user_id), robust=True)


def owed(*, now: datetime, limit: int = 200) -> list[tuple[UUID, UUID]]:
    """Invitation and owner of those nobody is sending, longest waiting first."""
    with transaction_as(Actor.system()):
        rows = OwedInvitation.objects.filter(try_at__lte=now - GRACE).order_by("try_at", "id")
        return list(rows.values_list("invitation_id", "owner_id")[:limit])


def send(*, invitation_id: UUID, user_id: UUID, now: datetime) -> bool:
    """In a worker: the e-mail, unless the link is no longer the newest. True when it was sent.

    Whoever has declined is not written to again; the inviter, who would learn it from an e-mail that stays away at once,
    notices nothing: only the `system` actor is told. A mail server that is away raises, and is tried again by and by.
    """
    if not _held(invitation_id, now):
        return False
    with transaction_as(Actor.system()):
        declined = door_value("invitation_was_declined", invitation_id)
    found = None if declined else _letter(invitation_id, user_id)
    if found:
        mails.send(*found)
    with transaction_as(Actor.user(user_id)):
        OwedInvitation.objects.filter(invitation_id=invitation_id, owner_id=user_id).delete()
    return found is not None


def _held(invitation_id: UUID, now: datetime) -> bool:
    """Take it on. A worker that dies leaves it to be tried again, later each time."""
    with transaction_as(Actor.system()):
        mine = OwedInvitation.objects.select_for_update(skip_locked=True, no_key=True).filter(
            invitation_id=invitation_id, try_at__lte=now
        )
        row = mine.order_by("id").first()
        if row is None:
            return False
        wait = max(HOLD, timedelta(seconds=min(60 * 2 ** min(row.tries, 10), LONGEST_WAIT)))
        return bool(OwedInvitation.objects.filter(pk=row.pk).update(try_at=now + wait, tries=F("tries") + 1))


def _letter(invitation_id: UUID, user_id: UUID) -> tuple[mails.Letter, str] | None:
    """As the inviter: the letter and its address; None when the link has been replaced or taken back, or it is over."""
    actor = Actor.user(user_id)
    with transaction_as(actor):
        row = OwedInvitation.objects.filter(invitation_id=invitation_id, owner_id=user_id).first()
        token = row.token if row else ""
        invitation = Invitation.objects.filter(
            pk=invitation_id, owner_id=user_id, withdrawn_at=None, token_hash=token_hash(token)
        ).first()
        if invitation is None or not invitation.email:
            return None
        place = place_of(actor, invitation.session_id)
        if place.session.status == SessionStatus.ABANDONED:
            return None
        return letter(place.display_name, link_of(token)), invitation.email


def link_of(token: str) -> str:
    return settings.BASE_URL + reverse("invitation", args=[token])


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def letter(name: str, link: str) -> mails.Letter:
    """No content: who invites, and a link."""
    before = _("%(name)s would like to talk something through with you, with some help, and at your own pace.")
    return mails.Letter(
        (
            before % {"name": mails.name_or_someone(name)},
            _("You can look first, without joining and without anyone knowing."),
        ),
        _("Have a look"),
        link,
        (_("If you would rather not, you need not do anything. Nobody is told."),),
    )
