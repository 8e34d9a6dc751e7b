"""Everything that writes the library. Each runs inside the caller's transaction, as the caller's actor."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from beheard.rls import Actor, NotYours, Role, transaction_as
from library import contributions
from library.content import WORDS, fingerprint, read_content
from library.models import GlobalLibraryItem, ItemEdit
from library.vectors import items_without_embedding, refresh_embeddings
from library.words import EditKind, Source, Status

# Who loads the curated files: no account stands behind it.
HOUSE = Actor.curator(UUID("b0b0b0b0-0000-4000-8000-000000000001"))
LOADING = 0x6C696272  # advisory lock: two starts at once load one after the other


@dataclass(frozen=True)
class Loaded:
    """How many items a load added, renewed from a newer file, left as a curator edited them, and found unchanged."""

    added: int = 0
    renewed: int = 0
    kept: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.added or self.renewed)


def load_curated(*, by: Actor, now: datetime) -> Loaded:
    """Bring the files' items into the database, published. Idempotent; a curator's edits and statuses survive.

    Raises ContentError before anything is written. As a curator.
    """
    _curators_only(by)
    contents = {values["slug"]: values for values in read_content()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING])
    versions = dict(GlobalLibraryItem.objects.filter(slug__in=contents).values_list("slug", "content_version"))
    new = [_new(values, now) for slug, values in contents.items() if slug not in versions]
    newer = [values for slug, values in contents.items() if versions.get(slug) not in (None, values["content_version"])]
    renewed = _renew(newer, now)
    GlobalLibraryItem.objects.bulk_create(new, batch_size=200)
    refresh_embeddings([*renewed, *items_without_embedding()])
    kept = len(newer) - len(renewed)
    return Loaded(len(new), len(renewed), kept, len(contents) - len(new) - len(newer))


def embed_library() -> int:
    """Make the vectors that are missing or out of date; how many were. Twice changes nothing."""
    with transaction_as(HOUSE):
        return refresh_embeddings(items_without_embedding())


def _new(values: dict[str, Any], now: datetime) -> GlobalLibraryItem:
    return GlobalLibraryItem(**values, status=Status.PUBLISHED, created_at=now, updated_at=now)


def _renew(newer: list[dict[str, Any]], now: datetime) -> list[GlobalLibraryItem]:
    """Give the newer words to items nobody has edited since they were loaded."""
    items = {item.slug: item for item in GlobalLibraryItem.objects.filter(slug__in=[v["slug"] for v in newer])}
    renewed = []
    for values in newer:
        item = items[values["slug"]]
        if not is_edited(item):
            _set(item, **values, updated_at=now)
            item.save()
            renewed.append(item)
    return renewed


def is_edited(item: GlobalLibraryItem) -> bool:
    """Whether the words differ from the file they came from. An item that came from no file counts as edited."""
    return fingerprint({name: getattr(item, name) for name in WORDS}) != item.content_version


def save_item(*, by: Actor, item: GlobalLibraryItem, now: datetime) -> GlobalLibraryItem:
    """Store a new or edited item, note the edit, and renew its embedding. As a curator.

    Other words of a contribution go back to draft, and to whoever gave them (`library.contributions`).
    """
    before = None if item._state.adding else GlobalLibraryItem.objects.filter(pk=item.pk).first()
    store(by=by, items=[(item, before)], now=now, kind=EditKind.CHANGED if before else EditKind.WRITTEN)
    return item


def store(
    *, by: Actor, items: list[tuple[GlobalLibraryItem, GlobalLibraryItem | None]], now: datetime, kind: EditKind
) -> None:
    """Store items, each with what stood before (None for a new one), note the edits, and renew the embeddings."""
    _curators_only(by)
    for item, before in items:
        if before is None:
            item.created_at = now
        else:
            contributions.keep_agreed(item)
        _set(item, updated_at=now)
    GlobalLibraryItem.objects.bulk_create([item for item, before in items if before is None])
    for item, before in items:
        if before is not None:
            item.save()
    edits = [
        (ItemEdit(item=item, by_id=by.user_id, at=now, kind=kind, changes=_changes(item, old)), old)
        for item, old in items
    ]
    ItemEdit.objects.bulk_create([edit for edit, before in edits if edit.changes or before is None])
    refresh_embeddings([item for item, _before in items])


def _changes(item: GlobalLibraryItem, before: GlobalLibraryItem | None) -> dict[str, list]:
    """Each field that differs: as it was, and as it is now."""
    if before is None:
        return {}
    pairs = {name: [getattr(before, name), getattr(item, name)] for name in (*WORDS, "status")}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def change_status(*, by: Actor, ids: list[UUID], status: Status, now: datetime) -> int:
    """Publish, retire or take back to draft; how many changed. An item without its plain form is not published,
    nor a contribution in words that were not agreed to.
    """
    _curators_only(by)
    items = GlobalLibraryItem.objects.filter(pk__in=ids).exclude(status=status)
    standing = list(items.values_list("pk", "status"))
    changed = _change_status(by, items, status, now)
    now_so = set(GlobalLibraryItem.objects.filter(pk__in=ids, status=status).values_list("pk", flat=True))
    ItemEdit.objects.bulk_create(
        ItemEdit(item_id=pk, by_id=by.user_id, at=now, kind=EditKind.CHANGED, changes={"status": [before, status]})
        for pk, before in standing
        if pk in now_so
    )
    return changed


def _change_status(by: Actor, items: QuerySet, status: Status, now: datetime) -> int:
    if status == Status.PUBLISHED:
        given = [item.pk for item in items.filter(source=Source.CONTRIBUTED) if contributions.words_are_agreed(item)]
        for item_id in given:
            contributions.accept(by=by, item_id=item_id, now=now)
        items = items.exclude(plain="").exclude(source=Source.CONTRIBUTED)
        return len(given) + items.update(status=status, updated_at=now)
    return items.update(status=status, updated_at=now)


def _curators_only(by: Actor) -> None:
    if by.role is not Role.CURATOR:
        raise NotYours


def _set(instance: Model, **values: Any) -> None:
    for name, value in values.items():
        setattr(instance, name, value)
