"""Time passing, as the database tells it: everything that has happened lies so much further back."""

from datetime import timedelta

from psycopg import sql

# The chain's times are sealed with its links; sign-ins are not what the walk is about.
UNMOVED = {"consent_consentevent", "django_session", "django_migrations", "django_admin_log"}
COLUMNS = """
    SELECT c.relname, array_agg(a.attname ORDER BY a.attnum), array_agg(format_type(a.atttypid, NULL) ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attgenerated = '' AND a.atttypid IN ('timestamptz'::regtype, 'date'::regtype)
    GROUP BY c.relname"""


def let_time_pass(connection, passed: timedelta) -> None:
    """`connection` is a superuser's. Triggers and constraints look on; whole days move dates as well."""
    statements = []
    for table, columns, types in connection.execute(COLUMNS):
        if table in UNMOVED:
            continue
        moved = [
            sql.SQL("{column} = {column} - {passed}").format(
                column=sql.Identifier(column),
                passed=sql.Literal(passed) if kind != "date" else sql.Literal(passed.days),
            )
            for column, kind in zip(columns, types, strict=True)
        ]
        statements.append(sql.SQL("UPDATE {} SET {}").format(sql.Identifier(table), sql.SQL(", ").join(moved)))
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)
