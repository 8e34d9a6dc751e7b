"""Calling the API as a person of a couple does: with a token of their own, or with the sign-in of a browser."""

import json
from dataclasses import dataclass, field

from django.test import Client
from django.utils import timezone

from beheard.api import tokens
from beheard.people.models import User
from beheard.rls import no_actor
from tests.couple import Couple

ROOT = "/api/v1/"


@dataclass
class Caller:
    """`ada.post("pause/")` is about her session; an address that begins with / is not."""

    session_id: object = None
    secret: str = ""
    client: Client = field(default_factory=Client)

    def __call__(self, method: str, address: str, body=None, **headers):
        address = address if address.startswith("/") else f"{ROOT}sessions/{self.session_id}/{address}"
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        if body is None and method in ("post", "put"):
            sent = {"content_type": "application/json"}
        return getattr(self.client, method)(address, headers=headers, **sent)

    def get(self, address, **headers):
        return self("get", address, **headers)

    def post(self, address, body=None, **headers):
        return self("post", address, body, **headers)

    def put(self, address, body=None, **headers):
        return self("put", address, body, **headers)

    def delete(self, address, **headers):
        return self("delete", address, **headers)


def user_of(actor) -> User:
    with no_actor():
        return User.objects.get(pk=actor.user_id)


def token_for(actor, days: int = 1) -> str:
    return tokens.make(user=user_of(actor), name="A script", days=days, now=timezone.now())[1]


def caller(couple: Couple, name: str) -> Caller:
    return Caller(couple.session_id, token_for(couple.actors[name]))
