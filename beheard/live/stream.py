"""The writing end of a stream, for workers: one reply, sealed chunk by sealed chunk."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings

from beheard.live.broker import GREW, TROUBLE, broker

logger = logging.getLogger(__name__)

MAX_ENTRIES = 10_000
REST_SECONDS = 1.0
LAST_WORD_TRIES = 9  # about two seconds, for a Redis that is being restarted
CODE = re.compile(r"[a-z][a-z_]{0,39}")


class ReplyStream:
    """Carries the words of one reply to whoever has its page open.

    `seal` encrypts with the vessel's data key; nothing else of a person's words goes to Redis. The stream is a
    courtesy: when Redis is away, nothing here raises, because the reply itself is stored elsewhere. Chunks are
    numbered, so that what is sent twice after a lost answer is shown once, and no hole is passed over in silence.
    """

    def __init__(self, key: str, seal: Callable[[bytes], bytes]):
        self._key = key
        self._seal = seal
        self._attempt: str | None = None
        self._number = 0
        self._unsent: list[dict] = []
        self._rest_until = 0.0

    def start(self, attempt_id) -> None:
        """Begin a try at this reply. What an earlier try wrote is dropped, and readers hear `restart`."""
        # Two tries may carry the same id (a task redelivered); the token keeps a worker thought dead from mixing in.
        self._attempt = f"{attempt_id}:{secrets.token_hex(4)}"
        self._number = 0
        self._unsent = []
        self._send({"kind": "start", "attempt": self._attempt})

    def chunk(self, text: str) -> None:
        """Add the next words. Raises ValueError before `start`."""
        if self._attempt is None:
            raise ValueError("start() comes before chunk()")
        if not text:
            return
        sealed = self._seal(text.encode("utf-8", "replace"))
        self._send({"kind": "chunk", "attempt": self._attempt, "number": self._number, "text": sealed})
        self._number += 1

    def done(self) -> None:
        """The reply is stored. Say so only after the commit: readers then fetch it from its table."""
        self._last_word({"kind": "done", "attempt": self._attempt or ""})

    def failed(self, code: str) -> None:
        """This try is over and no reply is stored. `code` is a word of our own, such as "too_slow"."""
        if not CODE.fullmatch(code):
            raise ValueError("A failure's code is a lower-case word")
        self._last_word({"kind": "failed", "attempt": self._attempt or "", "code": code})

    def _last_word(self, entry: dict) -> None:
        self._rest_until = 0.0
        self._send(entry)
        for _ in range(LAST_WORD_TRIES - 1):
            if not self._unsent:
                return
            time.sleep(REST_SECONDS / 4)
            self._rest_until = 0.0
            self._flush()

    def _send(self, entry: dict) -> None:
        self._unsent.append(entry)
        self._flush()

    def _flush(self) -> None:
        if time.monotonic() < self._rest_until:
            return
        try:
            self._write(self._unsent)
        except TROUBLE as trouble:
            logger.warning("A reply's stream could not be written: %s", type(trouble).__name__)
            self._rest_until = time.monotonic() + REST_SECONDS
        else:
            self._unsent = []

    def _write(self, entries: list[dict]) -> None:
        """All entries, the expiry and the announcement in one transaction of Redis."""
        with broker().pipeline(transaction=True) as pipeline:
            for entry in entries:
                pipeline.xadd(self._key, entry, maxlen=MAX_ENTRIES, approximate=True)
            pipeline.expire(self._key, settings.REPLY_STREAM_SECONDS)
            pipeline.publish(GREW, self._key)
            added = pipeline.execute()
            if entries[0]["kind"] == "start":
                pipeline.xtrim(self._key, minid=added[0], approximate=False).execute()
