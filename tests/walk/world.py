"""Two people who press whatever their pages offer, a queue that runs late, twice or out of order, and time that passes."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from uuid import UUID

from django.test import Client
from django.urls import Resolver404, reverse
from django.utils import timezone

from beheard.celery import BEAT, app
from beheard.rls import Actor
from tests.bad_input.site import routes
from tests.couple import ADA, BEN, STAGES
from tests.shared.visiting import visit_as
from tests.walk import starts
from tests.walk.clock import let_time_pass
from tests.walk.coverage import NOT_WALKED, Coverage, route_of
from tests.walk.pages import Field, Form, Page
from tests.walk.records import Records, look

ELSEWHERE = (
    "/account/",
    "/leave",
    "/admin/",
    "/gallery",
    "/outbox",
    "/static",
    "/api/",
    "/healthz",
    "/erase",
    "/devices",
)
LINK = re.compile(r"/i/[\w:.-]+/")
GRAVE = re.compile(r"/end/|/enough/|/closing/|/pause/|/without/|/go-on/|/withdraw/|/forget/|/delete/")
UNDOES = re.compile(GRAVE.pattern + r"|/decline/|back/|reopen|not-|/later/|/alone/|/safety/")
WAY_ON = {
    "share",
    "ready",
    "yes",
    "UNDERSTOOD",
    "accept",
}  # answers of buttons that look alike, for those who want to get on
STARTS = (*STAGES, "due", "looked_back", "again")
HOURS, DAYS = timedelta(hours=1), timedelta(days=1)
PASSES = {HOURS: 20, 13 * HOURS: 20, 3 * DAYS: 14, 8 * DAYS: 8, 15 * DAYS: 5, 21 * DAYS: 3, 61 * DAYS: 2}
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
    seen_at: int = -1  # the world's version when the page was given
    seen: list[tuple[Form, dict]] = field(default_factory=list)  # forms of earlier pages, filled: to be sent stale
    sent: tuple[str, dict] | None = None
    said: int = 0

    @property
    def id(self) -> str:
        return str(self.actor.user_id)

    def token(self) -> str:
        """A word nobody else has, to find again where it should not be."""
        self.said += 1
        return f"{self.name.lower()}q{self.said}w"


class World:
    """One couple from first words on. `log` tells what was done, for whoever has to understand a failure."""

    def __init__(self, chance: Random, database, coverage: Coverage, settings, start: int):
        self.chance, self.database, self.coverage, self.log = chance, database, coverage, []
        self.queue: list[tuple[str, list[str]]] = []
        self.page_checks, self.change_checks = [], []
        self.overheard: list[str] = []  # lines of the log not looked at yet
        self.done: Counter = Counter()  # kinds of things done where a way on was looked for
        self.known_facts: dict[str, tuple] = {}
        self.been_true: dict[tuple, set[str]] = {}  # gates, by session, owner and stage
        self.version = 0  # goes up with all that a page someone has open can't know of
        start = STARTS[start % len(STARTS)]
        couple = starts.couple_at(start, lambda passed: let_time_pass(database, passed))
        if BEN not in couple.actors:
            couple.sign_up(BEN)
        self.willing = chance.random() < 0.5  # both mostly do what leads on, so that they come to what takes two
        settings.SHARING_COOLING_OFF_MINUTES = chance.choice((0, 0, 0, 10))
        self.session_id: UUID = couple.session_id
        self.invitation: str | None = f"/i/{couple.token}/" if couple.token else None
        self.people = {name: Person(name, actor, visit_as(actor)) for name, actor in couple.actors.items()}
        self.stranger = Client()
        self.records: Records = look(database)
        self.log.append(f"they begin at {start}{', willing' if self.willing else ''}")

    @property
    def home(self) -> str:
        return f"/s/{self.session_id}/"

    @property
    def is_over(self) -> bool:
        return self.records.status[str(self.session_id)] in ("RESOLVED", "ABANDONED")

    def is_here(self, person: Person) -> bool:
        return person.id in self.records.members(str(self.session_id))

    def other(self, person: Person) -> Person:
        return self.people[BEN if person.name == ADA else ADA]

    # --- one step of one person
    def step(self) -> None:
        person = self.people[self.chance.choice((ADA, BEN))]
        draw = self.chance.random()
        if draw < 0.09:
            self.work()
        elif draw < 0.125:
            self.pass_time(self.chance.choices(list(PASSES), list(PASSES.values()))[0])
        elif draw < 0.155 and person.sent:
            self.post(person, *person.sent)  # pressed twice
        elif draw < 0.185 and person.seen:
            form, data = self.chance.choice(person.seen)  # a page left open in another tab
            self.post(person, form.action, data)
        elif draw < 0.205 and person.page:
            self.get(person, person.page.address)  # loaded again
        elif draw < 0.215:
            self.look_in()
        elif draw < 0.235 and person.page and person.page.parts:
            address = self.chance.choice(person.page.parts)
            if walked(address):
                answer = person.client.get(address, HTTP_HX_REQUEST="true")
                self._came_back(person, "GET", address, answer)
        elif draw < 0.265:
            self.take_something_back(person)
        elif draw < 0.295:
            self.get(person, self.an_address())
        elif draw < 0.32 and person.page and person.page.menu:
            self.get(person, self.least_done(person, [("link", one) for one in person.page.menu])[1])
        elif draw < 0.42 or person.page is None:
            self.go_home(person)
        else:
            self.press(person, odd=self.chance.random() < 0.05)

    def go_home(self, person: Person) -> None:
        if self.is_here(person):
            self.get(person, self.home)
        elif person.name == BEN and self.invitation and self.chance.random() < 0.8:
            self.get(person, self.invitation)
        else:
            self.get(person, "/home/")

    def take_something_back(self, person: Person) -> None:
        """What has crossed no longer shows, wherever the other looks."""
        self.get(person, f"{self.home}shared/")
        forms = [one for one in person.page.forms if "take-back" in one.action] if person.page else []
        if forms:
            self._send(person, self.chance.choice(forms), ("", "", True), odd=False)
            for page in ("shared-with-me/", "letter/", "side-by-side/"):
                self.get(self.other(person), self.home + page)

    def look_in(self) -> None:
        """Somebody who is not signed in: with the link, or with an address they should not have."""
        address = self.invitation if self.invitation and self.chance.random() < 0.6 else self.an_address()
        if walked(address):
            decline = address == self.invitation and self.chance.random() < 0.4
            if decline:
                answer = self.stranger.post(f"{address}decline/", follow=True)
            else:
                answer = self.stranger.get(address, follow=True)
            self._came_back(None, "POST" if decline else "GET", address, answer)

    def an_address(self) -> str:
        """Typed, or kept as a bookmark: any page there is, those asked for least first."""
        known = [one for one in routes() if one.name not in NOT_WALKED and not one.has_other_id]
        addresses = [one.url(self.session_id) for one in known]
        least = min(self.coverage.asked[route_of(one)] for one in addresses if walked(one))
        seldom = [one for one in addresses if walked(one) and self.coverage.asked[route_of(one)] <= least + 5]
        return self.chance.choice(seldom)

    def press(self, person: Person, *, odd: bool = False, avoiding: re.Pattern | None = None) -> bool:
        """Do something that the page offers, sooner what has been done least. False when it offers nothing."""
        offered = [("link", one) for one in person.page.links]
        offered += [(form, button) for form in person.page.forms for button in form.buttons]
        offered = [(first, second) for first, second in offered if walked(_address_of(first, second))]
        if avoiding:
            offered = [one for one in offered if not avoiding.search(_address_of(*one))]
        if self.willing and self.chance.random() < 0.7:
            onward = [one for one in offered if not UNDOES.search(_address_of(*one))]
            offered = [one for one in onward if self._leads_on(person, *one)] or onward
        if not offered:
            return False
        first, second = self.not_done_yet(person, offered) if avoiding else self.least_done(person, offered)
        if first == "link":
            self.get(person, second, offered=True)
        else:
            self._send(person, first, second, odd=odd)
        return True

    def _leads_on(self, person: Person, first, second) -> bool:
        return second in person.page.leads if first == "link" else second[2] or second[1] in WAY_ON

    def least_done(self, person: Person, offered: list[tuple]) -> tuple:
        """By chance, with more weight on kinds of things that have been done less, and less on what ends something."""
        kinds: dict[tuple, list] = {}
        for first, second in offered:
            kinds.setdefault(_sort_of(person, first, second), []).append((first, second))
        done = self.coverage.done
        weights = [
            (0.25 if GRAVE.search(_address_of(*kinds[kind][0])) else 1) / (1 + done[kind]) ** 0.7 for kind in kinds
        ]
        kind = self.chance.choices(list(kinds), weights)[0]
        done[kind] += 1
        return self.chance.choice(kinds[kind])

    def not_done_yet(self, person: Person, offered: list[tuple]) -> tuple:
        """Thoroughly: of the kinds of things on the page one that this person has done least."""
        kinds = [_sort_of(person, first, second) for first, second in offered]
        least = min(self.done[kind] for kind in kinds)
        number = self.chance.choice([number for number, kind in enumerate(kinds) if self.done[kind] == least])
        self.done[kinds[number]] += 1
        return offered[number]

    def _send(self, person: Person, form: Form, button: tuple[str, str, bool], *, odd: bool) -> None:
        data = form.filled(self.chance, lambda box: self.write(person, box, odd=odd))
        name, value, _primary = button
        if name:
            data[name] = value
        person.seen = [*person.seen[-5:], (form, data)]
        if form.method == "get":
            self.get(person, form.action, data, offered=not odd)
        else:
            self.post(person, form.action, data, offered=not odd)

    def write(self, person: Person, box: Field, *, odd: bool) -> str:
        if odd:
            return self.chance.choice(ODD)
        if box.kind == "date":
            return str(timezone.localdate() + timedelta(days=self.chance.randint(1, 20)))
        if box.kind == "number":
            return str(self.chance.randint(1, 10))
        if box.kind == "email":
            return f"{person.token()}@example.org" if self.chance.random() < 0.4 else ""
        if box.value and self.chance.random() < 0.5:
            return box.value
        return f"{self.chance.choice(SAID)} {person.token()}"

    # --- requests
    def get(self, person: Person, address: str, data: dict | None = None, *, offered: bool = False) -> None:
        if walked(address):
            answer = person.client.get(address, data or None, follow=True)
            self._answered(person, "GET", address, answer, offered)

    def post(self, person: Person, address: str, data: dict, *, offered: bool = False) -> None:
        if walked(address):
            person.sent = (address, data)
            for value in data.values():
                if hasattr(value, "seek"):
                    value.seek(0)
            self._answered(person, "POST", address, person.client.post(address, data, follow=True), offered)

    def _answered(self, person: Person, method: str, address: str, response, offered: bool) -> None:
        fresh = offered and person.seen_at == self.version
        if response.status_code == 200 and "text/html" in response.headers.get("Content-Type", ""):
            final = response.redirect_chain[-1][0] if response.redirect_chain else address
            body = response.content.decode()
            person.page = Page(final, body)
            if person.name == ADA and (link := LINK.search(body)):
                self.invitation = link[0]
        else:
            person.page = None
        self._came_back(person, method, address, response, fresh=fresh)
        person.seen_at = self.version

    def _came_back(self, person: Person | None, method: str, address: str, response, *, fresh: bool = False) -> None:
        self.log.append(f"{person.name if person else 'nobody'} {method} {address} {response.status_code}")
        redirects = [one for one, _status in getattr(response, "redirect_chain", [])]
        self.coverage.note(method, address, response.status_code, redirects)
        for check in self.page_checks:
            check(self, person, response, fresh)
        self._look(person.name if person else "nobody")

    def _look(self, who: str) -> None:
        before, self.records = self.records, look(self.database)
        if before.rows != self.records.rows:
            self.version += 1
        for check in self.change_checks:
            check(self, before, self.records, who)

    # --- what happens without them
    def work(self, *, all_of_it: bool = False) -> None:
        """Some of what waits in the queue, in any order, now and then twice; and one of the sweeps."""
        sweeps = [(name, []) for name in BEAT] if all_of_it else [(self.chance.choice(list(BEAT)), [])]
        for again in range(6 if all_of_it else 1):
            waiting, self.queue = self.queue + (sweeps if again < 2 else []), []
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
        self.version += 1
        self._look("work")

    def pass_time(self, passed: timedelta) -> None:
        let_time_pass(self.database, passed)
        self.log.append(f"{passed} pass")
        self.version += 1
        self._look("time")

    def next_page(self, route: str) -> str:
        return reverse(route, args=[self.session_id])


def walked(address: str) -> bool:
    return address.startswith("/") and not address.startswith(ELSEWHERE)


def _address_of(first, second) -> str:
    return second if first == "link" else first.action


def _sort_of(person: Person, first, second) -> tuple:
    """Who does what kind of thing: two links to two sentences are the same kind."""
    try:
        if first == "link":
            return person.name, route_of(second)
        return person.name, route_of(first.action), second[0], second[1] if len(second[1]) < 20 else ""
    except Resolver404:
        return person.name, _address_of(first, second)
