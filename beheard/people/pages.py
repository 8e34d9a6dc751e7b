"""Decorators of the pages: who is looking, and at which session. What is not theirs does not exist (404)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.shortcuts import redirect

from beheard.people.models import RelationshipMember, Session
from beheard.rls import Actor, NotNow, NotYours


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
    seats = RelationshipMember.objects.filter(relationship_id=OuterRef("relationship_id"))
    seats = ArraySubquery(seats.values(data=JSONObject(user_id="user_id", seat="seat", name="display_name")))
    session = Session.objects.annotate(seats=seats).filter(pk=session_id).first()
    if session is None:
        raise NotYours
    members = {UUID(member["user_id"]): member for member in session.seats}
    mine = members.pop(actor.user_id, None)
    if mine is None:
        raise NotYours
    partner = next(iter(members.values()), None)
    return Place(
        actor=Actor.user(actor.user_id, session.pk),
        session=session,
        seat=mine["seat"],
        display_name=mine["name"],
        partner_name=partner["name"] if partner else None,
    )


def session_page(view: Callable) -> Callable:
    """`view(request, place, ...)` for a URL with `session_id`. The place's actor is already the one acting.

    What can't be done now, and the view doesn't say itself, is said on the session's page; nothing of it is kept.
    """

    @wraps(view)
    def wrapper(request, session_id, *args, **kwargs):
        place = place_of(request.actor, session_id)
        request.place = place
        try:
            return view(request, place, *args, **kwargs)
        except NotNow as reason:
            connection.set_rollback(True)
            messages.info(request, str(reason))
            return redirect("session", session_id=session_id)

    return wrapper


def posted(request):
    """What was sent, also when nothing was: a form is bound by every POST."""
    return request.POST if request.method == "POST" else None
