"""What the guide is asked about a letter, made in a worker (`stages.suggestions`)."""

from hashlib import sha256
from uuid import UUID

from beheard.rls import Actor
from stages.guide.builtin.coaching import escalated
from stages.guide.builtin.judgment import find_judgment
from stages.guide.escalation import Step, step_for
from stages.guide.interface import Words
from stages.models import Purpose
from stages.perspective.models import EmpathyDraft, EmpathyValidation
from stages.perspective.words import sentences_of
from stages.suggestions import Looked, register

MOST_QUESTIONS = 4
VERSIONS_READ = 12
SOFTER_WORDS = 60
LOOK_AT = {"name", "contact", "threat", "quote"}  # judgments get a question instead
HEATED = {"blame", "heat", "threat", "diagnosis"}


def mark_of(text: str) -> str:
    """Says which words an answer of the guide belongs to."""
    return sha256(text.encode()).hexdigest()


def _reads_draft(actor: Actor, draft_id: UUID) -> Looked | None:
    """The guess, the lines beside it, and the latest versions of the guess up to this one, oldest first."""
    mine = EmpathyDraft.objects.filter(owner_id=actor.user_id, session_id=actor.session_id)
    draft = mine.filter(pk=draft_id).first()
    if draft is None:
        return None
    versions = list(mine.filter(version__lte=draft.version).order_by("-version")[:VERSIONS_READ])[::-1]
    words = (draft.guess, draft.want_known, tuple(version.guess for version in versions))
    return Looked(words, [_looked_at(version, "draft", version.guess) for version in versions])


def _coaches_guess(guide, words: tuple[str, str, tuple[str, ...]]) -> dict:
    guess, want_known, versions = words
    text = f"{guess}\n{want_known}".strip()
    questions = _questions(guide, text)
    return {
        "coach": escalated(_step(versions), guess) or _without(guide.coach_guess(guess), questions),
        "judgments": questions,
        "look_at": [warning.message for warning in guide.check_words(text) if warning.kind in LOOK_AT][:2],
    }


def _step(versions: tuple[str, ...]) -> Step:
    """How far mirroring has come over the versions of a guess, by rules: no model reads the earlier ones again."""
    return step_for(versions, lambda text: [judgment.span for judgment in find_judgment(text)])


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
