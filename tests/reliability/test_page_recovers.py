"""A page whose reply was interrupted recovers by itself, in a real browser, whatever was interrupted."""

import shutil
import socket
import sys
import time
import urllib.request

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from beheard.people.models import User
from beheard.rls import no_actor
from tests import factories as make
from tests.reliability.ground import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("reliability")]

WORDS = "We fought about the dishes again. I come home tired and nobody sees it. I feel alone with all of it."
PATIENCE = 30_000  # milliseconds: 15 s for the reply, the rest for the page's own slow question


@pytest.fixture(scope="module")
def site(ground):
    """The address of a web server on the ground's database and queue."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ground.environment["BASE_URL"] = address = f"http://127.0.0.1:{port}"
    ground.web = ground.process(
        "web",
        [sys.executable, "-m", "uvicorn", "beheard.asgi:application", "--port", str(port), "--log-level", "warning"],
    )
    wait_for("the web server", lambda: answers(address), 90)
    ground.beat()
    return address


def answers(address: str) -> bool:
    try:
        return urllib.request.urlopen(f"{address}/healthz", timeout=2).status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        options = {"executable_path": chromium} if chromium else {}
        launched = playwright.chromium.launch(args=["--no-sandbox", "--disable-gpu"], **options)
        yield launched
        launched.close()


@pytest.fixture
def worker(ground, site, cleared):
    return ground.any_worker()


@pytest.fixture
def someone(worker):
    person = make.alone()
    make.make_progress(person, stage=1)
    return person


class Sitting:
    """Someone at their conversation in a browser of their own."""

    def __init__(self, browser, site: str, person):
        self.browser, self.site, self.person = browser, site, person
        client = Client()
        with no_actor():
            client.force_login(User.objects.get(pk=person.user_id))
        self.cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.open()

    def open(self) -> None:
        self.context = self.browser.new_context(base_url=self.site)
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": self.cookie, "url": self.site}])
        self.page = self.context.new_page()
        self.page.goto(f"/s/{self.person.session_id}/conversation/")

    def say(self) -> None:
        """Post, and see the first words of the answer come."""
        self.page.locator("form.composer textarea").fill(WORDS)
        self.page.locator("form.composer button[type=submit]").last.click()
        expect(self.page.locator("[data-reply-state=writing] [data-reply-words]")).not_to_be_empty(timeout=PATIENCE)

    def has_the_reply(self) -> None:
        """Without being reloaded: the whole reply, once, and nothing left that waits."""
        expect(self.page.locator("[data-reply]")).to_have_count(0, timeout=PATIENCE)
        connection.close()  # this process's own may be from before a restart
        with self.person.acting():
            (reply,) = [row.content for row in make.stages.Message.objects.filter(role="AI")]
        first_line = " ".join(reply.split())[:60]
        shown = " ".join(self.page.locator("main").inner_text().split())
        assert shown.count(first_line) == 1
        assert shown.count(WORDS[:60]) == 1


@pytest.fixture
def sitting(browser, site, someone):
    sitting = Sitting(browser, site, someone)
    yield sitting
    sitting.context.close()


def test_the_browser_is_closed_in_mid_stream(sitting):
    sitting.say()
    sitting.context.close()
    sitting.open()
    sitting.has_the_reply()


def test_the_worker_is_killed_in_mid_stream(ground, worker, sitting):
    sitting.say()
    worker.kill()
    ground.worker()
    sitting.has_the_reply()


def test_redis_is_killed_in_mid_stream(ground, sitting):
    sitting.say()
    ground.kill_redis()
    time.sleep(1)
    ground.redis.start()
    sitting.has_the_reply()


def test_the_database_is_restarted_in_mid_stream(ground, sitting):
    sitting.say()
    ground.postgres.stop()
    time.sleep(1)
    ground.postgres.start()
    sitting.has_the_reply()


def test_the_web_server_is_killed_in_mid_stream(ground, site, sitting):
    sitting.say()
    ground.web.kill()
    ground.web.start()
    wait_for("the web server", lambda: answers(site), 60)
    sitting.has_the_reply()
