"""Replies that are owed: they come with the message, by any path, and go with the answer."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from stages import outbox
from stages.models import Message, Outbox
from tests import factories as make
from tests.stages.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def message():
    return make.make_message(make.alone())


def owed_row(message_id) -> Outbox | None:
    with transaction_as(Actor.system()):
        return Outbox.objects.filter(pk=message_id).first()


def old(message_id, **columns) -> None:
    with transaction_as(Actor.system()):
        Outbox.objects.filter(pk=message_id).update(created_at=timezone.now() - timedelta(minutes=1), **columns)


def swept(message_id) -> bool:
    return message_id in [row[0] for row in outbox.owed(now=timezone.now())]


def test_a_message_is_owed_a_reply(message):
    row = owed_row(message.pk)
    assert (row.owner_id, row.session_id, row.settled_at) == (message.for_user_id, message.session_id, None)


def test_a_message_written_by_raw_sql_is_owed_one_too(message, superuser_connection):
    other = uuid4()
    superuser_connection.execute(
        """INSERT INTO stages_message SELECT (jsonb_populate_record(m, jsonb_build_object('id', %s::text))).*
           FROM stages_message m WHERE id = %s""",
        [other, message.pk],
    )
    assert owed_row(other).settled_at is None


def test_the_answer_settles_it(message):
    person = make.Person("Ana", message.for_user_id, message.session_id, None, message.vessel_id)
    assert outbox.lease(message.pk, now=timezone.now())
    make.make_reply(person, message)
    row = owed_row(message.pk)
    assert row.settled_at is not None and row.leased_until is None
    old(message.pk)
    assert not swept(message.pk)
    assert outbox.lease(message.pk, now=timezone.now() + timedelta(hours=1)) is None


def test_a_deleted_message_is_owed_nothing(message):
    with transaction_as(Actor.user(message.for_user_id)):
        Message.objects.get(pk=message.pk).delete()
    assert owed_row(message.pk) is None


def test_of_many_workers_one_gets_the_lease(message):
    leases = at_once([lambda: outbox.lease(message.pk, now=timezone.now())] * 8)
    assert sorted(leases, key=str) == [1] + [None] * 7


def test_a_lease_runs_out_and_then_the_reply_is_swept_up(message):
    now = timezone.now()
    old(message.pk)
    assert swept(message.pk)
    assert outbox.lease(message.pk, now=now)
    assert not swept(message.pk)
    old(message.pk, leased_until=now - timedelta(seconds=1))
    assert swept(message.pk)
    assert outbox.lease(message.pk, now=timezone.now()) == 2


def test_the_task_queued_with_the_message_comes_first(message):
    assert not swept(message.pk)


def test_a_lease_is_renewed_while_a_worker_is_at_it(message, monkeypatch):
    monkeypatch.setattr(outbox, "RENEW_SECONDS", 0.1)
    attempt = outbox.lease(message.pk, now=timezone.now() - outbox.LEASE)
    with outbox.kept_leased(message.pk, attempt):
        until = time.monotonic() + 10
        while owed_row(message.pk).leased_until <= timezone.now() and time.monotonic() < until:
            time.sleep(0.05)
        assert owed_row(message.pk).leased_until > timezone.now() + outbox.LEASE / 2


def test_a_worker_thought_dead_renews_and_puts_back_nothing(message):
    first = outbox.lease(message.pk, now=timezone.now() - timedelta(minutes=1))
    second = outbox.lease(message.pk, now=timezone.now())
    held = owed_row(message.pk).leased_until
    outbox.renew(message.pk, first)
    outbox.put_back(message.pk, first, now=timezone.now())
    outbox.let_go(message.pk, first)
    assert owed_row(message.pk).leased_until == held and owed_row(message.pk).settled_at is None
    outbox.renew(message.pk, second)
    assert owed_row(message.pk).leased_until > held


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 2), (4, 16), (5, 32), (6, 60), (30_000, 60)])
def test_what_was_put_back_waits_longer_each_time(message, attempt, seconds):
    now = timezone.now()
    old(message.pk, attempts=attempt)
    outbox.put_back(message.pk, attempt, now=now)
    assert owed_row(message.pk).leased_until == now + timedelta(seconds=seconds)


def test_no_person_and_no_guide_sees_the_outbox(message):
    for actor in (Actor.user(message.for_user_id), Actor.ai(message.for_user_id, message.session_id)):
        with pytest.raises(Exception, match="permission denied"), transaction_as(actor):
            Outbox.objects.count()


@pytest.mark.parametrize(("asked", "seconds"), [(0, 2), (1, 2), (120, 120), (86_400, 600)])
def test_a_server_that_asks_for_time_gets_it_within_reason(message, asked, seconds):
    now = timezone.now()
    old(message.pk, attempts=1)
    outbox.put_back(message.pk, 1, now=now, at_least=asked)
    assert owed_row(message.pk).leased_until == now + timedelta(seconds=seconds)
