import threading
import time

import pytest

from beheard.live.broker import reply_key
from beheard.live.stream import ReplyStream


def entries(redis_client, house):
    return [fields for _, fields in redis_client.xrange(reply_key(house.message_id))]


def test_a_stream_expires_some_time_after_its_last_word(house, redis_client, settings):
    settings.REPLY_STREAM_SECONDS = 77
    writer = house.writer()
    writer.start(1)
    writer.chunk("word")
    assert 75 <= redis_client.ttl(reply_key(house.message_id)) <= 77


def test_starting_again_drops_what_was_written_before(house, redis_client):
    first, second = house.writer(), house.writer()
    first.start(1)
    first.chunk("half")
    second.start(2)
    assert [entry[b"kind"] for entry in entries(redis_client, house)] == [b"start"]


def test_a_writer_without_redis_neither_raises_nor_dawdles(house, redis_server):
    redis_server.stop()
    writer = house.writer()
    began = time.monotonic()
    writer.start(1)
    for _ in range(1_000):
        writer.chunk("word")
    assert time.monotonic() - began < 2
    writer.done()
    assert time.monotonic() - began < 5


def test_words_kept_back_are_sent_in_order_before_the_last_one(house, redis_server, redis_client):
    writer = house.writer()
    redis_server.stop()
    writer.start(1)
    writer.chunk("one")
    redis_server.start()
    writer.chunk("two")
    writer.done()
    written = entries(redis_client, house)
    assert [entry[b"kind"] for entry in written] == [b"start", b"chunk", b"chunk", b"done"]
    assert [entry[b"number"] for entry in written[1:3]] == [b"0", b"1"]


def test_the_last_word_waits_a_little_for_a_redis_that_is_restarting(house, redis_server, redis_client):
    writer = house.writer()
    redis_server.stop()
    writer.start(1)
    restart = threading.Timer(0.3, redis_server.start)
    restart.start()
    writer.done()
    restart.join()
    assert [entry[b"kind"] for entry in entries(redis_client, house)] == [b"start", b"done"]


def test_a_chunk_before_the_start_is_a_mistake(house):
    with pytest.raises(ValueError, match="start"):
        house.writer().chunk("word")


@pytest.mark.parametrize("code", ["", "They said so", "UPPER", "a" * 41, "x\n"])
def test_a_failure_carries_a_code_and_no_sentence(house, code):
    writer = house.writer()
    writer.start(1)
    with pytest.raises(ValueError, match="lower-case") as raised:
        writer.failed(code)
    assert not code or code not in str(raised.value)


def test_an_empty_chunk_is_not_written(house, redis_client):
    writer = house.writer()
    writer.start(1)
    writer.chunk("")
    assert len(entries(redis_client, house)) == 1


def test_half_of_a_surrogate_pair_does_no_harm(house, redis_client):
    sealed = []
    writer = ReplyStream(reply_key(house.message_id), lambda words: sealed.append(words) or words)
    writer.start(1)
    writer.chunk("\ud83d")
    assert sealed == [b"?"]


def test_an_outage_is_logged_without_words(house, redis_server, caplog):
    redis_server.stop()
    writer = house.writer()
    writer.start(1)
    writer.chunk("I feel alone")
    assert "ConnectionError" in caplog.text
    assert "alone" not in caplog.text
    assert str(house.message_id) not in caplog.text
