"""A chat model behind any OpenAI-compatible server.

What a server does not take (a JSON schema, a temperature, the older name of the token limit) is learned from its refusals
and not asked again in this process.
"""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from beheard.ai import budget, forms
from beheard.ai.calls import BROKEN, Calls, NotTaken, calls_to
from beheard.ai.endpoint import Endpoint
from beheard.ai.errors import BrokeOff, ModelAway, ModelMisconfigured, ModelRefused, UnusableAnswer
from beheard.ai.interface import ChatMessage, Structure

WAYS = ("json_schema", "json_object", "text")  # how a form can be asked for, best first
CHARACTERS_PER_TOKEN = 8  # more than any prose has: beyond it a server ignores the limit
REPAIR = "That did not fit ({fault}). Answer again with the corrected JSON object and nothing else."


@dataclass
class Manners:
    """What one model on one server takes."""

    way: int = 0
    limit: str = "max_tokens"
    temperature: bool = True

    def learn(self, about: str, *, asked_for_form: bool) -> bool:
        """Change something after a refusal; False when nothing is left to change."""
        if about == "max_tokens" and self.limit == "max_tokens":
            self.limit = "max_completion_tokens"
        elif about == "temperature" and self.temperature:
            self.temperature = False
        elif asked_for_form and self.way < len(WAYS) - 1:
            self.way += 1
        elif self.limit == "max_tokens":
            self.limit = "max_completion_tokens"
        elif self.temperature:
            self.temperature = False
        else:
            return False
        return True


_manners: dict[tuple[str, str], Manners] = {}


class OpenAIChat:
    """One model of an endpoint, by name."""

    def __init__(self, endpoint: Endpoint, name: str):
        self.endpoint, self.name = endpoint, name

    def stream(self, messages: Sequence[ChatMessage], *, max_tokens: int, temperature: float = 0.6) -> Iterator[str]:
        """Yield the answer in pieces. Raises ModelAway, ModelRefused, BudgetSpent; after the first piece too."""
        asked = _tokens(messages)
        budget.check(asked + max_tokens)
        until = time.monotonic() + self.endpoint.longest
        chunks = self._begun(messages, max_tokens, temperature)
        said = 0
        try:
            for piece in without_thoughts(_words(chunks, until, max_tokens * CHARACTERS_PER_TOKEN)):
                said += len(piece)
                yield piece
        finally:
            chunks.close()
            budget.spend(asked + int(said / budget.CHARACTERS_PER_TOKEN) + 1)

    def structured(self, messages: Sequence[ChatMessage], *, answer: type[Structure], max_tokens: int) -> Structure:
        """A form filled in. After an answer that does not fit it asks once more, then raises UnusableAnswer."""
        text = self._answer(messages, answer, max_tokens)
        try:
            return forms.parsed(text, answer)
        except UnusableAnswer as unfit:
            fault = str(unfit)
        again = [
            *messages,
            ChatMessage("assistant", text[: max_tokens * CHARACTERS_PER_TOKEN]),
            ChatMessage("user", REPAIR.format(fault=fault)),
        ]
        return forms.parsed(self._answer(again, answer, max_tokens), answer)

    @property
    def way(self) -> str:
        """How this model is asked for a form, as far as is known by now."""
        return WAYS[self._manners.way]

    # --- one request --------------------------------------------------------------------------------------
    @property
    def _manners(self) -> Manners:
        return _manners.setdefault((self.endpoint.base_url, self.name), Manners())

    @property
    def _calls(self) -> Calls:
        return calls_to(self.endpoint, os.getpid())

    def _begun(self, messages: Sequence[ChatMessage], max_tokens: int, temperature: float) -> Iterator[Any]:
        """The chunks of an answer whose first one is here: until then it can be asked again unnoticed."""

        def ask() -> Iterator[Any]:
            request = self._request(messages, max_tokens, temperature)
            chunks = self._calls.client.chat.completions.create(stream=True, **request)
            first = next(chunks, None)
            if first is None:
                chunks.close()
                raise ModelAway("an answer without a word")
            return self._all(first, chunks)

        return self._mannered(ask, asked_for_form=False)

    def _all(self, first: Any, chunks: Any) -> Iterator[Any]:
        try:
            yield first
            yield from chunks
            return
        except BROKEN as broken:
            kind = type(broken).__name__
        finally:
            chunks.close()
        self._calls.broke_off()
        raise BrokeOff(kind)

    def _answer(self, messages: Sequence[ChatMessage], form: type[BaseModel], max_tokens: int) -> str:
        asked = _tokens(messages)
        budget.check(asked + max_tokens)

        def ask():
            request = self._request(messages, max_tokens, 0.0, form)
            return _whole(self._calls.client.chat.completions.create(**request))

        text = self._mannered(ask, asked_for_form=True)
        budget.spend(asked + budget.tokens_of(text))
        return text

    def _mannered(self, ask, *, asked_for_form: bool):
        while True:
            try:
                return self._calls.call(ask)
            except NotTaken as refused:
                about = refused.about
            if not self._manners.learn(about, asked_for_form=asked_for_form):
                raise ModelMisconfigured("the server does not take what it is asked")

    def _request(self, messages, max_tokens: int, temperature: float, form: type[BaseModel] | None = None) -> dict:
        manners = self._manners
        sent = [{"role": message.role, "content": message.content} for message in messages]
        request: dict[str, Any] = {"model": self.name, "messages": sent, manners.limit: max_tokens}
        if manners.temperature:
            request["temperature"] = temperature
        if form is None:
            return request
        if WAYS[manners.way] == "json_schema":
            shape = {"name": form.__name__, "schema": forms.schema_of(form), "strict": True}
            return request | {"response_format": {"type": "json_schema", "json_schema": shape}}
        sent[0] = sent[0] | {"content": f"{sent[0]['content']}\n\n{forms.instruction(form)}"}
        if WAYS[manners.way] == "json_object":
            request["response_format"] = {"type": "json_object"}
        return request


def _words(chunks: Iterator[Any], until: float, most: int) -> Iterator[str]:
    """The words in the chunks of a stream, at most so many characters and until so late."""
    length = 0
    for chunk in chunks:
        choice = (chunk.choices or [None])[0]
        if choice is None:
            continue
        if getattr(choice.delta, "refusal", None) or choice.finish_reason == "content_filter":
            raise ModelRefused
        piece = getattr(choice.delta, "content", None) or ""
        length += len(piece)
        if piece:
            yield piece
        if length > most:
            return
        if time.monotonic() > until:
            raise ModelAway("too slow")


def _whole(answer: Any) -> str:
    """The text of an answer that was not streamed."""
    choices = getattr(answer, "choices", None)
    if not choices:
        raise ModelAway("an answer of another shape")
    if getattr(choices[0].message, "refusal", None) or choices[0].finish_reason == "content_filter":
        raise ModelRefused
    return choices[0].message.content or ""


def without_thoughts(pieces: Iterator[str]) -> Iterator[str]:
    """Some models think aloud before they answer (`<think>…</think>`). Nobody hears it."""
    held = ""
    for piece in pieces:
        held += piece
        start = held.lstrip().lower()
        if not ("<think>".startswith(start) or start.startswith("<think>")):
            yield held
            yield from pieces
            return
        _thought, ended, rest = held.partition("</think>")
        if ended:
            yield rest.lstrip()
            yield from pieces
            return
    if not held.lstrip().lower().startswith("<think>"):
        yield held


def _tokens(messages: Sequence[ChatMessage]) -> int:
    return sum(budget.tokens_of(message.content) + 4 for message in messages)
