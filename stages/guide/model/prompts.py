"""The prompts, as files in stages/guide/prompts that someone who knows facilitation can read and change."""

from enum import StrEnum
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "prompts"
HOUSE = "house"


class Prompt(StrEnum):
    """What a model is asked for; the value is the file's name."""

    OPENING = "opening"
    WITNESS = "witness"
    MIRROR = "mirror"
    EMOTIONAL_SUPPORT = "emotional_support"
    CHECK_IN = "check_in"
    RECAP = "recap"
    TOPIC_FRAMING = "topic_framing"
    EMPATHY_COACHING = "empathy_coaching"
    CONTENT_TRANSFORMATION = "content_transformation"
    SUGGESTIONS = "suggestions"
    PROPOSAL_REFINEMENT = "proposal_refinement"
    NEED_FINDING = "need_finding"
    EXTRACTION = "extraction"
    MIRROR_DETECTION = "mirror_detection"
    NAMING = "naming"
    PLANNING = "planning"


@cache
def text_of(name: str) -> str:
    """The words of one file. Raises FileNotFoundError."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8").strip()


def for_words(prompt: Prompt) -> str:
    """Instructions for a text that a person reads: the house's own come first."""
    return f"{text_of(HOUSE)}\n\n{text_of(prompt)}"
