"""Fixed and half-fixed words: openings, "not yet", coaching of a guess, of what one would want the other to know."""

import re

from stages.guide.builtin.echo import has_heat
from stages.guide.builtin.judgment import find_judgment
from stages.guide.builtin.lexicon import read_toml
from stages.guide.builtin.moves import find_move
from stages.guide.builtin.soften import ACCUSATION
from stages.guide.builtin.text import readable, steady_number, tidy, words
from stages.guide.escalation import Step
from stages.guide.last_filter import fit_to_read

OTHER = re.compile(r"\b(?:he|she|they|him|her|them|his|their|you|your)\b", re.I)
OWN = re.compile(r"\b(?:I|I'm|I've|me|my|mine)\b", re.I)
INSIDE = re.compile(
    r"\b(?:feels?|felt|feeling|afraid|scared|tired|worried|lonely|alone|ashamed|wants?|hopes?|needs?|longs?|"
    r"wishes|misses|fears?|might|maybe|perhaps|must be|could be|I imagine|I guess|wonder)\b",
    re.I,
)


def opening(name: str, stage: int, purpose: str = "") -> str:
    """The first words at a stage, or for a purpose that has words of its own ("return", "empathy", "added", "alone")."""
    table = read_toml("openings")
    if stage == 1 and purpose in ("first", "first words", "first_words"):
        options = table["first"]
    else:
        options = table["purpose"].get(purpose) or table["stage"].get(str(stage)) or table["stage"]["1"]
    return fit_to_read(_choose(options, name, stage, purpose).replace("{name}", _plain_name(name)))


def _plain_name(name: str) -> str:
    return re.sub(r"[^\w' -]", "", name).strip()[:40] or "friend"


def what_is_missing(turn: int = 0) -> str:
    """What to ask when a person says "not yet". `turn` varies it."""
    options = read_toml("openings")["missing"]["says"]
    return fit_to_read(options[turn % len(options)])


def coach_guess(text: str) -> str:
    """Curiosity about a guess at the other's side: one thing noticed, one question. No grade, nothing about the real other."""
    plain = tidy(readable(text))
    move = find_move(text)
    if move and move.kind in ("other_language", "unreadable", "silence", "emoji", "hostile"):
        return fit_to_read(_choose(read_toml("moves")[move.kind]["says"], text))
    judgments = find_judgment(plain)
    if judgments:
        return fit_to_read(f"{_say('coach_judging', text)} {judgments[0].question}")
    if len(words(plain)) < 8:
        return _coached("coach_short", text)
    kind = (
        "coach_own"
        if len(OWN.findall(plain)) > len(OTHER.findall(plain)) and not INSIDE.search(plain)
        else "coach_near"
    )
    return _coached(kind, text)


def escalated(step: Step, text: str) -> str:
    """What is said from the second mirror on; "" before. At most one question, and none with the offer of a pause."""
    if step in (Step.SECOND_MIRROR, Step.EXPLORE):
        return _coached(step.value, text)
    return fit_to_read(_say(step.value, text)) if step == Step.OFFER_PAUSE else ""


def coach_added(text: str) -> str:
    """Answer to what someone would want the other to know: whether it may arrive as blame, and at most one question."""
    plain = tidy(readable(text))
    if find_judgment(plain) or has_heat(plain) or ACCUSATION.search(plain):
        return _coached("added_heat", text)
    if len(words(plain)) < 4:
        return _coached("added_short", text)
    return fit_to_read(_say("added_good", text))


def _coached(kind: str, text: str) -> str:
    return fit_to_read(f"{_say(kind, text)} {_choose(read_toml('openings')[kind]['questions'], text, kind)}")


def _say(kind: str, text: str) -> str:
    return _choose(read_toml("openings")[kind]["says"], text)


def _choose(options, *seed: object) -> str:
    return options[steady_number(*seed) % len(options)]
