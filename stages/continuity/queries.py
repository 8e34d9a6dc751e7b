"""What two people reached in their earlier sessions: what they agreed, and how it went once both had said so. Nothing else."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from beheard.crypto.errors import WordsUnavailable
from beheard.people.pages import Place
from beheard.rls.doors import door
from beheard.rls.reading import asked_once
from stages.continuity.models import MOST_CARRIED, CarriedKind, CarriedOver
from stages.retrieval.contracts import contract_for
from vessels.private.models import EmotionalReading
from vessels.shared.models import Agreement

HELPED = ("YES", "A_LITTLE")


@dataclass(frozen=True)
class Before:
    """`agreements` carry `both`, how it went for each once both have said so. `themes` are the person's own."""

    agreements: list[Agreement] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.agreements or self.themes)


def before(place: Place) -> Before:
    """For the beginning of a session: at most three of each, the latest agreements, and themes as they were carried over."""
    themes = [row.text for row in brought(place) if row.kind == CarriedKind.THEME]
    return Before(agreed_before(place), themes)


def brought(place: Place) -> list[CarriedOver]:
    """What this person brought into this session; nothing when it is their first here, or when they deleted it."""
    here = {"owner_id": place.user_id, "session_id": place.session.pk}
    return asked_once(
        ("brought", place.session.pk), lambda: [*CarriedOver.objects.filter(**here).order_by("place", "id")]
    )


def agreed_before(place: Place) -> list[Agreement]:
    """What these two agreed in sessions before this one, the latest first."""
    agreed = Agreement.objects.filter(
        agreed_at__isnull=False,
        session__relationship_id=place.session.relationship_id,
        session__created_at__lte=place.session.created_at,
    )
    rows = agreed.exclude(session_id=place.session.pk).order_by("-agreed_at", "-id")
    return _readable(rows[:MOST_CARRIED])


def agreed_here(place: Place) -> list[Agreement]:
    """What these two agreed in this session, the latest first."""
    rows = Agreement.objects.filter(agreed_at__isnull=False, session_id=place.session.pk).order_by("-agreed_at", "-id")
    return _readable(rows[:MOST_CARRIED])


def _readable(rows) -> list[Agreement]:
    found = []
    for row in rows:
        try:
            row.description  # noqa: B018  reading opens it
        except WordsUnavailable:  # erased
            continue
        row.both = door("both_check_ins", row.pk)
        found.append(row)
    return found


def how_it_went(agreement: Agreement) -> str:
    """In one sentence, the same for both, once both have looked back; empty before."""
    both = door("both_check_ins", agreement.pk)
    if len(both) < 2:
        return ""
    helped = sum(one["helped"] in HELPED for one in both)
    return [
        _("Looking back, neither of you said that it helped."),
        _("Looking back, one of you said that it helped."),
        _("Looking back, you both said that it helped."),
    ][helped]


def opens_with(place: Place) -> str:
    """The purpose of the guide's first words here: it knows of what was agreed before when the contract of the beginning lets it
    (never with a reading of 8 and above).
    """
    mine = {"owner_id": place.user_id, "session_id": place.session.pk}
    if not any(row.kind == CarriedKind.OUTCOME for row in brought(place)):
        return ""
    reading = EmotionalReading.objects.filter(**mine).order_by("-timestamp", "-id").first()
    allowed = contract_for(0, reading.intensity if reading else None).items
    return "again" if "outcome" in allowed else ""
