"""Whether the role the tests log in as is as weak as it must be. Stronger, every isolation test would prove nothing."""

APP_ROLE = "beheard_app"
ACTOR_ROLES = {f"beheard_{actor}" for actor in ("user", "ai", "joint", "curator", "auditor", "system")}

ATTRIBUTES = (
    "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = %s"
)
MEMBERSHIPS = """
    SELECT granted.rolname, inherit_option FROM pg_auth_members
    JOIN pg_roles granted ON granted.oid = roleid JOIN pg_roles member ON member.oid = pg_auth_members.member
    WHERE member.rolname = %s
"""
OWNED = """
    SELECT relname FROM pg_class WHERE relowner = %(role)s::regrole UNION ALL
    SELECT proname FROM pg_proc WHERE proowner = %(role)s::regrole UNION ALL
    SELECT nspname FROM pg_namespace WHERE nspowner = %(role)s::regrole
"""


def ways_around_row_level_security(connection) -> list[str]:
    """A sentence for each way in which the app role could pass by the policies; empty when there is none."""
    names = ["a superuser", "allowed to bypass row-level security", "able to create roles", "able to create databases"]
    flags = connection.execute(ATTRIBUTES, [APP_ROLE]).fetchone()
    found = [f"{APP_ROLE} is {name}" for name, flag in zip([*names, "a replication role"], flags, strict=True) if flag]
    for granted, inherited in connection.execute(MEMBERSHIPS, [APP_ROLE]):
        if granted not in ACTOR_ROLES:
            found.append(f"{APP_ROLE} is a member of {granted}")
        elif inherited:
            found.append(f"{APP_ROLE} inherits {granted}")
    owned = [name for (name,) in connection.execute(OWNED, {"role": APP_ROLE})]
    return found + [f"{APP_ROLE} owns {name}" for name in owned]
