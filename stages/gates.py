"""The gate keys of every stage, computed from facts by one exhaustive function (DESIGN §5). Pure.

What depends on the other is true only once both have reached it (a Meeting): before that, nothing here differs by what the
other has done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stages.steps import MeetingKind, StepKind


class Gate(StrEnum):
    COMPACT_SIGNED = "compact_signed"
    PARTNER_COMPACT_SIGNED = "partner_compact_signed"
    FEEL_HEARD_CONFIRMED = "feel_heard_confirmed"
    EMPATHY_DRAFT_READY = "empathy_draft_ready"
    EMPATHY_CONSENTED = "empathy_consented"
    PARTNER_CONSENTED = "partner_consented"
    PARTNER_VALIDATED = "partner_validated"
    NEEDS_CONFIRMED = "needs_confirmed"
    PARTNER_NEEDS_CONFIRMED = "partner_needs_confirmed"
    COMMON_GROUND_CONFIRMED = "common_ground_confirmed"
    STRATEGIES_SUBMITTED = "strategies_submitted"
    RANKINGS_SUBMITTED = "rankings_submitted"
    OVERLAP_IDENTIFIED = "overlap_identified"
    AGREEMENT_CREATED = "agreement_created"


@dataclass(frozen=True)
class GateFacts:
    """What the gates look at: the person's own standing steps, whether their letter is finished, and what both have reached."""

    steps: frozenset[str]
    meetings: frozenset[str]
    letter_finished: bool = False


def _step(*kinds: StepKind) -> Callable[[GateFacts], bool]:
    return lambda facts: bool(facts.steps & set(kinds))


def _met(kind: MeetingKind) -> Callable[[GateFacts], bool]:
    return lambda facts: kind in facts.meetings


def _validated(facts: GateFacts) -> bool:
    """The reader of the partner's letter has said where they end. How the partner ends stays the partner's."""
    said = {StepKind.UNDERSTOOD, StepKind.SEEN_DIFFERENTLY}
    return MeetingKind.LETTERS in facts.meetings and bool(facts.steps & said)


GATES: dict[int, dict[Gate, Callable[[GateFacts], bool]]] = {
    0: {
        Gate.COMPACT_SIGNED: _step(StepKind.COMPACT_SIGNED),
        Gate.PARTNER_COMPACT_SIGNED: _met(MeetingKind.COMPACT),
    },
    1: {Gate.FEEL_HEARD_CONFIRMED: _step(StepKind.HEARD)},
    2: {
        Gate.EMPATHY_DRAFT_READY: lambda facts: facts.letter_finished,
        Gate.EMPATHY_CONSENTED: _step(StepKind.LETTER_READY),
        Gate.PARTNER_CONSENTED: _met(MeetingKind.LETTERS),
        Gate.PARTNER_VALIDATED: _validated,
    },
    3: {
        Gate.NEEDS_CONFIRMED: _step(StepKind.NEEDS_DONE),
        Gate.PARTNER_NEEDS_CONFIRMED: _met(MeetingKind.NEEDS),
        Gate.COMMON_GROUND_CONFIRMED: _met(MeetingKind.COMMON_GROUND),
    },
    4: {
        Gate.STRATEGIES_SUBMITTED: _step(StepKind.IDEAS_READY),
        Gate.RANKINGS_SUBMITTED: _step(StepKind.PILES_DONE),
        Gate.OVERLAP_IDENTIFIED: _met(MeetingKind.OVERLAP),
        Gate.AGREEMENT_CREATED: _met(MeetingKind.AGREEMENT),
    },
}


def satisfied(stage: int, facts: GateFacts) -> dict[Gate, bool]:
    """Every gate key of the stage, true or false."""
    return {gate: holds(facts) for gate, holds in GATES[stage].items()}


def recorded(before: dict, values: dict[Gate, bool], *, now: datetime, way_out: bool = False) -> dict:
    """`{key: {"at": iso time, "by": "fact" or "way_out"}}`: what was passed stays; a fact takes the place of a way out.

    With `way_out` the keys that no fact satisfies are recorded as passed by it.
    """
    passed = dict(before)
    for gate, holds in values.items():
        if holds and passed.get(gate, {}).get("by") != "fact":
            passed[gate.value] = {"at": now.isoformat(), "by": "fact"}
        elif not holds and way_out and gate not in passed:
            passed[gate.value] = {"at": now.isoformat(), "by": "way_out"}
    return passed
