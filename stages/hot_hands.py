"""Hot hands: what was granted while the barometer was high holds back what it goes with (DESIGN §5)."""

from datetime import datetime, timedelta

from django.conf import settings

from beheard.people.pages import Place
from consent.models import ContentType
from vessels.private.models import EmotionalReading
from vessels.private.queries import HIGH
from vessels.shared import bridge


def hot_until(place: Place, content_type: ContentType, now: datetime) -> datetime | None:
    """Until when what is shared now is held back: twelve hours from the last grant within an hour of a high reading."""
    granted = list(bridge.active_of_mine(place, content_type).values_list("consented_at", flat=True))
    wait, hour = timedelta(hours=settings.HOT_HANDS_HOURS), timedelta(hours=1)
    high = EmotionalReading.objects.filter(
        owner_id=place.user_id, session_id=place.session.pk, intensity__gte=HIGH, timestamp__gt=now - wait - hour
    ).values_list("timestamp", flat=True)
    hot = [at for at in granted if any(at - hour < reading <= at for reading in high)]
    return max((at + wait for at in hot), default=None)
