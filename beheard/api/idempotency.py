"""A post with an Idempotency-Key is done once, however often it arrives, and answered the same each time for a day.

The row is written first, in the post's own transaction: of two that come at the same moment the second waits for the first, and
then finds what it was answered with. What failed was undone with its row, and may be sent again.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.response import Response

from beheard.api.models import AnsweredPost
from beheard.api.problems import KeyReused
from beheard.crypto.errors import WordsUnavailable
from beheard.crypto.keys import KeyKind
from beheard.crypto.models import VesselKey
from beheard.people.pages import Place
from beheard.rls import Actor, NotYours, transaction_as

KEPT = timedelta(hours=24)
KEY = re.compile(r"[\x21-\x7e]{1,200}")
NAMES = UUID("8d1f4c0e-6a3b-5d57-9a4e-3f0c2b7e9d11")  # of the keys that a post hands on to its action


@dataclass(frozen=True)
class Given:
    """The key as it came with the post, or none."""

    key: str | None

    def for_action(self, user_id: UUID) -> UUID:
        """For an action that takes a key of its own: the same for the same post."""
        return uuid5(NAMES, f"{user_id}:{self.key}") if self.key else uuid4()


def given_with(request) -> Given:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        raise ParseError(_("An Idempotency-Key is 1 to 200 visible ASCII characters."))
    return Given(key)


def once(request, given: Given, do: Callable[[], tuple[Response, Place | None]]) -> Response:
    """`do` answers, and says in whose vessel the answer may be kept."""
    if given.key is None:
        return do()[0]
    owner_id = request.user.pk
    row = AnsweredPost(
        owner_id=owner_id,
        key_hash=hashlib.sha256(f"{owner_id}:{given.key}".encode()).digest(),
        fingerprint=_fingerprint(request, owner_id),
        status=0,
        expires_at=timezone.now() + KEPT,
    )
    AnsweredPost.objects.filter(owner_id=owner_id, expires_at__lt=timezone.now()).delete()
    if not _is_first(row):
        return _again(row)
    answer, place = do()
    _keep(row, answer, place)
    return answer


def _is_first(row: AnsweredPost) -> bool:
    """Waits for another post with this key that is still under way."""
    AnsweredPost.objects.bulk_create([row], ignore_conflicts=True)
    return AnsweredPost.objects.filter(pk=row.pk).exists()


def _again(row: AnsweredPost) -> Response:
    before = AnsweredPost.objects.get(owner_id=row.owner_id, key_hash=row.key_hash)
    if bytes(before.fingerprint) != row.fingerprint:
        raise KeyReused
    try:
        return Response(before.body, status=before.status, headers={"Idempotency-Replayed": "true"})
    except WordsUnavailable as erased:  # with the vessel
        raise NotYours from erased


def _keep(row: AnsweredPost, answer: Response, place: Place | None) -> None:
    row.status = answer.status_code
    if answer.data is not None:
        row.session_id, row.vessel_id = place.session.pk, _vessel_id(place)
        row.body = json.loads(answer.renderer_json())
    row.save()


def _vessel_id(place: Place) -> UUID:
    """Of the key that seals this person's vessel here; the vessel itself is of a floor above."""
    mine = VesselKey.objects.filter(kind=KeyKind.PRIVATE, owner_id=place.user_id, session_id=place.session.pk)
    return mine.values_list("vessel_id", flat=True).get(destroyed_at=None)


def _fingerprint(request, owner_id: UUID) -> bytes:
    """Tells whether the same was sent, and nobody without the server's secret anything."""
    sent = json.dumps(_plain(request.data), sort_keys=True, ensure_ascii=False)
    words = f"{owner_id}\n{request.method}\n{request.path}\n{sent}"
    return salted_hmac("beheard.api.idempotency", words, algorithm="sha256").digest()


def _plain(data) -> dict:
    """A file is what is in it; it is left at its beginning, for whoever reads it next."""
    return {name: _digest(value) if isinstance(value, UploadedFile) else value for name, value in data.items()}


def _digest(file: UploadedFile) -> str:
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    return digest


def forget_expired() -> int:
    """As the system: what is older than a day."""
    with transaction_as(Actor.system()):
        expired = AnsweredPost.objects.filter(expires_at__lt=timezone.now())
        return expired._raw_delete(expired.db)
