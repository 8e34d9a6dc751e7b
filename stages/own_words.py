"""Everything a person has said up to a stage, wherever they said it: what a synthesis is made from. Read as `ai`.

What they imagine of the other (the guess in a letter) is left out: it is not about them.
"""

from dataclasses import dataclass

from django.db.models import Model, Q

from beheard.rls import Actor
from stages.ending.models import Closure, SoloEnding
from stages.guide.interface import Words
from stages.models import Message, MessageRole
from stages.needs.models import Noticing
from stages.perspective.models import EmpathyDraft, EmpathyValidation
from stages.repair.models import OwnershipLine, StrategyDraft
from stages.retrieval.words import words_of
from stages.witness.models import Recap
from vessels.private.models import Boundary, EmotionalReading, IdentifiedNeed, UserDocument


@dataclass(frozen=True)
class Told:
    """A table that holds a person's own words, and where in it they are."""

    type: str  # as the context log calls it
    model: type[Model]
    fields: tuple[str, ...]
    time: str = "created_at"
    of: Q = Q()
    newest_only: bool = False


TOLD = [
    Told("reading", EmotionalReading, ("context",), "timestamp"),
    Told("boundary", Boundary, ("description",), of=Q(saved=True)),
    Told("need", IdentifiedNeed, ("words",), of=Q(confirmed=True)),
    Told("document", UserDocument, ("extracted_text",)),
    Told("recap", Recap, ("correction",), "offered_at"),
    Told("draft", EmpathyDraft, ("want_known",), newest_only=True),
    Told("answer", EmpathyValidation, ("to_add",)),
    Told("noticing", Noticing, ("text",)),
    Told("ownership", OwnershipLine, ("text",)),
    Told("idea", StrategyDraft, ("idea",)),
    Told("alone", SoloEnding, ("letter", "request")),
    Told("closing", Closure, ("unmet", "commitment")),
]


def own_words(actor: Actor, stage: int) -> tuple[Words, ...]:
    """The person's own words up to this stage, oldest first."""
    said = [words_of(row) for row in _rows(Message, actor, stage, "for_user_id").filter(role=MessageRole.USER)]
    for told in TOLD:
        said += _told(told, actor, stage)
    return tuple(sorted(said, key=lambda words: (words.at, words.id)))


def _told(told: Told, actor: Actor, stage: int) -> list[Words]:
    rows = _rows(told.model, actor, stage).filter(told.of).order_by(f"-{told.time}", "-id")
    found = []
    for row in rows[:1] if told.newest_only else rows:
        text = "\n".join(filter(None, (getattr(row, field).strip() for field in told.fields)))
        if text:
            found.append(
                Words(id=row.pk, role="person", text=text, stage=row.stage, at=getattr(row, told.time), type=told.type)
            )
    return found


def _rows(model: type[Model], actor: Actor, stage: int, owner: str = "owner_id"):
    return model.objects.filter(**{owner: actor.user_id}, session_id=actor.session_id, stage__lte=stage)
