"""Where a person is on the way, and the one next thing (DESIGN §5).

`facts_of` reads; `next_thing` decides, and is the only place that does: every page and notice asks it. It is pure and
exhaustive, and looks at nothing that only the other knows.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from beheard.people.models import Invitation, SessionStatus
from beheard.people.pages import Place
from beheard.rls import NotNow
from beheard.rls.doors import door_value
from beheard.rls.reading import asked_once
from stages.compact.models import Outcome
from stages.progress import is_seated, meetings_of, safety_of, stage_of, steps_of
from stages.steps import MeetingKind, StepKind
from vessels.shared.models import Agreement


class Next(StrEnum):
    """The one next thing. The value is the name of the page's route."""

    SIT_DOWN = "sit_down"
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
    CHECK_IN = "check_in"
    WHAT_NEXT = "what_next"
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
    stage: int
    steps: frozenset[str] = field(default_factory=frozenset)  # those that stand: what came back unmet is not among them
    meetings: frozenset[str] = field(default_factory=frozenset)
    look_back_due: bool = False  # the day both chose for looking back has come
    seated: bool = True  # not yet in a later session that the other has begun

    def took(self, *kinds: StepKind) -> bool:
        return any(kind in self.steps for kind in kinds)

    def met(self, kind: MeetingKind) -> bool:
        return kind in self.meetings


OVER = (SessionStatus.RESOLVED, SessionStatus.ABANDONED)
LEFT = (StepKind.ENDED_ALONE, StepKind.ENDED_FOR_BOTH)  # ended by this person; until it is over they may come back


def next_thing(facts: Facts) -> Next:
    """The one next thing for this person. Total: every combination of facts has an answer."""
    if facts.status in OVER or facts.took(*LEFT):
        return Next.ENDED
    if not facts.seated:
        return Next.SIT_DOWN
    if facts.status == SessionStatus.PAUSED and facts.safety != Outcome.CLOSED:
        return Next.PAUSED
    if not facts.took(StepKind.HEARD):
        return Next.CONVERSATION
    return _before_joint(facts) or _perspective(facts) or _needs(facts) or _repair(facts)


def _before_joint(facts: Facts) -> Next | None:
    """Stage 0, which a person comes to after first words and may do at any time."""
    if facts.safety == "none":
        return Next.SAFETY
    if facts.safety == Outcome.CLOSED:
        return Next.ALONE
    if facts.seat == "A" and (inviting := _inviting(facts)):
        return inviting
    if not facts.took(StepKind.COMPACT_SIGNED, StepKind.WENT_ON_COMPACT) and not facts.met(MeetingKind.COMPACT):
        return Next.COMPACT
    return None


def _inviting(facts: Facts) -> Next | None:
    """Only while nobody is here: a later session of the same two has its topic and its people already."""
    if facts.invitation == "joined":
        return Next.CONFIRM_PARTNER
    if facts.status not in (SessionStatus.CREATED, SessionStatus.INVITED) or facts.took(StepKind.WENT_ON_COMPACT):
        return None
    if facts.status == SessionStatus.CREATED and not facts.topic_approved:
        return Next.TOPIC
    return Next.INVITE if facts.invitation in ("none", "expired") else None


def _perspective(facts: Facts) -> Next | None:
    """Stage 3 may begin while Stage 2 waits; a letter that comes later is opened then."""
    if facts.met(MeetingKind.LETTERS):
        if not facts.took(StepKind.LETTER_OPENED):
            return Next.OPEN_LETTER
        return None if facts.took(StepKind.UNDERSTOOD, StepKind.SEEN_DIFFERENTLY) else Next.ANSWER_LETTER
    if _by_themselves(facts) or facts.took(StepKind.LETTER_READY, StepKind.WENT_ON_LETTERS):
        return None
    return Next.LETTER


def _needs(facts: Facts) -> Next | None:
    """One's own needs; then both maps, whenever they are here. Who went on sees them until their ideas are ready."""
    went_on = facts.took(StepKind.WENT_ON_NEEDS)
    if facts.met(MeetingKind.NEEDS):
        if went_on and facts.took(StepKind.IDEAS_READY):
            return None
        if not facts.took(StepKind.NOTICED):
            return Next.SIDE_BY_SIDE
        if not facts.took(StepKind.COMMON_ANSWERED) and not facts.met(MeetingKind.COMMON_GROUND):
            return Next.COMMON_GROUND
    elif not facts.took(StepKind.NEEDS_DONE) and not went_on:
        return Next.NEEDS
    if _by_themselves(facts):
        return Next.ALONE
    return None if went_on or facts.met(MeetingKind.COMMON_GROUND) else Next.WAITING


def _repair(facts: Facts) -> Next:
    """Ideas, piles, what both would do, an agreement. What both have reached counts more than where one of them waits."""
    if facts.took(StepKind.CLOSING):
        return Next.WAITING
    if facts.met(MeetingKind.AGREEMENT):
        return _looking_back(facts)
    if facts.met(MeetingKind.OVERLAP):
        return Next.OVERLAP
    if facts.met(MeetingKind.POOL):
        if not facts.took(StepKind.PILES_DONE):
            return Next.PILES
        return Next.ALONE if facts.took(StepKind.WENT_ON_IDEAS) else Next.WAITING
    if facts.took(StepKind.WENT_ON_IDEAS):
        return Next.ALONE
    if facts.took(StepKind.IDEAS_READY) or facts.met(MeetingKind.IDEAS):
        return Next.WAITING
    return Next.IDEAS


def _looking_back(facts: Facts) -> Next:
    """With an agreement: live with it until its day, say how it went, and when both have, what next."""
    if facts.met(MeetingKind.CHECK_IN):
        return Next.WHAT_NEXT
    if facts.took(StepKind.CHECKED_IN):
        return Next.WAITING
    return Next.CHECK_IN if facts.look_back_due else Next.AGREEMENT


def awaited(facts: Facts) -> MeetingKind:
    """What a person for whom `next_thing` is WAITING waits for."""
    if facts.took(StepKind.CLOSING):
        return MeetingKind.CLOSED
    if facts.met(MeetingKind.AGREEMENT):
        return MeetingKind.CHECK_IN
    if facts.met(MeetingKind.POOL):
        return MeetingKind.OVERLAP
    if facts.met(MeetingKind.IDEAS):
        return MeetingKind.POOL
    if facts.took(StepKind.IDEAS_READY):
        return MeetingKind.IDEAS
    return MeetingKind.COMMON_GROUND if facts.met(MeetingKind.NEEDS) else MeetingKind.NEEDS


def _by_themselves(facts: Facts) -> bool:
    """Gone on without the compact: nothing can be exchanged, and the path ends well alone."""
    return facts.took(StepKind.WENT_ON_COMPACT) and not facts.met(MeetingKind.COMPACT)


# No session comes to these before the inviter has confirmed who joined (beheard/people/transitions.py).
BOTH_HERE = (SessionStatus.ACTIVE, SessionStatus.PAUSED, SessionStatus.RESOLVED)


def facts_of(place: Place) -> Facts:
    """Read as the person themselves, each thing once a page."""
    state, meetings = invitation_state(place), frozenset(meetings_of(place))
    return Facts(
        status=place.session.status,
        seat=place.seat,
        partner_here=place.partner_name is not None and state in ("confirmed", "guest"),
        invitation=state,
        topic_approved=place.session.topic_approved_at is not None,
        safety=safety_of(place),
        stage=stage_of(place),
        steps=frozenset(steps_of(place)),
        meetings=meetings,
        seated=is_seated(place),
        look_back_due=MeetingKind.AGREEMENT in meetings and _look_back_is_due(place),
    )


def _look_back_is_due(place: Place) -> bool:
    standing = Agreement.objects.filter(session_id=place.session.pk, status="AGREED", follow_up_date__lte=Now())
    return asked_once(("look back", place.session.pk), standing.exists)


def check_not_over(place: Place) -> None:
    """Raises NotNow once the session has come to its end: it is there to be read."""
    if place.session.status in OVER:
        raise NotNow(_("This has come to its end. What you wrote stays as it is."))


def joint_is_open(place: Place) -> bool:
    """Whether this person may do what is for both: the session goes on, and joint stages are open for them (DESIGN §8)."""
    resting = (*OVER, SessionStatus.PAUSED)
    if place.session.status in resting or safety_of(place) == Outcome.CLOSED:
        return False
    return not steps_of(place) & set(LEFT)


def check_joint(place: Place) -> None:
    """Before every action that is for both. Raises NotNow when it is over, at rest, or closed for this person."""
    check_not_over(place)
    if not joint_is_open(place):
        raise NotNow(_("This part is for both of you, and it is resting now. What is yours stays here for you."))


def invitation_state(place: Place) -> str:
    """none, open, expired, joined or confirmed for the inviter; "guest" for who was invited or came back together."""
    if place.seat == "B":
        return "guest"
    if place.session.status in BOTH_HERE:
        return "confirmed"
    return asked_once(("invitation", place.session.pk), lambda: _state_of_invitation(place))


def _state_of_invitation(place: Place) -> str:
    mine = Invitation.objects.filter(session_id=place.session.pk, owner_id=place.user_id)
    latest = mine.order_by("-created_at").values_list("pk", flat=True).first()
    if latest is None:
        return "none" if place.partner_name is None else "confirmed"
    return door_value("invitation_state", latest)
