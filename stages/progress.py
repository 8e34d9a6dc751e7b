"""Where a person stands, and the private steps they take.

A person's stage is the highest they are in, or waiting at the gate of (DESIGN §5). There is no session-level stage.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Now

from beheard.people.pages import Place
from beheard.rls.doors import door_value
from beheard.rls.reading import asked_once, forget_answers
from consent.models import ContentType
from stages import gates
from stages.compact.models import SafetyOutcome
from stages.models import EmpathyAttempt, Meeting, StageProgress, StageStatus, Step
from stages.steps import MEETING_OF, MeetingKind, StepKind
from vessels.private.models import UserVessel
from vessels.private.queries import HIGH, hot_hands, locked_vessel, vessel_of
from vessels.shared.cooling import cools_until

__all__ = [
    "HIGH",
    "all_meetings",
    "all_steps",
    "complete_stage",
    "counts_later",
    "enter_stage",
    "has_taken",
    "have_met",
    "is_seated",
    "locked_vessel",
    "hot_hands",
    "meet",
    "meetings_of",
    "partner_stone",
    "returned_steps",
    "safety_of",
    "standing_step",
    "stage_of",
    "steps_of",
    "take_back",
    "take_step",
    "vessel_of",
    "wait_at_gate",
]

STAGE_OF = {
    StepKind.COMPACT_SIGNED: 0,
    StepKind.WENT_ON_COMPACT: 0,
    StepKind.HEARD: 1,
    StepKind.ENDED_ALONE: 1,
    StepKind.ENDED_FOR_BOTH: 0,
    StepKind.LETTER_READY: 2,
    StepKind.LETTER_OPENED: 2,
    StepKind.UNDERSTOOD: 2,
    StepKind.SEEN_DIFFERENTLY: 2,
    StepKind.WENT_ON_LETTERS: 2,
    StepKind.NEEDS_DONE: 3,
    StepKind.NOTICED: 3,
    StepKind.COMMON_ANSWERED: 3,
    StepKind.WENT_ON_NEEDS: 3,
    StepKind.IDEAS_READY: 4,
    StepKind.PILES_DONE: 4,
    StepKind.AGREED: 4,
    StepKind.CHECKED_IN: 4,
    StepKind.MORE_IDEAS: 4,
    StepKind.CLOSING: 4,
    StepKind.WENT_ON_IDEAS: 4,
    StepKind.READY_AGAIN: 0,
}
WAITS_FOR_BOTH = {
    StepKind.COMPACT_SIGNED,
    StepKind.LETTER_READY,
    StepKind.NEEDS_DONE,
    StepKind.COMMON_ANSWERED,
    StepKind.IDEAS_READY,
    StepKind.PILES_DONE,
    StepKind.AGREED,
    StepKind.CHECKED_IN,
    StepKind.MORE_IDEAS,
    StepKind.CLOSING,
    StepKind.READY_AGAIN,
}
CARRIES = {
    StepKind.LETTER_READY: ContentType.EMPATHY_ATTEMPT,
    StepKind.NEEDS_DONE: ContentType.IDENTIFIED_NEED,
    StepKind.IDEAS_READY: ContentType.PROPOSAL,
}


def stage_of(place: Place) -> int:
    """The person's own stage: the highest in progress, waiting or completed; 0 when there is none."""
    return _own_standing(place).get("stage") or 0


def is_seated(place: Place) -> bool:
    """Whether this person has a vessel here. Not before they sit down in a later session that the other has begun."""
    return bool(_own_standing(place))


def safety_of(place: Place) -> str:
    """none, OPEN or CLOSED: what follows from the person's last answers to the private questions."""
    return _own_standing(place).get("safety") or "none"


def _own_standing(place: Place) -> dict:
    """The person's stage, the outcome of their safety answers, and what both have reached, in one query."""

    def ask() -> dict:
        stage = StageProgress.objects.filter(vessel_id=OuterRef("pk"), owner_id=OuterRef("owner_id"))
        safety = SafetyOutcome.objects.filter(vessel_id=OuterRef("pk"), owner_id=OuterRef("owner_id"))
        mine = UserVessel.objects.filter(owner_id=place.user_id, session_id=place.session.pk)
        return (
            mine.values(
                stage=Subquery(stage.order_by("-stage").values("stage")[:1]),
                safety=Subquery(safety.order_by("-created_at", "-id").values("outcome")[:1]),
                meetings=ArraySubquery(Meeting.objects.filter(session_id=OuterRef("session_id")).values("kind")),
            ).first()
            or {}
        )

    return asked_once(("standing", place.user_id, place.session.pk), ask)


def enter_stage(*, place: Place, stage: int, now: datetime) -> StageProgress:
    """Begin a stage. Idempotent; an earlier stage stays what it is."""
    this = {"session_id": place.session.pk, "owner_id": place.user_id, "stage": stage}
    if progress := StageProgress.objects.filter(**this).first():
        return progress
    begun = {"vessel": vessel_of(place), "started_at": now}
    progress = StageProgress.objects.get_or_create(**this, defaults=begun)[0]
    forget_answers()
    return progress


def complete_stage(*, place: Place, stage: int, now: datetime, way_out: bool = False) -> None:
    """Close a stage for this person and record how its gate was passed. Only a person's own action calls this."""
    progress = enter_stage(place=place, stage=stage, now=now)
    if progress.status != StageStatus.COMPLETED:
        progress.status, progress.completed_at = StageStatus.COMPLETED, now
        passed = {"at": now.isoformat(), "by": "way_out" if way_out else "fact"}
        progress.gates_satisfied = progress.gates_satisfied | {"passed": passed}
    _record(place, progress, now, way_out=way_out)


def wait_at_gate(*, place: Place, stage: int, now: datetime) -> None:
    """Requirements met on this side; the rest is the other's."""
    progress = enter_stage(place=place, stage=stage, now=now)
    if progress.status == StageStatus.IN_PROGRESS:
        progress.status = StageStatus.GATE_PENDING
    _record(place, progress, now)


def _record(place: Place, progress: StageProgress, now: datetime, *, way_out: bool = False) -> None:
    """What of the stage's gate is satisfied by now (DESIGN §5), for its owner alone."""
    facts = gate_facts(place)
    progress.gates_satisfied = gates.recorded(
        progress.gates_satisfied, gates.satisfied(progress.stage, facts), now=now, way_out=way_out
    )
    progress.save(update_fields=["status", "completed_at", "gates_satisfied"])


def gate_facts(place: Place) -> gates.GateFacts:
    mine = {"owner_id": place.user_id, "session_id": place.session.pk}
    return gates.GateFacts(
        steps=frozenset(steps_of(place)),
        meetings=frozenset(meetings_of(place)),
        letter_finished=EmpathyAttempt.objects.filter(round=1, **mine).exists(),
    )


def take_step(*, place: Place, kind: StepKind, now: datetime) -> Step:
    """Something this person decides, privately. Idempotent; one that has come back is taken anew. With hot hands it counts
    twelve hours later.
    """
    counts_from = now + timedelta(hours=settings.HOT_HANDS_HOURS) if hot_hands(place, now) else now
    if kind in returned_steps(place):
        take_back(place=place, kind=kind)
    step, _ = Step.objects.get_or_create(
        session_id=place.session.pk,
        owner_id=place.user_id,
        kind=kind,
        defaults={
            "vessel": vessel_of(place),
            "stage": STAGE_OF[kind],
            "taken_at": now,
            "counts_from": counts_from,
            "returns_at": now + timedelta(days=settings.WAIT_DAYS) if kind in WAITS_FOR_BOTH else None,
        },
    )
    forget_answers()
    return step


def take_back(*, place: Place, kind: StepKind) -> None:
    """Undo a step that has not met the other's yet. What has met stays met."""
    Step.objects.filter(owner_id=place.user_id, session_id=place.session.pk, kind=kind).delete()
    forget_answers()


def has_taken(place: Place, *kinds: StepKind) -> bool:
    """Whether one of these steps stands: taken, and not come back unmet."""
    return any(kind in kinds for kind in steps_of(place))


def meet(*, place: Place, kind: MeetingKind) -> bool:
    """After a step: has this been reached by both? Says nothing else about the other."""
    met = bool(door_value("meet", place.session.pk, kind.value))
    forget_answers()
    return met


def have_met(place: Place, kind: MeetingKind) -> bool:
    return kind in meetings_of(place)


def meetings_of(place: Place) -> set[str]:
    return set(all_meetings(place))


def all_meetings(place: Place) -> list[str]:
    """The kinds, one as often as it was reached: another round of ideas may come more than once."""

    return _own_standing(place).get("meetings") or []


def standing_step(place: Place, kind: StepKind) -> Step | None:
    """The person's step of this kind, with its dates, unless it was never taken or has come back."""
    standing, _returned = _steps(place)
    return standing.get(kind)


def counts_later(place: Place, step: Step | None, now: datetime) -> datetime | None:
    """From when a step of this person's own counts, when it does not yet: taken with hot hands, or what goes with it is still
    cooling off.
    """
    if step is None:
        return None
    cooling = cools_until(place, CARRIES[step.kind], now) if step.kind in CARRIES else None
    later = max(step.counts_from, cooling or step.counts_from)
    return later if later > now else None


def steps_of(place: Place) -> set[str]:
    """The person's steps that stand. What waited for both and has passed its date unmet has come back: it no longer does."""
    standing, _returned = _steps(place)
    return set(standing)


def returned_steps(place: Place) -> set[str]:
    """Steps whose waiting is over without a meeting: theirs to take anew, or to go on without (DESIGN §5)."""
    _standing, returned = _steps(place)
    return set(returned)


def all_steps(place: Place) -> dict[str, Step]:
    """What the person has decided privately so far, by kind, whether it stands or has come back."""
    standing, returned = _steps(place)
    return standing | returned


def _steps(place: Place) -> tuple[dict[str, Step], dict[str, Step]]:
    """Those that stand, and those that have come back."""
    return asked_once(("steps", place.user_id, place.session.pk), lambda: _ask_for_steps(place))


def _ask_for_steps(place: Place) -> tuple[dict[str, Step], dict[str, Step]]:
    once = {kind: step for kind, step in MEETING_OF.items() if kind != MeetingKind.ANOTHER_ROUND}
    meeting = Case(*(When(kind=step, then=Value(kind)) for kind, step in once.items()), default=Value(""))
    met = Exists(Meeting.objects.filter(session_id=OuterRef("session_id"), kind=OuterRef("meeting")))
    over = ExpressionWrapper(Q(returns_at__isnull=False, returns_at__lte=Now()), BooleanField())
    mine = Step.objects.filter(owner_id=place.user_id, session_id=place.session.pk)
    rows = list(mine.annotate(meeting=meeting).annotate(met=met, over=over))
    returned = {step.kind: step for step in rows if step.over and not step.met}
    return {step.kind: step for step in rows if step.kind not in returned}, returned


def partner_stone(place: Place) -> int | None:
    """The stone the partner stood on in the last daily slot; None until someone has joined."""
    return door_value("partner_stone", place.session.pk)
