"""What a vessel holds, section by section, for the page that shows a person everything private they have.

Rooms are above this floor: they register their own sections when their app is ready, and are never imported here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet, Value
from django.db.models.fields import CharField

from beheard.people.pages import Place
from beheard.rls import NotYours
from vessels.private.base import VesselItem

Lines = Iterable[tuple[str, str]]  # (label, words); an empty label for the words themselves


class Ours(str):
    """Words of ours or the guide's: shown quietly, beside what the person themselves said."""

    ours = True


def always(item: VesselItem) -> bool:
    return True


@dataclass(frozen=True)
class Section:
    """One kind of thing in a vessel. `lines` are what of an item is shown to its owner; empty words are left out."""

    key: str  # in the address
    title: str  # translated lazily
    model: type[VesselItem]
    time: str  # the field that says when
    lines: Callable[[VesselItem], Lines]
    deletable: Callable[[VesselItem], bool] | None = None  # None: not by hand
    edit_route: str = ""  # takes session_id and the item's id
    file_route: str = ""  # the same, to download
    new_route: str = ""  # takes session_id
    new_label: str = ""  # what the button there says, translated lazily
    share_route: str = ""  # takes session_id, the section's key and the item's id; by POST
    about: str = ""
    owner: str = "owner_id"
    related: tuple[str, ...] = ()
    order: int = 1  # where it stands in the list; what is said comes first (0)

    def items(self, place: Place) -> QuerySet:
        """This person's own items in this session, newest first."""
        own = self.model.objects.filter(**{self.owner: place.user_id, "session_id": place.session.pk})
        own = own.select_related(*self.related) if self.related else own
        return own.order_by(f"-{self.time}", "-pk")

    def item(self, place: Place, item_id: UUID) -> VesselItem:
        """Raises NotYours for an id that is not among them."""
        found = self.items(place).filter(pk=item_id).first()
        if found is None:
            raise NotYours
        return found

    def may_delete(self, item: VesselItem) -> bool:
        return self.deletable is not None and self.deletable(item)


@dataclass(frozen=True)
class Shown:
    """An item as its page shows it."""

    item: VesselItem
    section: Section

    @property
    def at(self) -> datetime:
        return getattr(self.item, self.section.time)

    @property
    def lines(self) -> list[tuple[str, str]]:
        return [(label, words) for label, words in self.section.lines(self.item) if words]

    @property
    def deletable(self) -> bool:
        return self.section.may_delete(self.item)


_sections: dict[str, Section] = {}
_before_delete: list[Callable[[Place, VesselItem, datetime], None]] = []


def register(section: Section) -> None:
    if _sections.setdefault(section.key, section) is not section:
        raise ValueError(f"two sections called {section.key}")


def before_delete(act: Callable[[Place, VesselItem, datetime], None]) -> None:
    """`act(place, item, now)` runs, in the same transaction, before an item goes: what was shared of it is taken back."""
    _before_delete.append(act)


def sections() -> list[Section]:
    return sorted(_sections.values(), key=lambda one: one.order)


def section(key: str) -> Section:
    """Raises NotYours for a key that names none."""
    if key not in _sections:
        raise NotYours
    return _sections[key]


def counts(place: Place) -> dict[str, int]:
    """How many items each section holds, in one query."""
    parts = [
        one.items(place).order_by().values(section=Value(one.key, output_field=CharField())).annotate(held=Count("pk"))
        for one in sections()
    ]
    return {row["section"]: row["held"] for row in parts[0].union(*parts[1:], all=True)}


def delete(*, place: Place, key: str, item_id: UUID, now: datetime) -> None:
    """Erase one item, and take back what was shared of it. Idempotent. Raises NotYours for what may not be deleted by hand."""
    held = section(key)
    item = held.items(place).filter(pk=item_id).first()
    if item is None:
        return
    if not held.may_delete(item):
        raise NotYours
    for act in _before_delete:
        act(place, item, now)
    item.delete()
