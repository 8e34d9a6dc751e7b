from stages.models import Message, MessageRole, Purpose
from stages.retrieval import CONTRACTS, words_of
from stages.suggestions import Looked, register


def own_words(actor, about_id):
    """The person's own words of this session, oldest first; None when there are none."""
    rows = Message.objects.filter(
        for_user_id=actor.user_id,
        session_id=actor.session_id,
        role=MessageRole.USER,
        stage__in=CONTRACTS[1].turns_from,
    ).order_by("timestamp", "id")[:60]
    said = tuple(words_of(row) for row in rows)
    return Looked(said, said) if said else None


register(Purpose.TOPIC, reads=own_words, makes=lambda guide, words: {"text": guide.topic(words)})
