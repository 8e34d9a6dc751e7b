"""The forms the small model fills in. They hold quotes, never ids: which message a quote comes from we find ourselves."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from stages.guide.interface import AttributedTo, Category

Intent = Literal["EMOTIONAL_VALIDATION", "STAGE_ENFORCEMENT", "RECALL_COMMITMENT", "OFFER_CONTINUITY", "AVOID_RECALL"]
JudgmentKind = Literal[
    "label", "always_never", "mind_reading", "motive", "blame", "contempt", "diagnosis", "comparison"
]
LookAtKind = Literal["name", "contact", "heat", "threat", "quote"]


class Answer(BaseModel):
    """Lenient in what it takes: a field too many is dropped, what matters is checked."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class EventAnswer(Answer):
    quote: str
    about: AttributedTo
    feelings: list[str] = []


class FeelingAnswer(Answer):
    word: str
    strength: int = Field(default=5, ge=1, le=10)
    named: bool = True
    quote: str


class NeedAnswer(Answer):
    need: str
    category: Category
    quotes: list[str]
    confidence: float = Field(default=0.5, ge=0, le=1)


class BoundaryAnswer(Answer):
    quote: str
    beyond_question: bool = False


class ExtractionAnswer(Answer):
    events: list[EventAnswer] = []
    feelings: list[FeelingAnswer] = []
    needs: list[NeedAnswer] = []
    boundaries: list[BoundaryAnswer] = []


class ThemeAnswer(Answer):
    name: str
    quotes: list[str] = []


class NeedsAnswer(Answer):
    needs: list[NeedAnswer] = []
    themes: list[ThemeAnswer] = []


class JudgmentAnswer(Answer):
    words: str
    kind: JudgmentKind
    question: str = ""


class LookAtAnswer(Answer):
    words: str
    kind: LookAtKind


class MirrorAnswer(Answer):
    judgments: list[JudgmentAnswer] = []
    look_at: list[LookAtAnswer] = []


class NameAnswer(Answer):
    need: str


class CommonAnswerPair(Answer):
    first: str
    second: str
    need: str
    confidence: float = Field(default=0.5, ge=0, le=1)


class CommonAnswer(Answer):
    pairs: list[CommonAnswerPair] = []


class IdeaAnswer(Answer):
    text: str
    days: int | None = None
    measure: str = ""
    questions: list[str] = []


class QueryAnswer(Answer):
    kind: str
    text: str = ""


class PlanAnswer(Answer):
    intent: Intent = "OFFER_CONTINUITY"
    queries: list[QueryAnswer] = []
