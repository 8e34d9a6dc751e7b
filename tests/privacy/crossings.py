"""One private item of each kind that can be shared, and what its owner may do with it that the other must not notice."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from consent import ledger
from tests import factories
from tests.couple import Couple
from vessels.private.models import UserVessel

ITEMS = {
    "BOUNDARY": factories.make_boundary,
    "EMOTIONAL_PATTERN": lambda person: factories.make_reading(person, intensity=3),
    "EMPATHY_ATTEMPT": lambda person: factories.make_empathy_attempt(person, round=2),
    "EMPATHY_FEEDBACK": factories.make_empathy_validation,
    "EVENT_SUMMARY": factories.make_event,
    "IDENTIFIED_NEED": factories.make_need,
    "OWNERSHIP_LINE": factories.make_ownership_line,
    "PROPOSAL": lambda person: factories.make_strategy_draft(person, slot=3),
}
ROUNDS = {"EMPATHY_ATTEMPT": 2}


def person_of(couple: Couple, name: str) -> factories.Person:
    with couple.acting(name) as place:
        vessel = UserVessel.objects.get(owner_id=place.user_id, session_id=place.session.pk)
        return factories.Person(name, place.user_id, place.session.pk, place.session.shared_vessel_id, vessel.pk)


@dataclass
class Crossing:
    """An item of its owner's, on its way."""

    person: factories.Person
    kind: str
    item: object

    @property
    def words(self) -> str:
        return f"Something about {self.kind.lower()} that was between us."

    def offer(self):
        return factories.make_offer(
            self.person, self.kind, self.words, item_id=self.item.pk, round=ROUNDS.get(self.kind, 1)
        )

    def remove(self) -> None:
        table = self.item._meta.db_table
        with self.person.acting(), ledger.sealing(self.person.user_id), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [self.item.pk])
            assert cursor.rowcount == 1


def crossings(person: factories.Person) -> list[Crossing]:
    return [Crossing(person, kind, make(person)) for kind, make in ITEMS.items()]


# --- the states; `look` is the other, who looks at everything meanwhile ----------------------------
def never_offered(one: Crossing, look: Callable) -> None:
    pass


def offered(one: Crossing, look: Callable) -> None:
    one.offer()


def declined(one: Crossing, look: Callable) -> None:
    factories.decline(one.person, one.offer())


def cooling(one: Crossing, look: Callable) -> None:
    factories.choose_cooling_off(one.person, 60)
    factories.grant(one.person, one.offer())


def revoked_before_it_crossed(one: Crossing, look: Callable) -> None:
    factories.choose_cooling_off(one.person, 60)
    factories.revoke(one.person, factories.grant(one.person, one.offer()))


def revoked_after_it_crossed(one: Crossing, look: Callable) -> None:
    content = factories.grant(one.person, one.offer())
    look()
    factories.revoke(one.person, content)


def removed_after_it_crossed(one: Crossing, look: Callable) -> None:
    factories.grant(one.person, one.offer())
    look()
    one.remove()


STATES = [
    offered, declined, cooling, revoked_before_it_crossed, revoked_after_it_crossed, removed_after_it_crossed,
]  # fmt: skip


def shared(one: Crossing, look: Callable) -> None:
    """What the other does notice: so that a comparison that sees nothing is not taken for a proof."""
    factories.grant(one.person, one.offer())
