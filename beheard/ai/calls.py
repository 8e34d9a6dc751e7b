"""One server with language models, as it is called: with timeouts, again when it was away for a moment, never with content in
an error or a log.
"""

import logging
import random
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import openai
from django.db import connection

from beheard.ai.breaker import Breaker
from beheard.ai.endpoint import Endpoint
from beheard.ai.errors import ModelAway, ModelMisconfigured, ModelTrouble

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

CONNECT_SECONDS = 5.0
LONGEST_WAIT = 8.0  # seconds between two tries; a server that asks for more is asked again by the outbox
_transport = sys.modules[openai.DefaultHttpxClient.__base__.__module__]  # the HTTP library this openai is built on
BROKEN = (openai.OpenAIError, _transport.HTTPError, _transport.StreamError, ValueError, TypeError, AttributeError)


class NotTaken(ModelTrouble):
    """The server does not take a request as it is. `about` is the parameter it named, or empty."""

    def __init__(self, about: str = ""):
        super().__init__(about)
        self.about = about


class Calls:
    """How one endpoint is called."""

    def __init__(self, endpoint: Endpoint, *, sleep: Callable[[float], None] = time.sleep):
        self.endpoint = endpoint
        self.breaker = Breaker()
        self._sleep = sleep
        self.client = openai.OpenAI(
            api_key=endpoint.api_key or "none",
            base_url=endpoint.base_url,
            max_retries=0,  # counted here, where the breaker sees them
            timeout=openai.Timeout(endpoint.silence, connect=CONNECT_SECONDS),
            # A proxy from the environment is for what is elsewhere.
            http_client=openai.DefaultHttpxClient(trust_env=endpoint.is_remote),
        )

    def call(self, ask: Callable[[], Result]) -> Result:
        """`ask()`, again when it may help. Raises ModelAway, ModelMisconfigured or NotTaken, without content."""
        if connection.in_atomic_block:
            raise RuntimeError("A model is called outside any transaction")
        for left in range(self.endpoint.retries, -1, -1):
            self.breaker.check()
            result, trouble = _tried(ask)
            if trouble is None:
                self.breaker.worked()
                return result
            if isinstance(trouble, NotTaken):
                raise trouble
            if not left or isinstance(trouble, ModelMisconfigured) or (trouble.wait or 0) > LONGEST_WAIT:
                break
            self._pause(trouble, self.endpoint.retries - left)
        self.breaker.failed()
        logger.warning("The language model is away: %s", trouble)
        raise trouble

    def broke_off(self) -> None:
        """An answer that had begun did not end."""
        self.breaker.failed()

    def _pause(self, trouble: ModelAway, tries: int) -> None:
        least = trouble.wait if trouble.wait is not None else 0.25 * 2**tries
        self._sleep(min(least * random.uniform(1.0, 1.5), LONGEST_WAIT))


@lru_cache(maxsize=4)
def calls_to(endpoint: Endpoint, process: int) -> Calls:
    """One for each endpoint and process (its id): connections are not shared over a fork."""
    return Calls(endpoint)


def _tried(ask: Callable[[], Result]) -> tuple[Result | None, ModelTrouble | None]:
    """The result or what was wrong. Returned, not raised from: a server's error may quote what it was sent."""
    try:
        return ask(), None
    except (*BROKEN, ModelAway) as broken:
        return None, judged(broken)


def judged(broken: Exception) -> ModelTrouble:
    """An error of the library as one of ours, without its words."""
    status = getattr(broken, "status_code", None)
    if isinstance(broken, ModelTrouble):
        return broken
    if status in (400, 413, 415, 422, 501):
        return NotTaken(str(getattr(broken, "param", None) or "")[:40])
    if status in (401, 403, 404, 405) or getattr(broken, "code", "") == "insufficient_quota":
        return ModelMisconfigured(f"status {status}")
    if status is not None:
        return ModelAway(f"status {status}", wait=_asked_to_wait(broken))
    return ModelAway(type(broken).__name__)


def _asked_to_wait(broken: Exception) -> float | None:
    try:
        return max(0.0, float(broken.response.headers["retry-after"]))
    except (AttributeError, KeyError, ValueError):
        return None
