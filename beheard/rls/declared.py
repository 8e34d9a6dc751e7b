"""What the code declares about tables: read from the models, nothing from the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pgtrigger
from django.apps import apps
from django.db.models import CheckConstraint, Model, UniqueConstraint

from beheard.rls.allowed import ALLOWED_TABLES
from beheard.rls.constraints import CompositeForeignKey, PlainStorage, Policy, Protected
from beheard.rls.triggers import DoorTrigger

# pg_trigger.tgtype
ROW, BEFORE, EVENTS = 1, 2, {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
DELETE_RULES = {"CASCADE": "c", "RESTRICT": "r", "SET NULL": "n", "NO ACTION": "a"}


@dataclass(frozen=True)
class Table:
    """A protected table, by its model."""

    model: type[Model]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    def constraints(self, kind) -> list:
        return [constraint for constraint in self.model._meta.constraints if isinstance(constraint, kind)]

    @property
    def policies(self) -> list[Policy]:
        return self.constraints(Policy)

    def policy_sql(self, table: str) -> Iterator[str]:
        """CREATE POLICY for each declared policy, on a table of another name."""
        for protected in self.constraints(Protected):
            yield protected.policy_sql(self.model, table)
        for policy in self.policies:
            yield policy.policy_sql(table)

    def grants(self) -> set[tuple[str, str, str | None]]:
        """(role, privilege, column or None for the whole table): exactly what the policies need."""
        return {
            (policy.database_role, policy.op, column)
            for policy in self.policies
            for column in (policy.granted_columns(self.model) or (None,))
        }

    def named_constraints(self) -> list[str]:
        return [constraint.name for constraint in self.constraints((CheckConstraint, UniqueConstraint))]

    def foreign_keys(self) -> list[dict]:
        return [foreign_key(constraint) for constraint in self.constraints(CompositeForeignKey)]

    def plain_columns(self) -> list[str]:
        return [constraint.column for constraint in self.constraints(PlainStorage)]

    def triggers(self) -> dict[str, dict | None]:
        """By name; None for a trigger of a kind that can't be verified."""
        declared = getattr(self.model._meta, "triggers", [])
        return {trigger.get_pgid(self.model): described(trigger) for trigger in declared}


def models() -> list[type[Model]]:
    """Every model with a table that migrations make."""
    return [model for model in apps.get_models(include_auto_created=True) if is_managed(model)]


def is_managed(model) -> bool:
    return model._meta.managed and not model._meta.proxy and not model._meta.swapped


def protected_tables() -> dict[str, Table]:
    tables = [Table(model) for model in models()]
    return {table.name: table for table in tables if table.constraints(Protected)}


def undecided() -> list[str]:
    """Tables for which nobody has decided: neither protected nor on the allow-list, or both."""
    named, protected = {model._meta.db_table for model in models()}, protected_tables().keys()
    return sorted((named - protected - ALLOWED_TABLES.keys()) | (protected & ALLOWED_TABLES.keys()))


def foreign_key(constraint: CompositeForeignKey) -> dict:
    on_delete, _, on_update = constraint.on_delete.partition(" ON UPDATE ")
    return {
        "name": constraint.name,
        "columns": list(constraint.columns),
        "target": constraint.to.lower().replace(".", "_"),
        "to_columns": list(constraint.to_columns),
        "on_delete": DELETE_RULES[on_delete],
        "on_update": DELETE_RULES[on_update or "NO ACTION"],
    }


def described(trigger: pgtrigger.Trigger) -> dict | None:
    """The trigger as pg_trigger must have it."""
    if not isinstance(trigger, DoorTrigger) or trigger.condition:
        return None
    operations = getattr(trigger.operation, "operations", [trigger.operation])
    columns = sorted(name for operation in operations for name in getattr(operation, "columns", ()))
    events = sum(EVENTS[str(operation).split()[0]] for operation in operations)
    level = ROW if trigger.level == pgtrigger.Row else 0
    return {
        "type": events | level | (BEFORE if trigger.when == pgtrigger.Before else 0),
        "function": f"door.{trigger.function}",
        "arguments": "".join(f"{argument}\\000" for argument in trigger.arguments),
        "columns": columns,
        "enabled": "O",
        "conditional": False,
        "deferrable": trigger.timing is not None,
        "deferred": trigger.timing == pgtrigger.Deferred,
    }
