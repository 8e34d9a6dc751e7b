"""Recognising messages that are not a telling: silence, "I don't know", anger at the guide, a question to it."""

import re
from dataclasses import dataclass
from functools import cache

from stages.guide.builtin.lexicon import cue, listed, read_toml
from stages.guide.builtin.text import readable, tidy, words

WHOLE = frozenset({"dont_know", "stop", "exactly", "no", "one_word", "greeting", "thanks"})
ORDER = (
    "hostile", "partner_words", "verdict", "prediction", "advice", "about_guide", "anger_at_guide", "greeting", "dont_know",
    "stop",
    "thanks", "exactly", "no", "one_word", "correction", "off_topic", "sarcasm",
)  # fmt: skip
ENGLISH = listed(
    "the and i a to it is that he she my me we you of in was not but for on with they so don't do at have be "
    "this just what her his "
    "no yes all i'm it's never always are like know when him about if how feel or as can't because up out get "
    "her our us am said "
    "had been want did then there really too very from ok okay hello hi thanks tired sad angry alone nothing "
    "everything why who "
    "fine good bad well oh stop please sorry home work love"
)
FOREIGN = listed(
    "ich und nicht ist das die der mein mich er sie wir aber immer nie je ne pas suis mon ma il elle est les des "
    "que nous mais jamais "
    "toujours yo no mi es el la los que pero siempre nunca con me se muy estoy io non mio mia lui lei sono che "
    "per sempre mai eu "
    "não meu minha ele ela sempre het een ik niet van maar altijd nooit jest nie się ja moja ale zawsze nigdy "
    "bir ve ben çok ama"
) - {"no", "me", "was", "die", "a"}


@dataclass(frozen=True, slots=True)
class Move:
    """What kind of message it is. `alone` means that nothing else in it asks to be reflected."""

    kind: str
    alone: bool


def find_move(text: str) -> Move | None:
    """The move of a message, or None if it simply tells something."""
    plain = tidy(readable(text))
    spoken = words(plain)
    if not spoken:
        return Move(_wordless(plain), alone=True)
    if is_other_language(plain):
        return Move("other_language", alone=True)
    for kind in ORDER:
        if _fits(kind, plain, len(spoken)):
            return Move(kind, alone=kind in WHOLE or len(spoken) <= 14)
    return None


def _wordless(plain: str) -> str:
    if not plain.strip(" .…,!?-–—*_\n"):
        return "silence"
    if re.search(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2190-\u21FF]|[:;]-?[()DP]|<3", plain):
        return "emoji"
    return "unreadable"


def _fits(kind: str, plain: str, length: int) -> bool:
    table = read_toml("moves")[kind]
    if length > table.get("most_words", 10_000) or (table.get("needs_question") and "?" not in plain and length > 14):
        return False
    bare = plain.strip(" .…,!?-–—")
    if kind in WHOLE:
        return bool(_whole(kind).fullmatch(bare))
    return any(pattern.search(plain) for pattern in _cues(kind))


@cache
def _cues(kind: str) -> tuple[re.Pattern[str], ...]:
    return tuple(cue(pattern) for pattern in read_toml("moves")[kind]["cues"])


@cache
def _whole(kind: str) -> re.Pattern[str]:
    parts = "|".join(f"(?:{pattern})" for pattern in read_toml("moves")[kind]["cues"])
    filler = (
        r"(?:well|lol|haha|um+|hmm+|oh|i|so|ok|okay|sorry|just|i'd|i would|i'm|it's|really|honestly|no|yes|but)?[,. …]*"
    )
    return re.compile(
        rf"{filler}(?:{parts})(?:[,. …]+(?:{parts}|really|sorry|right now|tbh|for now|today|at the moment|though))*",
        re.I,
    )


def is_other_language(text: str) -> bool:
    """Whether a text seems not to be English. Rules only: by script, and by the small words of a language."""
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) > 3 and sum(1 for letter in letters if ord(letter) > 0x24F) > len(letters) * 0.5:
        return True
    spoken = words(text)
    if len(spoken) < 4:
        return False
    accented = sum(1 for word in spoken if not word.isascii()) / len(spoken)
    if accented >= 0.35 and not any(word in ENGLISH for word in spoken):
        return True
    english = sum(1 for word in spoken if word in ENGLISH or word.partition("'")[0] in ENGLISH) / len(spoken)
    foreign = sum(1 for word in spoken if word in FOREIGN) / len(spoken)
    return foreign > english and (foreign >= 0.2 or english < 0.05)


def answers(kind: str) -> tuple[str, ...]:
    """Whole answers to a move."""
    return tuple(read_toml("moves")[kind]["says"])


def additions(kind: str) -> tuple[str, ...]:
    """Sentences to put after a reflection when a message holds a move and a telling."""
    return tuple(read_toml("moves")[kind].get("with_more", ()))
