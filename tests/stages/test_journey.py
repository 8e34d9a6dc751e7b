"""The one next thing: total, blind to what is the other's alone, and never a dead end."""

from collections import deque
from dataclasses import fields, replace
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beheard.people.models import SessionStatus
from beheard.people.pages import place_of
from beheard.rls import Actor
from stages.home.words import WORDS
from stages.journey import Facts, Next, facts_of, next_thing
from stages.models import Step
from stages.progress import WAITS_FOR_BOTH, has_taken, meet, returned_steps, steps_of, take_step
from stages.steps import MEETING_OF, MeetingKind, StepKind
from tests import factories as make

M, S = MeetingKind, StepKind
STATUSES = [status for status in SessionStatus.values if status != "WAITING"]
BEGUN = {
    "A": Facts("CREATED", "A", False, "none", False, "none", 1),
    "B": Facts("INVITED", "B", True, "guest", True, "none", 1),
}
TERMINAL = {Next.ENDED, Next.AGREEMENT}

all_facts = st.builds(
    Facts,
    status=st.sampled_from(STATUSES),
    seat=st.sampled_from("AB"),
    partner_here=st.booleans(),
    invitation=st.sampled_from(["none", "open", "expired", "joined", "confirmed", "guest"]),
    topic_approved=st.booleans(),
    safety=st.sampled_from(["none", "OPEN", "CLOSED"]),
    stage=st.integers(0, 4),
    steps=st.frozensets(st.sampled_from(S.values)),
    meetings=st.frozensets(st.sampled_from(M.values)),
    look_back_due=st.booleans(),
)


def stepped(facts: Facts, *kinds: StepKind) -> Facts:
    return replace(facts, steps=facts.steps | {kind.value for kind in kinds})


def own_actions(facts: Facts) -> list[Facts]:
    """What this person can do about their next thing, by what it does to the facts."""
    match next_thing(facts):
        case Next.CONVERSATION:
            return [stepped(facts, S.HEARD)]
        case Next.SAFETY:
            return [replace(facts, safety=outcome) for outcome in ("OPEN", "CLOSED")]
        case Next.TOPIC:
            return [replace(facts, topic_approved=True)]
        case Next.INVITE:
            return [replace(facts, invitation="open", status="INVITED")]
        case Next.CONFIRM_PARTNER:
            return [replace(facts, invitation="confirmed", status="ACTIVE"), replace(facts, invitation="expired")]
        case Next.COMPACT:
            return [stepped(facts, S.COMPACT_SIGNED), stepped(facts, S.WENT_ON_COMPACT)]
        case Next.LETTER:
            return [stepped(facts, S.LETTER_READY), stepped(facts, S.WENT_ON_LETTERS)]
        case Next.OPEN_LETTER:
            return [stepped(facts, S.LETTER_OPENED)]
        case Next.ANSWER_LETTER:
            return [stepped(facts, S.UNDERSTOOD), stepped(facts, S.SEEN_DIFFERENTLY)]
        case Next.NEEDS:
            return [stepped(facts, S.NEEDS_DONE)]
        case Next.SIDE_BY_SIDE:
            return [stepped(facts, S.NOTICED)]
        case Next.COMMON_GROUND:
            return [stepped(facts, S.COMMON_ANSWERED), stepped(facts, S.WENT_ON_NEEDS, S.COMMON_ANSWERED)]
        case Next.IDEAS:
            return [stepped(facts, S.IDEAS_READY), stepped(facts, S.WENT_ON_IDEAS)]
        case Next.PILES:
            return [stepped(facts, S.PILES_DONE)]
        case Next.OVERLAP:
            return [stepped(facts, S.CLOSING), stepped(facts, S.MORE_IDEAS)]
        case Next.AGREEMENT | Next.CHECK_IN:
            return [stepped(facts, S.CHECKED_IN), stepped(facts, S.CLOSING)]
        case Next.WHAT_NEXT:
            return [stepped(facts, S.CLOSING), stepped(facts, S.MORE_IDEAS)]
        case Next.ALONE:
            return [stepped(facts, S.ENDED_ALONE)]
        case Next.WAITING:
            return [stepped(facts, S.ENDED_ALONE), *_going_on(facts)]
        case Next.PAUSED:
            return [stepped(facts, S.READY_AGAIN), stepped(facts, S.ENDED_ALONE)]
    return []


def _going_on(facts: Facts) -> list[Facts]:
    return [stepped(facts, S.WENT_ON_NEEDS)] if facts.took(S.NEEDS_DONE) and not facts.took(S.WENT_ON_NEEDS) else []


def what_happens(facts: Facts) -> list[Facts]:
    """What the other, the workers and time can do, as far as this person's facts allow it."""
    found = []
    if facts.invitation == "open":
        found += [replace(facts, invitation="joined"), replace(facts, invitation="expired")]
    if facts.seat == "B" and facts.status == "INVITED":
        found.append(replace(facts, status="ACTIVE"))
    if facts.status == "ACTIVE" and facts.safety != "CLOSED":
        found += [replace(facts, meetings=facts.meetings | {kind}) for kind in _reachable(facts) - facts.meetings]
    if facts.met(M.AGREEMENT):
        found.append(replace(facts, look_back_due=True))
    for kind in waiting_steps(facts):
        found.append(replace(facts, steps=facts.steps - {kind}))
    return found


def waiting_steps(facts: Facts) -> set[str]:
    """Steps with a date: what waits for both and has not met."""
    met = {MEETING_OF[kind] for kind in MEETING_OF if facts.met(kind)}
    return {kind.value for kind in WAITS_FOR_BOTH if facts.took(kind) and kind not in met}


def _reachable(facts: Facts) -> set[str]:
    needs = {M.COMPACT: None, M.LETTERS: M.COMPACT, M.NEEDS: M.COMPACT, M.COMMON_GROUND: M.NEEDS, M.IDEAS: M.COMPACT}
    found = {
        kind for kind, before in needs.items() if facts.took(MEETING_OF[kind]) and (not before or facts.met(before))
    }
    found |= {M.POOL} if facts.met(M.IDEAS) else set()
    found |= {M.OVERLAP} if facts.met(M.POOL) and facts.took(S.PILES_DONE) else set()
    found |= {M.AGREEMENT} if facts.met(M.OVERLAP) else set()
    found |= {M.CHECK_IN} if facts.met(M.AGREEMENT) and facts.took(S.CHECKED_IN) else set()
    return {kind.value for kind in found}


@cache
def reachable(seat: str) -> dict[Facts, list[Facts]]:
    """Every state a person can come to, with what can follow by their own action."""
    states, todo = {}, deque([BEGUN[seat]])
    while todo:
        facts = todo.popleft()
        if facts in states:
            continue
        states[facts] = own_actions(facts)
        todo.extend([*states[facts], *what_happens(facts)])
    return states


@given(all_facts)
@settings(max_examples=1500, deadline=None)
def test_every_combination_of_facts_has_a_next_thing_with_words(facts):
    assert next_thing(facts) in WORDS


def test_every_combination_of_the_first_facts_has_one_too():
    invitations = ["none", "open", "expired", "joined", "confirmed", "guest"]
    steps = [frozenset(), {S.HEARD}, {S.HEARD, S.WENT_ON_COMPACT}, {S.HEARD, S.COMPACT_SIGNED}]
    for values in product(STATUSES, "AB", (True, False), invitations, (True, False), ("none", "OPEN", "CLOSED"), steps):
        status, seat, here, invitation, topic, safety, taken = values
        facts = Facts(status, seat, here, invitation, topic, safety, 1, frozenset(taken))
        assert isinstance(next_thing(facts), Next)


@pytest.mark.parametrize("seat", "AB")
def test_there_is_no_dead_end(seat):
    """From every state a person can come to, something of their own to do changes the facts, or a date is set."""
    for facts, following in reachable(seat).items():
        thing = next_thing(facts)
        assert thing in TERMINAL or any(after != facts for after in following), (thing, facts)


@pytest.mark.parametrize("seat", "AB")
def test_who_waits_has_a_date(seat):
    for facts in reachable(seat):
        pool_is_being_made = facts.met(M.IDEAS) and not facts.met(M.POOL)
        if next_thing(facts) == Next.WAITING:
            assert waiting_steps(facts) or pool_is_being_made, facts


@pytest.mark.parametrize("seat", "AB")
def test_everybody_comes_to_an_end_by_themselves_whatever_the_other_does(seat):
    """With nothing but their own actions and time: nobody can be stuck."""
    states = reachable(seat)
    good = {facts for facts in states if next_thing(facts) in TERMINAL}
    before: dict[Facts, list[Facts]] = {}
    for facts, following in states.items():
        for after in following:
            before.setdefault(after, []).append(facts)
    todo = deque(good)
    while todo:
        for facts in before.get(todo.popleft(), []):
            if facts not in good:
                good.add(facts)
                todo.append(facts)
    assert not set(states) - good


def test_the_facts_hold_nothing_that_only_the_other_knows():
    """A new fact has to be looked at by whoever adds it here."""
    own = {"seat", "safety", "stage", "steps", "topic_approved", "seated"}
    both_know = {"status", "partner_here", "invitation", "meetings", "look_back_due"}
    assert {field.name for field in fields(Facts)} == own | both_know


HEARD = frozenset({S.HEARD.value, S.COMPACT_SIGNED.value})
SIGNED = Facts("ACTIVE", "B", True, "guest", True, "OPEN", 2, HEARD, frozenset({M.COMPACT.value}))


@pytest.mark.parametrize(
    ("steps", "meetings", "expected"),
    [
        ([], [], Next.LETTER),
        ([S.LETTER_READY], [], Next.NEEDS),
        ([S.WENT_ON_LETTERS], [], Next.NEEDS),
        ([S.LETTER_READY], [M.LETTERS], Next.OPEN_LETTER),
        ([S.LETTER_READY, S.LETTER_OPENED], [M.LETTERS], Next.ANSWER_LETTER),
        ([S.LETTER_READY, S.NEEDS_DONE], [], Next.WAITING),
        ([S.LETTER_READY, S.NEEDS_DONE], [M.LETTERS], Next.OPEN_LETTER),
        ([S.WENT_ON_LETTERS, S.NEEDS_DONE, S.WENT_ON_NEEDS], [], Next.IDEAS),
        ([S.WENT_ON_LETTERS, S.WENT_ON_NEEDS], [], Next.IDEAS),
        ([S.WENT_ON_LETTERS, S.NEEDS_DONE], [M.NEEDS], Next.SIDE_BY_SIDE),
        ([S.WENT_ON_LETTERS, S.NEEDS_DONE, S.WENT_ON_NEEDS], [M.NEEDS], Next.SIDE_BY_SIDE),
        ([S.WENT_ON_LETTERS, S.NEEDS_DONE, S.WENT_ON_NEEDS, S.IDEAS_READY], [M.NEEDS], Next.WAITING),
        ([S.WENT_ON_LETTERS, S.NEEDS_DONE, S.NOTICED], [M.NEEDS], Next.COMMON_GROUND),
        ([S.WENT_ON_LETTERS, S.NEEDS_DONE, S.NOTICED, S.COMMON_ANSWERED], [M.NEEDS], Next.WAITING),
        ([S.WENT_ON_LETTERS, S.NEEDS_DONE, S.NOTICED, S.COMMON_ANSWERED, S.WENT_ON_NEEDS], [M.NEEDS], Next.IDEAS),
        ([S.WENT_ON_LETTERS, S.NEEDS_DONE, S.WENT_ON_NEEDS, S.WENT_ON_IDEAS], [], Next.ALONE),
        ([S.WENT_ON_LETTERS, S.NEEDS_DONE, S.WENT_ON_NEEDS, S.IDEAS_READY], [M.IDEAS, M.POOL], Next.PILES),
        ([S.WENT_ON_LETTERS, S.WENT_ON_NEEDS, S.IDEAS_READY, S.PILES_DONE], [M.IDEAS, M.POOL], Next.WAITING),
        ([S.WENT_ON_NEEDS, S.LETTER_READY, S.PILES_DONE, S.WENT_ON_IDEAS], [M.IDEAS, M.POOL], Next.ALONE),
        ([S.WENT_ON_LETTERS, S.WENT_ON_NEEDS, S.IDEAS_READY, S.PILES_DONE], [M.POOL, M.OVERLAP], Next.OVERLAP),
        ([S.WENT_ON_LETTERS, S.WENT_ON_NEEDS, S.PILES_DONE, S.CLOSING], [M.POOL, M.OVERLAP], Next.WAITING),
        ([S.WENT_ON_LETTERS, S.WENT_ON_NEEDS, S.PILES_DONE], [M.POOL, M.OVERLAP, M.AGREEMENT], Next.AGREEMENT),
        ([S.ENDED_ALONE], [], Next.ENDED),
    ],
)
def test_the_way_of_someone_who_has_signed(steps, meetings, expected):
    facts = replace(stepped(SIGNED, *steps), meetings=SIGNED.meetings | {kind.value for kind in meetings})
    assert next_thing(facts) == expected


ALONE_A = Facts("CREATED", "A", False, "none", False, "OPEN", 1, frozenset({S.HEARD.value}))


@pytest.mark.parametrize(
    ("changes", "steps", "expected"),
    [
        ({"safety": "none"}, [], Next.SAFETY),
        ({"safety": "CLOSED"}, [], Next.ALONE),
        ({"safety": "CLOSED", "status": "PAUSED"}, [], Next.ALONE),
        ({"status": "PAUSED"}, [], Next.PAUSED),
        ({}, [], Next.TOPIC),
        ({"topic_approved": True}, [], Next.INVITE),
        ({"topic_approved": True, "invitation": "open", "status": "INVITED"}, [], Next.COMPACT),
        ({"topic_approved": True, "invitation": "expired", "status": "INVITED"}, [S.COMPACT_SIGNED], Next.INVITE),
        ({"topic_approved": True, "invitation": "joined", "status": "INVITED"}, [], Next.CONFIRM_PARTNER),
        ({"status": "ACTIVE", "invitation": "confirmed"}, [], Next.COMPACT),
        ({}, [S.WENT_ON_COMPACT], Next.NEEDS),
        ({}, [S.WENT_ON_COMPACT, S.NEEDS_DONE], Next.ALONE),
        ({"invitation": "joined", "status": "INVITED"}, [S.WENT_ON_COMPACT], Next.CONFIRM_PARTNER),
    ],
)
def test_the_way_of_the_inviter(changes, steps, expected):
    assert next_thing(stepped(replace(ALONE_A, **changes), *steps)) == expected


# --- with the database --------------------------------------------------------------------------------------------


@pytest.fixture
def pair(db):
    return make.couple()


def place_for(person):
    return place_of(Actor.user(person.user_id), person.session_id)


@pytest.mark.parametrize("kind", S.values)
def test_no_step_of_the_other_changes_ones_own_facts(pair, kind):
    with pair.a.acting():
        before = facts_of(place_for(pair.a))
    with pair.b.acting():
        take_step(place=place_for(pair.b), kind=S(kind), now=make.now())
        for meeting in MEETING_OF:
            meet(place=place_for(pair.b), kind=meeting)
    with pair.a.acting():
        assert facts_of(place_for(pair.a)) == before


def taken(person, kind: StepKind, days_ago: int = 0) -> None:
    with person.acting():
        take_step(place=place_for(person), kind=kind, now=make.now() - make.timedelta(days=days_ago))


def test_what_waited_in_vain_comes_back_and_no_longer_meets(pair):
    taken(pair.a, S.COMPACT_SIGNED, days_ago=15)
    with pair.a.acting():
        assert returned_steps(place_for(pair.a)) == {S.COMPACT_SIGNED}
        assert not has_taken(place_for(pair.a), S.COMPACT_SIGNED)
    taken(pair.b, S.COMPACT_SIGNED)
    with pair.b.acting():
        assert not meet(place=place_for(pair.b), kind=M.COMPACT)
    taken(pair.a, S.COMPACT_SIGNED)
    with pair.a.acting():
        assert meet(place=place_for(pair.a), kind=M.COMPACT)


def test_what_has_met_does_not_come_back(pair):
    for person in pair:
        taken(person, S.COMPACT_SIGNED, days_ago=13)
    with pair.b.acting():
        assert meet(place=place_for(pair.b), kind=M.COMPACT)
    with pair.a.acting():
        place = place_for(pair.a)
        Step.objects.get(owner_id=pair.a.user_id).delete()
        Step(
            **pair.a.ids,
            stage=0,
            kind=S.COMPACT_SIGNED,
            taken_at=make.now() - make.timedelta(days=40),
            counts_from=make.now() - make.timedelta(days=40),
            returns_at=make.now() - make.timedelta(days=26),
        ).save(force_insert=True)
        assert steps_of(place) == {S.COMPACT_SIGNED}
        assert returned_steps(place) == set()
