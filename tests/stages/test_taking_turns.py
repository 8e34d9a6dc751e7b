"""A person and a worker of theirs, or two of their tabs, write at the same moment: one waits for the other, neither fails."""

import itertools
import threading
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from stages.home import views as home_views
from stages.progress import complete_stage, locked_vessel
from stages.rhythm import actions as rhythm
from stages.rhythm import views as rhythm_views
from stages.rhythm.models import Rhythm
from tests import factories
from tests.api.caller import ROOT, caller, token_for
from tests.couple import ADA, Couple
from tests.factories import place
from tests.pages import browser, url
from tests.stages.crowd import at_once
from vessels.private import actions as private
from vessels.private.documents import file_of
from vessels.private.models import UserDocument, UserEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def someone():
    person = factories.couple().a
    factories.make_progress(person, stage=1)
    return person


def someone_waits(superuser_connection, seconds: float = 20) -> None:
    """Returns when a statement of this database waits for a lock."""
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    until = time.monotonic() + seconds
    while not superuser_connection.execute(waits).fetchone()[0]:
        assert time.monotonic() < until, "nobody waits"
        time.sleep(0.01)


def test_a_page_that_holds_the_stage_takes_the_vessel_beside_a_worker_that_wrote_in_it(someone, superuser_connection):
    """The worker's row names the vessel, and raises the version of the stage, which the page holds."""
    stage_is_held = threading.Event()

    def page():
        with someone.acting():
            complete_stage(place=place(someone), stage=1, now=factories.now())
            stage_is_held.set()
            someone_waits(superuser_connection)
            return locked_vessel(place(someone)).pk

    def worker():
        assert stage_is_held.wait(20)
        with someone.guided():
            factories.make_event(someone)

    at_once([page, worker])
    with someone.acting():
        assert UserEvent.objects.count() == 1


def test_two_tabs_that_hold_the_vessel_take_turns(someone, superuser_connection):
    inside, order = threading.Event(), []

    def first():
        with someone.acting():
            locked_vessel(place(someone))
            inside.set()
            someone_waits(superuser_connection)
            order.append("first")

    def second():
        assert inside.wait(20)
        with someone.acting():
            locked_vessel(place(someone))
            order.append("second")

    at_once([first, second])
    assert order == ["first", "second"]


# --- the page that PostgreSQL ended --------------------------------------------------------------------------------------------


def ended(monkeypatch, where, name: str, times: int = 1, code: str = "40P01") -> list[int]:
    """The first so many calls of this action do their work, and then the database ends them: by default as in a deadlock."""
    plainly, calls = getattr(where, name), []

    def action(*args, **given):
        calls.append(1)
        done = plainly(*args, **given)
        if len(calls) <= times:
            with connection.cursor() as cursor:
                cursor.execute(f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$")
        return done

    monkeypatch.setattr(where, name, action)
    return calls


def come_back_in_a_week(couple):
    return browser(couple, ADA).post(url(couple, "come_back_when"), {"when": "week"}, follow=True)


@pytest.fixture
def couple():
    return Couple().until("signed")


def test_two_tabs_that_wait_for_each_other_are_both_done(couple, monkeypatch):
    """The stage first and then the vessel, and the other way round: PostgreSQL ends one of them, and it is done once more."""
    plainly, calls, both = rhythm.come_back_on, itertools.count(), threading.Barrier(2, timeout=20)

    def hold_vessel(place):
        locked_vessel(place)

    def hold_stage(place):
        complete_stage(place=place, stage=0, now=factories.now())

    def come_back_on(*, place, **given):
        number = next(calls)
        if number < 2:
            one, other = (hold_vessel, hold_stage) if number else (hold_stage, hold_vessel)
            one(place)
            both.wait()
            other(place)
        return plainly(place=place, **given)

    monkeypatch.setattr(rhythm, "come_back_on", come_back_on)
    answers = at_once([lambda: come_back_in_a_week(couple)] * 2)
    assert [answer.status_code for answer in answers] == [200, 200] and next(calls) == 3
    with couple.acting(ADA):
        assert Rhythm.objects.count() == 1


@pytest.mark.parametrize(("where", "name"), [(rhythm, "come_back_on"), (rhythm_views, "redirect")])
@pytest.mark.parametrize("times", [1, 2])
def test_what_was_undone_is_done_once_more_and_said_once(couple, monkeypatch, where, name, times):
    calls = ended(monkeypatch, where, name, times)
    page = come_back_in_a_week(couple)
    assert page.status_code == 200 and len(calls) == times + 1
    assert page.content.decode().count("You are reminded once, on that day.") == 1
    with couple.acting(ADA):
        assert Rhythm.objects.get().back_at


def test_not_without_end(couple, monkeypatch):
    calls = ended(monkeypatch, rhythm, "come_back_on", 3)
    with pytest.raises(OperationalError):
        come_back_in_a_week(couple)
    assert len(calls) == 3


def test_nothing_else_that_goes_wrong_is_done_again(couple, monkeypatch):
    calls = ended(monkeypatch, rhythm, "come_back_on", code="57014")  # a statement that took too long
    with pytest.raises(OperationalError):
        come_back_in_a_week(couple)
    assert len(calls) == 1
    with couple.acting(ADA):
        assert not Rhythm.objects.exists()


@pytest.mark.parametrize("by_api", [False, True], ids=["page", "api"])
def test_a_file_is_kept_whole_the_second_time(couple, monkeypatch, by_api):
    calls = ended(monkeypatch, private, "keep_document")
    sent = {"file": SimpleUploadedFile("note.txt", b"all of it"), "title": "mine"}
    if by_api:
        headers = {"Authorization": f"Bearer {token_for(couple.actors[ADA])}", "Idempotency-Key": "once"}
        answer = Client().post(f"{ROOT}sessions/{couple.session_id}/vessel/documents/new/", sent, headers=headers)
        assert answer.status_code == 201, answer.content
    else:
        assert browser(couple, ADA).post(url(couple, "private:new_document"), sent).status_code == 302
    with couple.acting(ADA):
        assert len(calls) == 2 and file_of(UserDocument.objects.get()) == b"all of it"


def test_json_is_read_again(couple, monkeypatch):
    calls = ended(monkeypatch, rhythm, "come_back_on")
    assert caller(couple, ADA).put("coming-back/", {"when": "week"}).status_code in (200, 204)
    assert len(calls) == 2


def test_a_sign_out_that_was_undone_is_not_answered_as_if_it_were_done(couple, monkeypatch):
    """What was done to the session can't be done once more: the row that signs in would stay, and nobody would know."""
    calls, ada = ended(monkeypatch, home_views, "exit_url"), browser(couple, ADA)
    with pytest.raises(OperationalError):
        ada.post(reverse("leave"))
    assert len(calls) == 1 and ada.get(reverse("home")).url.startswith("/s/")
