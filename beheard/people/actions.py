"""Beginning: a relationship and a session, before anyone else is there."""

from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from beheard.people.models import Session
from beheard.rls import Actor
from beheard.rls.doors import door


def begin_session(*, by: Actor, display_name: str, relationship_id: UUID | None = None) -> Session:
    """A new session, for a new relationship (its maker takes seat A) or one the person is in."""
    session_id = uuid7()
    door("begin_session", session_id, relationship_id or uuid7(), uuid4(), display_name)
    return Session.objects.get(pk=session_id)
