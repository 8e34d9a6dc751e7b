"""Ten thousand micro-experiments, mixed from the words of the real ones, for the library's figures."""

import random
from datetime import UTC, datetime

from beheard.rls import Actor, transaction_as
from library.actions import HOUSE, load_curated
from library.models import GlobalLibraryItem
from library.vectors import embed, model_name, words_of
from library.words import Status
from tests.benchmarks.seed import halfvec

NOW = datetime(2026, 1, 1, tzinfo=UTC)
COPIED = ("category", "situation", "duration_minutes", "duration_days", "effort", "setting", "measure", "solo")


def fill_library(curator: Actor, superuser, count: int) -> None:
    """The curated items, and mixtures of them until there are `count` published ones, each with its embedding."""
    with transaction_as(HOUSE):
        load_curated(by=HOUSE, now=NOW)
        real = list(GlobalLibraryItem.objects.filter(status=Status.PUBLISHED).order_by("slug"))
    chance = random.Random(7)
    mixed = [_mixture(real, number, chance) for number in range(count - len(real))]
    for start in range(0, len(mixed), 500):
        with transaction_as(curator):
            made = GlobalLibraryItem.objects.bulk_create(mixed[start : start + 500])
        _embed(made, superuser)


def _embed(items: list[GlobalLibraryItem], superuser) -> None:
    columns = "(item_id, status, solo, embedding, model_name, made_from)"
    vectors = embed([words_of(item) for item in items])
    with superuser.cursor().copy(f"COPY library_libraryembedding {columns} FROM STDIN WITH (FORMAT BINARY)") as copy:
        copy.set_types(["uuid", "text", "bool", "bytea", "text", "text"])  # a halfvec in its own binary form
        for item, vector in zip(items, vectors, strict=True):
            copy.write_row((item.pk, item.status, item.solo, halfvec(vector), model_name(), ""))


def _mixture(real: list, number: int, chance: random.Random) -> GlobalLibraryItem:
    """One item's frame with another's title, a third's words and some of a fourth's needs; mostly of one situation."""
    frame = chance.choice(real)
    near = [item for item in real if item.situation == frame.situation]

    def other():
        return chance.choice(near if chance.random() < 0.7 else real)

    needs = other()
    return GlobalLibraryItem(
        slug=f"mixed-{number}",
        title=other().title,
        description=f"{other().description} {chance.choice(other().steps or [''])}",
        plain=other().plain,
        needs=needs.needs,
        need_categories=needs.need_categories,
        status=Status.PUBLISHED,
        created_at=NOW,
        updated_at=NOW,
        **{name: getattr(frame, name) for name in COPIED},
    )
