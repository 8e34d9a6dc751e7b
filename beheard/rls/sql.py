"""The few SQL expressions policies are made of.

A setting that is empty gives NULL, so no rows and never an error. The actor is compared without a sub-select: every index
of an owned table holds the owner, so the setting is read once for a scan, and the plan needs no InitPlan (docs/decisions/0008).
The session is in few indexes, so it sits in a scalar sub-select, read once for a statement and not once for a row.
"""

ACTOR = "nullif(current_setting('app.actor_id', true), '')::uuid"
SESSION_NOW = "nullif(current_setting('app.current_session_id', true), '')::uuid"
SESSION = "(SELECT nullif(current_setting('app.current_session_id', true), '')::uuid)"
MAINTENANCE = "(SELECT current_setting('app.maintenance', true)) = 'on'"

MY_SESSIONS = "ANY (ARRAY(SELECT door.my_sessions()))"
MY_RELATIONSHIPS = "ANY (ARRAY(SELECT door.my_relationships()))"


def own(column: str = "owner_id") -> str:
    return f"{column} = {ACTOR}"


def own_in_session(owner: str = "owner_id", session: str = "session_id") -> str:
    """For the guide: this person's rows of this session, and the person really sits in that session."""
    return f"{owner} = {ACTOR} AND {session} = {SESSION}"


def own_in_indexed_session() -> str:
    """The same where an index holds vessel, owner and session together: the vectors."""
    return f"owner_id = {ACTOR} AND session_id = {SESSION_NOW}"


def member_of(column: str = "session_id") -> str:
    return f"{column} = {MY_SESSIONS}"


def current_session(column: str = "session_id") -> str:
    return f"{column} = {SESSION}"


def guided_session(column: str = "session_id") -> str:
    """For the guide: the session it works in, and only when the person it serves sits in it."""
    return f"{column} = {SESSION} AND {column} = {MY_SESSIONS}"
