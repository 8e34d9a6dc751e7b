"""Whatever ends in the middle of a reply: the message is there, and exactly one reply comes, soon after a worker is back."""

import time

import pytest
from django.db import InterfaceError, OperationalError

from beheard.people.pages import place_of
from beheard.rls import Actor, transaction_as
from stages.actions import say
from stages.models import Message, Outbox
from stages.queue import quietly
from tests import factories as make
from tests.reliability.ground import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("reliability")]

SOON = 15  # seconds from a worker being back to its reply
WORDS = "We fought about the dishes again. I come home tired and nobody sees it. I feel alone with all of it."


@pytest.fixture(scope="module", autouse=True)
def beat(ground):
    return ground.beat()


@pytest.fixture
def worker(ground, cleared):
    return ground.any_worker()


@pytest.fixture
def message(ground):
    person = make.alone()
    make.make_progress(person, stage=1)
    return post(person)


def post(person) -> Message:
    """As the page does it: kept in one transaction, and asked for on commit."""
    actor = Actor.user(person.user_id)
    with transaction_as(actor):
        place = place_of(actor, person.session_id)
        return say(place=place, words=WORDS, stage=1, key=str(make.uuid4()), now=make.now())[0]


def replies(message) -> int:
    try:
        with transaction_as(Actor.user(message.for_user_id)):
            return Message.objects.filter(in_reply_to=message.pk).count()
    except (OperationalError, InterfaceError):  # the database is not back yet
        return 0


def in_mid_reply(ground, message) -> None:
    wait_for("the first pieces of a reply", lambda: ground.pieces(message.pk) > 4)
    assert replies(message) == 0


def one_reply_comes(message, within: float = SOON) -> None:
    took = wait_for("the reply", lambda: replies(message), within)
    print(f"the reply came after {took:.1f} s")
    time.sleep(1)
    assert replies(message) == 1
    with transaction_as(Actor.user(message.for_user_id)):
        assert Message.objects.get(pk=message.pk).content == WORDS
    with transaction_as(Actor.system()):
        assert Outbox.objects.get(pk=message.pk).settled_at


def test_without_trouble_a_reply_comes(worker, message):
    one_reply_comes(message)


def test_a_killed_child_of_a_worker(ground, worker, message):
    in_mid_reply(ground, message)
    worker.kill_children()
    one_reply_comes(message)


def test_a_killed_worker(ground, worker, message):
    in_mid_reply(ground, message)
    worker.kill()
    ground.worker()
    one_reply_comes(message)


def test_a_message_posted_while_no_worker_is_there(ground, worker):
    worker.end()
    message = post(make.alone())
    time.sleep(1)
    ground.worker()
    one_reply_comes(message)


def test_a_redis_that_is_killed_in_mid_reply(ground, worker, message):
    in_mid_reply(ground, message)
    ground.kill_redis()
    time.sleep(1)
    ground.redis.start()
    one_reply_comes(message)


def test_a_redis_that_loses_everything_and_comes_back_later(ground, worker, message):
    in_mid_reply(ground, message)
    worker.kill()
    ground.kill_redis()
    (ground.redis.folder / "dump.rdb").unlink(missing_ok=True)
    time.sleep(2)
    ground.redis.start()
    ground.worker()
    one_reply_comes(message)


def test_a_message_posted_while_redis_is_away(ground, worker):
    person = make.alone()
    ground.redis.stop()
    try:
        begun = time.monotonic()
        message = post(person)
        took = time.monotonic() - begun
    finally:
        ground.redis.start()
    assert took < 1.5, "a person waited for a broker that was away"
    one_reply_comes(message)


def test_a_message_posted_while_redis_does_not_answer(ground, worker):
    person = make.alone()
    with ground.frozen_redis():
        begun = time.monotonic()
        message = post(person)
        took = time.monotonic() - begun
    assert took < 1.8, "a person waited for a broker that was silent"
    one_reply_comes(message)


def test_a_worker_takes_new_work_after_redis_has_been_away(ground, worker, message):
    one_reply_comes(message)
    ground.redis.stop()
    time.sleep(3)
    ground.redis.start()
    one_reply_comes(post(make.alone()))


@pytest.mark.parametrize("way", ["restarted", "killed"])
def test_a_database_that_goes_away_in_mid_reply(ground, worker, message, way):
    in_mid_reply(ground, message)
    ground.postgres.stop() if way == "restarted" else ground.kill_postgres()
    time.sleep(1)
    ground.postgres.start()
    one_reply_comes(message)


def test_the_same_task_queued_many_times_gives_one_reply(ground, worker, message):
    for _ in range(10):
        quietly("stages.reply_to", message.pk, message.for_user_id, message.session_id)
    one_reply_comes(message)


def test_everything_ends_while_several_people_wait(ground, worker):
    messages = [post(make.alone(name)) for name in ("Ana", "Ben", "Cleo", "Dan", "Eve")]
    in_mid_reply(ground, messages[0])
    worker.kill_children()
    time.sleep(0.5)
    ground.kill_redis()
    ground.kill_postgres()
    worker.kill()
    ground.postgres.start()
    ground.redis.start()
    ground.worker()
    for message in messages:
        one_reply_comes(message, within=2 * SOON)  # two at a time
