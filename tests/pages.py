"""Pages as a person of a couple sees them."""

from django.test import Client
from django.urls import reverse

from tests.couple import Couple


def browser(couple: Couple, name: str) -> Client:
    client = Client()
    client.force_login(couple.user(name))
    return client


def url(couple: Couple, route: str, *args) -> str:
    return reverse(route, args=[couple.session_id, *args])
