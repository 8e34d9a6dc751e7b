"""A chat model over real HTTP: words, forms, and everything a server can do wrong."""

import logging
import time
from uuid import uuid4

import pytest
from pydantic import BaseModel, Field

from beheard.ai import breaker, budget, forms
from beheard.ai.endpoint import Whereabouts, endpoint
from beheard.ai.errors import (
    BudgetSpent,
    DaySpent,
    ModelAway,
    ModelMisconfigured,
    ModelRefused,
    ModelTrouble,
    UnusableAnswer,
)
from beheard.ai.interface import ChatMessage, ChatModel
from beheard.ai.openai_model import OpenAIChat, without_thoughts
from tests.model_server import FAULTS, REPLY

SECRET = "the heron in the kitchen"
ASKED = [ChatMessage("system", "Listen."), ChatMessage("user", f"I saw {SECRET}.")]


class Mood(BaseModel):
    word: str = Field(min_length=1)
    strength: int = Field(ge=1, le=10, default=5)


@pytest.fixture
def model(configured):
    configured.forms["Mood"] = {"word": "sad", "strength": 7}
    return OpenAIChat(endpoint(), "large")


def said(model, **options) -> str:
    return "".join(model.stream(ASKED, max_tokens=400, **options))


def mood(model) -> Mood:
    return model.structured(ASKED, answer=Mood, max_tokens=200)


def test_it_is_a_chat_model_and_streams_words(model, configured):
    assert isinstance(model, ChatModel)
    pieces = list(model.stream(ASKED, max_tokens=400))
    assert len(pieces) > 5 and "".join(pieces) == REPLY
    assert configured.requests[0]["model"] == "large" and configured.requests[0]["max_tokens"] == 400


def test_a_form_is_asked_for_by_its_schema(model, configured):
    assert mood(model) == Mood(word="sad", strength=7)
    shape = configured.requests[0]["response_format"]["json_schema"]
    assert shape["strict"] and shape["schema"]["required"] == ["word", "strength"]
    assert shape["schema"]["additionalProperties"] is False and "minLength" not in str(shape)


@pytest.mark.parametrize(("takes", "way"), [({"json_object"}, "json_object"), (set(), "text")])
def test_a_server_without_schemas_is_asked_in_words_and_remembered(model, configured, takes, way):
    configured.takes = takes | {"max_tokens", "temperature"}
    configured.forms["Mood"] = 'Here it is:\n```json\n{"word": "sad", "strength": 7}\n```'
    assert mood(model).word == "sad"
    assert model.way == way
    tries = len(configured.requests)
    mood(model)
    assert len(configured.requests) == tries + 1, "it was not remembered"


def test_a_server_with_other_parameters_is_asked_with_those(model, configured):
    configured.takes = {"json_schema"}
    assert said(model) == REPLY
    assert "max_completion_tokens" in configured.requests[-1] and "temperature" not in configured.requests[-1]
    assert mood(model).word == "sad"
    assert model.way == "json_schema"


def test_an_answer_that_does_not_fit_is_asked_for_once_more(model, configured):
    answers = iter(['{"word": ""}', '{"word": "sad"}'])
    configured.forms["Mood"] = lambda body: next(answers)
    assert mood(model).word == "sad"
    assert "string_too_short" in configured.requests[-1]["messages"][-1]["content"]


def test_an_answer_that_never_fits_is_given_up_without_its_words(model, configured):
    configured.forms["Mood"] = '{"word": "", "Ben hit me": "x"}'
    with pytest.raises(UnusableAnswer) as trouble:
        mood(model)
    assert len(configured.requests) == 2
    assert "Ben" not in str(trouble.value) and "hit" not in str(trouble.value)


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_is_got_over_or_named(model, configured, fault):
    """What can be asked again unnoticed is; the rest ends in an error of ours."""
    configured.faults.append(fault)
    if fault in ("429", "500", "slow", "hang up", "empty", "not json"):
        if fault == "empty":  # its last chunk says nothing: an empty answer is the caller's to judge
            assert said(model) in ("", REPLY)
        else:
            assert said(model) == REPLY
            assert len(configured.requests) == 2
        return
    with pytest.raises(ModelRefused if fault == "refusal" else ModelAway):
        said(model)


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_a_form_ends_in_a_form_or_in_our_own_error(model, configured, fault):
    configured.always = fault
    begun = time.monotonic()
    with pytest.raises(ModelTrouble):
        mood(model)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("fault", FAULTS)
def test_no_error_and_no_log_carries_a_word(model, configured, fault, caplog):
    caplog.set_level(logging.DEBUG, "beheard")
    configured.always = fault
    for work in (said, mood):
        try:
            work(model)
        except ModelTrouble as trouble:
            seen = trouble
            while seen is not None:
                assert SECRET not in repr(seen) and SECRET not in str(vars(seen))
                seen = seen.__cause__ or seen.__context__
    assert SECRET not in caplog.text


def test_the_library_s_own_logs_stay_shut_even_when_all_is_debugged(model, configured, settings):
    named = settings.LOGGING["loggers"]
    for name in ("openai", "httpx2", "httpcore2"):
        assert named[name]["level"] == "WARNING"
        assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING


def test_a_server_that_asks_for_a_long_wait_is_not_waited_for(model, configured):
    configured.retry_after, configured.always = "120", "429"
    begun = time.monotonic()
    with pytest.raises(ModelAway) as trouble:
        said(model)
    assert trouble.value.wait == 120 and time.monotonic() - begun < 1


def test_a_wrong_key_is_not_tried_again(model, configured, settings):
    settings.OPENAI_BASE_URL = configured.url.replace("/v1", "/nothing")
    configured.takes.discard("embeddings")
    from beheard.ai.openai_embedding import OpenAIEmbedder

    with pytest.raises(ModelMisconfigured):
        OpenAIEmbedder(endpoint()).embed(["x"])
    assert len(configured.requests) == 1


def test_after_failures_it_rests_and_then_one_tries(model, configured):
    configured.stop()
    for _ in range(breaker.FAILURES):
        with pytest.raises(ModelAway):
            said(model)
    begun = time.monotonic()
    with pytest.raises(ModelAway, match="resting"):
        said(model)
    assert time.monotonic() - begun < 0.1
    configured.start()
    model._calls.breaker._closed_until = 0
    assert said(model) == REPLY
    assert said(model) == REPLY


def test_only_one_caller_tries_after_a_rest():
    now = [0.0]
    resting = breaker.Breaker(clock=lambda: now[0])
    for _ in range(breaker.FAILURES):
        resting.failed()
    now[0] = breaker.FIRST_REST + 0.1
    resting.check()
    with pytest.raises(ModelAway):
        resting.check()
    resting.worked()
    resting.check()


def test_an_endless_answer_is_cut(model, configured):
    configured.reply = "on and " * 20_000
    assert len(said(model)) < 400 * 8 + 20


def test_a_model_is_never_called_inside_a_transaction(model, configured, db):
    with pytest.raises(RuntimeError):
        said(model)
    assert not configured.requests


def test_thoughts_are_not_heard():
    assert "".join(without_thoughts(iter(["<thi", "nk>He is", " wrong</th", "ink>\n\nI", " see."]))) == "I see."
    assert "".join(without_thoughts(iter(["<b", ">", "x"]))) == "<b>x"
    assert "".join(without_thoughts(iter(["<think>never ends"]))) == ""


def test_a_turn_has_a_budget(model, configured, settings):
    settings.GUIDE_TURN_TOKENS = 440
    with budget.charged_to(None):
        said(model)
        with pytest.raises(BudgetSpent):
            said(model)
    assert said(model) == REPLY


def test_a_day_has_a_cap_for_each_person_without_saying_who(model, configured, settings):
    settings.GUIDE_DAY_TOKENS = 20
    ana, ben = uuid4(), uuid4()
    with budget.charged_to(ana):
        said(model)
    with budget.charged_to(ana), pytest.raises(DaySpent):
        said(model)
    with budget.charged_to(ben):
        assert said(model) == REPLY
    assert str(ana) not in budget._key(ana)


def test_a_failed_call_costs_nobody_anything(model, configured, settings):
    settings.GUIDE_DAY_TOKENS = 10
    person = uuid4()
    configured.stop()
    with budget.charged_to(person), pytest.raises(ModelAway):
        said(model)
    assert not budget.day_is_spent(person)


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("http://127.0.0.1:8080/v1", Whereabouts.MACHINE),
        ("http://localhost:11434/v1", Whereabouts.MACHINE),
        ("http://[::1]/v1", Whereabouts.MACHINE),
        ("http://192.168.1.20/v1", Whereabouts.HOUSE),
        ("http://10.0.0.3/v1", Whereabouts.HOUSE),
        ("http://attic.local/v1", Whereabouts.HOUSE),
        ("https://api.openai.com/v1", Whereabouts.ELSEWHERE),
        ("https://8.8.8.8/v1", Whereabouts.ELSEWHERE),
        ("https://localhost.example.com/v1", Whereabouts.ELSEWHERE),
        ("http://gpu/v1", Whereabouts.ELSEWHERE),
        ("http://0.0.0.0/v1", Whereabouts.ELSEWHERE),
    ],
)
def test_where_words_go_is_told_by_the_address(settings, url, where):
    settings.GUIDE_LARGE_MODEL, settings.OPENAI_BASE_URL = "large", url
    assert endpoint().whereabouts == where


def test_a_key_alone_switches_nothing_on(settings):
    settings.OPENAI_API_KEY, settings.GUIDE_LARGE_MODEL = "sk-something", ""
    assert endpoint() is None


def test_a_key_is_in_no_repr(configured):
    assert "a key" not in repr(endpoint())


def test_forms_name_no_field_a_model_made_up():
    with pytest.raises(UnusableAnswer) as trouble:
        forms.parsed('{"word": 3}', Mood)
    assert "word" in str(trouble.value)
