"""What a person brings along from their earlier sessions, copied by their own actor when a new one opens (DESIGN §4).

The guide works in one session and sees no other. What it may know of earlier ones is this: at most three themes, which are the
needs they confirmed most often, and at most three things agreed with the same other person.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from beheard.crypto.errors import WordsUnavailable
from beheard.people.pages import Place
from stages.continuity.models import MOST_CARRIED, CarriedKind, CarriedOver
from stages.continuity.queries import how_it_went
from vessels.private.models import IdentifiedNeed, UserVessel
from vessels.private.queries import vessel_of
from vessels.shared.models import Agreement

MOST_OF_AN_OUTCOME = 1800


def carry_over(*, place: Place, now: datetime) -> int:
    """Copy themes and outcomes into this session; returns how many lines. Twice changes nothing, nor does what was deleted."""
    vessel = vessel_of(place)
    mine = {"owner_id": place.user_id, "session_id": place.session.pk}
    earlier = {
        one.session_id: one
        for one in UserVessel.objects.filter(owner_id=place.user_id, created_at__lt=vessel.created_at).order_by(
            "created_at"
        )
    }
    if not earlier or CarriedOver.objects.filter(**mine).exists():
        return 0
    lines = [*_themes(place, earlier), *_outcomes(place, earlier)]
    for kind, number, text, source, stage, at in lines:
        CarriedOver.objects.create(
            vessel=vessel,
            kind=kind,
            place=number,
            text=text,
            from_vessel_id=source.pk,
            from_session_id=source.session_id,
            stage=stage,
            happened_at=at,
            created_at=now,
            **mine,
        )
    return len(lines)


def _themes(place: Place, earlier: dict) -> Iterator[tuple]:
    """The needs confirmed in most sessions; of those in as many, the latest first, then by name."""
    found = defaultdict(list)
    rows = IdentifiedNeed.objects.filter(owner_id=place.user_id, session_id__in=earlier, confirmed=True)
    for row in rows.order_by("confirmed_at", "id"):
        try:
            found[" ".join(row.need.casefold().split())].append(row)
        except WordsUnavailable:  # erased
            continue
    ranked = sorted(found.items(), key=lambda one: (-len(one[1]), -one[1][-1].confirmed_at.timestamp(), one[0]))
    for number, (_name, needs) in enumerate(ranked[:MOST_CARRIED], start=1):
        latest = needs[-1]
        yield CarriedKind.THEME, number, latest.need, earlier[latest.session_id], 3, latest.confirmed_at


def _outcomes(place: Place, earlier: dict) -> Iterator[tuple]:
    agreed = Agreement.objects.filter(
        session_id__in=earlier, session__relationship_id=place.session.relationship_id, agreed_at__isnull=False
    ).order_by("-agreed_at", "-id")
    for number, row in enumerate(agreed[:MOST_CARRIED], start=1):
        try:
            words = " ".join(filter(None, (row.description[:MOST_OF_AN_OUTCOME], how_it_went(row))))
            yield CarriedKind.OUTCOME, number, words, earlier[row.session_id], 4, row.agreed_at
        except WordsUnavailable:
            continue
