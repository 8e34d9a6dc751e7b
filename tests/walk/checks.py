"""What must hold wherever two people have come to."""

import re
from contextlib import suppress
from datetime import timedelta

from django.urls import Resolver404, reverse
from django.utils import timezone

from beheard.people.models import RelationshipMember, Session
from beheard.people.pages import place_of
from beheard.rls import transaction_as
from stages.gates import satisfied
from stages.journey import LEFT, OVER, Next, facts_of, next_thing
from stages.models import StageProgress, StageStatus
from stages.progress import gate_facts
from stages.repair.models import StrategyProposal
from stages.steps import MeetingKind
from tests.walk.world import ADA, BEN, Person, World, route_of
from vessels.shared.models import Agreement, CommonGround, ConsentedContent

BACKWARD = re.compile(r"pause|delete|withdraw|back|decline|set-aside|not-closing|reopen")
TOGETHER_FIRST = re.compile(f"{BACKWARD.pattern}|alone|without|clos")
ROUNDS, TOGETHER = 60, 25


# --- after every page --------------------------------------------------------------------------------------------


def no_error(world: World, person: Person, response) -> None:
    assert response.status_code < 500


def nothing_private_of_the_other(world: World, person: Person, response) -> None:
    """Each one's words carry tokens. Those of the other on a page must be in something that has crossed, or is both's."""
    other = world.people[BEN if person.name == ADA else ADA]
    found = set(re.findall(rf"\b{other.name.lower()}q\d+w\b", response.content.decode(errors="ignore")))
    if found:
        private = found - _tokens_given(world, other)
        assert not private, f"{person.name} reads what {other.name} keeps: {private}"


def _tokens_given(world: World, owner: Person) -> set[str]:
    with transaction_as(owner.actor):
        here = {"session_id": world.session_id}
        session = Session.objects.get(pk=world.session_id)
        crossed = ConsentedContent.objects.filter(
            **here, owner_id=owner.actor.user_id, consent_active=True, crosses_at__lte=timezone.now()
        )
        texts = [content.transformed_content for content in crossed]
        texts += [f"{one.description} {one.measure}" for one in Agreement.objects.filter(**here)]
        texts += [proposal.words for proposal in StrategyProposal.objects.filter(**here)]
        texts += [str(one) for one in CommonGround.objects.filter(**here).values_list("need", flat=True)]
        texts += RelationshipMember.objects.filter(relationship_id=session.relationship_id).values_list(
            "display_name", flat=True
        )
        texts.append(session.topic or "")
        return set(re.findall(r"\b[a-z]+q\d+w\b", " ".join(texts)))


# --- where a walk ends -------------------------------------------------------------------------------------------


def standing(world: World, person: Person):
    """The person's facts; None for one who has not joined."""
    with transaction_as(person.actor):
        mine = RelationshipMember.objects.filter(user_id=person.actor.user_id, relationship__sessions=world.session_id)
        if not mine.exists():
            return None
        return facts_of(place_of(person.actor, world.session_id))


def gates_agree(world: World) -> None:
    """A completed stage was passed by facts or by its way out; and by facts only what facts satisfied."""
    for person in world.people.values():
        if standing(world, person) is None:
            continue
        with transaction_as(person.actor):
            place = place_of(person.actor, world.session_id)
            facts = gate_facts(place)
            mine = StageProgress.objects.filter(session_id=world.session_id, owner_id=person.actor.user_id)
            for progress in mine:
                passed = progress.gates_satisfied
                assert (progress.status == StageStatus.COMPLETED) == ("passed" in passed)
                if passed.get("passed", {}).get("by") == "fact":
                    missing = [gate for gate in satisfied(progress.stage, facts) if gate not in passed]
                    assert not missing, f"stage {progress.stage} passed by fact without {missing}"


def somebody_can_move(world: World) -> None:
    """Nobody's turn is a state that time ends."""
    for _ in range(6):
        world.work(all_of_it=True)
        facts = [standing(world, person) for person in world.people.values()]
        turns = [next_thing(one) for one in facts if one is not None]
        if any(turn != Next.WAITING for turn in turns):
            return
        world.pass_time(timedelta(days=4))
    raise AssertionError(f"both wait, and nothing will come: {facts}")


def both_reach_an_end(world: World) -> str:
    """Both go where their pages lead, together while there is hope. Returns how it ended."""
    for turn in range(ROUNDS):
        before = [standing(world, person) for person in world.people.values()]
        for person in world.people.values():
            if not has_ended(standing(world, person)):
                _walk_on(world, person, TOGETHER_FIRST if turn < TOGETHER else BACKWARD)
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
    if any(one and one.met(MeetingKind.AGREEMENT) for one in facts):
        return "agreement"
    if any(one and one.met(MeetingKind.CLOSED) for one in facts):
        return "closed"
    return "alone" if None in facts else "each alone"


def _walk_on(world: World, person: Person, avoiding: re.Pattern) -> None:
    facts = standing(world, person)
    if facts is None:
        world.go_home(person)
    else:
        route = next_thing(facts)
        if route in (Next.WAITING, Next.PAUSED):
            world.get(person, world.home)
        else:
            world.get(person, reverse(route.value, args=[world.session_id]))
    for _ in range(4):
        if person.page is None or not world.explore(person, avoiding):
            return


def routes_of(world: World) -> set[str]:
    found = set()
    for line in world.log:
        parts = line.split()
        if len(parts) == 4 and parts[2].startswith("/"):
            with suppress(Resolver404):
                found.add(route_of(parts[2]))
    return found
