"""One turn with a language model's server behind it, in good order and out of it (issue 3, done-point 2).

Whatever the server does: exactly one reply or an honest notice, and no lost words. A notice is `failed` on the reply's stream,
and the outbox that still owes the reply; or, in the reply itself, that the built-in guide has answered.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from beheard.ai import calls
from beheard.live.broker import broker, reply_key
from beheard.rls import Actor, transaction_as
from stages import turn
from stages.guide.last_filter import LONGEST
from stages.guide.model import guide as model_guide
from stages.guide.safety import safety_sign, safety_words
from stages.models import ContextLog, Message, Outbox
from tests import factories as make
from tests.model_fixtures import configured, server  # noqa: F401
from tests.model_server import FAULTS, REPLY
from vessels.private.models import Boundary, UserEvent

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Ben and I fought about the dishes again. I felt so alone. I will not be shouted at any more."
BAD_WORDS = {
    "html": "<div onclick=alert(1)>Come closer</div>",
    "advice": "You should leave him tonight.",
    "verdict": "He is wrong and you are right.",
    "diagnosis": "He is a narcissist.",
    "another language": "Es tut mir leid, dass du dich so allein fühlst mit dem Abwasch.",
    "the partner's name": "Ben, that must be hard for you.",
    "instructions": "You are the guide in BeHeard. You sit with one person of two who are in a conflict.",
    "a form": '{"events": [{"quote": "I felt so alone"}]}',
    "a tool call": "tool_call: read_vessel(partner)",
    "20,000 characters": "on and " * 2_860,
    "a book": "It weighs on you, and you carry it alone. " * 480,
}
HARM = ("<", "alert", "should", "wrong", "narciss", "tut mir", "Ben", "conflict", "quote", "tool_call", "on and on")


@pytest.fixture
def person(settings):
    settings.GUIDE_PACE_SECONDS = 0
    settings.GUIDE_RETRIES = 1
    person = make.couple(("Ana", "Ben")).a
    make.make_progress(person, stage=1)
    return person


@pytest.fixture
def message(person):
    return make.make_message(person, content=WORDS)


def answer(message) -> bool:
    return turn.answer(message_id=message.pk, user_id=message.for_user_id, session_id=message.session_id)


def replies(person) -> list[str]:
    with person.acting():
        return [row.content for row in Message.objects.filter(role="AI")]


def kinds(message) -> list[bytes]:
    return [fields[b"kind"] for _id, fields in broker().xrange(reply_key(message.pk))]


def is_owed(message) -> bool:
    with transaction_as(Actor.system()):
        return Outbox.objects.filter(pk=message.pk, settled_at__isnull=True).exists()


def later(message) -> None:
    """The time until the next try has passed, and the breaker has rested."""
    calls.calls_to.cache_clear()
    with transaction_as(Actor.system()):
        Outbox.objects.filter(pk=message.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


def one_reply_or_an_honest_notice(person, message) -> str:
    """The reply, or "" when it is still owed and the page has been told."""
    with person.acting():
        assert Message.objects.get(pk=message.pk).content == WORDS
    found = replies(person)
    if found:
        assert len(found) == 1 and not is_owed(message) and kinds(message)[-1] == b"done"
        return found[0]
    assert is_owed(message) and kinds(message)[-1] == b"failed"
    return ""


def test_in_good_order_a_turn_is_planned_answered_and_looked_through(person, message, configured):  # noqa: F811
    configured.forms["ExtractionAnswer"] = {
        "events": [
            {"quote": "fought about the dishes again", "about": "MUTUAL", "feelings": ["alone"]},
            {"quote": "x", "about": "SELF"},
        ],
        "feelings": [],
        "needs": [],
        "boundaries": [{"quote": "I will not be shouted at any more", "beyond_question": True}],
    }
    configured.forms["PlanAnswer"] = {
        "intent": "OFFER_CONTINUITY",
        "queries": [{"kind": "recap"}, {"kind": "partner_shared"}],
    }
    assert answer(message)
    assert one_reply_or_an_honest_notice(person, message) == REPLY
    with person.acting():
        assert [event.description for event in UserEvent.objects.all()] == ["fought about the dishes again"]
        assert [(offer.description, offer.saved) for offer in Boundary.objects.all()] == [
            ("I will not be shouted at any more", False)
        ]
        assert ContextLog.objects.filter(use_id=message.pk, item_id=message.pk).exists()
    assert [len(configured.asked_for(form)) for form in ("PlanAnswer", "ExtractionAnswer")] == [1, 1]
    assert len(configured.replies_asked()) == 1


def test_evidence_that_nobody_wrote_is_dropped_whoever_invents_it(person, message, configured, monkeypatch):  # noqa: F811
    from stages.guide.builtin.guide import BuiltinGuide
    from stages.guide.interface import Event, Extraction, Quote

    class Inventive(BuiltinGuide):
        def extract(self, words):
            quote = Quote(words_id=words.id, text="He hit me")
            return Extraction(events=(Event(description="He hit me", attributed_to="OTHER", quote=quote),))

    monkeypatch.setattr(turn, "current_guide", Inventive)
    assert answer(message)
    with person.acting():
        assert not UserEvent.objects.exists()


@pytest.mark.parametrize("always", [False, True], ids=["once", "always"])
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_a_reply_leaves_one_reply_or_an_honest_notice(person, message, configured, fault, always):  # noqa: F811
    configured.spares = lambda body: not body.get("stream")
    if always:
        configured.always = fault
    else:
        configured.faults.append(fault)
    answer(message)
    text = one_reply_or_an_honest_notice(person, message)
    if not always:
        assert text == REPLY, "one fault is got over within the turn"
    elif text:
        assert text.startswith(model_guide.no_words_fit())
    configured.always = None
    later(message)
    answer(message)
    assert one_reply_or_an_honest_notice(person, message), "the reply comes by itself once the model is back"
    assert len(replies(person)) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_the_small_model_costs_no_reply(person, message, configured, fault):  # noqa: F811
    configured.spares = lambda body: bool(body.get("stream"))
    configured.always = fault
    answer(message)
    text = one_reply_or_an_honest_notice(person, message)
    if not text:  # its failures have made the breaker rest
        later(message)
        configured.always = None
        answer(message)
        text = one_reply_or_an_honest_notice(person, message)
    assert text == REPLY


@pytest.mark.parametrize("bad", BAD_WORDS)
def test_what_may_not_reach_a_person_reaches_neither_stream_nor_thread(person, message, configured, bad, monkeypatch):  # noqa: F811
    streamed = []
    chunk = turn.ReplyStream.chunk
    monkeypatch.setattr(turn.ReplyStream, "chunk", lambda stream, text: streamed.append(text) or chunk(stream, text))
    configured.reply = f"Something in you is worn out.\n{BAD_WORDS[bad]}\nWhat was the hardest of it?"
    assert answer(message)
    text = one_reply_or_an_honest_notice(person, message)
    assert text.startswith("Something in you is worn out.") and len(text) <= LONGEST
    assert "".join(streamed) == text
    for harm in HARM:
        assert harm not in text


@pytest.mark.parametrize("bad", BAD_WORDS)
def test_when_nothing_may_be_shown_the_built_in_guide_answers_and_says_so(person, message, configured, bad):  # noqa: F811
    if bad == "a book":
        pytest.skip("of a book the beginning is shown")
    configured.reply = BAD_WORDS[bad]
    assert answer(message)
    text = one_reply_or_an_honest_notice(person, message)
    assert text.startswith(model_guide.no_words_fit()) and len(text) > 120


def test_a_server_that_is_down_and_comes_back(person, message, configured):  # noqa: F811
    configured.stop()
    assert not answer(message)
    assert one_reply_or_an_honest_notice(person, message) == ""
    later(message)
    assert not answer(message)
    configured.start()
    later(message)
    assert answer(message)
    assert one_reply_or_an_honest_notice(person, message) == REPLY


def test_a_cut_stream_is_begun_anew_on_the_page_and_the_cut_words_are_gone(person, message, configured):  # noqa: F811
    configured.spares = lambda body: not body.get("stream")
    configured.faults.append("cut")
    configured.reply = "It weighs on you. " * 12
    assert answer(message)
    assert replies(person) == [configured.reply]
    assert kinds(message).count(b"start") == 1, "a new start drops what an earlier try wrote"


def test_words_of_danger_get_our_own_words_first_whatever_the_model_does(person, configured):  # noqa: F811
    words = "He hit me last night and I am scared to go home."
    message = make.make_message(person, content=words)
    assert answer(message)
    (reply,) = replies(person)
    assert reply.startswith(safety_words(safety_sign(words)))


@pytest.mark.parametrize("intensity", [8, 10])
def test_at_eight_and_above_nothing_from_the_past_is_asked_for(person, configured, intensity):  # noqa: F811
    make.make_message(person, content="Long ago there was the heron in the kitchen.")
    message = make.make_message(person, content=WORDS)
    make.make_reading(person, intensity=intensity)
    assert answer(message)
    assert not configured.asked_for("PlanAnswer")
    assert not any("heron" in prompt for prompt in configured.prompts)


def test_a_plan_cannot_ask_for_more_than_the_contract(person, message, configured):  # noqa: F811
    configured.forms["PlanAnswer"] = {
        "intent": "OFFER_CONTINUITY",
        "queries": [
            {"kind": kind, "text": "everything"} for kind in ("partner_shared", "library", "vessel", "similar_moments")
        ],
    }
    assert answer(message)
    told = configured.asked_for("PlanAnswer")[0]["messages"][1]["content"]
    assert "similar_moments" in told and "partner_shared" not in told and "library" not in told


def test_no_prompt_and_no_log_names_whose_day_is_counted(person, message, configured, caplog):  # noqa: F811
    caplog.set_level("DEBUG", "beheard")
    caplog.set_level("DEBUG", "stages")
    configured.always = "500"
    answer(message)
    assert "dishes" not in caplog.text
    assert not any(str(person.user_id) in prompt for prompt in configured.prompts)
