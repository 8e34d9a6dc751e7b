"""Who may read the stream of which reply."""

from uuid import UUID

from beheard.crypto import keyring
from beheard.live.broker import reply_key
from beheard.live.connection import Grant
from beheard.live.sessions import sign_in_of
from beheard.rls import Actor, transaction_as
from stages.models import Message, MessageRole


def authorise_reply(scope: dict, message_id: UUID) -> Grant | None:
    """Leave to read the reply to this message, for the person who wrote it. None for everyone else, and for nobody."""
    sign_in = sign_in_of(scope)
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
