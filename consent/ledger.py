"""What goes into a person's chain, and what of it they are shown.

Links are appended by the database alone (`door.append_consent`): decisions by the door that makes them, the rest by `append`.
A link holds no words: a digest of them under a key of the person's, which is destroyed with that key.
"""

import hmac
from typing import Protocol
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables

from beheard.crypto import keyring
from beheard.crypto.fields import encodable
from beheard.crypto.keys import KeyScope
from beheard.people.pages import Place
from beheard.rls.doors import door
from consent.models import Action, ConsentEvent

DIGEST_KEY = b"beheard consent digest"
HASH_BYTES = 32


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
    """Note an offer, an edit or a hint used in this person's chain. Decisions are noted where they are made."""
    door("note_consent", content.consent_record_id, action.value, pseudonym(place.user_id))


def chain_of(user_id: UUID) -> QuerySet[ConsentEvent]:
    """The person's whole chain, oldest first. Only they (and auditors) see it."""
    return ConsentEvent.objects.filter(owner_id=user_id).order_by("sequence")


def head_of(user_id: UUID) -> ConsentEvent | None:
    """The last link: its hash names everything before it."""
    return ConsentEvent.objects.filter(owner_id=user_id).order_by("-sequence").first()
