"""A curious operator reads every log line, everything that passes through Redis, every e-mail, and a backup without keys."""

import base64
import logging
import re
import subprocess
import sys
import threading
import time
from contextlib import suppress
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beheard.rls import transaction_as
from beheard.web.logs import WithoutWords
from stages import actions
from stages.ending import actions as ending
from stages.models import Message, MessageRole
from tests import couple as couples
from tests.couple import ADA, BEN, Couple
from vessels.private.drafts import save_draft

# Each is somewhere in a private or shared field after the journey below, and nowhere else in the code.
SECRETS = [
    "kestrel-4711",
    "heron-0815",
    "plover-2244",
    "curlew-9318",
    "dunlin-7007",
    "godwit-5151",
    "The work at home",  # the topic
    "the evenings are heavy for you",  # a letter
    "I do not keep count because",  # what to know
    "We drink tea together after work",  # an agreement
    "We both look forward to it",
]
WORDS = {
    ADA: [
        "We fought about kestrel-4711 again and I feel so alone with it.",
        "I end up shouting; heron-0815.",
        "I miss us.",
    ],
    BEN: [
        "The first thing I hear is plover-2244 and I feel like nothing is enough.",
        "I want some peace.",
        "I am scared.",
    ],
}


class Watched:
    """Everything that any client says to Redis, as it is said."""

    def __init__(self):
        self.said, self.client = [], redis.Redis.from_url(settings.REDIS_URL)
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.listening = threading.Event()

    def _listen(self):
        with self.client.monitor() as monitor:
            self.listening.set()
            for command in monitor.listen():
                self.said.append(str(command))
                if "the watching ends" in self.said[-1]:
                    return

    def __enter__(self):
        self.thread.start()
        assert self.listening.wait(10)
        return self.said

    def __exit__(self, *error):
        redis.Redis.from_url(settings.REDIS_URL).echo("the watching ends")
        self.thread.join(10)


def journey() -> Couple:
    couple = Couple().until("agreed")
    with couple.acting(ADA) as place:
        save_draft(place=place, key="conversation", text="half of curlew-9318")
        actions.read_barometer(place=place, intensity=9, stage=1, context="because of dunlin-7007", now=timezone.now())
        ending.keep_solo(place=place, letter="Dear godwit-5151", now=timezone.now())
    return couple


def says_on_the_page(couple: Couple, name: str, words: str) -> None:
    browser = Client()
    browser.force_login(couple.user(name))
    page = reverse("conversation", args=[couple.session_id])
    assert browser.get(page).status_code == 200
    posted = browser.post(page, {"words": words, "key": str(uuid4())})
    assert posted.status_code in (302, 200)


def answered(couple: Couple, name: str) -> bool:
    with transaction_as(couple.actors[name]):
        asked = Message.objects.filter(role=MessageRole.USER).count()
        return Message.objects.filter(role=MessageRole.AI).count() >= asked


@pytest.fixture
def worker(process_environment, tmp_path):
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "beheard.celery",
        "worker",
        "--pool",
        "solo",
        "--loglevel",
        "DEBUG",
    ]
    log = tmp_path / "worker.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=process_environment | {"LOG_LEVEL": "DEBUG"}, stdout=out, stderr=subprocess.STDOUT
        )
    yield log
    process.terminate()
    process.wait(30)


def everything_in_redis() -> str:
    client, found = redis.Redis.from_url(settings.REDIS_URL), []
    readers = {
        b"string": client.get,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"set": client.smembers,
        b"zset": lambda key: client.zrange(key, 0, -1),
        b"hash": client.hgetall,
        b"stream": client.xrange,
    }
    for key in client.scan_iter():
        kind = client.type(key)
        if kind in readers:
            found += [repr(key), repr(readers[kind](key))]
    return "\n".join(found)


def with_what_is_wrapped(text: str) -> str:
    """Celery wraps the arguments of a task in base64."""
    unwrapped = []
    for piece in re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", text):
        with suppress(ValueError):
            unwrapped.append(base64.b64decode(piece, validate=True).decode("utf-8", "replace"))
    return "\n".join([text, *unwrapped])


def secrets_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.slow
def test_nothing_a_person_wrote_is_left_where_an_operator_looks(
    transactional_db, worker, caplog, monkeypatch, superuser_connection
):
    monkeypatch.setattr(couples, "WORDS", WORDS)
    caplog.set_level(logging.DEBUG)
    with Watched() as said:
        couple = journey()
        says_on_the_page(couple, ADA, "And then kestrel-4711 came up once more.")
        until = time.monotonic() + 90
        while not answered(couple, ADA) and time.monotonic() < until:
            time.sleep(0.5)
        assert answered(couple, ADA), worker.read_text()[-3000:]
        kept = everything_in_redis()
    said = with_what_is_wrapped("\n".join(said))
    assert str(couple.session_id) in said  # the arguments of a task were read
    lines = "\n".join(record.getMessage() for record in caplog.records) + "\n" + worker.read_text()
    assert "stages.reply_to" in lines  # the log that was looked at is the log of this journey
    mails = "\n".join(f"{message.subject} {message.body}" for message in mail.outbox)
    assert {
        "logs": secrets_in(lines),
        "redis, as it was said": secrets_in(said),
        "redis, as it is kept": secrets_in(with_what_is_wrapped(kept)),
        "e-mail": secrets_in(mails),
        "a backup without keys": secrets_in(backup(superuser_connection)),
    } == {
        "logs": [],
        "redis, as it was said": [],
        "redis, as it is kept": [],
        "e-mail": [],
        "a backup without keys": [],
    }


def backup(superuser) -> str:
    tables = superuser.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^library'"
    )
    return "\n".join(
        str(value)
        for (table,) in tables.fetchall()
        for (value,) in superuser.execute(f'SELECT t::text FROM "{table}" t')
    )


def test_a_log_names_an_exception_and_not_its_words():
    secret = "godwit-5151"
    try:
        try:
            int(secret)
        except ValueError as cause:
            raise RuntimeError(f"could not read {secret}") from cause
    except RuntimeError as trouble:
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Internal Server Error", (), None)
        record.exc_info = (type(trouble), trouble, trouble.__traceback__)
        of_a_task = logging.LogRecord(
            "celery.app.trace", logging.ERROR, __file__, 1, "Task %(name)s failed: %(exc)s", None, record.exc_info
        )
        of_a_task.args = {"name": "stages.reply_to", "exc": repr(trouble), "args": secret}
    for line in map(WithoutWords().format, (record, of_a_task)):
        assert secret not in line
        assert "RuntimeError" in line and "ValueError" in line
    assert settings.LOGGING["formatters"]["plain"]["()"] == "beheard.web.logs.WithoutWords"


@pytest.mark.django_db
def test_the_mail_of_a_development_server_is_for_its_own_machine_only():
    assert Client(REMOTE_ADDR="192.168.1.20").get("/outbox/").status_code == 404
    assert Client().get("/outbox/").status_code == 200
