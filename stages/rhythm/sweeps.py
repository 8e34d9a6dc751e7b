"""What beat does about time passing: reminders, nudges, quiet endings, and the e-mails of notices.

The system sees schedules and never a word; whose turn it is, which decides whether a nudge would be kind, is asked as the person.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from beheard.people import accounts, mails
from beheard.people.pages import place_of
from beheard.rls import Actor, NotYours, transaction_as
from beheard.rls.doors import door
from stages.journey import Next, facts_of, next_thing
from stages.models import NoticeKind, NoticeSettings, Notification, StageProgress
from stages.rhythm.models import BY_EMAIL
from stages.rhythm.queries import is_quiet
from stages.rhythm.words import LETTERS

logger = logging.getLogger(__name__)

NOTHING_TO_DO = {Next.WAITING, Next.PAUSED, Next.ENDED, Next.AGREEMENT}  # it is not their turn: no nudge
NOT_LATER_THAN = timedelta(days=2)  # after that a notice waits in the app alone
AWAY = (SMTPException, OSError)


def remind() -> None:
    """One reminder at the time each chose."""
    with transaction_as(Actor.system()):
        door("sweep_reminders")


def nudge() -> None:
    """A quiet word after three and after seven days of silence, to whose turn it is. Never about anyone else."""
    with transaction_as(Actor.system()):
        silent = door("silent_people")
    for row in silent:
        theirs = _is_their_turn(row["owner_id"], row["session_id"])
        with transaction_as(Actor.system()):
            door("note_nudge", row["session_id"], row["owner_id"], row["nudge"], theirs)


def _is_their_turn(user_id: UUID, session_id: UUID) -> bool:
    actor = Actor.user(user_id, session_id)
    with transaction_as(actor):
        try:
            return next_thing(facts_of(place_of(actor, session_id))) not in NOTHING_TO_DO
        except NotYours:
            return False


def end_quietly() -> None:
    """What nobody has come back to for thirty days, and what one of two has ended for both."""
    with transaction_as(Actor.system()):
        door("sweep_endings")


def send_notices(*, now: datetime) -> int:
    """E-mails of what is due, one for each person and kind, outside their quiet hours. Returns how many went out.

    A server that is away is tried again at the next sweep; the notice itself stands in the app meanwhile.
    """
    sent = 0
    for user_id, kind in _to_send(now):
        try:
            sent += _send(user_id, kind, now)
        except AWAY as trouble:
            logger.warning("An e-mail could not be sent and is tried again: %s", type(trouble).__name__)
    return sent


def _due(now: datetime):
    """Due, unseen, not sent; and no nudge to who has come back meanwhile."""
    came_back = StageProgress.objects.filter(
        owner_id=OuterRef("owner_id"), session_id=OuterRef("session_id"), content_changed_at__gt=OuterRef("created_at")
    )
    due = Notification.objects.filter(due_at__lte=now, due_at__gt=now - NOT_LATER_THAN, kind__in=BY_EMAIL)
    return due.filter(~Q(kind=NoticeKind.NUDGE) | ~Exists(came_back), seen_at=None, emailed_at=None)


def _to_send(now: datetime) -> list[tuple[UUID, str]]:
    with transaction_as(Actor.system()):
        due = dict.fromkeys(_due(now).order_by("due_at", "id").values_list("owner_id", "kind"))
        owners = {owner for owner, _kind in due}
        chosen = {one.owner_id: one for one in NoticeSettings.objects.filter(owner_id__in=owners)}
    return [(owner, kind) for owner, kind in due if _wanted(chosen.get(owner), kind, now)]


def _wanted(chosen: NoticeSettings | None, kind: str, now: datetime) -> bool:
    return not (chosen and kind in chosen.not_by_email) and not is_quiet(chosen, now)


def _send(user_id: UUID, kind: str, now: datetime) -> bool:
    address = accounts.proven_address(user_id)
    if address is None:  # a stranger may have typed it
        return False
    with transaction_as(Actor.system()):
        mine = _due(now).filter(owner_id=user_id, kind=kind).order_by("id")
        ids = list(mine.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
        if not Notification.objects.filter(pk__in=ids).update(emailed_at=now):
            return False
        mails.send(LETTERS[kind], address)  # when it fails, the row is as it was
    return True
