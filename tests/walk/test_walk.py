"""Two people walk at random through everything their pages offer: no crash, no dead end, and nothing private crosses.

`WALK_STEPS=20000 pytest tests/walk -s` for the long walk; a step is one page asked for, one form sent, one turn of the queue
or some time that passes. `WALK_SEED` begins elsewhere.
"""

import os
from random import Random
from time import monotonic

import pytest
from django.core import mail

from beheard.celery import app
from tests.couple import ADA, BEN
from tests.walk import checks, ends
from tests.walk.coverage import Coverage
from tests.walk.world import World

STEPS = int(os.environ.get("WALK_STEPS", 300))
FIRST = int(os.environ.get("WALK_SEED", 1))
LINGER = 12  # steps after it is over: it is there to be read
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.filterwarnings("ignore:No directory at")]
PAGES = [
    checks.no_error,
    checks.what_a_page_offers_is_there,
    checks.nothing_private_of_the_other,
    checks.nothing_in_mails,
]
CHANGES = [checks.changes_are_allowed, checks.gates_agree, ends.nobodys_turn_has_a_reason]


def test_two_people_walk_at_random(settings, monkeypatch, superuser_connection, test_database):
    settings.GUIDE_PACE_SECONDS = 0
    steps, seed, coverage, began = 0, FIRST, Coverage(), monotonic()
    while steps < STEPS:
        test_database.empty()
        mail.outbox = []
        settings.SHARING_COOLING_OFF_MINUTES = 0
        monkeypatch.setattr(app, "send_task", lambda *_, **__: None)
        steps += walk(seed, superuser_connection, coverage, settings, monkeypatch)
        seed += 1
    print(f"\n{steps} steps of {seed - FIRST} couples in {monotonic() - began:.0f} s", coverage.report(), sep="\n")


def walk(seed: int, database, coverage: Coverage, settings, monkeypatch) -> int:
    """One couple, from wherever they begin to an end. Returns how many steps it took."""
    chance = Random(seed)
    world = World(chance, database, coverage, settings)
    monkeypatch.setattr(app, "send_task", lambda name, args=(), **_: _queue(world, name, args))
    world.page_checks, world.change_checks = PAGES, CHANGES
    try:
        after_the_end = 0
        for _ in range(chance.randint(10, 200)):
            world.step()
            after_the_end += world.is_over
            if after_the_end > LINGER:
                break
        ends.one_goes_on_without_the_other(world, world.people[chance.choice((ADA, BEN))])
        coverage.ends[ends.both_reach_an_end(world)] += 1
    except BaseException:
        print(f"seed {seed}, after {len(world.log)} steps of it:", *world.log[-40:], sep="\n  ")
        raise
    return len(world.log)


def _queue(world: World, name: str, ids) -> None:
    assert not checks.TOKEN.search(f"{name} {ids}"), "someone's words pass through the broker"
    world.queue.append((name, list(ids)))
