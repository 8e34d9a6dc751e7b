"""What is asked of a private vessel from more than one floor."""

from datetime import datetime, timedelta
from uuid import UUID

from beheard.people.models import RelationshipMember, Session
from beheard.people.pages import Place
from beheard.rls import Actor, NotYours
from beheard.rls.reading import asked_once
from vessels.private.models import EmotionalReading, UserVessel

HIGH = 8  # the barometer from which hands are hot (DESIGN §5)


def vessel_of(place: Place) -> UserVessel:
    """The person's own vessel in this session. Raises NotYours before it is opened (`vessels.private.actions`)."""

    def ask() -> UserVessel | None:
        return UserVessel.objects.filter(owner_id=place.user_id, session_id=place.session.pk).first()

    vessel = asked_once(("vessel", place.user_id, place.session.pk), ask)
    if vessel is None:
        raise NotYours
    return vessel


def locked_vessel(place: Place) -> UserVessel:
    """The person's vessel, held until the end: two tabs take turns.

    NO KEY, as every lock here: workers write rows that name the vessel meanwhile. A lock that waited for them would wait for one
    that waits for this page (the version of the stage), for ever.
    """
    return UserVessel.objects.select_for_update(no_key=True).get(pk=vessel_of(place).pk)


def hot_hands(place: Place, now: datetime) -> bool:
    """Whether this person read 8 or more on the barometer within the hour."""
    return EmotionalReading.objects.filter(
        owner_id=place.user_id,
        session_id=place.session.pk,
        intensity__gte=HIGH,
        timestamp__gt=now - timedelta(hours=1),
    ).exists()


def places_of(actor: Actor) -> list[Place]:
    """Every session this person sits in, newest first, in two queries."""
    sessions = list(Session.objects.order_by("-created_at", "-id"))
    seats: dict[UUID, list[RelationshipMember]] = {}
    for member in RelationshipMember.objects.filter(relationship_id__in={s.relationship_id for s in sessions}):
        seats.setdefault(member.relationship_id, []).append(member)
    return [place for session in sessions if (place := _place(actor, session, seats[session.relationship_id]))]


def _place(actor: Actor, session: Session, members: list[RelationshipMember]) -> Place | None:
    mine = next((member for member in members if member.user_id == actor.user_id), None)
    partner = next((member for member in members if member.user_id != actor.user_id), None)
    if mine is None:
        return None
    return Place(
        actor=Actor.user(actor.user_id, session.pk),
        session=session,
        seat=mine.seat,
        display_name=mine.display_name,
        partner_name=partner.display_name if partner else None,
    )


def readings_of(place: Place) -> list[tuple[datetime, int]]:
    """The person's own curve: (when, 1–10), oldest first."""
    own = EmotionalReading.objects.filter(owner_id=place.user_id, session_id=place.session.pk)
    return list(own.order_by("timestamp", "id").values_list("timestamp", "intensity"))
