"""Gates, stages and statuses: computed from facts, and never from what is the other's alone."""

from datetime import timedelta

import pytest

from beheard.people.models import SessionStatus
from beheard.people.pages import place_of
from beheard.rls import Actor
from beheard.rls.doors import door_value
from stages import gates
from stages.gates import GATES, Gate, GateFacts
from stages.models import StageProgress, StageStatus
from stages.progress import complete_stage, enter_stage, meet, stage_of, take_step, wait_at_gate
from stages.status import display_status, shared_stage
from stages.steps import MEETING_OF, MeetingKind, StepKind
from tests import factories as make

DESIGN = {
    0: ["compact_signed", "partner_compact_signed"],
    1: ["feel_heard_confirmed"],
    2: ["empathy_draft_ready", "empathy_consented", "partner_consented", "partner_validated"],
    3: ["needs_confirmed", "partner_needs_confirmed", "common_ground_confirmed"],
    4: ["strategies_submitted", "rankings_submitted", "overlap_identified", "agreement_created"],
}


@pytest.fixture
def pair(db):
    return make.couple()


def place_for(person):
    return place_of(Actor.user(person.user_id), person.session_id)


def step(person, kind: StepKind) -> None:
    with person.acting():
        take_step(place=place_for(person), kind=kind, now=make.now())


def both(pair, kind: MeetingKind) -> None:
    for person in pair:
        step(person, MEETING_OF[kind])
    with pair.a.acting():
        assert meet(place=place_for(pair.a), kind=kind)


def recorded(person, stage: int) -> dict:
    with person.acting():
        return StageProgress.objects.get(stage=stage, owner_id=person.user_id).gates_satisfied


def ways(person, stage: int) -> dict:
    return {key: found["by"] for key, found in recorded(person, stage).items() if key != "passed"}


def test_every_gate_of_the_design_is_computed_and_no_other():
    assert {stage: [gate.value for gate in found] for stage, found in GATES.items()} == DESIGN
    assert sorted(gate for found in GATES.values() for gate in found) == sorted(Gate)


def test_nothing_of_the_partner_holds_without_a_meeting():
    """Whatever steps a person has taken."""
    facts = GateFacts(steps=frozenset(StepKind.values), meetings=frozenset(), letter_finished=True)
    values = {gate: holds for stage in GATES for gate, holds in gates.satisfied(stage, facts).items()}
    together = {Gate.COMMON_GROUND_CONFIRMED, Gate.OVERLAP_IDENTIFIED, Gate.AGREEMENT_CREATED}
    assert {gate for gate, holds in values.items() if not holds} == together | {
        gate for gate in Gate if gate.startswith("partner_")
    }


def test_each_gate_changes_with_one_fact():
    everything = GateFacts(frozenset(StepKind.values), frozenset(MeetingKind.values), True)
    nothing = GateFacts(frozenset(), frozenset())
    for stage in GATES:
        assert all(gates.satisfied(stage, everything).values())
        assert not any(gates.satisfied(stage, nothing).values())
    for kind in StepKind.values:
        one = GateFacts(frozenset({kind}), frozenset())
        assert sum(holds for stage in GATES for holds in gates.satisfied(stage, one).values()) <= 1


def test_a_signature_is_recorded_with_its_time_and_the_partners_only_once_both_have_signed(pair):
    now = make.now()
    step(pair.b, StepKind.COMPACT_SIGNED)
    step(pair.a, StepKind.COMPACT_SIGNED)
    with pair.a.acting():
        wait_at_gate(place=place_for(pair.a), stage=0, now=now)
    assert recorded(pair.a, 0) == {"compact_signed": {"at": now.isoformat(), "by": "fact"}}
    with pair.a.acting():
        assert meet(place=place_for(pair.a), kind=MeetingKind.COMPACT)
        complete_stage(place=place_for(pair.a), stage=0, now=now + timedelta(hours=1))
    assert recorded(pair.a, 0)["compact_signed"]["at"] == now.isoformat(), "what was passed keeps its time"
    assert ways(pair.a, 0) == {"compact_signed": "fact", "partner_compact_signed": "fact"}


def test_a_way_out_is_recorded_as_one_and_gives_way_to_the_fact(pair):
    both(pair, MeetingKind.COMPACT)
    step(pair.a, StepKind.NEEDS_DONE)
    with pair.a.acting():
        complete_stage(place=place_for(pair.a), stage=3, now=make.now(), way_out=True)
    out = {"partner_needs_confirmed": "way_out", "common_ground_confirmed": "way_out"}
    assert ways(pair.a, 3) == {"needs_confirmed": "fact"} | out
    assert recorded(pair.a, 3)["passed"]["by"] == "way_out"
    step(pair.b, StepKind.NEEDS_DONE)
    with pair.a.acting():
        assert meet(place=place_for(pair.a), kind=MeetingKind.NEEDS)
        complete_stage(place=place_for(pair.a), stage=3, now=make.now())
    assert ways(pair.a, 3) == {"needs_confirmed": "fact"} | out | {"partner_needs_confirmed": "fact"}


def test_a_stage_is_the_highest_one_has_come_to(pair):
    with pair.a.acting():
        place = place_for(pair.a)
        assert stage_of(place) == 0
        for stage in (0, 3, 1):
            enter_stage(place=place, stage=stage, now=make.now())
        assert stage_of(place) == 3


def test_a_finished_stage_is_finished_once(pair):
    now = make.now()
    with pair.a.acting():
        place = place_for(pair.a)
        for later in (0, 5):
            complete_stage(place=place, stage=1, now=now + timedelta(hours=later))
        wait_at_gate(place=place, stage=1, now=now)
        row = StageProgress.objects.get(stage=1)
        assert (row.status, row.completed_at) == (StageStatus.COMPLETED, now)


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"), [(1, 3, 1), (3, 2, 1), (3, 0, None), (None, 3, None), (2, None, None), (0, 1, 0)]
)
def test_the_shared_stage_is_the_lower_and_none_counts_as_none(pair, mine, theirs, expected):
    """Of the partner only their stone counts, as it stood in the last slot."""
    long_ago = make.now() - timedelta(days=2)
    with pair.a.acting():
        if mine is not None:
            complete_stage(place=place_for(pair.a), stage=mine, now=long_ago)
    with pair.b.acting():
        if theirs is not None:
            enter_stage(place=place_for(pair.b), stage=theirs, now=long_ago)
    with pair.a.acting():
        assert shared_stage(place_for(pair.a)) == expected


def test_the_shared_stage_tells_nothing_the_stone_does_not(pair):
    """The partner completes, waits at a gate, moves on a moment ago: the same answer."""
    long_ago = make.now() - timedelta(days=2)
    with pair.a.acting():
        complete_stage(place=place_for(pair.a), stage=3, now=long_ago)
    with pair.b.acting():
        enter_stage(place=place_for(pair.b), stage=2, now=long_ago)

    def seen():
        with pair.a.acting():
            return shared_stage(place_for(pair.a))

    before = seen()
    with pair.b.acting():
        wait_at_gate(place=place_for(pair.b), stage=2, now=make.now())
        complete_stage(place=place_for(pair.b), stage=2, now=make.now())
        enter_stage(place=place_for(pair.b), stage=3, now=make.now())
    assert seen() == before == 1


def test_the_shared_stage_is_for_members(pair):
    stranger = make.alone("Cleo")
    with stranger.acting():
        assert door_value("shared_stage", pair.a.session_id) is None


def test_waiting_shows_to_who_is_ahead_and_to_nobody_else(pair):
    both(pair, MeetingKind.COMPACT)
    for kind in (StepKind.HEARD, StepKind.WENT_ON_LETTERS, StepKind.NEEDS_DONE):
        step(pair.a, kind)
    for person in pair:
        make.make_safety_outcome(person)
    with pair.a.acting():
        assert display_status(place_for(pair.a)) == SessionStatus.WAITING
    with pair.b.acting():
        assert display_status(place_for(pair.b)) == SessionStatus.ACTIVE
