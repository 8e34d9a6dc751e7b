"""The guide as the rest of the house sees it.

Nothing here touches the database: a guide gets plain values and returns plain values, so that the built-in guide and a
language model can stand behind the same `Guide` (DESIGN §6, §7).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Category(StrEnum):
    """The six families of universal needs (DESIGN §5)."""

    SAFETY = "SAFETY"
    CONNECTION = "CONNECTION"
    AUTONOMY = "AUTONOMY"
    RECOGNITION = "RECOGNITION"
    MEANING = "MEANING"
    FAIRNESS = "FAIRNESS"


class AttributedTo(StrEnum):
    """Who an event is about, as its teller tells it."""

    SELF = "SELF"
    OTHER = "OTHER"
    MUTUAL = "MUTUAL"
    EXTERNAL = "EXTERNAL"


class Source(StrEnum):
    """Where a bundle item comes from."""

    USER = "user"
    SHARED = "shared"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Words:
    """Something one person wrote in their private thread, or the guide wrote to them."""

    id: UUID
    role: Literal["person", "guide"]
    text: str
    stage: int
    at: datetime
    type: str = "message"  # what kind of thing of theirs it is
    drawn_from: tuple[UUID, ...] = ()  # shared items the guide's words rest on


@dataclass(frozen=True, slots=True)
class BundleItem:
    """One thing a prompt may contain, with its provenance. An item that lacks any of it is refused (DESIGN §6)."""

    source: Source
    type: str
    id: UUID
    created_at: datetime
    consent: Literal["own", "active", "public"]
    stage: int
    text: str

    def __post_init__(self):
        Source(self.source)
        missing = [name for name in ("type", "id", "created_at", "consent") if not getattr(self, name)]
        if missing or self.stage is None:
            raise ValueError(f"a bundle item without {', '.join(missing) or 'stage'} is refused")
        if self.source == Source.SHARED and self.consent != "active":
            raise ValueError("a shared item needs an active consent")


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that the guide may know for one reply. `current` is the last thing the person wrote."""

    stage: int
    purpose: str
    name: str
    thread: tuple[Words, ...]
    current: Words
    intensity: int | None = None
    shared: tuple[BundleItem, ...] = ()
    own_items: tuple[BundleItem, ...] = ()
    library: tuple[BundleItem, ...] = ()
    unspoken: tuple[str, ...] = ()  # names the guide never says: the partner's
    spoken: tuple[
        Words, ...
    ] = ()  # the guide's own latest words, so as not to repeat them; never quoted, never in a prompt


class Form(BaseModel):
    """Base of every structured answer: frozen, and nothing beyond its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Quote(Form):
    """Words that occur verbatim in the person's text with that id."""

    words_id: UUID
    text: str = Field(min_length=1, max_length=400)


class Feeling(Form):
    """A feeling the person named or showed. `intensity` is 1 to 10; `named` is False if it was read from cues."""

    word: str
    family: str
    intensity: int = Field(ge=1, le=10)
    named: bool = True


class Event(Form):
    """Something that happened, in the person's own words."""

    description: str = Field(min_length=1, max_length=600)
    attributed_to: AttributedTo
    emotions: tuple[str, ...] = ()
    quote: Quote


class NeedCandidate(Form):
    """A need that may be in what was said. Never confirmed by a guide."""

    need: str
    category: Category
    evidence: tuple[Quote, ...] = Field(min_length=1, max_length=5)
    confidence: float = Field(ge=0, le=1)


class BoundaryOffer(Form):
    """A line the person drew; offered for saving, never saved by itself."""

    description: str = Field(min_length=1, max_length=400)
    non_negotiable: bool
    quote: Quote


class Extraction(Form):
    """What was found in one turn."""

    events: tuple[Event, ...] = ()
    feelings: tuple[Feeling, ...] = ()
    needs: tuple[NeedCandidate, ...] = ()
    boundaries: tuple[BoundaryOffer, ...] = ()

    @property
    def emotions(self) -> tuple[str, ...]:
        """The feeling words of the turn, strongest first."""
        return tuple(feeling.word for feeling in self.feelings)


class Theme(Form):
    """A subject that keeps coming back, by its plain name."""

    name: str
    weight: float = Field(ge=0, le=1)
    evidence: tuple[Quote, ...] = ()


class SynthesisContent(Form):
    """What a person's words add up to. Steers planning; never shown, never in a prompt (DESIGN §6)."""

    themes: tuple[Theme, ...] = ()
    feelings: tuple[Feeling, ...] = ()
    needs: tuple[NeedCandidate, ...] = ()
    words_counted: int = 0


class Judgment(Form):
    """A judgment in a text about the other person. `start` and `end` are character offsets into that text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    span: str
    kind: Literal["label", "always_never", "mind_reading", "motive", "blame", "contempt", "diagnosis", "comparison"]
    question: str


class WordWarning(Form):
    """Something to look at before words cross. `span` occurs verbatim in the text."""

    kind: Literal["blame", "name", "contact", "heat", "threat", "quote", "diagnosis", "long"]
    span: str
    message: str


class PlainIdea(Form):
    """An idea in a form that doesn't tell its author (≤ 40 words), and what would still make it clearer."""

    text: str
    duration_days: int | None = Field(default=None, ge=1, le=365)
    measure: str = ""
    questions: tuple[str, ...] = ()


class CommonGroundCandidate(Form):
    """A need both named, in the same or in kindred words."""

    need: str
    category: Category
    need_a: str
    need_b: str
    confidence: float = Field(ge=0, le=1)


@dataclass(frozen=True, slots=True)
class NamedNeed:
    """A need as its owner confirmed it."""

    need: str
    category: Category


@dataclass(frozen=True, slots=True)
class QueryChoice:
    """A query that may be proposed in a plan: its kind, what it gives, and whether it looks for a text."""

    kind: str
    about: str
    searches: bool


@runtime_checkable
class Planner(Protocol):
    """Proposes what to look at for one reply. It is given nothing but the message; what it proposes is validated elsewhere."""

    def plan(self, text: str, choices: Sequence[QueryChoice]) -> list[dict] | None:
        """Objects with a `kind` and perhaps a `text`; empty when nothing from before should be brought up; None when away."""


@runtime_checkable
class Guide(Protocol):
    """A guide. Every text for a person is never empty, asks at most one thing, and gives no advice, verdict or promise."""

    title: str
    is_model: bool

    def opening(self, name: str, stage: int, purpose: str = "") -> str:
        """The guide's first words at a stage."""

    def first_reflection(self, text: str) -> str:
        """One accurate reflection, one feeling, one question."""

    def reply(self, bundle: Bundle) -> Iterator[str]:
        """Yield the reply in small pieces; joined together they are the whole reply."""

    def extract(self, words: Words) -> Extraction:
        """Find events, feelings, needs and boundaries in one turn of the person."""

    def recap(self, thread: Sequence[Words], unspoken: Sequence[str] = ()) -> str:
        """What the guide has heard so far, 60 to 120 words where the thread gives that much; without the `unspoken` names."""

    def reflect_recap_correction(self, recap_text: str, correction: str, unspoken: Sequence[str] = ()) -> str:
        """The recap again, put right by what the person says of it."""

    def what_is_missing(self, turn: int = 0) -> str:
        """What to ask when a person says "not yet"."""

    def synthesise(self, words: Sequence[Words]) -> SynthesisContent:
        """Themes, feelings and needs with evidence."""

    def find_needs(self, words: Sequence[Words]) -> list[NeedCandidate]:
        """Up to 8 needs with evidence that occurs verbatim in these words."""

    def need_card(self, need: str, category: Category, words: Sequence[Words]) -> str:
        """The need as a card: first person, ≤ 25 words, no accusation."""

    def name_need(self, card: str, category: Category) -> NamedNeed:
        """The need a card speaks of, in the plainest word there is for it. The category is its owner's."""

    def soften(self, text: str, max_words: int = 25) -> str:
        """The same wish without heat and accusation, in at most `max_words` words."""

    def find_judgment(self, text: str) -> list[Judgment]:
        """Judgments about the other, each with a curious question."""

    def check_words(self, text: str) -> list[WordWarning]:
        """What a person may want to look at before these words cross."""

    def plain_idea(self, text: str) -> PlainIdea:
        """The idea in plain form, with questions about what is not yet clear."""

    def common_ground(self, needs_a: Sequence[NamedNeed], needs_b: Sequence[NamedNeed]) -> list[CommonGroundCandidate]:
        """Up to 5 needs that both named."""

    def topic(self, words: Sequence[Words]) -> str:
        """A neutral topic in at most 20 words."""

    def coach_guess(self, text: str) -> str:
        """Answer to a guess at what it is like to be the other: curiosity and at most one question."""

    def coach_added(self, text: str) -> str:
        """Answer to what someone would want the other to know."""
