"""Where a person's letter stands, and what of the other's has come to them. Read as the person."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from beheard.people.pages import Place
from beheard.rls import NotYours
from consent.models import ContentType
from stages.journey import joint_is_open
from stages.models import StageProgress, Step
from stages.perspective.models import (
    MOST_ROUNDS,
    EmpathyAttempt,
    EmpathyDraft,
    EmpathyValidation,
    HintAccess,
    ReframeSuggestion,
)
from stages.progress import all_steps, have_met, stage_of
from stages.steps import MeetingKind, StepKind
from vessels.private.models import Draft
from vessels.shared import bridge
from vessels.shared.models import ConsentedContent

LETTER = 1  # the round; every later one restates it
VERSIONS_SHOWN = 10


class LetterState(StrEnum):
    """Where one's own letter stands. Nothing of the other is in it before both letters have crossed."""

    WRITING = "writing"
    ON_ITS_WAY = "on_its_way"
    CAME_BACK = "came_back"  # its date has passed; nobody read it
    WENT_ON = "went_on"
    CROSSED = "crossed"


def way_is_open(place: Place, steps: dict[str, Step]) -> bool:
    """Stage 2 comes after "I feel heard" and the compact, while the session is not at rest and joint stages are open."""
    heard = StepKind.HEARD in steps
    compact = StepKind.COMPACT_SIGNED in steps or StepKind.WENT_ON_COMPACT in steps
    return heard and compact and joint_is_open(place)


def has_come(place: Place, steps: dict[str, Step]) -> bool:
    """Whether the person has come to Stage 2 before."""
    return (
        StepKind.LETTER_READY in steps
        or stage_of(place) == 2
        or StageProgress.objects.filter(stage=2, **_mine(place)).exists()
    )


# --- one's own letter ----------------------------------------------------------------------------


def state_of(place: Place, now: datetime, steps: dict[str, Step] | None = None) -> LetterState:
    if have_met(place, MeetingKind.LETTERS):
        return LetterState.CROSSED
    steps = all_steps(place) if steps is None else steps
    ready = steps.get(StepKind.LETTER_READY)
    if ready and shared_letter(place):  # without words to cross (taken back elsewhere) nothing is on its way
        return LetterState.CAME_BACK if ready.returns_at <= now else LetterState.ON_ITS_WAY
    return LetterState.WENT_ON if StepKind.WENT_ON_LETTERS in steps else LetterState.WRITING


def attempt(place: Place, round: int) -> EmpathyAttempt | None:
    return EmpathyAttempt.objects.filter(round=round, **_mine(place)).first()


def offered(place: Place, round: int) -> ConsentedContent | None:
    """The newest words of this round that were put before the person, whatever became of them."""
    found = attempt(place, round)
    return found and bridge.latest(place, ContentType.EMPATHY_ATTEMPT, found.pk, round)


def shared_letter(place: Place, round: int = LETTER) -> ConsentedContent | None:
    """What this person shares of this round now, crossed or not."""
    return bridge.active_of_mine(place, ContentType.EMPATHY_ATTEMPT).filter(round=round).first()


@dataclass(frozen=True)
class Crossed:
    """What one has written, after the crossing, and what the other added to it. Taken back, it is not among it."""

    written: list[ConsentedContent]  # the letter, then each restatement; the last may still wait to cross
    added: list[ConsentedContent]

    @property
    def letter(self) -> ConsentedContent | None:
        return next((one for one in self.written if one.round == LETTER), None)

    @property
    def rounds(self) -> list[tuple[ConsentedContent | None, list[ConsentedContent]]]:
        """Round by round: what one wrote, unless it was taken back, and what the other added to it."""
        written = {one.round: one for one in self.written}
        numbers = sorted(written.keys() | {one.round for one in self.added})
        return [(written.get(number), [one for one in self.added if one.round == number]) for number in numbers]

    @property
    def later(self) -> list[ConsentedContent]:
        return [one for one in self.written if one.round > LETTER]

    @property
    def next_round(self) -> int | None:
        """The round one may write now: after the other has added something to what they read last. Nobody waits for it, and
        as often as both wish.
        """
        last = self.written[-1] if self.written else None
        if last is None or last.round >= MOST_ROUNDS or bridge.standing(last) != bridge.Standing.SHARED:
            return None
        return last.round + 1 if any(one.round == last.round for one in self.added) else None

    @property
    def may_restate(self) -> bool:
        return self.next_round is not None


def crossed(place: Place) -> Crossed:
    written = sorted(bridge.active_of_mine(place, ContentType.EMPATHY_ATTEMPT), key=lambda one: one.round)
    return Crossed(written, added_by_partner(place))


# --- drafts and what the guide says of them ------------------------------------------------------


def drafts(place: Place) -> list[EmpathyDraft]:
    """The latest versions, newest first."""
    return list(EmpathyDraft.objects.filter(**_mine(place)).order_by("-version")[:VERSIONS_SHOWN])


def unsent(place: Place, boxes: dict[str, str]) -> dict[str, str]:
    """What was typed and not kept as a version, by field; `boxes` maps a field to the key of its draft."""
    kept = {draft.key: draft.text for draft in Draft.objects.filter(key__in=boxes.values(), **_mine(place))}
    return {name: kept[box] for name, box in boxes.items() if box in kept}


def version(place: Place, number: int) -> EmpathyDraft:
    found = EmpathyDraft.objects.filter(version=number, **_mine(place)).first()
    if found is None:
        raise NotYours
    return found


def reframe(place: Place, reframe_id: UUID) -> ReframeSuggestion:
    found = ReframeSuggestion.objects.filter(pk=reframe_id, **_mine(place)).first()
    if found is None:
        raise NotYours
    return found


def open_questions(draft: EmpathyDraft) -> list[ReframeSuggestion]:
    """Questions put beside this draft, not answered yet."""
    return list(
        ReframeSuggestion.objects.filter(draft=draft, owner_id=draft.owner_id, taken=None).order_by("created_at", "id")
    )


def questions_taken(place: Place, draft: EmpathyDraft) -> list[ReframeSuggestion]:
    """Questions the person took along, as long as the words they stand beside are still there."""
    text = f"{draft.guess}\n{draft.want_known}"
    taken = ReframeSuggestion.objects.filter(taken=True, **_mine(place)).order_by("-created_at", "-id")[:10]
    return [question for question in taken if question.phrase in text]


# --- hints ---------------------------------------------------------------------------------------

# What may lie beside a guess: words about the other, shared by them. Letters and answers to them come at their own time.
HINTS_FROM = {
    ContentType.IDENTIFIED_NEED,
    ContentType.EVENT_SUMMARY,
    ContentType.EMOTIONAL_PATTERN,
    ContentType.BOUNDARY,
    ContentType.OWNERSHIP_LINE,
}
MOST_HINTS = 2


@dataclass(frozen=True)
class Hints:
    """Those taken whose words are still shared, and whether there is one to take."""

    taken: list[ConsentedContent]
    left: int
    next_slot: int


def hints(place: Place) -> Hints:
    used = list(HintAccess.objects.filter(**_mine(place)).order_by("slot"))
    shown = {content.pk: content for content in _may_hint(place)}
    taken = [shown[hint.content_id] for hint in used if hint.content_id in shown]
    return Hints(taken, len(hints_left(place, used)), len(used) + 1)


def hints_left(place: Place, used: list[HintAccess]) -> list[ConsentedContent]:
    """What may still be taken, in the order it was shared; what was taken back leaves no gap to be filled."""
    taken = {hint.content_id for hint in used}
    fresh = [content for content in _may_hint(place) if content.pk not in taken]
    return fresh[: max(MOST_HINTS - len(used), 0)]


def _may_hint(place: Place) -> list[ConsentedContent]:
    return [content for content in bridge.all_from_partner(place) if content.content_type in HINTS_FROM]


# --- what has come from the other ----------------------------------------------------------------


@dataclass(frozen=True)
class Received:
    """The other's letter and what they wrote since. Any may be missing: words can be taken back at any time."""

    letter: ConsentedContent | None
    later: list[ConsentedContent]

    @property
    def latest(self) -> ConsentedContent | None:
        """What is answered now."""
        return self.later[-1] if self.later else self.letter


def received(place: Place) -> Received:
    letters = sorted(bridge.from_partner(place, ContentType.EMPATHY_ATTEMPT), key=lambda content: content.round)
    return Received(letters[0] if letters else None, letters[1:])


def added_by_partner(place: Place) -> list[ConsentedContent]:
    """What the other wrote to this person's letters and chose to send; `round` says to which."""
    return list(bridge.from_partner(place, ContentType.EMPATHY_FEEDBACK))


def validation(place: Place, letter: ConsentedContent | None) -> EmpathyValidation | None:
    """What this person marked and wrote about that letter."""
    if letter is None:
        return None
    return EmpathyValidation.objects.filter(content_id=letter.pk, **_mine(place)).first()


def feedback(place: Place, answer: EmpathyValidation | None) -> ConsentedContent | None:
    """The newest words of "one thing to add" that were put before the person."""
    return answer and bridge.latest(place, ContentType.EMPATHY_FEEDBACK, answer.pk, round_of(place, answer))


def sent_before(place: Place, now_sent: ConsentedContent | None) -> list[ConsentedContent]:
    """What one sent about earlier letters, to take back if one likes."""
    sent = bridge.active_of_mine(place, ContentType.EMPATHY_FEEDBACK)
    return [content for content in sent if now_sent is None or content.pk != now_sent.pk]


def round_of(place: Place, answer: EmpathyValidation) -> int:
    """Which of the other's letters it is about."""
    letters = bridge.from_partner(place, ContentType.EMPATHY_ATTEMPT)
    return next((letter.round for letter in letters if letter.pk == answer.content_id), LETTER)


def _mine(place: Place) -> dict:
    return {"owner_id": place.user_id, "session_id": place.session.pk}
