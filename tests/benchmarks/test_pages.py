"""Whole pages: what row-level security adds to one, how many queries each asks, and how long the server takes.

Without row-level security means: the same pages over Django's own backend and a login that every policy lets pass. Their
queries name the owner anyway, so both make the same page, and that is checked.
"""

import statistics
from contextlib import contextmanager

import pytest
from django.db import connections, transaction
from django.db.utils import load_backend

from beheard.rls import transaction_as
from stages.models import Message, MessageRole
from tests.benchmarks.couples import talk_more
from tests.benchmarks.figures import Figure
from tests.benchmarks.pages import Visitor, addresses, same_words
from tests.benchmarks.timing import compare, no_collector, p95, seconds
from tests.couple import ADA, Couple
from vessels.private.models import UserVessel

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("ignore:No directory at")]

MOST_QUERIES = 12
STAGES = ("heard", "signed", "letters", "understood", "needs", "common", "pool", "overlap", "agreed")


@pytest.fixture(autouse=True)
def quick(settings, caplog):
    caplog.set_level("ERROR", logger="django.request")  # addresses that take no GET
    settings.GUIDE_PACE_SECONDS = 0
    settings.SHARING_COOLING_OFF_MINUTES = 0


@pytest.fixture
def couple(seeded) -> Couple:
    """Two people at the end of their way, Ada with 500 messages and more."""
    found = Couple().until("agreed")
    talk_more(found)
    return found


@contextmanager
def without_row_level_security(person):
    """Inside: Django's `default` is another backend, as superuser. It says who is asking once, for the door functions."""
    ours = connections["default"]
    options = dict(ours.settings_dict["OPTIONS"]) | {
        "options": f"-c app.actor_id={person.user_id} -c app.actor_role=user"
    }
    place = ours.settings_dict | {"ENGINE": "django.db.backends.postgresql", "USER": "postgres", "OPTIONS": options}
    floor = load_backend(place["ENGINE"]).DatabaseWrapper(place, alias="floor")  # pools go by alias
    connections["floor"] = floor

    @contextmanager
    def instead():
        connections["default"] = floor
        try:
            yield
        finally:
            connections["default"] = ours

    try:
        yield instead
    finally:
        floor.close()
        floor.close_pool()
        del connections["floor"]


def test_one_read_in_a_transaction(couple, board):
    """The baseline is one ORM read in a transaction of its own, by a login without policies."""
    person = couple.actors[ADA]
    with transaction_as(person):
        vessel = UserVessel.objects.get(session_id=couple.session_id, owner_id=person.user_id).pk

    def read() -> None:
        UserVessel.objects.get(pk=vessel)

    def acting() -> None:
        with transaction_as(person):
            read()

    with without_row_level_security(person) as instead:

        def nobody() -> None:
            with transaction.atomic():
                read()

        def ours(_turn) -> float:
            acting()
            return seconds(acting)

        def floor(_turn) -> float:
            with instead():
                nobody()
                return seconds(nobody)

        timed = compare(ours, floor, range(1_500))
    board.add(Figure("transaction with actor / without", timed.ratio, 1.30, 1.5, note=f"{timed.note}; one ORM read"))


def test_whole_page(couple, board):
    visitor = Visitor(couple.actors[ADA])
    url = addresses(couple.session_id, {})["conversation"]
    with without_row_level_security(couple.actors[ADA]) as instead:

        def ours(_turn) -> float:
            return seconds(lambda: visitor.get(url))

        def floor(_turn) -> float:
            with instead():
                return seconds(lambda: visitor.get(url))

        page = same_words(visitor.get(url))
        with instead():
            assert same_words(visitor.get(url)) == page
        assert page.count(b"want to be seen") >= 5
        timed = compare(ours, floor, range(200))
    board.add(Figure("conversation page with RLS / without", timed.ratio, 1.05, 1.15, note=timed.note))


def test_page_times(couple, board):
    """Every page of the couple with 500 messages, ten times, in three rounds; the quietest round counts."""
    visitor = Visitor(couple.actors[ADA])
    urls = [url for url in pages_of(couple).values() if visitor.get(url).status_code == 200]
    rounds = [_timed(visitor, urls, times=10) for _ in range(3)]
    times = min(rounds, key=_p95_ms)
    route = {url: route for route, url in pages_of(couple).items()}
    slowest = sorted(times, key=lambda url: statistics.median(times[url]), reverse=True)[:4]
    note = ", ".join(f"{route[url]} {statistics.median(times[url]) * 1_000:.0f}" for url in slowest)
    board.add(
        Figure("page, 500 messages: server time p95", _p95_ms(times), 60, 150, "ms",
               note=f"of {len(times)} pages; slowest by median: {note}"),
    )  # fmt: skip


def _timed(visitor: Visitor, urls: list[str], times: int) -> dict[str, list[float]]:
    with no_collector():
        return {url: [seconds(lambda url=url: visitor.get(url)) for _ in range(times)] for url in urls}


def _p95_ms(times: dict[str, list[float]]) -> float:
    return p95([time for each in times.values() for time in each]) * 1_000


def test_queries_per_page(seeded, board):
    """Every page at every stage of the way; then with more than fits a page, and again with 500 messages more."""
    couple, most = Couple(), {}
    for stage in STAGES:
        couple.until(stage)
        for route, count in queries_of(couple).items():
            most[route] = max(count, most.get(route, 0))
    talk_more(couple, turns=60)
    little = queries_of(couple)
    talk_more(couple)
    much = queries_of(couple)
    grown = {route: f"{little[route]} to {much[route]}" for route in little if much[route] > little[route]}
    most = {route: max(count, much.get(route, 0)) for route, count in most.items()}
    over = {route: count for route, count in sorted(most.items(), key=lambda one: -one[1]) if count > MOST_QUERIES}
    board.add(
        Figure("queries of the page that asks most", max(most.values()), MOST_QUERIES, unit="queries",
               note=f"of {len(most)} pages; above: {_listed(over)}"),
        Figure("pages that ask more when there is more", len(grown), 0, 0, "pages", note=_listed(grown)),
    )  # fmt: skip


def _listed(found: dict) -> str:
    return ", ".join(f"{name} {value}" for name, value in found.items()) or "none"


def pages_of(couple: Couple) -> dict[str, str]:
    with transaction_as(couple.actors[ADA]):
        mine = Message.objects.filter(for_user_id=couple.actors[ADA].user_id, role=MessageRole.USER)
        said = mine.order_by("-timestamp").values_list("pk", flat=True)[0]
    ids = {"before": said, "message_id": said, "kind": "breathing", "slot": 1, "number": 1, "key": "readings"}
    return addresses(couple.session_id, ids)


def queries_of(couple: Couple) -> dict[str, int]:
    """How many statements each page that answers 200 sends to the database."""
    visitor, found = Visitor(couple.actors[ADA]), {}
    for route, url in pages_of(couple).items():
        visitor.get(url)  # what is cached once a process is not counted
        sent: list[str] = []

        def note(execute, sql, params, many, context, sent=sent):
            sent.append(sql)
            return execute(sql, params, many, context)

        with connections["default"].execute_wrapper(note):
            response = visitor.get(url)
        if response.status_code == 200:
            found[route] = len(sent)
    return found
