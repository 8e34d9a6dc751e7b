"""Who may read the stream of which reply."""

from uuid import UUID

from beheard.api import tokens
from beheard.crypto import keyring
from beheard.live import sessions
from beheard.live.broker import reply_key
from beheard.live.connection import Grant
from beheard.live.sessions import SignIn
from beheard.rls import Actor, transaction_as
from stages.models import Message, MessageRole


def authorise_reply(scope: dict, message_id: UUID) -> Grant | None:
    """Leave to read the reply to this message, for the person who wrote it. None for everyone else, and for nobody."""
    sign_in = _by_token(scope) or sessions.sign_in_of(scope)
    if sign_in is None:
        return None
    with transaction_as(Actor.user(sign_in.user.pk)):
        message = Message.objects.filter(pk=message_id, for_user_id=sign_in.user.pk, role=MessageRole.USER).first()
        if message is None:
            return None
        return Grant(
            stream_key=reply_key(message_id),
            open=keyring.opener(message.key_scope(), message_id),
            session_key=sign_in.session_key,
            already_done=Message.objects.filter(in_reply_to=message_id).exists(),
        )


def still_signed_in(session_key: str) -> bool:
    """Whether the sign-in of a browser, or the token, that opened a stream still stands."""
    token_id = tokens.id_in(session_key)
    return tokens.still_stands(token_id) if token_id else sessions.still_signed_in(session_key)


def _by_token(scope: dict) -> SignIn | None:
    header = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"), "")
    kind, _space, secret = header.partition(" ")
    token = tokens.find(secret.strip()) if kind.lower() == "bearer" else None
    return SignIn(token.user, tokens.session_key_of(token.pk)) if token else None
