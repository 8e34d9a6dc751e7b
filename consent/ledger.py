"""What goes into a person's chain, and what of it they are shown.

Links are appended by the database alone (`door.append_consent`): decisions by the door that makes them, the rest by `append`.
A link holds no words: a digest of them under a key of the person's, which is destroyed with that key.

Every link is sealed with a key the database does not have before it is committed (`consent.seals`). So whatever appends runs
inside `sealing(owner_id)`, or `sealing_sweep()` for what a worker appends to anyone's chain. Without it the commit fails.
"""

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables

from beheard.crypto import keyring
from beheard.crypto.fields import encodable
from beheard.crypto.keys import KeyScope
from beheard.people.pages import Place
from beheard.rls import NotYours
from beheard.rls.doors import door, door_value
from consent.models import Action, ConsentEvent, Decision
from consent.seals import first_key, seal_of
from consent.verify import Link, link_hash

DIGEST_KEY = b"beheard consent digest"
HASH_BYTES = 32

# What the last link of a decision says.
NOTED_AS = {
    Decision.GRANTED: {Action.GRANTED, Action.REGRANTED, Action.COOLING, Action.CROSSED},
    Decision.DENIED: {Action.DECLINED},
    Decision.REVOKED: {Action.REVOKED},
}


class LedgerDisagrees(Exception):
    """The database wrote another link than the one it was asked for: its functions are not those of this code."""


class Content(Protocol):
    """What the ledger needs to know of words that may be shared."""

    transformed_content: str
    consent_record_id: UUID

    def key_scope(self) -> KeyScope: ...


@sensitive_variables()
def digest_of(content: Content) -> bytes:
    """32 bytes that name these exact words to whoever holds their key, and tell nobody else anything. Saved or not."""
    key = keyring.data_key_for(content.key_scope(), create=True)
    digest_key = HKDF(algorithm=SHA256(), length=32, salt=None, info=DIGEST_KEY).derive(key.material)
    return hmac.digest(digest_key, encodable(content.transformed_content).encode(), "sha256")


def pseudonym(user_id: UUID) -> bytes:
    """32 bytes that stand for a person in the ledger; nobody finds the person without the server's secret key."""
    return salted_hmac("consent.ledger.actor", str(user_id), algorithm="sha256").digest()


def append(*, place: Place, action: Action, content: Content) -> None:
    """Note an offer or an edit in this person's chain. Decisions are noted where they are made."""
    with sealing(place.user_id, last=(content.consent_record_id, {action})):
        door("note_consent", content.consent_record_id, action.value, pseudonym(place.user_id))


def append_hint(*, place: Place, content_id: UUID) -> None:
    """Note in this person's chain that they used these words of the other's as a hint. NotYours for what they can't read."""
    with sealing(place.user_id):
        if not door_value("note_hint", content_id, pseudonym(place.user_id)):
            raise NotYours


@contextmanager
def sealing(owner_id: UUID, *, last: tuple[UUID, set[Action]] | None = None) -> Iterator[None]:
    """Around whatever appends to the acting person's own chain: what it appended is sealed when it ends.

    Only that is: a link that someone slipped in earlier stays without a seal. `last` is the record and the actions of which the
    last new link, if there is any, must tell; otherwise LedgerDisagrees.
    """
    head = head_of(owner_id)
    yield
    links = [Link(**row) for row in door("links_to_seal", head.sequence if head else 0)]
    if links and last and (links[-1].record_id != last[0] or links[-1].action not in last[1]):
        raise LedgerDisagrees
    _seal(links, lambda *sealed: door("seal_links", *sealed))


@contextmanager
def sealing_sweep() -> Iterator[None]:
    """Around what the system appends to any chain: crossings, and what went back."""
    yield
    links = [Link(**row) for row in door("swept_links")]
    owners = [link.owner_id for link in links]
    _seal(links, lambda *sealed: door("seal_swept_links", owners, *sealed))


def _seal(links: list[Link], store: Callable) -> None:
    """Raises LedgerDisagrees for a link whose hash is not that of its fields: it is not sealed."""
    if not links:
        return
    if any(bytes(link.hash) != link_hash(link) for link in links):
        raise LedgerDisagrees
    key, now = first_key(), timezone.now()
    seals = [
        seal_of(key, owner_id=link.owner_id, sequence=link.sequence, hash=link.hash, sealed_at=now) for link in links
    ]
    store([link.sequence for link in links], now, key.id, seals)


def chain_of(user_id: UUID) -> QuerySet[ConsentEvent]:
    """The person's whole chain, oldest first. Only they (and auditors) see it."""
    return ConsentEvent.objects.filter(owner_id=user_id).order_by("sequence")


def head_of(user_id: UUID) -> ConsentEvent | None:
    """The last link: its hash names everything before it."""
    return ConsentEvent.objects.filter(owner_id=user_id).order_by("-sequence").first()
