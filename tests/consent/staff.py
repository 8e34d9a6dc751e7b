"""Somebody signed in to the admin, and what its pages say."""

from uuid import uuid4

from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from beheard.people.models import User
from beheard.rls import no_actor
from consent.models import ContentType
from consent.pseudonyms import Kind, name_of
from tests.shared.couple import NOW
from vessels.shared import bridge

VERIFY = reverse("admin:consent_verify")
SECRET = "I own that I shouted at the dog."


def offer(place, words=SECRET):
    return bridge.offer(place=place, content_type=ContentType.OWNERSHIP_LINE, item_id=uuid4(), words=words, now=NOW)


def signed_in(client, *groups, **fields):
    with no_actor():
        user = User.objects.create_user(
            f"{uuid4().hex}@example.org", "a long enough one", **{"is_staff": True} | fields
        )
        user.groups.set(Group.objects.filter(name__in=groups))
        client.force_login(user, backend="beheard.people.auth.AccountBackend")
    client.user = user
    return client


def text_of(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def person(place) -> str:
    return name_of(Kind.PERSON, place.user_id, timezone.now())


def record_url(record_id):
    return reverse("admin:consent_consentrecord_change", args=[record_id])
