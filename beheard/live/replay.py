"""What one reader makes of a stream's entries: pure, so that it can be tested against every interleaving."""

import json
import re
from dataclasses import dataclass, field
from typing import NamedTuple

CURSOR = re.compile(r"([0-9]{1,20})-([0-9]{1,20})")
END = "end"


class EntryId(NamedTuple):
    """A Redis entry id. Compares as Redis does."""

    milliseconds: int
    sequence: int

    @classmethod
    def parse(cls, text: str) -> "EntryId | None":
        """None for what is no entry id; a browser may send anything."""
        found = CURSOR.fullmatch(text)
        return cls(int(found[1]), int(found[2])) if found else None

    def __str__(self) -> str:
        return f"{self.milliseconds}-{self.sequence}"


@dataclass(frozen=True)
class Entry:
    id: EntryId
    kind: bytes
    attempt: bytes = b""
    number: int = 0
    text: bytes = b""
    code: bytes = b""

    @classmethod
    def read(cls, raw_id: bytes, fields: dict[bytes, bytes]) -> "Entry":
        return cls(
            id=EntryId.parse(raw_id.decode()),
            kind=fields.get(b"kind", b""),
            attempt=fields.get(b"attempt", b""),
            number=int(fields.get(b"number", 0)),
            text=fields.get(b"text", b""),
            code=fields.get(b"code", b""),
        )


@dataclass
class Replay:
    """Decides which entries a reader is shown, given the last one it has seen (`after`).

    Promises, whatever writers do and however often the reader comes back: the chunks shown since the last restart are
    the first chunks of one attempt, in order, none missing and none twice.

    The reader replays the stream from its beginning; entries up to `after` only rebuild what the browser already shows.
    """

    after: EntryId | None
    attempt: bytes | None = None
    expected: int = 0
    shown: bool = field(init=False)
    finished: bool = field(init=False, default=False)

    def __post_init__(self):
        self.shown = self.after is not None

    def take(self, entry: Entry) -> str | None:
        """The name of the event to send for this entry, or None for silence."""
        is_new = self.after is None or entry.id > self.after
        match entry.kind:
            case b"start":
                event = self._start(entry, is_new)
            case b"chunk":
                event = self._chunk(entry)
            case b"done":  # from any attempt: it means that the reply is stored
                event = "done"
            case b"failed" if self.attempt in (None, entry.attempt):
                event = "failed"
            case _:
                event = None
        if not is_new:
            return None
        self.finished = event in ("done", "failed")
        return event

    def _start(self, entry: Entry, is_new: bool) -> str | None:
        clears = is_new and self.shown
        self.attempt, self.expected, self.shown = entry.attempt, 0, False
        return "restart" if clears else None

    def _chunk(self, entry: Entry) -> str | None:
        if (
            entry.id == self.after
        ):  # the last one the browser was sent, whatever else was trimmed: it has this attempt up to here
            self.attempt, self.expected = entry.attempt, entry.number
        if (entry.attempt, entry.number) != (self.attempt, self.expected):
            # Repeated, of an attempt given up, or after a hole: then nothing more is shown until `done` or a new start.
            return None
        self.expected += 1
        self.shown = True
        return "chunk"


def event_bytes(event: str, data: dict, event_id: EntryId | str) -> bytes:
    """One server-sent event. The id of the last one says so, so that a browser coming back with it is told to stop."""
    identity = f"{event_id}.{END}" if event in ("done", "failed") else event_id
    return f"id: {identity}\nevent: {event}\ndata: {json.dumps(data)}\n\n".encode()


def has_ended(last_event_id: str) -> bool:
    return last_event_id.endswith(f".{END}")
