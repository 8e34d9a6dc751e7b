"""Choosing words: what was said before in this conversation is not said again, and the choice is the same every time."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from stages.guide.builtin.lexicon import read_toml
from stages.guide.builtin.text import capital, steady_number
from stages.guide.interface import Words
from stages.guide.last_filter import broken_rules

RECENT = 6


@dataclass
class Voice:
    """The guide's memory of its own words in one conversation, and a seed that depends on the message alone."""

    seed: int
    said: tuple[str, ...] = ()
    now: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.everything = "\n".join(self.said).lower()
        self.recent = "\n".join(self.said[-RECENT:]).lower()
        self.last_opening = opening_of(self.said[-1]) if self.said else ""

    @property
    def asked_lately(self) -> int:
        """How many of the last replies in a row held a question."""
        count = 0
        for text in reversed(self.said):
            if "?" not in text:
                break
            count += 1
        return count

    def fresh(self, options: Sequence[str], *, opening: bool = False, again: bool = False, **values: str) -> str:
        """One of the options with its values filled in, not said before; "" if there is none. `again` allows old ones."""
        filled = [(option, fill(option, **values)) for option in self.turned(options)]
        usable = [(option, text) for option, text in filled if not self._clashes(text, opening)]
        for option, text in usable:
            if not self._heard(option, self.everything):
                return text
        if again:
            return next((text for option, text in usable if not self._heard(option, self.recent)), "")
        return ""

    def turned(self, options: Sequence[str]) -> list[str]:
        """The options, beginning somewhere that the seed decides."""
        if not options:
            return []
        start = steady_number(self.seed, len(options), options[0]) % len(options)
        return [*options[start:], *options[:start]]

    def _clashes(self, text: str, opening: bool) -> bool:
        lowered = text.lower()
        if broken_rules(text):
            return True
        if any(lowered == one.lower() for one in self.now) or lowered in self.everything and len(lowered) > 12:
            return True
        if opening and not self.said and text.startswith(("And ", "So ")):
            return True
        return opening and opening_of(text) == self.last_opening

    def _heard(self, option: str, where: str) -> bool:
        literal = max(re.split(r"\{\w\}", option), key=len).strip().lower()
        return len(literal) > 7 and literal in where

    def frame(self, name: str, *, opening: bool = False, **values: str) -> str:
        """A sentence from the frames of that name."""
        return self.fresh(read_toml("frames")[name], opening=opening, again=True, **values)


def fill(option: str, **values: str) -> str:
    """Put the values into a frame; a sentence begins with a capital letter wherever the value lands."""
    for key, value in values.items():
        option = option.replace("{" + key + "}", value).replace("{" + key.upper() + "}", capital(value))
    return re.sub(r"(^|[.?] )([a-z])", lambda match: match[1] + match[2].upper(), option)


def opening_of(text: str) -> str:
    """The first two words, lower case."""
    return " ".join(re.findall(r"[\w']+", text.lower())[:2])


def voice_for(current: Words, thread: Iterable[Words]) -> Voice:
    """The voice for an answer to `current`."""
    said = tuple(words.text for words in thread if words.role == "guide" and words.id != current.id)
    return Voice(seed=steady_number(current.id, len(said)), said=said)
