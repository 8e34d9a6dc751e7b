"""Who is acting, and what the database lets them see (DESIGN §3)."""

from beheard.rls.actor import Actor, Role, act_as, current_actor, no_actor, transaction_as
from beheard.rls.errors import NoActor, NotNow, NotYours, OutsideTransaction

__all__ = [
    "Actor",
    "NoActor",
    "NotNow",
    "NotYours",
    "OutsideTransaction",
    "Role",
    "act_as",
    "current_actor",
    "no_actor",
    "transaction_as",
]
