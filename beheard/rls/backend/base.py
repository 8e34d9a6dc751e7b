"""A PostgreSQL backend that enters the current actor's database role before each statement.

Role and settings are transaction-local, so nothing is left on a pooled connection. What was pushed is forgotten at
every commit, rollback, autocommit change and close, and treated as unknown after a savepoint rollback.
"""

from collections.abc import Callable
from functools import partial

from django.db.backends.postgresql.psycopg_any import is_psycopg3
from django_rls.backends.postgresql import base
from psycopg import OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus

from beheard.rls.actor import Actor, current_actor, no_actor
from beheard.rls.errors import OutsideTransaction

if not is_psycopg3:
    raise ImportError("BeHeard needs psycopg 3")

UNKNOWN = object()  # neither an actor nor None: the next statement pushes again


def entry_sql(actor: Actor | None) -> str:
    """The statements that make the open transaction this actor's. Every value is a UUID or a role name: no quoting needed."""
    role = actor.role.database_role if actor else "none"
    values = {
        "app.actor_id": actor.user_id if actor else None,
        "app.actor_role": actor.role.value if actor else None,
        "app.current_session_id": actor.session_id if actor else None,
    }
    settings = "; ".join(f"SET LOCAL {name} = '{value or ''}'" for name, value in values.items())
    return f"SET LOCAL ROLE {role}; {settings}"


class KeptOpenCursor:
    """A server-side cursor that reads on as the actor who opened it, whoever acts meanwhile: a policy looks at the settings
    of the moment, and the rows of an open cursor are found while they are fetched.
    """

    def __init__(self, cursor, enter: Callable[[], None]):
        self._cursor, self._enter = cursor, enter

    def __getattr__(self, name):
        if name in ("fetchone", "fetchmany", "fetchall", "scroll"):
            self._enter()
        return getattr(self._cursor, name)

    def __iter__(self):
        return iter(self.fetchone, None)


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._pushed = None
        self.execute_wrappers.append(self._as_current_actor)

    def _as_current_actor(self, execute, sql, params, many, context):
        self.enter_actor(current_actor())
        return execute(sql, params, many, context)

    def create_cursor(self, name=None):
        cursor = super().create_cursor(name)
        return KeptOpenCursor(cursor, partial(self.enter_actor, current_actor())) if name else cursor

    def enter_actor(self, actor: Actor | None) -> None:
        """Make the database see this actor; do nothing when it already does."""
        if actor == self._pushed:
            return
        if actor is not None and self.get_autocommit():
            raise OutsideTransaction("an actor's queries need a transaction: use transaction_as()")
        if self.get_autocommit() or self.connection is None:
            return
        status = self.connection.pgconn.transaction_status
        if status == TransactionStatus.INERROR:
            return  # the statement fails anyway; the role is pushed after the rollback
        self._push(actor, begin=status == TransactionStatus.IDLE)

    def _push(self, actor: Actor | None, *, begin: bool) -> None:
        """One round trip: BEGIN (when idle) and the entry, by libpq's simple protocol."""
        self._pushed = UNKNOWN
        sql = ("BEGIN; " if begin else "") + entry_sql(actor)
        with self.wrap_database_errors:
            result = self.connection.pgconn.exec_(sql.encode())
            if result.status != ExecStatus.COMMAND_OK:
                raise self._error_of(result)
        self._pushed = actor

    def _error_of(self, result):
        if result.error_field(DiagnosticField.SQLSTATE) is None:  # not from the server: there is none any more
            return OperationalError("the connection to the database is lost")
        return error_from_result(result, encoding=self.connection.info.encoding)

    def connect(self):
        # What Django asks of a new connection (its types, its settings) is nobody's query, and no transaction is open yet.
        with no_actor():
            return super().connect()

    # --- forgetting -----------------------------------------------------------------------------

    def _set_autocommit(self, autocommit):
        self._pushed = None
        return super()._set_autocommit(autocommit)

    def _commit(self):
        self._pushed = None
        return super()._commit()

    def _rollback(self):
        self._pushed = None
        return super()._rollback()

    def _savepoint_rollback(self, sid):
        try:
            return super()._savepoint_rollback(sid)
        finally:
            self._pushed = UNKNOWN

    def _close(self):
        self._pushed = None
        return super()._close()
