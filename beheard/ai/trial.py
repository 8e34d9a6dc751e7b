"""Trying a configured model: what works, what is done without, what is wrong. Nothing of any person's is sent."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel

from beheard.ai.endpoint import Endpoint, Whereabouts
from beheard.ai.errors import ModelRefused, ModelTrouble, UnusableAnswer
from beheard.ai.interface import EMBEDDING_DIMENSIONS, ChatMessage
from beheard.ai.openai_embedding import OpenAIEmbedder
from beheard.ai.openai_model import OpenAIChat

HELLO = [ChatMessage("system", "Answer in one short English sentence."), ChatMessage("user", "What colour is snow?")]
SORT = [
    ChatMessage("system", "Fill in the form about the message."),
    ChatMessage("user", '{"message": "The kettle is on, and I am glad of it."}'),
]
WHERE = {
    Whereabouts.MACHINE: "on this machine: words stay on it",
    Whereabouts.HOUSE: "at a private address: words stay in this network",
    Whereabouts.ELSEWHERE: "elsewhere: words are sent there",
}
WAYS = {
    "json_schema": "by JSON schema",
    "json_object": "as a JSON object, described in words",
    "text": "in words alone",
}


class State(StrEnum):
    WORKS = "works"
    WITHOUT = "without"  # done in another way
    WRONG = "WRONG"


@dataclass(frozen=True)
class Finding:
    state: State
    what: str
    how: str


class Sorted(BaseModel):
    mood: Literal["glad", "sad", "neither"]
    quote: str


def findings(endpoint: Endpoint) -> Iterator[Finding]:
    """One after the other, as they are found."""
    yield Finding(State.WORKS, "server", f"{endpoint.host}, {WHERE[endpoint.whereabouts]}")
    yield _tried(f"large model {endpoint.large}, streaming", lambda: _streams(endpoint))
    yield _tried(f"small model {endpoint.small}, forms", lambda: _fills(OpenAIChat(endpoint, endpoint.small)))
    if endpoint.large != endpoint.small:
        yield _tried(f"large model {endpoint.large}, forms", lambda: _fills(OpenAIChat(endpoint, endpoint.large)))
    if endpoint.embedding:
        yield _tried(f"embedding model {endpoint.embedding}", lambda: _embeds(endpoint))
    else:
        yield Finding(State.WITHOUT, "embedding model", "none is named: vectors are made here, without a model")


def _tried(what: str, work: Callable[[], tuple[State, str]]) -> Finding:
    try:
        state, how = work()
        return Finding(state, what, how)
    except ModelRefused:
        return Finding(State.WRONG, what, "it refused to answer a harmless question")
    except UnusableAnswer:
        return Finding(State.WRONG, what, "it answers, but not with what it was asked for; choose a larger model")
    except ModelTrouble as trouble:
        return Finding(State.WRONG, what, str(trouble) or type(trouble).__name__)


def _streams(endpoint: Endpoint) -> tuple[State, str]:
    begun = time.monotonic()
    first, words = 0.0, ""
    for piece in OpenAIChat(endpoint, endpoint.large).stream(HELLO, max_tokens=200):
        first = first or time.monotonic() - begun
        words += piece
    if not words.strip():
        return State.WRONG, "it answered without a word"
    return State.WORKS, f"first word after {first:.1f} s, all after {time.monotonic() - begun:.1f} s"


def _fills(model: OpenAIChat) -> tuple[State, str]:
    model.structured(SORT, answer=Sorted, max_tokens=200)
    return (State.WORKS if model.way == "json_schema" else State.WITHOUT), f"filled in {WAYS[model.way]}"


def _embeds(endpoint: Endpoint) -> tuple[State, str]:
    found = OpenAIEmbedder(endpoint).embed(["snow", "kettle"])
    used = int((found != 0).any(axis=0).nonzero()[0].max()) + 1
    filled = "" if used == EMBEDDING_DIMENSIONS else f", filled up to {EMBEDDING_DIMENSIONS}"
    return State.WORKS, f"vectors of {used} numbers{filled}"
