"""Pages as a person of a couple sees them."""

from django.test import Client
from django.urls import reverse

from tests.couple import Couple
from tests.shared.visiting import visit_as


def browser(couple: Couple, name: str) -> Client:
    """Signed in just now, with the password: the vessel is open too."""
    return visit_as(couple.actors[name])


def url(couple: Couple, route: str, *args) -> str:
    return reverse(route, args=[couple.session_id, *args])
