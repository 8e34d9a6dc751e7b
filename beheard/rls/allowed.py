"""The tables outside row-level security, each with its reason. Everything else is protected, or check_rls fails.

The login role works on them when there is no actor; actor roles have no grant on any of them, so that an auditor or a
curator can't undo pseudonyms and one partner can't look up the other.
"""

from typing import NamedTuple


class Allowed(NamedTuple):
    reason: str
    grant: str = "SELECT, INSERT, UPDATE, DELETE"


READ = "SELECT"

ALLOWED_TABLES = {
    "people_user": Allowed("accounts: sign-in happens before there is an actor"),
    "people_user_groups": Allowed("accounts: staff groups"),
    "people_user_user_permissions": Allowed("accounts: staff permissions"),
    "auth_group": Allowed("accounts: staff groups"),
    "auth_group_permissions": Allowed("accounts: staff permissions"),
    "auth_permission": Allowed("Django's list of permissions, no person in it"),
    "account_emailaddress": Allowed("allauth: addresses and whether they are verified"),
    "account_emailconfirmation": Allowed("allauth: confirmation keys"),
    "api_apitoken": Allowed("tokens for the API: their digest is looked up before there is an actor"),
    "django_session": Allowed("sign-in sessions, opaque"),
    "django_admin_log": Allowed("what staff did in the admin: no private object has an admin page"),
    "django_content_type": Allowed("Django's list of models, no person in it"),
    "django_migrations": Allowed("which migrations ran", READ),
}
