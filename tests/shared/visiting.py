"""Signed-in clients, without a browser."""

import time

from django.contrib.auth import get_user_model
from django.test import Client

from beheard.people.pages import Place
from beheard.rls import Actor, no_actor


def visit_as(person: Place | Actor, *, minutes_ago: float = 0) -> Client:
    """A client signed in as this person, who gave their password so many minutes ago."""
    user_id = person.user_id
    client = Client()
    with no_actor():
        client.force_login(get_user_model().objects.get(pk=user_id))
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time() - minutes_ago * 60}]
        session["account_authentication_methods_user"] = str(user_id)
        session.save()
    return client


def text_of(response) -> str:
    return response.content.decode()
