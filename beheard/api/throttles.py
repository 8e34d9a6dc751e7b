"""How often. Counted in Redis, in windows; while Redis is away nobody is held up.

Whoever is signed in is counted by themselves alone: two who share a home share an address, and a limit that one of them had
used up would tell the other that they are there.
"""

import logging
import time

from django.conf import settings
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError
from rest_framework.throttling import BaseThrottle

from beheard.live.broker import broker

logger = logging.getLogger(__name__)


class Throttle(BaseThrottle):
    """At most `most` in `seconds`. `who(request)` names a counter, or None for nobody to count."""

    name, most, seconds = "", 0, 60

    def who(self, request) -> str | None:
        raise NotImplementedError

    def allow_request(self, request, view) -> bool:
        who = self.who(request)
        if who is None:
            return True
        self._window, self._into = divmod(int(time.time()), self.seconds)
        tag = salted_hmac("beheard.api.throttles", f"{self.name}:{who}", algorithm="sha256").hexdigest()[:32]
        key = f"often:{tag}:{self._window}"
        try:
            with broker().pipeline(transaction=True) as pipeline:
                pipeline.incr(key)
                pipeline.expire(key, self.seconds + 5)
                count, _kept = pipeline.execute()
        except (RedisError, OSError) as trouble:
            logger.warning("Requests could not be counted: %s", type(trouble).__name__)
            return True
        return count <= self.most * settings.API_LIMITS_TIMES

    def wait(self) -> float:
        return self.seconds - self._into


class Person(Throttle):
    name, most = "person", 300

    def who(self, request):
        return str(request.user.pk) if request.user.is_authenticated else None


class PersonWriting(Person):
    name, most = "writing", 60

    def who(self, request):
        return None if request.method in ("GET", "HEAD") else super().who(request)


class Address(Throttle):
    """Nobody in particular: an invitation looked at, a token that is none."""

    name, most = "address", 120

    def who(self, request):
        return None if request.user.is_authenticated else request.META.get("REMOTE_ADDR", "")


class Password(Person):
    name, most, seconds = "password", 5, 900


EVERYWHERE = [Person, PersonWriting, Address]
