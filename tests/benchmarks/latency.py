"""One person talks with a model on loopback through a real web server and a real worker, and every moment is timed.

All clocks are this machine's monotonic one: the model's server, the browser's side and the timing are this process.
"""

import contextlib
import http.client
import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4, uuid5

from celery import Celery
from django.conf import settings
from django.test import Client

from beheard.people.models import User
from beheard.rls import no_actor
from tests import factories as make
from tests.benchmarks.streams import free_port, wait_until_it_answers
from tests.model_server import ModelServer

WORDS = "We fought about the dishes again. I come home tired and nobody sees it. I feel alone with all of it. ({})"
REPLY = (
    "It sounds lonely, the dishes there again. Something in you is tired of asking. What was the hardest moment of it?"
)
PACE_SECONDS = 0.02  # between the words of the model
WRITING_SECONDS = 0.7  # nobody writes the next message while the last answer is still being put away
START_SECONDS = 60


@dataclass
class Latencies:
    """Milliseconds, one of each for every turn (`shown`: for every sentence)."""

    page: list[float] = field(default_factory=list)  # the conversation page, for comparison: it feels the same load
    kept: list[float] = field(default_factory=list)  # posted -> the page has its answer: the words are stored
    called: list[float] = field(default_factory=list)  # posted -> any model is asked anything
    asked: list[float] = field(default_factory=list)  # posted -> the large model is asked for the reply
    shown: list[float] = field(
        default_factory=list
    )  # the word that ends a sentence leaves the model -> it is with the browser


@dataclass
class Sitting:
    """Someone at their conversation, by plain HTTP."""

    port: int
    person: make.Person
    cookies: dict = field(default_factory=dict)

    def __post_init__(self):
        client = Client()
        with no_actor():
            client.force_login(User.objects.get(pk=self.person.user_id))
        self.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.path = f"/s/{self.person.session_id}/conversation/"

    def open(self) -> str:
        page = self._ask("GET")
        return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]

    def post(self, token: str, words: str, key: str) -> None:
        from urllib.parse import urlencode

        self._ask("POST", urlencode({"csrfmiddlewaretoken": token, "words": words, "key": key}))

    def _ask(self, method: str, body: str | None = None) -> str:
        headers = {"Cookie": self.cookie}
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://localhost:{self.port}"}
        self.connection.request(method, self.path, body, headers | {"Host": f"localhost:{self.port}"})
        answer = self.connection.getresponse()
        for name, value in re.findall(r"(\w+)=([^;]+); ", "; ".join(answer.headers.get_all("Set-Cookie") or []) + "; "):
            if name in ("csrftoken", settings.SESSION_COOKIE_NAME):
                self.cookies[name] = value
        page = answer.read().decode()
        if answer.status >= 400 or (method == "POST" and answer.status != 302):
            raise RuntimeError(f"{method} {answer.status}")
        return page

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def sentences(self, message_id) -> list[tuple[str, float]]:
        """The chunks of a reply's stream, each with when it came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(
            "GET", f"/live/reply/{message_id}", headers={"Cookie": self.cookie, "Host": f"localhost:{self.port}"}
        )
        answer, found, event = connection.getresponse(), [], ""
        while line := answer.readline():
            if line.startswith(b"event: "):
                event = line[7:].strip().decode()
            if line.startswith(b"data: ") and event == "chunk":
                found.append((json.loads(line[6:])["text"], time.monotonic()))
            if line.startswith(b"data: ") and event in ("done", "failed"):
                break
        connection.close()
        return found


def measure(environment: dict, *, turns: int) -> Latencies:
    """Takes about a second a turn, and ten to start."""
    person = make.alone()
    make.make_progress(person, stage=1)
    with ModelServer() as model, processes(environment, model) as port:
        model.reply, model.pace = REPLY, PACE_SECONDS
        model.forms["PlanAnswer"] = {"intent": "OFFER_CONTINUITY", "queries": [{"kind": "recap"}]}
        sitting, found = Sitting(port, person), Latencies()
        for number in range(turns + 2):
            turn = one_turn(sitting, model, number)
            if number >= 2:  # the first ones open connections
                for name, times in vars(turn).items():
                    getattr(found, name).extend(times)
        return found


def one_turn(sitting: Sitting, model: ModelServer, number: int) -> Latencies:
    begun = time.monotonic()
    token, key = sitting.open(), str(uuid4())
    opened = time.monotonic()
    time.sleep(WRITING_SECONDS)
    model.requests.clear()
    model.sent.clear()
    message_id = uuid5(sitting.person.vessel_id, key)
    arrived: list[tuple[str, float]] = []
    posted = time.monotonic()
    sitting.post(token, WORDS.format(number), key)
    kept = time.monotonic()
    reader = threading.Thread(target=lambda: arrived.extend(sitting.sentences(message_id)))
    reader.start()
    reader.join(30)
    asked = [request for request in model.requests if request.get("stream")]
    if not asked or not arrived:
        raise RuntimeError("no reply came")
    left = {piece.strip(): at for piece, at in model.sent}
    shown = [(at - left[text.split()[-1]]) * 1_000 for text, at in arrived[:-1] if text.strip()]
    return Latencies(
        page=[(opened - begun) * 1_000],
        kept=[(kept - posted) * 1_000],
        called=[(min(request["at"] for request in model.requests) - posted) * 1_000],
        asked=[(asked[0]["at"] - posted) * 1_000],
        shown=shown,
    )


@contextlib.contextmanager
def processes(environment: dict, model: ModelServer) -> Iterator[int]:
    """A web server and a worker that know this model; ended by their own pids."""
    port = free_port()
    environment = environment | {
        "OPENAI_BASE_URL": model.url,
        "GUIDE_LARGE_MODEL": "large",
        "GUIDE_PACE_SECONDS": "0",
        "BASE_URL": f"http://localhost:{port}",
        "LOG_LEVEL": "WARNING",
    }
    options = ["--port", str(port), "--log-level", "warning", "--no-access-log"]
    web = [sys.executable, "-m", "uvicorn", "beheard.asgi:application", *options]
    name = f"latency{port}@test"
    pool = ["--pool", "prefork", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    celery = [sys.executable, "-W", "ignore", "-m", "celery", "--app", "beheard.celery", "--quiet"]
    worker = [*celery, "worker", *pool, "--hostname", name, "--loglevel", "WARNING"]
    running = [subprocess.Popen(command, env=environment, start_new_session=True) for command in (web, worker)]
    try:
        wait_until_it_answers(running[0], port)
        _wait_for_worker(environment["REDIS_URL"], name)
        yield port
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()


def _wait_for_worker(url: str, name: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    with Celery(broker=url, set_as_current=False) as app:
        while not app.control.ping(destination=[name], timeout=0.5):
            if time.monotonic() > deadline:
                raise RuntimeError("the worker does not answer")
