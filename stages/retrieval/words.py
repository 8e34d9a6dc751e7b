"""Messages as a guide gets them."""

from stages.guide.interface import Words
from stages.models import Message, MessageRole


def words_of(message: Message) -> Words:
    return Words(
        id=message.pk,
        role="person" if message.role == MessageRole.USER else "guide",
        text=message.content,
        stage=message.stage,
        at=message.timestamp,
        drawn_from=tuple(message.drawn_from),
    )
