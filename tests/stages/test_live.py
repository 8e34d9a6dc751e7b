"""Who may read the stream of a reply: the person who wrote the message, signed in, and nobody else."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from beheard.people.models import User
from beheard.rls import no_actor
from stages import turn
from stages.live import authorise_reply
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def scope_of(user_id=None, cookie: str = "") -> dict:
    if user_id:
        client = Client()
        with no_actor():
            client.force_login(User.objects.get(pk=user_id))
        cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    headers = [(b"host", b"localhost")] + ([(b"cookie", cookie.encode())] if cookie else [])
    return {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers}


@pytest.fixture
def pair():
    return make.couple()


@pytest.fixture
def message(pair):
    return make.make_message(pair.a)


def test_the_writer_may_read_it(pair, message):
    grant = authorise_reply(scope_of(pair.a.user_id), message.pk)
    assert grant.stream_key == f"reply:{message.pk}"
    assert not grant.already_done


def test_what_the_worker_seals_the_grant_opens(pair, message, monkeypatch):
    sealed = []
    monkeypatch.setattr("stages.turn.ReplyStream", lambda key, seal: Recorder(sealed, seal))
    assert turn.answer(message_id=message.pk, user_id=pair.a.user_id, session_id=pair.a.session_id)
    grant = authorise_reply(scope_of(pair.a.user_id), message.pk)
    assert grant.already_done
    assert all(b"dishes" not in chunk for chunk in sealed)
    assert "".join(grant.open(chunk).decode() for chunk in sealed).strip()


class Recorder:
    def __init__(self, sealed, seal):
        self.sealed, self.seal = sealed, seal

    def start(self, attempt): ...

    def chunk(self, text):
        self.sealed.append(self.seal(text.encode()))

    def done(self): ...

    def failed(self, code): ...


def test_the_partner_may_not(pair, message):
    assert authorise_reply(scope_of(pair.b.user_id), message.pk) is None


def test_a_stranger_may_not(message):
    other = make.couple(("Cleo", "Dan"))
    for person in other:
        assert authorise_reply(scope_of(person.user_id), message.pk) is None


def test_nobody_may_not(message):
    assert authorise_reply(scope_of(), message.pk) is None
    assert authorise_reply(scope_of(cookie=f"{settings.SESSION_COOKIE_NAME}=made-up"), message.pk) is None


def test_who_has_signed_out_may_not(pair, message):
    client = Client()
    with no_actor():
        client.force_login(User.objects.get(pk=pair.a.user_id))
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    assert authorise_reply(scope_of(cookie=cookie), message.pk)
    with no_actor():
        client.logout()
    assert authorise_reply(scope_of(cookie=cookie), message.pk) is None


def test_there_is_no_stream_of_a_reply_or_of_nothing(pair, message):
    reply = make.make_reply(pair.a, message)
    scope = scope_of(pair.a.user_id)
    assert authorise_reply(scope, reply.pk) is None
    assert authorise_reply(scope, uuid4()) is None
