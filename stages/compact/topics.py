"""The topic, for someone who holds a link but has no seat yet."""

from beheard.crypto import envelope
from beheard.crypto.keys import KeyScope
from beheard.people.models import Session


def topic_of(found: dict) -> str:
    """The approved topic of an open invitation, opened with the joint key that the door handed out with it."""
    if found["topic"] is None or found["key_wrapped"] is None or found["state"] != "open":
        return ""
    scope = KeyScope.joint(found["shared_vessel_id"], found["session_id"])
    key = envelope.unwrap(bytes(found["key_wrapped"]), found["key_id"], scope)
    place = (Session._meta.db_table, "topic", str(found["session_id"]))
    return envelope.unseal(key, bytes(found["topic"]), *place).decode()
