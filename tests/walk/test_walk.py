"""Two people walk at random through everything their pages offer: no crash, no dead end, and nothing private crosses.

`WALK_STEPS=20000 pytest tests/walk -s` for the long walk; a step is one page asked for, one form sent, one turn of the queue
or some time that passes.
"""

import os
from collections import Counter
from random import Random

import pytest

from beheard.celery import app
from tests.walk import checks
from tests.walk.world import World

STEPS = int(os.environ.get("WALK_STEPS", 400))
FIRST = int(os.environ.get("WALK_SEED", 1))
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.filterwarnings("ignore:No directory at")]


@pytest.fixture
def quick(settings, monkeypatch):
    settings.GUIDE_PACE_SECONDS = 0
    settings.SHARING_COOLING_OFF_MINUTES = 0


def test_two_people_walk_at_random(quick, monkeypatch, superuser_connection):
    steps, seed, ends, routes = 0, FIRST, Counter(), Counter()
    while steps < STEPS:
        chance = Random(seed)
        world = World(chance, superuser_connection)
        monkeypatch.setattr(app, "send_task", lambda name, args=(), w=world, **_: w.queue.append((name, list(args))))
        world.checks = [checks.no_error, checks.nothing_private_of_the_other]
        length = chance.randint(10, 160)
        try:
            for _ in range(length):
                world.step()
            checks.gates_agree(world)
            checks.somebody_can_move(world)
            ends[checks.both_reach_an_end(world)] += 1
        except BaseException:
            print(f"seed {seed}:", *world.log[-40:], sep="\n  ")
            raise
        steps += len(world.log)
        routes.update(checks.routes_of(world))
        seed += 1
    print(f"{steps} steps, {seed - FIRST} couples, {len(routes)} routes; ends: {dict(ends)}")
    print("least walked:", routes.most_common()[-12:])
