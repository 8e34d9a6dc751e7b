from stages.guide.interface import Words
from stages.models import Purpose
from stages.repair.models import StrategyDraft
from stages.suggestions import Looked, register


def idea_words(actor, about_id):
    draft = StrategyDraft.objects.filter(pk=about_id, owner_id=actor.user_id, session_id=actor.session_id).first()
    if draft is None:
        return None
    days = f" For {draft.duration_days} days." if draft.duration_days else ""
    text = f"{draft.idea}{days} {draft.measure}".strip()
    return Looked(text, [Words(draft.pk, "person", text, draft.stage, draft.created_at, type="idea")])


def plain(guide, words) -> dict:
    found = guide.plain_idea(words)
    return {"text": found.text, "questions": list(found.questions)}


register(Purpose.PLAIN_IDEA, reads=idea_words, makes=plain)
