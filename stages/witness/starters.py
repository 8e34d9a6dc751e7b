"""For someone who writes little, or does not know how to go on: feelings as words, and how a sentence may begin."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beheard.web.forms import FEELINGS

FEW_WORDS = 7  # a turn this short gets chips and beginnings, not more questions (DESIGN §5)
STARTERS = {
    "moment": gettext_lazy("The moment I keep going back to is"),
    "hurt": gettext_lazy("What hurt most was"),
    "wish": gettext_lazy("What I would have wished for is"),
    "unsaid": gettext_lazy("What I have not said to anyone is"),
    "afraid": gettext_lazy("I am afraid that"),
    "body": gettext_lazy("In my body it feels like"),
}


def is_short(words: str) -> bool:
    return len(words.split()) <= FEW_WORDS


def feelings_as_words(keys: Sequence[str]) -> str:
    """ "I feel hurt, tired and alone.", in the order of the chips; empty for none."""
    names = [str(label) for key, label in FEELINGS if key in keys]
    if not names:
        return ""
    *first, last = names
    listed = _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    return _("I feel %(feelings)s.") % {"feelings": listed}


def begun(words: str, key: str) -> str:
    """What stands in the box, and below it the beginning of a sentence. Unchanged for a beginning nobody offers."""
    beginning = STARTERS.get(key)
    if beginning is None or str(beginning) in words:
        return words
    return "\n\n".join(part for part in (words.rstrip(), f"{beginning} ") if part)
