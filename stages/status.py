"""What a session's status looks like to one of its people, and how far both are. Neither tells what the other has done."""

from django.utils.translation import gettext_lazy as _

from beheard.people.models import SessionStatus
from beheard.people.pages import Place
from beheard.rls.doors import door_value
from stages.journey import Next, facts_of, next_thing

WAITING_WORDS = _("when you are both ready")


def display_status(place: Place) -> SessionStatus:
    """The stored status; WAITING, which is never stored, for who has done their part and is ahead at a gate.

    Derived from this person's own facts: to whoever is behind, the session is simply active.
    """
    status = SessionStatus(place.session.status)
    if status == SessionStatus.ACTIVE and next_thing(facts_of(place)) == Next.WAITING:
        return SessionStatus.WAITING
    return status


def shared_stage(place: Place) -> int | None:
    """The stage both have behind them; None while a member has none. Of the partner it rests on their stone alone."""
    return door_value("shared_stage", place.session.pk)
