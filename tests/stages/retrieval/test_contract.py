"""Whatever plan a model invents, nothing outside the contract of the stage is retrieved (DESIGN §6).

What is allowed is written down here once more, from DESIGN's table and as the person themselves sees the rows: not taken from
`stages.retrieval.contracts`. `CONTRACT_CASES` sets how many cases there are for each of the five stages; 420 are 2,100 in all.
"""

import os
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from library.models import GlobalLibraryItem
from stages import embeddings, retrieval
from stages.models import CarriedOver, EmpathyDraft, Message, Recap
from stages.retrieval.plans import Plan, _parsed
from tests import factories as make
from tests.furnished import furnished
from tests.stages.retrieval.plans import proposals, well_formed
from vessels.private.models import EmotionalReading, IdentifiedNeed, UserEvent
from vessels.shared import bridge
from vessels.shared.models import Agreement, CommonGround

pytestmark = pytest.mark.django_db(transaction=True)
INTENSITIES = st.sampled_from([None, None, None, 3, 7, 8])
CASES = int(os.environ.get("CONTRACT_CASES", "60"))  # for each of five stages


@pytest.fixture
def pair():
    """A couple with everything in every state, and another couple with the same."""
    pair, others = furnished(make.couple()), furnished(make.couple(("Cleo", "Dan")))
    for person in (*pair, *others):
        for stage in range(5):
            message = make.make_message(person, content=f"The dishes in stage {stage}.", stage=stage)
            make.make_reply(person, message, stage=stage)
            make.make_event(person, description=f"Dishes, told in stage {stage}.", stage=stage)
            make.make_reading(person, intensity=4, context="dishes", stage=stage)
        make.make_need(person, confirmed=False, confirmed_at=None, rejected_at=make.now(), need="set aside")
        recap = make.make_recap(person, text="accepted", stage=0)
        with person.acting():
            Recap.objects.filter(pk=recap.pk).update(status="ACCEPTED", answered_at=make.now())
        make.revoke(person, make.make_shared(person, "EVENT_SUMMARY", words="taken back"))
        make.choose_cooling_off(person)
        make.grant(person, make.make_offer(person, "BOUNDARY", words="not crossed yet"))
        make.grant(person, make.make_offer(person, "EMPATHY_ATTEMPT", words="waits for the meeting"), at_meeting=True)
        embeddings.catch_up(user_id=person.user_id, session_id=person.session_id)
    return pair


def ids(rows) -> set:
    return set(rows.values_list("pk", flat=True))


def allowed(pair) -> dict[int, set]:
    """DESIGN §6, row by row, as the first of the two may see it."""
    me = pair.a
    own = {"owner_id": me.user_id, "session_id": me.session_id}
    with me.acting():
        partner = {
            content.pk for content in bridge.all_from_partner(make.place(me)) if content.content_type != "PROPOSAL"
        }
        active = bridge.shared_by_me(make.place(me)).filter(consent_active=True, crosses_at__lte=make.now())
        active = {one.pk: one.content_type for one in active if one.content_type != "PROPOSAL"}
        needs = {one.pk for one in bridge.all_from_partner(make.place(me)) if one.content_type == "IDENTIFIED_NEED"}
        needs |= {pk for pk, kind in active.items() if kind == "IDENTIFIED_NEED"}
        messages = {stage: ids(Message.objects.filter(for_user_id=me.user_id, stage=stage)) for stage in range(5)}
        in_here = {"session_id": me.session_id}
        common = ids(CommonGround.objects.filter(**in_here, confirmed_at__isnull=False))
        first = (
            messages[0]
            | messages[1]
            | ids(EmotionalReading.objects.filter(**own))
            | ids(CarriedOver.objects.filter(**own))
        )
        first |= ids(Recap.objects.filter(status="ACCEPTED", **own)) | ids(
            UserEvent.objects.filter(stage__lte=1, **own)
        )
        return {
            0: {me.session_id, *relationship(me), *ids(CarriedOver.objects.filter(kind="OUTCOME", **own))},
            1: first,
            2: first
            | messages[2]
            | ids(UserEvent.objects.filter(stage__lte=2, **own))
            | ids(EmpathyDraft.objects.filter(**own))
            | partner,
            3: messages[3] | ids(IdentifiedNeed.objects.filter(rejected_at__isnull=True, **own)) | needs | common,
            4: messages[4]
            | partner
            | set(active)
            | common
            | ids(Agreement.objects.filter(agreed_at__isnull=False, **in_here))
            | ids(GlobalLibraryItem.objects.filter(status="PUBLISHED")),
        }


def relationship(person) -> set:
    place = make.place(person)
    return {place.session.relationship_id}


def occasions(pair) -> dict[int, retrieval.Occasion]:
    found = {}
    for stage in range(5):
        asked = make.make_message(pair.a, content="The dishes again, what did the other one say?", stage=stage)
        with pair.a.guided():
            found[stage] = retrieval.occasion_of(asked.pk, now=make.now())
    return found


def everyones_ids(pair) -> list:
    return [str(one) for person in pair for one in (person.user_id, person.vessel_id, person.session_id)]


def test_no_plan_retrieves_what_the_contract_does_not_know(pair):
    may, at, tally = allowed(pair), occasions(pair), Counter()
    asked = {occasion.current.id for occasion in at.values()}

    def check(bundle, stage):
        items = (*bundle.own_items, *bundle.shared, *bundle.library)
        found = {item.id for item in items} | {words.id for words in bundle.thread}
        assert found <= may[stage] | asked, (stage, [item.type for item in items if item.id not in may[stage]])
        assert bundle.current.id == at[stage].current.id
        assert all(
            item.source and item.type and item.created_at and item.consent and item.stage is not None for item in items
        )
        assert all(item.consent == "active" for item in bundle.shared)
        assert len(items) <= 24 and len(bundle.thread) <= 40
        if (bundle.intensity or 0) >= 8:
            assert not items and not bundle.thread
        tally[stage] += 1
        tally["items"] += len(items)
        tally["alone"] += not items and not bundle.thread

    def cases_of(stage):
        @settings(
            max_examples=CASES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
        )
        @given(proposals(everyones_ids(pair)), st.lists(well_formed(), max_size=6), INTENSITIES)
        def case(proposed, past_validation, intensity):
            occasion = replace(at[stage], intensity=intensity)
            plan = retrieval.validate(proposed, occasion)
            assert len(plan.accepted) <= 6 and all(query.kind in occasion.contract.kinds for query in plan.accepted)
            unchecked = Plan(plan.accepted + tuple(filter(None, map(_parsed, past_validation))))
            bundle = retrieval.execute(unchecked, occasion, now=make.now(), vectors=retrieval.vectors_for(unchecked))
            check(bundle, stage)
            tally["dropped"] += plan.dropped

        case()

    for stage in range(5):
        with pair.a.guided():
            cases_of(stage)
    print("\ncontract cases:", dict(tally))
    assert sum(tally[stage] for stage in range(5)) >= 5 * CASES
    assert tally["items"] and tally["dropped"]


def test_the_default_plans_find_what_they_are_for(pair):
    """The property above would hold of an executor that finds nothing."""
    kinds = {}
    for stage, occasion in occasions(pair).items():
        found = set()
        with pair.a.guided():
            for intent in retrieval.Intent:
                plan = retrieval.default_plan(occasion, intent)
                bundle = retrieval.execute(plan, occasion, now=make.now(), vectors=retrieval.vectors_for(plan))
                found |= {item.type for item in (*bundle.own_items, *bundle.shared, *bundle.library)}
                found |= {"turns"} if bundle.thread else set()
        kinds[stage] = found
    assert {"session", "relationship"} <= kinds[0] and "turns" not in kinds[0]
    assert {"turns", "reading", "event", "theme", "recap"} <= kinds[1]
    assert {"turns", "draft", "partner_shared"} <= kinds[2]
    assert {"turns", "need", "own_shared", "partner_shared"} <= kinds[3]
    assert {"turns", "own_shared", "partner_shared", "agreement", "library"} <= kinds[4]
