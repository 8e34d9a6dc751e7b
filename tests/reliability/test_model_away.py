"""A model that goes away and comes back, with real workers and beat: words are safe, and exactly one reply comes by itself."""

import time

import pytest
import redis

from beheard.live.broker import reply_key
from beheard.rls import Actor, transaction_as
from stages.models import Message
from tests import factories as make
from tests.model_server import REPLY, ModelServer
from tests.reliability.ground import wait_for
from tests.reliability.test_nothing_lost import one_reply_comes, post, replies

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("reliability")]

BACK = 40  # seconds: the breaker's rest, the outbox's wait and a sweep


@pytest.fixture(scope="module")
def model(ground):
    with ModelServer() as server:
        ground.environment |= {
            "OPENAI_BASE_URL": server.url,
            "GUIDE_LARGE_MODEL": "large",
            "GUIDE_RETRIES": "0",
            "GUIDE_SILENCE_SECONDS": "3",
        }
        ground.beat()
        ground.any_worker()
        yield server


@pytest.fixture
def message(model, cleared):
    person = make.alone()
    make.make_progress(person, stage=1)
    return lambda: post(person)


def the_reply_of(message) -> str:
    with transaction_as(Actor.user(message.for_user_id)):
        return Message.objects.get(in_reply_to=message.pk).content


def told(ground, message) -> bool:
    """The page has been told that it takes longer."""
    with redis.Redis.from_url(ground.redis.url) as client:
        return any(fields.get(b"kind") == b"failed" for _id, fields in client.xrange(reply_key(message.pk)))


def test_a_model_that_is_down_is_waited_for_and_the_reply_comes_by_itself(ground, model, message):
    model.stop()
    asked = message()
    wait_for("the notice", lambda: told(ground, asked), 20)
    assert not replies(asked)
    model.start()
    one_reply_comes(asked, within=BACK)
    assert the_reply_of(asked) == REPLY


def test_a_worker_killed_while_the_model_speaks_costs_one_reply_nothing(ground, model, message):
    model.pace = 0.2
    asked = message()
    wait_for("the model to speak", lambda: len(model.sent) > 3, 30)
    ground.any_worker().kill()
    model.pace = 0.0
    ground.worker()
    time.sleep(0.5)
    one_reply_comes(asked, within=BACK)
    assert the_reply_of(asked) == REPLY
