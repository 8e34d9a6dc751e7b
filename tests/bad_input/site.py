"""Every address and every form there is, found in the address book and on the pages themselves, so that none can be forgotten."""

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

FOREIGN = ("admin", "account", "djdt", "api/")  # allauth, the admin and the API have tests of their own
VARIES = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"|name="key" value="[^"]*"|nonce="[^"]*"'
)
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
SAMPLES = {"slot": 1, "number": 1, "kind": "breathing", "token": "no-such-token", "section": "messages"}


@dataclass(frozen=True)
class Route:
    name: str
    arguments: tuple[str, ...]

    def url(self, session_id, other=None) -> str:
        """The address in this session; `other` stands for every other id in it."""
        given = {"session_id": session_id} | SAMPLES
        return reverse(self.name, kwargs={name: given.get(name, other) for name in self.arguments})

    @property
    def of_session(self) -> bool:
        return "session_id" in self.arguments

    @property
    def has_other_id(self) -> bool:
        return any(name.endswith("_id") and name != "session_id" or name == "before" for name in self.arguments)


def routes() -> list[Route]:
    return sorted(set(_collect(get_resolver().url_patterns, "", ())), key=lambda route: route.name)


def _collect(patterns, namespace, arguments):
    for pattern in patterns:
        if any(word in str(pattern.pattern) for word in FOREIGN):
            continue
        found = (*arguments, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _collect(pattern.url_patterns, inner, found)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield Route(namespace + pattern.name, found)


def session_pages(session_id) -> list[str]:
    """Addresses of a session that need no other id."""
    found = [route.url(session_id) for route in routes() if route.of_session and not route.has_other_id]
    return [*found, reverse("begin"), reverse("home")]


@dataclass
class Form:
    """A form as a page shows it: fields by name with their type and what a browser would send."""

    action: str
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)

    def filled(self, words: str) -> dict[str, str]:
        """With these words in every box one can write in."""
        return {name: words if kind == "text" else value for name, (kind, value) in self.fields.items()}

    @property
    def boxes(self) -> list[str]:
        return [name for name, (kind, _value) in self.fields.items() if kind == "text"]


class _Reader(HTMLParser):
    def __init__(self, address: str):
        super().__init__()
        self.address, self.forms, self.open, self.within, self.select = address, [], None, False, None

    def handle_starttag(self, tag, attributes):
        at = dict(attributes)
        self.within = self.within or tag == "main"
        if tag == "form" and at.get("method") == "post" and self.within:
            self.open = Form(unescape(at.get("action") or self.address))
            self.forms.append(self.open)
        elif self.open is not None and (name := at.get("name") or (tag == "option" and self.select)):
            self._field(tag, name, at)

    def _field(self, tag, name, at):
        kind, value = at.get("type", "text"), at.get("value") or ""
        if tag == "select":
            self.select = name
        elif tag == "option":
            self.open.fields.setdefault(name, ("choice", value))
            if value and not self.open.fields[name][1]:
                self.open.fields[name] = ("choice", value)
        elif tag == "textarea" or kind in ("text", "email", "number", "date"):
            self.open.fields[name] = ("text", value)
        elif tag == "button" or kind in ("radio", "checkbox"):
            self.open.fields.setdefault(name, ("choice", value))
        else:
            self.open.fields[name] = (kind, value)

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = None
        elif tag == "main":
            self.within = False


def forms_on(address: str, page: str) -> list[Form]:
    reader = _Reader(address.split("#")[0])
    reader.feed(page)
    return reader.forms


def every_form(client, session_id):
    """(form, page it stands on), each once."""
    seen = set()
    for address in session_pages(session_id):
        answer = client.get(address)
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        for form in forms_on(address, answer.content.decode()):
            mark = (form.action, tuple(sorted(form.fields)))
            if mark not in seen:
                seen.add(mark)
                yield form, address


@contextmanager
def undone():
    """Whatever happens inside has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def plain(answer) -> str:
    """A page without what is new on every load, and without ids."""
    return UUID.sub("id", VARIES.sub("", answer.content.decode()))


def rows(tables) -> dict[str, str]:
    """A mark of every row the acting person can see, by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            try:
                with transaction.atomic():
                    cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)), count(*) FROM {table} t")
                    found[table] = str(cursor.fetchone())
            except Exception:
                continue  # no reading for this role
    return found
