"""Whatever writers do and however often a browser comes back: what it shows is the beginning of one attempt."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beheard.live.replay import Entry, EntryId, Replay, event_bytes, has_ended


@dataclass
class Log:
    """Every entry ever written, with what each attempt really said."""

    entries: list[Entry] = field(default_factory=list)
    trimmed: int = 0
    said: dict[bytes, list[bytes]] = field(default_factory=dict)

    def write(self, kind: bytes, attempt: bytes, number: int = 0, text: bytes = b"") -> None:
        milliseconds, sequence = divmod(len(self.entries), 3)
        self.entries.append(Entry(EntryId(milliseconds, sequence), kind, attempt, number, text))


@dataclass
class Page:
    """A browser: the words it shows, and the id of the last event that reached it."""

    last: EntryId | None = None
    shown: list[bytes] = field(default_factory=list)
    finished: bool = False

    def connect(self, entries: list[Entry], reach: int) -> None:
        """Read the stream from its beginning; the connection breaks after `reach` events."""
        replay = Replay(self.last)
        for entry in entries:
            event = replay.take(entry)
            if event is None:
                continue
            if reach == 0:
                return
            reach -= 1
            self._hear(event, entry)
            if replay.finished:
                return

    def _hear(self, event: str, entry: Entry) -> None:
        self.last = entry.id
        self.finished = self.finished or event in ("done", "failed")
        if event == "restart":
            self.shown.clear()
        elif event == "chunk":
            self.shown.append(entry.text)


ATTEMPTS = st.sampled_from([b"a", b"b"])
chunks = st.tuples(st.sampled_from(["chunk", "chunk", "chunk", "lost", "repeated"]), ATTEMPTS)
connections = st.tuples(st.just("connect"), st.integers(1, 12))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("start"), ATTEMPTS),
        chunks,
        chunks,
        chunks,
        connections,
        connections,
        st.tuples(st.just("trim"), st.integers(0, 5)),
    ),
    max_size=40,
).map(lambda moves: [("start", b"a"), ("start", b"b"), *moves, ("connect", 1_000)])
many = settings(max_examples=600)


class Writers:
    """Several workers that write, lose and repeat chunks, also after they were given up."""

    def __init__(self, log: Log):
        self.log = log
        self.next_number: dict[bytes, int] = {}
        self.names: dict[bytes, bytes] = {}

    def start(self, attempt: bytes) -> None:
        name = attempt + str(len(self.log.entries)).encode()
        self.next_number[attempt] = 0
        self.log.said[name] = []
        self.names[attempt] = name
        self.log.write(b"start", name)

    def chunk(self, attempt: bytes, kind: str) -> None:
        if attempt not in self.next_number:
            return
        name, number = self.names[attempt], self.next_number[attempt]
        text = name + b"/" + str(number).encode()
        self.log.said[name].append(text)
        for _ in range({"chunk": 1, "lost": 0, "repeated": 2}[kind]):
            self.log.write(b"chunk", name, number, text)
        self.next_number[attempt] += 1


def play(moves) -> tuple[Log, Page]:
    log, page = Log(), Page()
    writers = Writers(log)
    for move, value in moves:
        match move:
            case "start":
                writers.start(value)
            case "trim":
                log.trimmed = min(len(log.entries), log.trimmed + value)
            case "connect":
                page.connect(log.entries[log.trimmed :], value)
                assert_shows_the_beginning_of_one_attempt(log, page)
            case kind:
                writers.chunk(value, kind)
    return log, page


def assert_shows_the_beginning_of_one_attempt(log: Log, page: Page) -> None:
    assert not page.shown or any(said[: len(page.shown)] == page.shown for said in log.said.values())


@many
@given(steps)
def test_a_page_shows_the_beginning_of_one_attempt_and_nothing_else(moves):
    play(moves)


@many
@given(steps, st.integers(1, 9), st.integers(0, 3))
def test_after_a_whole_last_attempt_the_page_shows_all_of_it(moves, length, reach):
    log, page = play(moves)
    writers = Writers(log)
    writers.start(b"z")
    for _ in range(length):
        writers.chunk(b"z", "chunk")
        page.connect(log.entries[log.trimmed :], reach)
    page.connect(log.entries[log.trimmed :], 1_000)
    assert page.shown == log.said[writers.names[b"z"]]


@given(steps)
def test_done_ends_whatever_attempt_says_it(moves):
    log, page = play(moves)
    log.write(b"done", b"of a worker thought dead")
    page.connect(log.entries[log.trimmed :], 1_000)
    assert page.finished


def test_a_page_goes_on_where_it_was_although_the_start_was_trimmed():
    log, page = Log(), Page()
    writers = Writers(log)
    writers.start(b"a")
    for _ in range(5):
        writers.chunk(b"a", "chunk")
    page.connect(log.entries, 3)
    page.connect(log.entries[3:], 10)
    assert page.shown == log.said[writers.names[b"a"]]


def test_a_late_chunk_of_an_attempt_given_up_is_not_mistaken_for_the_next_one():
    log, page = Log(), Page()
    writers = Writers(log)
    for attempt in (b"a", b"b"):
        writers.start(attempt)
        writers.chunk(attempt, "chunk")
    writers.chunk(b"a", "chunk")
    page.connect(log.entries, 10)
    assert page.shown == log.said[writers.names[b"b"]]


def test_a_failure_of_an_attempt_given_up_is_not_told():
    log, page = Log(), Page()
    for kind, attempt in ((b"start", b"a"), (b"start", b"b"), (b"failed", b"a")):
        log.write(kind, attempt)
    page.connect(log.entries, 10)
    assert not page.finished
    log.write(b"failed", b"b")
    page.connect(log.entries, 10)
    assert page.finished


@pytest.mark.parametrize("text", ["", "1", "1-", "-1", "1-2-3", "a-b", "1-2.end", "9" * 21 + "-1", "١-٢", "1-2\n"])
def test_what_is_no_entry_id_is_none(text):
    assert EntryId.parse(text) is None


def test_entry_ids_compare_as_numbers():
    assert EntryId.parse("9-10") > EntryId.parse("9-9")
    assert EntryId.parse("10-0") > EntryId.parse("9-999")


@pytest.mark.parametrize("text", ["\n\nevent: done\n\n", "\r", "\u2028", "</script>", "\0", "💔"])
def test_no_text_can_break_out_of_its_event(text):
    body = event_bytes("chunk", {"text": text}, EntryId(1, 2))
    assert body.count(b"\n") == 4
    assert b"\r" not in body


def test_the_id_of_the_last_event_says_that_it_is_the_last():
    assert has_ended("1-2.end")
    assert b"id: 1-2.end\n" in event_bytes("done", {}, EntryId(1, 2))
    assert b"id: 1-2\n" in event_bytes("chunk", {}, EntryId(1, 2))
    assert not has_ended("1-2")
