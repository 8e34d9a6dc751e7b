"""How often micro-experiments are of use. Counted without couple, session or time; told to curators in fives."""

from collections.abc import Iterable
from uuid import UUID

from beheard.rls.doors import door, door_value
from library.words import Use

LEAST_TOLD = 5  # also in door/library_usage.sql


def count(item_id: UUID, what: Use) -> None:
    """One more time. Inside the caller's transaction; as a partner, the guide or `joint`. Unknown items aren't counted."""
    door_value("count_library_use", item_id, Use(what).value)


def count_all(item_ids: Iterable[UUID], what: Use) -> None:
    """One more time each; in the order of the ids, so that two who count the same never wait for each other in a ring."""
    for item_id in sorted(item_ids):
        count(item_id, what)


def usage_of(item_ids: Iterable[UUID] | None = None) -> dict[UUID, dict[str, int]]:
    """For each item that was of use at least five times: what, and at least how often. As a curator."""
    found: dict[UUID, dict[str, int]] = {}
    for row in door("library_usage", None if item_ids is None else list(item_ids)):
        found.setdefault(row["item_id"], {})[row["what"]] = row["at_least"]
    return found
