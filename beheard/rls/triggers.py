"""Database triggers that call a door function by name.

pgtrigger's own functions can be silenced by a setting that any SQL may set (`pgtrigger.ignore`). A trigger that executes
one of our SECURITY DEFINER functions can't.
"""

import pgtrigger


class DoorTrigger(pgtrigger.Trigger):
    """Executes `door.<function>(<arguments>)` for each row."""

    level = pgtrigger.Row
    when = pgtrigger.After
    func = "RETURN NULL;"  # pgtrigger wants a body; nothing calls it

    def __init__(self, *, function: str, arguments: tuple[str, ...] = (), **kwargs):
        super().__init__(**kwargs)
        self.function, self.arguments = function, arguments

    def render_execute(self, model):
        arguments = ", ".join(f"'{argument}'" for argument in self.arguments)
        return f"door.{self.function}({arguments})"


def raises_content_version(prefix: str) -> list[DoorTrigger]:
    """Any insert, edit or delete of a row raises its stage's `content_version` and makes the synthesis dirty."""
    return [
        DoorTrigger(
            name=f"{prefix}_content",
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            function="raise_content_version",
        )
    ]


def outdates_embedding(prefix: str, *, words: str, table: str) -> list[DoorTrigger]:
    """A row whose words (column `words`) change loses the vector made of them in `table`; a worker makes another."""
    return [
        DoorTrigger(
            name=f"{prefix}_embedding",
            operation=pgtrigger.Update,
            function="embedding_outdated",
            arguments=(words, table),
        )
    ]


def takes_back_shared(prefix: str) -> list[DoorTrigger]:
    """A row that goes, by whatever path, takes with it what was offered or shared of it; what was shared is taken back."""
    return [
        DoorTrigger(
            name=f"{prefix}_shared",
            operation=pgtrigger.Delete,
            when=pgtrigger.Before,
            function="original_removed",
        )
    ]


def immutable(prefix: str) -> list[pgtrigger.Trigger]:
    """No role, not even the owner, may change, remove or truncate a row."""
    return [
        DoorTrigger(
            name=f"{prefix}_immutable",
            operation=pgtrigger.Update | pgtrigger.Delete,
            when=pgtrigger.Before,
            function="refuse_change",
        ),
        DoorTrigger(
            name=f"{prefix}_no_truncate",
            operation=pgtrigger.Truncate,
            when=pgtrigger.Before,
            level=pgtrigger.Statement,
            function="refuse_change",
        ),
    ]


def sealed_by_commit(prefix: str) -> list[DoorTrigger]:
    """A new row can't be committed before its seal stands (`consent.seals`)."""
    return [
        DoorTrigger(
            name=f"{prefix}_sealed", operation=pgtrigger.Insert, timing=pgtrigger.Deferred, function="refuse_unsealed"
        )
    ]
