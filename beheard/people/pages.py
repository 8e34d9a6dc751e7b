"""Decorators of the pages: who is looking, and at which session. What is not theirs does not exist (404)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from beheard.people.models import RelationshipMember, Session
from beheard.rls import Actor, NotYours


@dataclass(frozen=True)
class Place:
    """A person in a session: what every session page knows. `partner_name` is None until someone has joined."""

    actor: Actor
    session: Session
    seat: str
    display_name: str
    partner_name: str | None

    @property
    def user_id(self) -> UUID:
        return self.actor.user_id


def place_of(actor: Actor, session_id: UUID) -> Place:
    """Where this person stands in this session. Raises NotYours for any other."""
    session = Session.objects.filter(pk=session_id).first()
    if session is None:
        raise NotYours
    members = {m.user_id: m for m in RelationshipMember.objects.filter(relationship_id=session.relationship_id)}
    mine = members.pop(actor.user_id, None)
    if mine is None:
        raise NotYours
    partner = next(iter(members.values()), None)
    return Place(
        actor=Actor.user(actor.user_id, session.pk),
        session=session,
        seat=mine.seat,
        display_name=mine.display_name,
        partner_name=partner.display_name if partner else None,
    )


def session_page(view: Callable) -> Callable:
    """`view(request, place, ...)` for a URL with `session_id`. The place's actor is already the one acting."""

    @wraps(view)
    def wrapper(request, session_id, *args, **kwargs):
        place = place_of(request.actor, session_id)
        request.place = place
        return view(request, place, *args, **kwargs)

    return wrapper
