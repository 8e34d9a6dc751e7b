"""How many tokens one turn and one person's day may use. Counted without content, under a name that tells nobody who it is.

Kept in the cache (Redis) and gone after two days. While Redis is away nothing is refused: a cap on cost is no reason to leave
somebody without an answer.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac
from redis import RedisError

from beheard.ai.errors import BudgetSpent, DaySpent

logger = logging.getLogger(__name__)

CHARACTERS_PER_TOKEN = 3.5  # of English prose; a little low, so that estimates are a little high
KEPT_SECONDS = 2 * 24 * 3600


@dataclass
class Purse:
    """What one turn of one person has left, in tokens."""

    user_id: UUID | None
    left: int


_purse: ContextVar[Purse | None] = ContextVar("purse", default=None)


@contextmanager
def charged_to(user_id: UUID | None) -> Iterator[Purse]:
    """Inside, every call of a model counts against one turn, and against this person's day."""
    token = _purse.set(Purse(user_id, settings.GUIDE_TURN_TOKENS))
    try:
        yield _purse.get()
    finally:
        _purse.reset(token)


def tokens_of(text: str) -> int:
    """About how many tokens a text has."""
    return int(len(text) / CHARACTERS_PER_TOKEN) + 1


def check(tokens: int) -> None:
    """Raises BudgetSpent when so many more would be too many for this turn, DaySpent for this person's day."""
    purse = _purse.get()
    if purse is None:
        return
    if tokens > purse.left:
        raise BudgetSpent("turn")
    if day_is_spent(purse.user_id):
        raise DaySpent("day")


def spend(tokens: int) -> None:
    """Count what a call has used."""
    purse = _purse.get()
    if purse is None:
        return
    purse.left -= tokens
    if purse.user_id is None:
        return
    key = _key(purse.user_id)
    try:
        cache.add(key, 0, timeout=KEPT_SECONDS)
        cache.incr(key, tokens)
    except (RedisError, OSError, ValueError) as trouble:
        logger.warning("Tokens could not be counted: %s", type(trouble).__name__)


def day_is_spent(user_id: UUID | None) -> bool:
    """Whether this person's day has no tokens left."""
    if user_id is None or not settings.GUIDE_DAY_TOKENS:
        return False
    try:
        return (cache.get(_key(user_id)) or 0) >= settings.GUIDE_DAY_TOKENS
    except (RedisError, OSError) as trouble:
        logger.warning("Tokens could not be counted: %s", type(trouble).__name__)
        return False


def _key(user_id: UUID) -> str:
    return f"guide-tokens:{salted_hmac('guide-tokens', f'{timezone.now().date()} {user_id}').hexdigest()[:32]}"
