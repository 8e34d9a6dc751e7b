"""Crisis and abuse language, recognised outside any model and before it (DESIGN §7, §8).

Rules (`builtin/danger.py`) see what is said in words they know, a trained ear (`ears/`) hears some of what they miss. Both miss
things, and both take some for more than it is; so `certainty` is shown, and nothing is ever done to a person because of it:
they are shown where help is, and the guide stays.
"""

from stages.guide.builtin.danger import LEAST, URGENT, SafetySign, signs_by_sentence
from stages.guide.builtin.lexicon import read_toml
from stages.guide.ears.danger import heard
from stages.guide.ears.features import split

__all__ = ["LEAST", "SafetySign", "find_signs", "points_to_help", "safety_sign", "safety_words"]
LONGEST = 20_000


def find_signs(text: str) -> list[SafetySign]:
    """All signs of a text, the most urgent kind first, one for each kind. Texts beyond 20,000 characters are read in part."""
    spoken = split(text[:LONGEST])
    best: dict[str, SafetySign] = {}
    for sign in heard(spoken, signs_by_sentence(spoken)):
        if sign.certainty > getattr(best.get(sign.kind), "certainty", 0):
            best[sign.kind] = sign
    return sorted(best.values(), key=lambda sign: (not sign.counts, URGENT.index(sign.kind)))


def safety_sign(text: str) -> SafetySign | None:
    """The most urgent sign that counts, or None."""
    return next((sign for sign in find_signs(text) if sign.counts), None)


def safety_words(sign: SafetySign) -> str:
    """What the guide says then: calm, no question, pointing to the page "Get help now"; and it stays."""
    return read_toml("safety")["words"][sign.kind]


def points_to_help(answer: str) -> bool:
    """Whether an answer of the guide begins with the words about help: then the page puts the way there beside it."""
    return answer.startswith(tuple(read_toml("safety")["words"].values()))
