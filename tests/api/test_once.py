"""A post with an Idempotency-Key is done once: the same answer again, sealed meanwhile, and gone after a day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from beheard.api import idempotency
from beheard.api.models import AnsweredPost
from beheard.rls import transaction_as
from tests.api.caller import ROOT, caller, token_for
from tests.couple import ADA, Couple
from vessels.private.documents import file_of
from vessels.private.models import UserDocument

SAME = {"Idempotency-Key": "the-same"}


@pytest.mark.django_db
def test_the_key_is_of_one_person_and_one_body():
    couple, others = Couple().until("began"), Couple().until("began")
    ada = caller(couple, ADA)
    first = ada.post("messages/", {"words": "Once."}, **SAME)
    assert ada.post("messages/", {"words": "Once."}, **SAME).content == first.content
    assert ada.post("messages/", {"words": "Twice."}, **SAME).json()["type"] == "urn:beheard:problem:key-reused"
    stranger = caller(others, ADA).post("messages/", {"words": "Once."}, **SAME)
    assert stranger.status_code == 201 and stranger.content != first.content


@pytest.mark.django_db
def test_what_failed_may_be_sent_again():
    ada = caller(Couple().until("began"), ADA)
    assert ada.post("recap/", {}, **SAME).status_code == 409
    assert ada.post("messages/", {"words": "Otherwise."}, **SAME).status_code == 201


@pytest.mark.django_db
def test_a_session_is_begun_once():
    ada = caller(Couple().until("began"), ADA)
    answers = [ada.post(ROOT + "sessions/", {"words": "Something else."}, **SAME) for _time in range(2)]
    assert answers[0].content == answers[1].content and answers[0].status_code in (201, 409)


@pytest.mark.django_db
def test_a_link_given_once_more_is_the_same_and_nowhere_readable():
    couple = Couple().until("heard")
    ada = caller(couple, ADA)
    ada.post("topic/", {"topic": "The work at home"})
    first = ada.post("invitation/", {"email": ""}, **SAME).json()
    assert ada.post("invitation/", {"email": ""}, **SAME).json() == first
    with transaction_as(couple.actors[ADA]), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' '), max(encode(body, 'escape')) FROM api_answeredpost t")
        kept = " ".join(cursor.fetchone())
    assert first["link"].rsplit("/", 2)[1] not in kept


@pytest.mark.django_db
def test_it_is_forgotten_after_a_day():
    couple = Couple().until("began")
    caller(couple, ADA).post("messages/", {"words": "Once."}, **SAME)
    assert idempotency.forget_expired() == 0
    with transaction_as(couple.actors[ADA]):
        AnsweredPost.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert idempotency.forget_expired() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_done():
    couple = Couple().until("began")

    def send(_number):
        try:
            return caller(couple, ADA).post("barometer/", {"intensity": 4}, **SAME).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(send, range(4))) == {204}
    assert len(caller(couple, ADA).get("barometer/").json()["results"]) == 1


@pytest.mark.django_db
def test_a_file_is_kept_once():
    couple = Couple().until("began")
    headers = {"Authorization": f"Bearer {token_for(couple.actors[ADA])}", "Idempotency-Key": "a-file"}
    address = f"{ROOT}sessions/{couple.session_id}/vessel/documents/new/"
    for content, status in [(b"all of it", 201), (b"all of it", 201), (b"another", 422)]:
        sent = {"file": SimpleUploadedFile("note.txt", content)}
        assert Client().post(address, sent, headers=headers).status_code == status
    with couple.acting(ADA):
        kept = UserDocument.objects.get()
        assert (kept.title, file_of(kept)) == ("note.txt", b"all of it")
