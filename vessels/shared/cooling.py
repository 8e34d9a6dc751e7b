"""The cooling-off: how long granted words wait before they may cross, and can be taken back unseen (DESIGN §5).

The database counts (`door.cooling_off`); here a person chooses, and sees until when.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Max

from beheard.people.pages import Place
from beheard.rls import Actor
from consent.models import ContentType
from vessels.shared.models import LONGEST_COOLING_OFF, ConsentedContent, CoolingOff


def minutes_of(user_id) -> int:
    """How long what this person shares waits, in minutes; hot hands make it twelve hours."""
    chosen = CoolingOff.objects.filter(owner_id=user_id).values_list("minutes", flat=True).first()
    return settings.SHARING_COOLING_OFF_MINUTES if chosen is None else chosen


def choose(*, by: Actor, minutes: int) -> None:
    """From now on what this person shares waits this long (0 to 1440). What waits already keeps its time."""
    if not 0 <= minutes <= LONGEST_COOLING_OFF:
        raise ValueError(f"{minutes} minutes")
    CoolingOff.objects.update_or_create(owner_id=by.user_id, defaults={"minutes": minutes})


def cools_until(place: Place, content_type: ContentType, now: datetime) -> datetime | None:
    """Until when the last of this person's words of a kind can be taken back unseen; None when none of them cools off."""
    waiting = ConsentedContent.objects.filter(
        owner_id=place.user_id,
        session_id=place.session.pk,
        content_type=content_type,
        consent_active=True,
        cools_until__gt=now,
    )
    return waiting.aggregate(last=Max("cools_until"))["last"]
