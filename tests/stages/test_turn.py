"""One turn: exactly one reply, whoever else is at it and whatever the guide does."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from beheard.crypto import keyring
from beheard.people.pages import place_of
from beheard.rls import Actor, transaction_as
from stages import outbox, syntheses, turn
from stages.guide.builtin.guide import BuiltinGuide
from stages.models import ContextLog, Message, Outbox, StageProgress
from stages.witness import actions as witness
from tests import factories as make
from tests.stages.crowd import at_once
from vessels.private.models import Boundary, UserEvent

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "We fought about the dishes again. I will not be shouted at any more."


class Guide(BuiltinGuide):
    """The built-in guide; may be slow, silent or out of order."""

    def __init__(self):
        self.asked = 0
        self.begun, self.may_go_on = threading.Event(), threading.Event()
        self.may_go_on.set()
        self.trouble: Exception | None = None
        self.extract_trouble: Exception | None = None
        self.silent = False

    def reply(self, bundle):
        self.asked += 1
        self.begun.set()
        assert self.may_go_on.wait(30)
        if self.trouble:
            raise self.trouble
        return iter([" "]) if self.silent else super().reply(bundle)

    def extract(self, words):
        if self.extract_trouble:
            raise self.extract_trouble
        return super().extract(words)


@pytest.fixture
def guide(monkeypatch, settings):
    settings.GUIDE_PACE_SECONDS = 0
    standing_in = Guide()
    monkeypatch.setattr(turn, "current_guide", lambda: standing_in)
    return standing_in


@pytest.fixture
def person():
    someone = make.alone()
    make.make_progress(someone, stage=1)
    return someone


def answer(message) -> bool:
    return turn.answer(message_id=message.pk, user_id=message.for_user_id, session_id=message.session_id)


def replies(person) -> list[Message]:
    with person.acting():
        return list(Message.objects.filter(role="AI"))


def owed(message) -> Outbox | None:
    with transaction_as(Actor.system()):
        return Outbox.objects.filter(pk=message.pk).first()


def free_again(message) -> None:
    with transaction_as(Actor.system()):
        Outbox.objects.filter(pk=message.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


def test_a_message_gets_its_reply_and_what_was_found_is_kept(person, guide):
    message = make.make_message(person, content=WORDS)
    assert answer(message)
    (reply,) = replies(person)
    assert reply.in_reply_to == message.pk
    with person.acting():
        assert reply.content
        assert UserEvent.objects.filter(source_message_id=message.pk).exists()
        assert not Boundary.objects.filter(saved=True).exists()
        assert ContextLog.objects.filter(use_id=message.pk, item_id=message.pk).exists()
    assert owed(message).settled_at


NEW = "We fought about the dishes again. He never tells me when he comes home."


def changed(person, message, words):
    with transaction_as(Actor.user(person.user_id)) as _acting:
        place = place_of(Actor.user(person.user_id), person.session_id)
        witness.edit_message(place=place, message_id=message.pk, words=words, now=timezone.now())


def found(person, message) -> list[str]:
    with person.acting():
        events = UserEvent.objects.filter(source_message_id=message.pk)
        offered = Boundary.objects.filter(source_message_id=message.pk)
        return sorted(row.description for row in [*events, *offered])


def again(message) -> None:
    turn.find_again(message_id=message.pk, user_id=message.for_user_id, session_id=message.session_id)


def test_what_was_found_follows_the_words_and_what_was_decided_stays(person, guide):
    message = make.make_message(person, content=WORDS)
    answer(message)
    assert any("shouted at" in words for words in found(person, message))
    with person.acting():
        Boundary.objects.filter(source_message_id=message.pk).update(saved=True)  # the person said: this is one of mine
    changed(person, message, NEW)
    left = found(person, message)
    with person.acting():
        assert all(row.saved or row.description in NEW for row in Boundary.objects.all())
    assert left and all(words in NEW or "shouted at" in words for words in left)
    again(message)
    once = found(person, message)
    assert any("never tells me" in words for words in once) and set(left) <= set(once)
    again(message)
    assert found(person, message) == once  # nothing twice


def test_an_offer_nobody_decided_about_goes_with_its_words(person, guide):
    message = make.make_message(person, content=WORDS)
    answer(message)
    changed(person, message, "Nothing happened at all.")
    assert found(person, message) == []


def test_an_answer_that_comes_after_the_words_were_changed_keeps_only_what_they_say(person, guide):
    message = make.make_message(person, content=WORDS)
    guide.may_go_on.clear()
    worker = threading.Thread(target=lambda: at_once([lambda: answer(message)]), daemon=True)
    worker.start()
    assert guide.begun.wait(30)
    changed(person, message, "Nothing happened at all.")
    guide.may_go_on.set()
    worker.join(30)
    assert len(replies(person)) == 1
    assert found(person, message) == []


def test_two_workers_at_once_write_one_reply(person, guide):
    message = make.make_message(person, content=WORDS)
    assert sorted(at_once([lambda: answer(message)] * 4)) == [False, False, False, True]
    assert (len(replies(person)), guide.asked) == (1, 1)


def test_a_second_worker_that_was_let_in_changes_nothing(person, guide):
    """A worker thought dead comes back after another has taken over: one reply, one set of what was found."""
    message = make.make_message(person, content=WORDS)
    guide.may_go_on.clear()
    slow = threading.Thread(target=lambda: at_once([lambda: answer(message)]), daemon=True)
    slow.start()
    assert guide.begun.wait(10)
    free_again(message)
    guide.may_go_on.set()
    assert answer(message) or replies(person)
    slow.join(20)
    assert len(replies(person)) == 1
    with person.acting():
        found = [event.description for event in UserEvent.objects.filter(source_message_id=message.pk)]
    assert found and len(set(found)) == len(found)


def test_answering_again_is_harmless(person, guide):
    message = make.make_message(person, content=WORDS)
    assert answer(message)
    assert not answer(message)
    assert len(replies(person)) == 1


@pytest.mark.parametrize("trouble", [RuntimeError("away"), OperationalError("away"), TimeoutError()])
def test_a_guide_in_trouble_costs_no_words_and_is_asked_again_later(person, guide, trouble):
    message = make.make_message(person, content=WORDS)
    guide.trouble = trouble
    assert not answer(message)
    assert not replies(person)
    assert owed(message).leased_until > timezone.now()
    guide.trouble = None
    free_again(message)
    assert answer(message)
    assert len(replies(person)) == 1


def test_an_empty_answer_is_none(person, guide):
    message = make.make_message(person, content=WORDS)
    guide.silent = True
    assert not answer(message)
    assert not replies(person) and owed(message).settled_at is None


def test_a_reply_is_not_lost_because_nothing_could_be_found_in_the_turn(person, guide):
    message = make.make_message(person, content=WORDS)
    guide.extract_trouble = RuntimeError("no")
    assert answer(message)
    assert len(replies(person)) == 1


def test_a_message_deleted_while_the_guide_speaks_gets_no_reply_and_leaves_nothing(person, guide):
    message = make.make_message(person, content=WORDS)
    guide.may_go_on.clear()
    worker = threading.Thread(target=lambda: at_once([lambda: answer(message)]), daemon=True)
    worker.start()
    assert guide.begun.wait(10)
    with person.acting():
        Message.objects.filter(pk=message.pk).delete()
    guide.may_go_on.set()
    worker.join(20)
    assert not replies(person)
    with person.acting():
        assert not UserEvent.objects.filter(source_message_id=message.pk).exists()
    assert owed(message) is None


def test_a_message_that_is_gone_is_nobodys_work(person, guide):
    message = make.make_message(person)
    with person.acting():
        Message.objects.filter(pk=message.pk).delete()
    assert not answer(message)
    assert not guide.asked


def test_an_erased_vessel_is_owed_nothing_more(person, guide, superuser_connection):
    message = make.make_message(person)
    with person.acting():
        keyring.destroy_keys(vessel_id=person.vessel_id)
    assert not answer(message)
    assert owed(message).settled_at


def test_a_database_that_is_away_for_a_moment_costs_no_reply(person, guide, monkeypatch):
    message = make.make_message(person, content=WORDS)
    keep, tries = turn._keep, []

    def shaky(*args, **kwargs):
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("the server closed the connection")
        return keep(*args, **kwargs)

    monkeypatch.setattr(turn, "_keep", shaky)
    monkeypatch.setattr("stages.patience.time.sleep", lambda seconds: None)
    assert answer(message)
    assert (len(replies(person)), guide.asked) == (1, 1)


def test_a_lease_outlives_a_slow_guide(person, guide, monkeypatch):
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=0.8))
    monkeypatch.setattr(outbox, "RENEW_SECONDS", 0.2)
    message = make.make_message(person, content=WORDS)
    guide.may_go_on.clear()
    worker = threading.Thread(target=lambda: at_once([lambda: answer(message)]), daemon=True)
    worker.start()
    assert guide.begun.wait(10)
    time.sleep(1.6)
    assert not answer(message), "the lease was not renewed"
    guide.may_go_on.set()
    worker.join(20)
    assert (len(replies(person)), guide.asked) == (1, 1)


def test_what_the_guide_finds_makes_the_synthesis_again_once_and_not_for_ever(person, guide):
    message = make.make_message(person, content=WORDS)
    assert answer(message)
    ids = {"user_id": person.user_id, "session_id": person.session_id, "stage": 1}
    made = [syntheses.regenerate(**ids) for _ in range(4)]
    assert made == [True, False, False, False]
    with person.acting():
        row = StageProgress.objects.get(stage=1)
    assert row.content_version > 1, "what was found counts as content"
    assert not row.is_synthesis_dirty


def test_deleting_a_message_forgets_what_was_found_in_it(person, guide):
    message = make.make_message(person, content=WORDS)
    assert answer(message)
    actor = Actor.user(person.user_id)
    with transaction_as(actor):
        witness.delete_message(place=place_of(actor, person.session_id), message_id=message.pk)
    with person.acting():
        assert not UserEvent.objects.filter(source_message_id=message.pk).exists()
    assert not replies(person)
