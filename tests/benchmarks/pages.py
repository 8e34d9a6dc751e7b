"""Pages as the server makes them: the whole of Django's handler, without a network."""

import re
from http.cookies import SimpleCookie
from uuid import UUID

from django.core.handlers.base import BaseHandler
from django.test import RequestFactory
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.shared.visiting import visit_as

# About nobody's session, or only for development.
LEFT_OUT = {"gallery", "outbox", "healthz", "leave", "landing", "privacy", "help_now", "first_draft"}
VARIES = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"|name="key" value="[^"]*"|nonce="[^"]*"'
)


class Visitor:
    """A signed-in person asking for pages."""

    def __init__(self, actor):
        self.cookies: SimpleCookie = visit_as(actor).cookies
        self.handler = BaseHandler()
        self.handler.load_middleware()

    def get(self, url: str):
        request = RequestFactory().get(url)
        request.COOKIES = {name: morsel.value for name, morsel in self.cookies.items()}
        response = self.handler.get_response(request)
        response.getvalue()
        response.close()
        return response


def same_words(response) -> bytes:
    """The page without what differs each time."""
    return VARIES.sub(b"", response.content)


def addresses(session_id: UUID, ids: dict[str, object]) -> dict[str, str]:
    """Every page of a session, and the person's own: route and address. `ids` fills what else an address may name."""
    known = {"session_id": session_id} | ids
    found = {}
    for route, names in _routes(get_resolver().url_patterns, ""):
        try:
            found[route] = reverse(route, kwargs={name: known[name] for name in names})
        except (KeyError, NoReverseMatch):
            continue
    return {route: found[route] for route in sorted(found) if route not in LEFT_OUT}


def _routes(patterns, namespace: str, names: tuple = ()):
    for pattern in patterns:
        here = names + tuple(pattern.pattern.converters)
        if isinstance(pattern, URLPattern) and pattern.name:
            yield namespace + pattern.name, here
        elif (
            isinstance(pattern, URLResolver)
            and pattern.namespace not in ("admin", "api")
            and "account" not in str(pattern.pattern)
        ):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _routes(pattern.url_patterns, inner, here)
