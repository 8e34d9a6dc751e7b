"""A secret in every private field of one partner never comes into a prompt, a reply, a stream, a notice, an e-mail, a log or
a page of the other: through all five stages, with both guides and hostile messages.

The model answers by echoing everything it was given, and proposes every query there is. `CANARY_CASES` is the number of
generated messages for each stage and guide: 220 make 2,200 bundles; a small one by default.
"""

import json
import logging
import os
from dataclasses import replace

import pytest
from django.core import mail
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from beheard.crypto import keyring
from beheard.live.broker import broker, reply_key
from beheard.people.models import User
from beheard.rls import no_actor
from stages import embeddings, retrieval, suggestions, syntheses, turn
from stages.guide.registry import current_guide
from stages.models import ContextLog, EmpathyDraft, EmpathyValidation, Message, Notification, Purpose, StrategyDraft
from stages.needs import common, search
from stages.retrieval.queries import Ask
from stages.witness import actions as witness
from tests import factories as make
from tests import model_fixtures
from tests.furnished import make_library_embedding, make_library_item
from tests.privacy import hostile
from tests.privacy.canaries import Canaries, plant, plant_check_in, private_fields
from tests.privacy.test_no_difference import addresses
from tests.stages.retrieval.plans import proposals

pytestmark = pytest.mark.django_db(transaction=True)
CASES = int(os.environ.get("CANARY_CASES", "12"))
WAYS = st.sampled_from(["model", "default", "all"])
server, configured = model_fixtures.server, model_fixtures.configured  # both are fixtures
EVERY_QUERY = [{"kind": query.model_fields["kind"].default, "text": "secret"} for query in Ask.__subclasses__()]


@pytest.fixture
def canaries():
    return Canaries()


@pytest.fixture
def pair(canaries, settings):
    """Ana, whose guide is attacked, and Ben, whose words are watched. Both have come to every stage, and have met at each."""
    settings.GUIDE_PACE_SECONDS, settings.GUIDE_DAY_TOKENS = 0, 0
    pair = make.couple()
    plant(pair.b, canaries)
    for person in pair:
        here = {0} if person is pair.b else set()
        for stage in set(range(5)) - here:
            make.make_progress(person, stage=stage)
    assert make.meet(pair, "COMPACT_SIGNED", "COMPACT", 0)
    for person in pair:
        make.make_shared(person, "EMPATHY_FEEDBACK", words=hostile.STEERING)
        make.make_shared(person, "OWNERSHIP_LINE", words="I own that I left.")
    make.make_common_ground(pair)
    agreement = make.make_agreement(pair)
    assert make.agree(pair, agreement) == "AGREED"
    plant_check_in(pair.b, canaries, agreement)
    make_library_embedding(make_library_item())
    make.make_event(pair.a)
    make.make_empathy_draft(pair.a)
    make.make_strategy_draft(pair.a)
    for person in pair:
        embeddings.catch_up(user_id=person.user_id, session_id=person.session_id)
    mail.outbox.clear()
    return pair


@pytest.fixture(params=["built-in", "model"])
def guide(request, pair):
    """The guide at work, and what it is given: every prompt of a model, every argument of the built-in one."""
    if request.param == "built-in":
        return current_guide(), list
    model = request.getfixturevalue("server")
    request.getfixturevalue("configured")
    model.reply = lambda body: json.dumps(body["messages"], ensure_ascii=False)[:6000]
    model.forms["PlanAnswer"] = lambda body: {"intent": "OFFER_CONTINUITY", "queries": EVERY_QUERY}
    for person in pair:
        embeddings.catch_up(user_id=person.user_id, session_id=person.session_id)
    model.requests.clear()
    assert current_guide().is_model
    return current_guide(), lambda: model.prompts


def test_every_private_field_has_its_secret(pair, canaries):
    wanted = {f"{label}.{one.name}" for label, fields in private_fields().items() for one in fields}
    assert wanted <= set(canaries.of.values())
    assert len(canaries.of) > 60


def test_no_prompt_and_no_reply_holds_a_secret_of_the_other(pair, guide, canaries):
    at_work, prompts = guide
    asked = {stage: make.make_message(pair.a, content="The dishes again.", stage=stage) for stage in range(5)}
    cases, found = 0, set()
    for message in asked.values():
        with pair.a.guided():
            here = retrieval.occasion_of(message.pk, now=make.now())
        cases += _attack(pair, here, at_work, canaries, found)
    sent = prompts()
    for prompt in sent:
        found |= canaries.leaked(prompt)
    print(f"\ncanary cases: {cases} bundles, {len(sent)} prompts over HTTP, {len(found)} leaks ({at_work.title})")
    assert not found
    assert cases >= 5 * CASES and (not at_work.is_model or len(sent) >= 5 * CASES)


def _attack(pair, here, at_work, canaries, found) -> int:
    """Generated messages in one stage: with what a planner may invent, what is asked by default, and everything at once."""
    done = []

    @hypothesis_settings(
        max_examples=CASES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
    )
    @given(
        hostile.messages(),
        proposals([str(pair.b.user_id), str(pair.b.vessel_id)]),
        WAYS,
    )
    def case(text, proposed, way):
        occasion = replace(here, current=replace(here.current, text=text))
        plan = {
            "model": lambda: retrieval.validate(proposed, occasion),
            "default": lambda: retrieval.default_plan(occasion, retrieval.Intent.OFFER_CONTINUITY),
            "all": lambda: retrieval.validate([*EVERY_QUERY, {"kind": "turns"}], occasion),
        }[way]()
        vectors = retrieval.vectors_for(plan)
        with pair.a.guided():
            bundle = retrieval.execute(plan, occasion, now=make.now(), vectors=vectors)
        said = "".join(at_work.reply(bundle))
        found.update(canaries.leaked(repr(bundle)) | canaries.leaked(said))
        done.append(1)

    case()
    return len(done)


def test_whole_turns_and_all_that_others_see_of_them_hold_no_secret(pair, guide, canaries, caplog):
    """Real turns, then recap, needs, synthesis, suggestions and what is common, then every page, notice, e-mail and log."""
    caplog.set_level(logging.DEBUG)
    at_work, prompts = guide
    seen = []
    for stage in range(5):
        for text in (
            hostile.ASKS[stage],
            hostile.RULES[2 * stage],
            f"{hostile.RULES[2 * stage + 1]} {hostile.ASKS[stage + 4]}",
        ):
            message = make.make_message(pair.a, content=text, stage=stage)
            assert turn.answer(message_id=message.pk, user_id=pair.a.user_id, session_id=pair.a.session_id)
            seen.append(_streamed(pair.a, message))
    _everything_else_a_guide_does(pair)
    with pair.a.acting():
        seen += [row.content for row in Message.objects.filter(for_user_id=pair.a.user_id)]
        seen += [str(row.__dict__) for row in Notification.objects.all()]
        looked_at = set(ContextLog.objects.values_list("item_id", flat=True))
    seen += [message.body + message.subject + str(message.alternatives) for message in mail.outbox]
    seen += [record.getMessage() + str(record.exc_info or "") for record in caplog.records]
    seen += _pages(pair.a)
    sent = prompts()
    leaks = {where for text in [*seen, *sent] for where in canaries.leaked(text)}
    print(f"\ncanary turns: {len(sent)} prompts, {len(seen)} texts looked at, {len(leaks)} leaks ({at_work.title})")
    assert not leaks
    with pair.b.acting():
        assert not looked_at & set(Message.objects.filter(for_user_id=pair.b.user_id).values_list("pk", flat=True))
    assert looked_at


def _streamed(person, message) -> str:
    with person.acting():
        opened = keyring.opener(message.key_scope(), message.pk)
        entries = broker().xrange(reply_key(message.pk))
        return "".join(opened(fields[b"text"]).decode() for _id, fields in entries if b"text" in fields)


def _everything_else_a_guide_does(pair) -> None:
    ids = {"user_id": pair.a.user_id, "session_id": pair.a.session_id}
    witness.offer_recap(now=make.now(), **ids)
    search.find_needs(now=make.now(), **ids)
    for stage in range(5):
        syntheses.regenerate(stage=stage, **ids)
    for purpose in (Purpose.TOPIC, Purpose.GUESS, Purpose.ADDED, Purpose.PLAIN_IDEA):
        for about in _things_of(pair.a) + _things_of(pair.b):
            suggestions.make(purpose=purpose, about_id=about, now=make.now(), **ids)
    common.find(session_id=pair.a.session_id, now=make.now())


def _things_of(person) -> list:
    """What a suggestion may be asked about, the other's too: then there is nothing to make."""
    with person.acting():
        rows = (
            model.objects.filter(owner_id=person.user_id) for model in (EmpathyDraft, EmpathyValidation, StrategyDraft)
        )
        return [pk for found in rows for pk in found.values_list("pk", flat=True)]


def _pages(person) -> list[str]:
    with no_actor():
        user = User.objects.get(pk=person.user_id)
    client = Client()
    client.force_login(user)
    return [
        client.get(address, follow=True).content.decode(errors="replace")
        for _name, address in addresses(person.session_id)
    ]
