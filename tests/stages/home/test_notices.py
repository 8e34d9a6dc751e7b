from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from stages.models import NoticeKind, Notification
from tests.couple import ADA, BEN, Couple

pytestmark = pytest.mark.django_db


def notify(couple, name, *, due) -> None:
    with transaction_as(Actor.system()):
        Notification.objects.create(
            owner_id=couple.actors[name].user_id, session_id=couple.session_id, kind=NoticeKind.BOTH, due_at=due
        )


def page_of(couple, name) -> str:
    client = Client()
    client.force_login(couple.user(name))
    return client.get(reverse("notices")).content.decode()


def test_a_notice_shows_when_it_is_due_and_only_to_its_owner():
    couple = Couple().until("joined")
    notify(couple, ADA, due=timezone.now() - timedelta(minutes=1))
    notify(couple, BEN, due=timezone.now() + timedelta(hours=3))
    assert "something new for you both" in page_of(couple, ADA)
    assert "something new for you both" not in page_of(couple, BEN)


def test_seen_is_by_an_own_press_and_stays():
    couple = Couple().until("began")
    notify(couple, ADA, due=timezone.now() - timedelta(minutes=1))
    assert ">New<" in page_of(couple, ADA)
    assert ">New<" in page_of(couple, ADA)
    client = Client()
    client.force_login(couple.user(ADA))
    client.post(reverse("notices_seen"))
    assert ">New<" not in page_of(couple, ADA)
