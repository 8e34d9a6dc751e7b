"""Tokens: made by a signed-in person, shown once, found by their digest. Everything here runs without an actor."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from beheard.api.models import ApiToken
from beheard.live import sessions as live_sessions
from beheard.rls import NotNow, NotYours, no_actor

DAYS = (1, 7, 30, 90)
MOST = 20
PREFIX = "bh_"


def make(*, user, name: str, days: int, now: datetime) -> tuple[ApiToken, str]:
    """A token for someone who has just given their password, and the secret itself, which is kept nowhere."""
    with no_actor():
        ApiToken.objects.filter(user=user, expires_at__lte=now).delete()
        if ApiToken.objects.filter(user=user).count() >= MOST:
            raise NotNow(_("There are twenty already. Take one away first."))
        secret = PREFIX + secrets.token_urlsafe(32)
        token = ApiToken.objects.create(
            user=user,
            digest=_digest(secret),
            sign_in_hash=user.get_session_auth_hash(),
            name=name,
            created_at=now,
            expires_at=now + timedelta(days=days),
            password_at=now,
        )
    return token, secret


def find(secret: str) -> ApiToken | None:
    """The token with its person, while it lives, the person is active and the password is the one it was made with."""
    now = timezone.now()
    with no_actor():
        token = ApiToken.objects.select_related("user").filter(digest=_digest(secret), expires_at__gt=now).first()
        if token is None or not _stands(token):
            return None
        if token.last_used_on != now.date():
            token.last_used_on = now.date()
            token.save(update_fields=["last_used_on"])
    return token


def still_stands(token_id: UUID) -> bool:
    with no_actor():
        token = ApiToken.objects.select_related("user").filter(pk=token_id, expires_at__gt=timezone.now()).first()
        return token is not None and _stands(token)


def all_of(user) -> list[ApiToken]:
    with no_actor():
        return list(ApiToken.objects.filter(user=user, expires_at__gt=timezone.now()).order_by("-created_at", "-id"))


def revoke(*, user, token_id: UUID) -> None:
    """At once, with every stream it opened. Raises NotYours for another person's."""
    with no_actor():
        gone, _details = ApiToken.objects.filter(pk=token_id, user=user).delete()
    if not gone:
        raise NotYours
    live_sessions.end(session_key_of(token_id))


def revoke_all(*, user) -> None:
    for token in all_of(user):
        revoke(user=user, token_id=token.pk)


def password_given(token: ApiToken, now: datetime) -> None:
    with no_actor():
        token.password_at = now
        token.save(update_fields=["password_at"])


def session_key_of(token_id: UUID) -> str:
    """What stands for a token where a stream names the sign-in it was opened with."""
    return f"token:{token_id}"


def id_in(session_key: str) -> UUID | None:
    """The token that such a name stands for; None for the sign-in of a browser."""
    kind, _colon, token_id = session_key.partition(":")
    return UUID(token_id) if kind == "token" else None


def end_everything(*, user) -> None:
    """Another stamp: no sign-in of a browser and no token is good any more. Streams notice within seconds."""
    revoke_all(user=user)
    with no_actor():
        user.sign_in_stamp = secrets.token_hex(16)
        user.save(update_fields=["sign_in_stamp", "updated_at"])


def _stands(token: ApiToken) -> bool:
    return token.user.is_active and secrets.compare_digest(token.sign_in_hash, token.user.get_session_auth_hash())


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
