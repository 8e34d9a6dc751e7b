"""Where a person is on the way, and the one next thing (DESIGN §5).

`facts_of` reads; `next_thing` decides, and is the only place that does: every page and notice asks it. It is pure and
exhaustive, and looks at nothing that only the other knows.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from beheard.people.models import Invitation, SessionStatus
from beheard.people.pages import Place
from beheard.rls.doors import door_value
from stages.compact.models import SafetyOutcome
from stages.models import Message, MessageRole, StageProgress
from stages.progress import meetings_of, steps_of
from stages.steps import MeetingKind, StepKind


class Next(StrEnum):
    """The one next thing. The value is the name of the page's route."""

    CONVERSATION = "conversation"
    SAFETY = "safety"
    TOPIC = "topic"
    INVITE = "invite"
    CONFIRM_PARTNER = "confirm_partner"
    COMPACT = "compact"
    LETTER = "letter"
    OPEN_LETTER = "letter_open"
    ANSWER_LETTER = "letter_answer"
    NEEDS = "needs"
    SIDE_BY_SIDE = "side_by_side"
    COMMON_GROUND = "common_ground"
    IDEAS = "ideas"
    PILES = "piles"
    OVERLAP = "overlap"
    AGREEMENT = "agreement"
    ALONE = "alone"
    PAUSED = "paused"
    WAITING = "waiting"
    ENDED = "ended"


@dataclass(frozen=True)
class Facts:
    """All that the next thing depends on: this person's own facts, and what both have reached."""

    status: str
    seat: str
    partner_here: bool  # someone has joined and, for seat A, was confirmed
    invitation: str  # none, open, expired, joined, confirmed
    topic_approved: bool
    safety: str  # none, OPEN, CLOSED
    turns: int  # the person's own messages
    stage: int
    steps: frozenset[str] = field(default_factory=frozenset)
    meetings: frozenset[str] = field(default_factory=frozenset)

    def took(self, *kinds: StepKind) -> bool:
        return any(kind in self.steps for kind in kinds)

    def met(self, kind: MeetingKind) -> bool:
        return kind in self.meetings


def next_thing(facts: Facts) -> Next:
    """The one next thing for this person. Total: every combination of facts has an answer."""
    if facts.status in (SessionStatus.RESOLVED, SessionStatus.ABANDONED) or facts.took(StepKind.ENDED_ALONE):
        return Next.ENDED
    if facts.status == SessionStatus.PAUSED:
        return Next.PAUSED
    if not facts.took(StepKind.HEARD):
        return Next.CONVERSATION
    return _before_joint(facts) or _perspective(facts) or _needs(facts) or _repair(facts)


def _before_joint(facts: Facts) -> Next | None:
    """Stage 0, which a person comes to after first words and may do at any time."""
    if facts.safety == "none":
        return Next.SAFETY
    if facts.safety == "CLOSED":
        return Next.ALONE
    if facts.seat == "A" and not facts.topic_approved:
        return Next.TOPIC
    if facts.seat == "A" and facts.invitation in ("none", "expired"):
        return Next.INVITE
    if facts.seat == "A" and facts.invitation == "joined":
        return Next.CONFIRM_PARTNER
    if not facts.took(StepKind.COMPACT_SIGNED, StepKind.WENT_ON_COMPACT):
        return Next.COMPACT
    return None


def _perspective(facts: Facts) -> Next | None:
    if facts.met(MeetingKind.LETTERS):
        if not facts.took(StepKind.LETTER_OPENED):
            return Next.OPEN_LETTER
        if not facts.took(StepKind.UNDERSTOOD, StepKind.SEEN_DIFFERENTLY):
            return Next.ANSWER_LETTER
        return None
    if not facts.took(StepKind.LETTER_READY, StepKind.WENT_ON_LETTERS):
        return Next.LETTER
    return None  # Stage 3 may begin while Stage 2 waits


def _needs(facts: Facts) -> Next | None:
    if not facts.took(StepKind.NEEDS_DONE):
        return Next.NEEDS
    if facts.met(MeetingKind.NEEDS):
        if not facts.took(StepKind.NOTICED):
            return Next.SIDE_BY_SIDE
        if not facts.took(StepKind.COMMON_ANSWERED):
            return Next.COMMON_GROUND
    if facts.met(MeetingKind.COMMON_GROUND) or facts.took(StepKind.WENT_ON_NEEDS):
        return None
    return Next.WAITING


def _repair(facts: Facts) -> Next:
    if facts.met(MeetingKind.AGREEMENT):
        return Next.AGREEMENT
    if facts.met(MeetingKind.OVERLAP):
        return Next.OVERLAP
    if not facts.took(StepKind.IDEAS_READY):
        return Next.IDEAS
    if facts.met(MeetingKind.POOL) and not facts.took(StepKind.PILES_DONE):
        return Next.PILES
    return Next.WAITING


def facts_of(place: Place) -> Facts:
    """Read as the person themselves; five small queries."""
    mine = {"owner_id": place.user_id, "session_id": place.session.pk}
    state = invitation_state(place)
    outcome = SafetyOutcome.objects.filter(**mine).order_by("-created_at", "-id").values_list("outcome", flat=True)
    stages = StageProgress.objects.filter(**mine).values_list("stage", flat=True)
    return Facts(
        status=place.session.status,
        seat=place.seat,
        partner_here=place.partner_name is not None and state in ("confirmed", "guest"),
        invitation=state,
        topic_approved=place.session.topic_approved_at is not None,
        safety=outcome.first() or "none",
        turns=Message.objects.filter(
            for_user_id=place.user_id, session_id=place.session.pk, role=MessageRole.USER
        ).count(),
        stage=max(stages, default=0),
        steps=frozenset(steps_of(place)),
        meetings=frozenset(meetings_of(place)),
    )


def invitation_state(place: Place) -> str:
    """none, open, expired, joined or confirmed for the inviter; "guest" for who was invited or came back together."""
    if place.seat == "B":
        return "guest"
    invitation = (
        Invitation.objects.filter(session_id=place.session.pk, owner_id=place.user_id).order_by("-created_at").first()
    )
    if invitation is None:
        return "none" if place.partner_name is None else "confirmed"
    return door_value("invitation_state", invitation.pk)
