"""What is asked of a private vessel from more than one floor."""

from datetime import datetime, timedelta

from beheard.people.pages import Place
from beheard.rls import NotYours
from vessels.private.models import EmotionalReading, UserVessel

HIGH = 8  # the barometer from which hands are hot (DESIGN §5)


def vessel_of(place: Place) -> UserVessel:
    """The person's own vessel in this session. Raises NotYours before it is opened (`vessels.private.actions`)."""
    vessel = UserVessel.objects.filter(owner_id=place.user_id, session_id=place.session.pk).first()
    if vessel is None:
        raise NotYours
    return vessel


def hot_hands(place: Place, now: datetime) -> bool:
    """Whether this person read 8 or more on the barometer within the hour."""
    return EmotionalReading.objects.filter(
        owner_id=place.user_id,
        session_id=place.session.pk,
        intensity__gte=HIGH,
        timestamp__gt=now - timedelta(hours=1),
    ).exists()
