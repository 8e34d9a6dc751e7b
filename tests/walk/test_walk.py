"""Two people walk at random through everything their pages offer: no crash, no dead end, and nothing private crosses.

Every third couple has a guide with a model behind it, on loopback, which is away at times.

`WALK_STEPS=20000 pytest tests/walk -s` for the long walk; a step is one page asked for, one form sent, one turn of the queue
or some time that passes. `WALK_SEED` begins elsewhere.
"""

import logging
import os
import sys
import traceback
from contextlib import contextmanager
from random import Random
from time import monotonic

import pytest
from django.core import mail

from beheard.celery import app
from beheard.web.logs import WithoutWords
from tests.couple import ADA, BEN
from tests.model_fixtures import configure, unconfigure
from tests.model_server import ModelServer
from tests.walk import checks, ends
from tests.walk.coverage import Coverage
from tests.walk.world import World

STEPS = int(os.environ.get("WALK_STEPS", 300))
FIRST = int(os.environ.get("WALK_SEED", 1))
MOST_TROUBLES = 5  # then it stops
WITH_A_MODEL = 3  # one couple of so many
LINGER = 12  # steps after it is over: it is there to be read
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.filterwarnings("ignore:No directory at")]
PAGES = [
    checks.no_error,
    checks.what_a_page_offers_is_there,
    checks.nothing_private_of_the_other,
    checks.nothing_in_mails,
    checks.nothing_in_the_log,
]
CHANGES = [checks.changes_are_allowed, checks.gates_agree, ends.nobodys_turn_has_a_reason]


def test_two_people_walk_at_random(settings, monkeypatch, superuser_connection, test_database, model):
    settings.GUIDE_PACE_SECONDS = 0
    steps, seed, coverage, troubles, began = 0, FIRST, Coverage(), [], monotonic()
    while steps < STEPS and len(troubles) < MOST_TROUBLES:
        test_database.empty()
        mail.outbox = []
        settings.SHARING_COOLING_OFF_MINUTES = 0
        monkeypatch.setattr(app, "send_task", lambda *_, **__: None)
        _choose_guide(settings, model, seed)
        world = World(Random(seed), superuser_connection, coverage, settings, start=seed)
        monkeypatch.setattr(app, "send_task", lambda name, args=(), w=world, **_: _queue(w, name, args))
        try:
            with listening(world.overheard):
                walk(world)
        except Exception as trouble:
            last = "".join(f"\n  {line}" for line in world.log[-40:])
            print(f"\nseed {seed}, after {steps + len(world.log)} steps, {len(world.log)} of them its own:{last}")
            traceback.print_exc(file=sys.stdout)
            troubles.append(f"seed {seed}: {trouble!r}")
        steps, seed = steps + len(world.log), seed + 1
    unconfigure(settings)
    print(f"\n{steps} steps of {seed - FIRST} couples in {monotonic() - began:.0f} s", coverage.report(), sep="\n")
    assert troubles == []


@contextmanager
def listening(lines: list[str]):
    """What is written to the log meanwhile, as the site writes it, and all there is of it."""
    ear, root = logging.Handler(), logging.getLogger()
    ear.setFormatter(WithoutWords("%(name)s %(message)s"))
    ear.emit = lambda record: lines.append(ear.format(record))
    before = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(ear)


def walk(world: World) -> None:
    """One couple, from wherever they begin to an end."""
    world.page_checks, world.change_checks = PAGES, CHANGES
    after_the_end = 0
    for _ in range(world.chance.randint(10, 140)):
        world.step()
        after_the_end += world.is_over
        if after_the_end > LINGER:
            break
    ends.one_goes_on_without_the_other(world, world.people[world.chance.choice((ADA, BEN))])
    world.coverage.ends[ends.both_reach_an_end(world)] += 1


@pytest.fixture
def model():
    with ModelServer() as running:
        yield running


def _choose_guide(settings, model: ModelServer, seed: int) -> None:
    """The built-in one, or a model that is there, or away every other couple."""
    unconfigure(settings)
    if seed % WITH_A_MODEL:
        return
    configure(settings, model)
    settings.GUIDE_RETRIES = 0
    model.always = "500" if seed % (2 * WITH_A_MODEL) == 0 else None


def _queue(world: World, name: str, ids) -> None:
    assert not checks.TOKEN.search(f"{name} {ids}"), "someone's words pass through the broker"
    world.queue.append((name, list(ids)))
