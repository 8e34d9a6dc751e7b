"""What `migrate` does around the migrations: door functions before them, account grants after them."""

from django.db import connections

from beheard.rls import doors
from beheard.rls.allowed import ALLOWED_TABLES
from beheard.rls.declared import Table, protected_tables

FIRST_APP = "people"  # one app's signal, so that it happens once a command


def install_doors(sender, using, **kwargs):
    if sender.label == FIRST_APP:
        doors.install(connections[using])


def grant_accounts(sender, using, **kwargs):
    """The login role works on account tables without an actor; no actor role may read them."""
    if sender.label != FIRST_APP:
        return
    connection = connections[using]
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for table in sorted(existing & ALLOWED_TABLES.keys()):
            cursor.execute(f'GRANT {ALLOWED_TABLES[table].grant} ON "{table}" TO beheard_app')
        for name, table in protected_tables().items():
            if name in existing:
                _grant_columns(cursor, table)
        cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO beheard_app")


def _grant_columns(cursor, table: Table) -> None:
    """A grant that names every column does not reach one that was added later."""
    quote = cursor.db.ops.quote_name
    for policy in table.policies:
        if policy.granted_columns(table.model) and not policy.columns:
            cursor.execute(f"REVOKE {policy.op} ON {quote(table.name)} FROM {policy.database_role}")
            cursor.execute(policy.grant_sql(table.model, quote(table.name), quote))
