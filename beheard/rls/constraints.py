"""Row-level security as model constraints, so that migrations detect every change and any failure stops them.

`Protected` turns row-level security on and forces it; `Policy` is one policy and the grant that goes with it;
`CompositeForeignKey` ties a row's owner to its vessel; `OneOf` holds an enum in the database.
"""

from __future__ import annotations

from django.db.models import CheckConstraint, Q
from django.db.models.constraints import BaseConstraint

from beheard.rls import sql
from beheard.rls.actor import Role

OWNER_ROLE = "beheard_owner"
DOOR_ROLE = "beheard_door"
OPERATIONS = ("SELECT", "INSERT", "UPDATE", "DELETE")
ROLES = tuple(role.value for role in Role) + ("door",)


class StatementConstraint(BaseConstraint):
    """A constraint that is one string of SQL to make and one to unmake. Validation is the database's.

    It is made at the end of its migration, once every table and unique constraint it may name stands.
    """

    def make_sql(self, model, schema_editor) -> str:
        raise NotImplementedError

    def create_sql(self, model, schema_editor):
        schema_editor.deferred_sql.append(self.make_sql(model, schema_editor))

    constraint_sql = create_sql

    def validate(self, model, instance, exclude=None, using=None):
        return None

    def __eq__(self, other):
        return type(self) is type(other) and self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__


class Protected(StatementConstraint):
    """Row-level security on, forced, closed to PUBLIC. The owner sees rows only while `app.maintenance` is on."""

    def make_sql(self, model, schema_editor):
        table = schema_editor.quote_name(model._meta.db_table)
        fill = {"table": table}
        return "; ".join(
            [
                schema_editor.sql_enable_rls % fill,
                schema_editor.sql_force_rls % fill,
                f"REVOKE ALL ON {table} FROM PUBLIC",
                self.policy_sql(model, table),
            ]
        )

    def policy_sql(self, model, table: str) -> str:
        return (
            f"CREATE POLICY {self.policy_name(model)} ON {table} FOR ALL TO {OWNER_ROLE} "
            f"USING ({sql.MAINTENANCE}) WITH CHECK ({sql.MAINTENANCE})"
        )

    def remove_sql(self, model, schema_editor):
        table = schema_editor.quote_name(model._meta.db_table)
        drop = schema_editor.sql_drop_policy % {"name": self.policy_name(model), "table": table}
        return f"{drop}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; " + schema_editor.sql_disable_rls % {
            "table": table
        }

    @staticmethod
    def policy_name(model) -> str:
        return f"{model._meta.db_table}_maintenance"


class Policy(StatementConstraint):
    """One policy for one role and one operation, with the grant it needs.

    `using` decides which rows are seen (SELECT, UPDATE, DELETE), `check` which may be written (INSERT, UPDATE; for
    UPDATE it defaults to `using`). `columns` narrows an UPDATE grant.
    """

    def __init__(self, *, name, role, op, using=None, check=None, columns=(), **kwargs):
        super().__init__(name=name, **kwargs)
        if role not in ROLES or op not in OPERATIONS:
            raise ValueError(f"unknown role or operation in policy {name}")
        if op == "INSERT" and (using or not check):
            raise ValueError(f"an INSERT policy has check and no using: {name}")
        if op != "INSERT" and not using:
            raise ValueError(f"a policy needs using: {name}")
        if op in ("SELECT", "DELETE") and check:
            raise ValueError(f"{op} has no check: {name}")
        if columns and op != "UPDATE":
            raise ValueError(f"columns narrow UPDATE only: {name}")
        self.role, self.op, self.using, self.check, self.columns = role, op, using, check, tuple(columns)

    @property
    def database_role(self) -> str:
        return f"beheard_{self.role}"

    def policy_sql(self, table: str) -> str:
        using = f" USING ({self.using})" if self.using else ""
        check = self.check or (self.using if self.op == "UPDATE" else None)
        with_check = f" WITH CHECK ({check})" if check else ""
        return f"CREATE POLICY {self.name} ON {table} FOR {self.op} TO {self.database_role}{using}{with_check}"

    def granted_columns(self, model) -> tuple[str, ...]:
        """The columns the grant names; none for the whole table.

        A person may select each column, but not the table: with it would come xmin, xmax and ctid, and xmax of a row that two
        people see (their session) changes whenever a row of either points at it.
        """
        if self.role == Role.USER and self.op == "SELECT":
            return tuple(field.column for field in model._meta.local_concrete_fields if field.column)
        return self.columns

    def grant_sql(self, model, table: str, quote_name) -> str:
        columns = ", ".join(quote_name(column) for column in self.granted_columns(model))
        return f"GRANT {self.op}{f' ({columns})' if columns else ''} ON {table} TO {self.database_role}"

    def make_sql(self, model, schema_editor):
        table = schema_editor.quote_name(model._meta.db_table)
        return f"{self.grant_sql(model, table, schema_editor.quote_name)}; {self.policy_sql(table)}"

    def remove_sql(self, model, schema_editor):
        table = schema_editor.quote_name(model._meta.db_table)
        columns = f" ({', '.join(map(schema_editor.quote_name, self.columns))})" if self.columns else ""
        drop = schema_editor.sql_drop_policy % {"name": self.name, "table": table}
        return f"{drop}; REVOKE {self.op}{columns} ON {table} FROM {self.database_role}"

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        kwargs |= {"role": self.role, "op": self.op}
        kwargs |= {key: value for key in ("using", "check", "columns") if (value := getattr(self, key))}
        return path, args, kwargs


class CompositeForeignKey(StatementConstraint):
    """`FOREIGN KEY (columns) REFERENCES to (to_columns) ON DELETE CASCADE`, across protected tables."""

    def __init__(self, *, name, columns, to, to_columns, on_delete="CASCADE", **kwargs):
        super().__init__(name=name, **kwargs)
        self.columns, self.to, self.to_columns, self.on_delete = tuple(columns), to, tuple(to_columns), on_delete

    def make_sql(self, model, schema_editor):
        quote = schema_editor.quote_name
        target = self.to.lower().replace(".", "_")  # the table may come later in the same migration
        return (
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY ({', '.join(map(quote, self.columns))}) "
            f"REFERENCES {quote(target)} ({', '.join(map(quote, self.to_columns))}) ON DELETE {self.on_delete}"
        )

    def remove_sql(self, model, schema_editor):
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        kwargs |= {"columns": self.columns, "to": self.to, "to_columns": self.to_columns, "on_delete": self.on_delete}
        return path, args, kwargs


def one_of(field: str, choices, name: str) -> CheckConstraint:
    """A `TextChoices` (or IntegerChoices) field holds one of its values, in the database too."""
    return CheckConstraint(condition=Q(**{f"{field}__in": list(choices.values)}), name=name)


LETTERS = dict(zip("SIUD", OPERATIONS, strict=True))


def policies(prefix: str, role: str, letters: str, rule: str, *, check: str | None = None) -> list[Policy]:
    """One policy for each of the letters in `SIUD`, all with the same rule (and `check` for what is written)."""
    made = []
    for letter in letters:
        op = LETTERS[letter]
        kwargs = {"name": f"{prefix}_{role}_{op.lower()}", "role": role, "op": op}
        if op == "INSERT":
            kwargs["check"] = check or rule
        else:
            kwargs["using"] = rule
            if op == "UPDATE" and check:
                kwargs["check"] = check
        made.append(Policy(**kwargs))
    return made


def private(prefix: str, *, user: str = "SIUD", ai: str = "", door: str = "", owner: str = "owner_id") -> list:
    """What the owner may do to their own rows, and the guide to the same person's rows of the current session."""
    return [
        Protected(name=f"{prefix}_protected"),
        *policies(prefix, "user", user, sql.own(owner)),
        *policies(prefix, "ai", ai, sql.own_in_session(owner)),
        *policies(prefix, "door", door, "true"),
    ]


def members(prefix: str, *, user: str = "S", ai: str = "S", joint: str = "", door: str = "", extra: str = "") -> list:
    """What both members of a session may see; `extra` is a further condition on each row."""
    also = f" AND {extra}" if extra else ""
    return [
        Protected(name=f"{prefix}_protected"),
        *policies(prefix, "user", user, sql.member_of() + also),
        *policies(prefix, "ai", ai, sql.guided_session() + also),
        *policies(prefix, "joint", joint, sql.current_session() + also),
        *policies(prefix, "door", door, "true"),
    ]


class PlainStorage(StatementConstraint):
    """Keep a vector column uncompressed and in the row, where an exact search reads it fastest (DESIGN §10.3)."""

    def __init__(self, *, name, column, **kwargs):
        super().__init__(name=name, **kwargs)
        self.column = column

    def make_sql(self, model, schema_editor):
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} ALTER COLUMN {quote(self.column)} SET STORAGE PLAIN"

    def remove_sql(self, model, schema_editor):
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} ALTER COLUMN {quote(self.column)} SET STORAGE EXTERNAL"

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"column": self.column}
