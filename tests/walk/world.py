"""Two people who press whatever their pages offer, a queue that runs late, twice or out of order, and time that passes."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from uuid import UUID

from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from beheard.celery import BEAT, app
from beheard.rls import Actor
from tests.couple import ADA, BEN, STAGES, Couple
from tests.shared.visiting import visit_as
from tests.walk.clock import let_time_pass
from tests.walk.pages import Field, Form, Page

NOT_WALKED = ("/account/", "/leave", "/admin/", "/gallery", "/outbox", "/static", "/api/")
ENDS_IT = re.compile(r"erase|/devices")
LINK = re.compile(r"/i/[\w:.-]+/")
app.loader.import_default_modules()
SAID = [
    "We fought about the dishes again and I feel alone with it.",
    "He never listens when I try to explain, and then I am ashamed of my shouting.",
    "I want to be seen in what I do. I miss how we used to laugh.",
    "I guess the evenings are heavy for you.",
    "For one week, we drink tea together after work.",
    "I don't know.",
    "Nothing is ever enough, and I am afraid that we will end like my parents.",
    "I need some rest in the evening.",
]
ODD = ["", " ", "\u0000", "🌊" * 5, "<script>alert(1)</script>", "ليس اليوم", "x" * 20_000]


@dataclass
class Person:
    name: str
    actor: Actor
    client: Client
    page: Page | None = None
    seen: list[tuple[Form, dict]] = field(default_factory=list)  # forms of earlier pages, filled: to be sent stale
    sent: tuple[str, dict] | None = None
    said: int = 0

    def token(self) -> str:
        """A word nobody else has, to find again where it should not be."""
        self.said += 1
        return f"{self.name.lower()}q{self.said}w"


class World:
    """One couple from first words on. `log` tells what was done, for whoever has to understand a failure."""

    def __init__(self, chance: Random, database):
        self.chance, self.database, self.log = chance, database, []
        self.queue: list[tuple[str, list[str]]] = []
        self.done: Counter = Counter()
        self.checks = []  # each called with (world, person, response) after every page
        start = chance.choice(STAGES)
        couple = Couple().until(start)
        self.ben_is_here = BEN in couple.actors
        if not self.ben_is_here:
            couple.sign_up(BEN)
        self.session_id: UUID = couple.session_id
        self.invitation: str | None = None
        self.people = {name: Person(name, actor, visit_as(actor)) for name, actor in couple.actors.items()}
        self.log.append(f"they begin at {start}")

    @property
    def home(self) -> str:
        return f"/s/{self.session_id}/"

    # --- one step of one person
    def step(self) -> None:
        person = self.people[self.chance.choice((ADA, BEN))]
        draw = self.chance.random()
        if draw < 0.10:
            self.work()
        elif draw < 0.14:
            self.pass_time(self.chance.choice((timedelta(hours=1), timedelta(hours=13), timedelta(days=3))))
        elif draw < 0.18 and person.sent:
            self.post(person, *person.sent)  # pressed twice
        elif draw < 0.22 and person.seen:
            form, data = self.chance.choice(person.seen)  # a page left open in another tab
            self.post(person, form.action, data)
        elif draw < 0.36 or person.page is None:
            self.go_home(person)
        elif draw < 0.60 and person.page.links:
            self.get(person, self.chance.choice(person.page.links))
        else:
            self.press(person)

    def go_home(self, person: Person) -> None:
        if person.name == BEN and not self.ben_is_here and self.invitation:
            self.get(person, self.invitation)
        elif person.name == BEN and not self.ben_is_here:
            self.get(person, "/")
        else:
            self.get(person, self.home)

    def press(self, person: Person) -> None:
        """Send one of the page's forms, by any of its buttons."""
        pressable = [(form, button) for form in person.page.forms for button in form.buttons if walked(form.action)]
        if pressable:
            odd = self.chance.random() < 0.08
            self._send(person, *self.chance.choice(pressable), odd=odd)

    def explore(self, person: Person, avoiding: re.Pattern) -> bool:
        """Do what has been done least so far among what the page offers, with words it can take. False when there is nothing."""
        offered = [("link", link) for link in person.page.links if walked(link)]
        offered += [(form, button) for form in person.page.forms for button in form.buttons if walked(form.action)]
        found = {}
        for first, second in offered:
            address = second if first == "link" else first.action
            if not avoiding.search(address) and (key := _sort_of(person, first, second)) is not None:
                found.setdefault(key, []).append((first, second))
        if not found:
            return False
        least = min(self.done[key] for key in found)
        key = self.chance.choice([key for key in found if self.done[key] == least])
        self.done[key] += 1
        first, second = self.chance.choice(found[key])
        if first == "link":
            self.get(person, second)
        else:
            self._send(person, first, second, odd=False)
        return True

    def _send(self, person: Person, form: Form, button: tuple[str, str, bool], *, odd: bool) -> None:
        data = form.filled(self.chance, lambda box: self.write(person, box, odd=odd))
        name, value, _primary = button
        if name:
            data[name] = value
        person.seen = [*person.seen[-5:], (form, data)]
        if form.method == "get":
            self.get(person, form.action)
        else:
            self.post(person, form.action, data)

    def write(self, person: Person, box: Field, *, odd: bool) -> str:
        if odd:
            return self.chance.choice(ODD)
        if box.kind == "date":
            return str(timezone.localdate() + timedelta(days=self.chance.randint(1, 20)))
        if box.kind == "number":
            return str(self.chance.randint(1, 10))
        if box.kind == "email":
            return ""
        if box.value and self.chance.random() < 0.5:
            return box.value
        return f"{self.chance.choice(SAID)} {person.token()}"

    # --- requests
    def get(self, person: Person, address: str) -> None:
        if walked(address):
            self._answered(person, "GET", address, person.client.get(address, follow=True))

    def post(self, person: Person, address: str, data: dict) -> None:
        if walked(address):
            person.sent = (address, data)
            self._answered(person, "POST", address, person.client.post(address, data, follow=True))

    def _answered(self, person: Person, method: str, address: str, response) -> None:
        self.log.append(f"{person.name} {method} {address} {response.status_code}")
        if person.name == BEN and method == "POST" and address.endswith("/join/"):
            self.ben_is_here = True
        if response.status_code == 200 and "text/html" in response.headers.get("Content-Type", ""):
            final = response.redirect_chain[-1][0] if response.redirect_chain else address
            body = response.content.decode()
            person.page = Page(final.split("?")[0], body)
            if person.name == ADA and (link := LINK.search(body)):
                self.invitation = link[0]
        else:
            person.page = None
        for check in self.checks:
            check(self, person, response)

    # --- what happens without them
    def work(self, *, all_of_it: bool = False) -> None:
        """Some of what waits in the queue, in any order, now and then twice; and one of the sweeps."""
        sweeps = [(name, []) for name in BEAT] if all_of_it else [(self.chance.choice(list(BEAT)), [])]
        for _ in range(6 if all_of_it else 1):
            waiting, self.queue = self.queue + sweeps, []
            self.chance.shuffle(waiting)
            if not all_of_it:
                kept = self.chance.randint(0, len(waiting))
                self.queue, waiting = waiting[kept:], waiting[:kept]
            for name, ids in waiting:
                for _ in range(2 if self.chance.random() < 0.1 else 1):
                    app.tasks[name](*ids)
            if all_of_it and not self.queue:
                break
        self.log.append("work")

    def pass_time(self, passed: timedelta) -> None:
        let_time_pass(self.database, passed)
        self.log.append(f"{passed} pass")


def walked(address: str) -> bool:
    return address.startswith("/") and not address.startswith(NOT_WALKED) and not ENDS_IT.search(address)


def _sort_of(person: Person, first, second) -> tuple | None:
    """Who does what kind of thing: two links to two sentences are the same kind. None for an address that leads nowhere."""
    try:
        if first == "link":
            return person.name, route_of(second)
        return person.name, route_of(first.action), second[0], second[1]
    except Resolver404:
        return None


def route_of(address: str) -> str:
    return resolve(address.split("?")[0]).view_name
