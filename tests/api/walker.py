"""Two people who go their way by the API. Each thing they ask for must be given, and is noted in `DONE`."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import resolve
from django.utils import timezone

from beheard.rls import Actor, no_actor
from stages import suggestions, turn
from stages.models import Purpose
from stages.witness import actions as witness
from tests.api.caller import ROOT, Caller, token_for
from tests.couple import ADA, BEN, Couple

PASSWORD = "a long enough one"
DONE: set[tuple[str, str]] = set()  # (name of the address, method)


class Walker(Caller):
    """Whatever it asks for must be given; what was is noted."""

    def __call__(self, method, address, body=None, **headers):
        answer = super().__call__(method, address, body, **headers)
        assert 200 <= answer.status_code < 300, (method, address, answer.status_code, answer.content)
        DONE.add((resolve(answer.request["PATH_INFO"]).url_name, method))
        return answer

    def shown(self, address, **headers):
        return self.get(address, **headers).json()

    def sent(self, address, body=None, **headers):
        return self.post(address, body, **headers).json()


@dataclass
class Pair:
    people: Couple
    ada: Walker
    ben: Walker

    def actor(self, walker: Walker) -> Actor:
        return self.people.actors[ADA if walker is self.ada else BEN]

    def ids(self, walker: Walker) -> dict:
        return {"user_id": self.actor(walker).user_id, "session_id": UUID(str(self.ada.session_id))}

    # --- what a worker does
    def answer(self, walker: Walker, message_id: str) -> None:
        turn.answer(message_id=UUID(message_id), **self.ids(walker))

    def recap(self, walker: Walker) -> str:
        witness.offer_recap(now=timezone.now(), **self.ids(walker))
        return walker.shown("recap/")["offered"]["id"]

    def suggest(self, walker: Walker, purpose: Purpose, about_id) -> None:
        suggestions.make(purpose=purpose, about_id=UUID(str(about_id)), now=timezone.now(), **self.ids(walker))


def signed_up(people: Couple, name: str) -> Walker:
    actor = people.sign_up(name)
    with no_actor():
        user = people.user(name)
        user.set_password(PASSWORD)
        user.save()
    walker = Walker(secret=token_for(actor))
    walker.put(ROOT + "cooling-off/", {"minutes": 0})
    return walker


def hear(pair: Pair, walker: Walker) -> None:
    for words in ("It is always me who does the dishes.", "I felt so alone last night.", "I want to be seen."):
        pair.answer(walker, walker.sent("messages/", {"words": words, "intensity": 4})["id"])
    walker.post(f"recap/{pair.recap(walker)}/", {"answer": "right"})
    walker.post("heard/", {"answer": "yes"})
    walker.post("safety/", dict.fromkeys(walker.shown("safety/")["questions"], "no"))
