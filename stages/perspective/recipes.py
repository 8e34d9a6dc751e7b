"""What the guide is asked about a letter, made in a worker (`stages.suggestions`)."""

from hashlib import sha256
from uuid import UUID

from beheard.rls import Actor
from stages.guide.interface import Words
from stages.models import Purpose
from stages.perspective.models import EmpathyDraft, EmpathyValidation
from stages.perspective.words import sentences_of
from stages.suggestions import Looked, register

MOST_QUESTIONS = 4
SOFTER_WORDS = 60
LOOK_AT = {"name", "contact", "threat", "quote"}  # judgments get a question instead
HEATED = {"blame", "heat", "threat", "diagnosis"}


def mark_of(text: str) -> str:
    """Says which words an answer of the guide belongs to."""
    return sha256(text.encode()).hexdigest()


def _reads_draft(actor: Actor, draft_id: UUID) -> Looked | None:
    draft = EmpathyDraft.objects.filter(pk=draft_id, owner_id=actor.user_id, session_id=actor.session_id).first()
    return draft and Looked((draft.guess, draft.want_known), [_looked_at(draft, "draft", draft.guess)])


def _coaches_guess(guide, words: tuple[str, str]) -> dict:
    guess, want_known = words
    text = f"{guess}\n{want_known}".strip()
    questions = _questions(guide, text)
    return {
        "coach": _without(guide.coach_guess(guess), questions),
        "judgments": questions,
        "look_at": [warning.message for warning in guide.check_words(text) if warning.kind in LOOK_AT][:2],
    }


def _questions(guide, text: str) -> list[dict]:
    """Curious questions, each beside the sentence it is about; one for a sentence."""
    found = {}
    for judgment in guide.find_judgment(text):
        sentence = next((piece for piece in sentences_of(text) if judgment.span in piece), judgment.span)
        found.setdefault(sentence[:600], judgment.question[:600])
    return [{"phrase": phrase, "question": question} for phrase, question in found.items()][:MOST_QUESTIONS]


def _without(coach: str, questions: list[dict]) -> str:
    """What the guide says, without a question that stands beside its sentence anyway."""
    for asked in questions:
        coach = coach.replace(asked["question"], "").strip() or coach
    return coach


def _reads_added(actor: Actor, answer_id: UUID) -> Looked | None:
    answer = EmpathyValidation.objects.filter(pk=answer_id, owner_id=actor.user_id, session_id=actor.session_id).first()
    return Looked(answer.to_add, [_looked_at(answer, "answer", answer.to_add)]) if answer and answer.to_add else None


def _looked_at(row: EmpathyDraft | EmpathyValidation, kind: str, text: str) -> Words:
    return Words(row.pk, "person", text, row.stage, row.created_at, type=kind)


def _coaches_added(guide, text: str) -> dict:
    heated = any(warning.kind in HEATED for warning in guide.check_words(text))  # calm words need no others
    softer = guide.soften(text, max_words=SOFTER_WORDS) if heated else ""
    return {"of": mark_of(text), "coach": guide.coach_added(text), "softer": "" if softer == text else softer}


register(Purpose.GUESS, reads=_reads_draft, makes=_coaches_guess)
register(Purpose.ADDED, reads=_reads_added, makes=_coaches_added)
