"""Whether a way leads on from wherever two people have come to: for both, for one alone, and to an end."""

import re
from datetime import timedelta

from stages.journey import LEFT, OVER, Next, awaited, next_thing
from stages.steps import MEETING_OF, MeetingKind, StepKind
from tests.walk.checks import changes_are_allowed, gates_agree, standing
from tests.walk.records import Records
from tests.walk.world import Person, World

UNDOING = r"pause|delete|withdraw|back|decline|set-aside|not-|reopen|later|safety|forget"
BACKWARD = re.compile(UNDOING)
TOGETHER_FIRST = re.compile(f"{UNDOING}|alone|without|clos|/end/|/go-on/")
CLOSING_FIRST = re.compile(f"{UNDOING}|alone|without|/end/|/yes/")
ON_THE_WAY = re.compile(f"{UNDOING}|/end/|/enough|clos")
CHANGES_WHILE_WORKING = [changes_are_allowed, gates_agree]
ROUNDS, TOGETHER, ALONE = 60, 25, 40
# The meetings a person can go on without, on the way itself (DESIGN §5); past the others they close, or end it for themselves.
GO_ON_WITHOUT = {MeetingKind.NEEDS, MeetingKind.COMMON_GROUND, MeetingKind.IDEAS, MeetingKind.OVERLAP}


def nobodys_turn_has_a_reason(world: World, before: Records, after: Records, who: str) -> None:
    """When both wait there is a date, or something that is owed; when that is done, it is somebody's turn."""
    if before.facts == after.facts or not _both_wait(world):
        return
    world.coverage.changes["both wait"] += 1
    if any(
        0 <= step.in_minutes < 24 * 60 and not step.counts
        for step in after.steps.values()
        if step.session == str(world.session_id)
    ):
        return  # hot hands: what was done counts later, and its page says when
    if any(one.active and not one.has_date and not one.cooled for one in after.contents.values()):
        return  # cooling off
    checks, world.change_checks = world.change_checks, CHANGES_WHILE_WORKING
    world.work(all_of_it=True)
    world.change_checks = checks
    assert not _both_wait(world), (
        f"both wait, and nothing is owed: {[standing(world, one) for one in world.people.values()]}"
    )


def _both_wait(world: World) -> bool:
    facts = [standing(world, person) for person in world.people.values()]
    if None in facts:
        return False  # it is the turn of whoever has the link; the step that waits for them has its date
    return all(next_thing(one) == Next.WAITING for one in facts) and not _one_has_said_all(facts)


def _one_has_said_all(facts: list) -> bool:
    """Each waits for something else, with a date to it: one for the end, the other for what comes before."""
    awaits = [awaited(one) for one in facts]
    if len(awaits) == 2 and awaits[0] != awaits[1]:
        return True
    step = MEETING_OF.get(awaits[0])
    return step is not None and not all(one.took(step) for one in facts)


def one_goes_on_without_the_other(world: World, person: Person) -> None:
    """Who waits for the other gets on by what their pages offer, without time passing, undoing nothing and ending nothing."""
    facts = standing(world, person)
    if facts is None or facts.status != "ACTIVE" or next_thing(facts) != Next.WAITING:
        return
    meeting = awaited(facts)
    world.coverage.changes[f"waits for {meeting}"] += 1
    avoiding = ON_THE_WAY if meeting in GO_ON_WITHOUT else BACKWARD
    world.log.append(f"{person.name} waits for {meeting}, and goes on")
    world.willing = False
    for _ in range(ALONE):
        if next_thing(standing(world, person)) != Next.WAITING or awaited(standing(world, person)) != meeting:
            return
        _walk_on(world, person, avoiding)
    raise AssertionError(f"{person.name} waits for {meeting} and can't go on: {standing(world, person)}")


def both_reach_an_end(world: World) -> str:
    """Both go where their pages lead, together while there is hope. Returns how it ended."""
    hoping = world.chance.choice((TOGETHER_FIRST, TOGETHER_FIRST, CLOSING_FIRST))
    for turn in range(ROUNDS):
        world.willing &= turn < TOGETHER
        before = [standing(world, person) for person in world.people.values()]
        for person in world.people.values():
            facts = standing(world, person)
            if not has_ended(facts):
                alone = facts is None or next_thing(facts) == Next.ALONE
                _walk_on(world, person, hoping if turn < TOGETHER and not alone else BACKWARD)
        world.work(all_of_it=True)
        now = [standing(world, person) for person in world.people.values()]
        if all(facts is None or has_ended(facts) for facts in now):
            return _how(now)
        if now == before and turn % 3 == 2:
            world.pass_time(timedelta(days=4))
    raise AssertionError(f"no end in sight: {now}")


def has_ended(facts) -> bool:
    return facts is not None and (facts.status in OVER or facts.took(*LEFT) or facts.met(MeetingKind.AGREEMENT))


def _how(facts: list) -> str:
    here = [one for one in facts if one]
    alone = "" if len(here) == 2 else ", the other never came"
    if any(one.status == "ABANDONED" for one in here):
        return "abandoned, kindly" + alone
    if any(one.met(MeetingKind.CLOSED) for one in here):
        return "closed by both after an agreement" if _agreed(here) else "closed by both without an agreement"
    if _agreed(here):
        return "agreement"
    if any(one.took(StepKind.ENDED_FOR_BOTH) for one in here):
        return "one ends it for both" + alone
    return "each ends it alone" if len(here) == 2 else "alone all the way"


def _agreed(facts: list) -> bool:
    return any(one.met(MeetingKind.AGREEMENT) for one in facts)


def _walk_on(world: World, person: Person, avoiding: re.Pattern, pages: int = 4) -> None:
    facts = standing(world, person)
    if facts is None:
        world.get(person, world.invitation or "/home/")
        pages = min(pages, 1)
    else:
        route = next_thing(facts)
        world.get(person, world.home if route == Next.PAUSED else world.next_page(route.value))
    for _ in range(pages):
        if person.page is None or not world.press(person, avoiding=avoiding):
            return
