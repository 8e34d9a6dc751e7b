"""What to do when judgment of the other keeps coming back in Stage 2: mirror, mirror again, explore, offer a pause (DESIGN §7).

A pure function over what a person wrote; whoever finds the judgments, the built-in guide or a model, is passed in.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum


class Step(StrEnum):
    """How far it has come. Each text with a new judgment goes one further, one without any begins anew."""

    NOTHING = "nothing"
    MIRROR = "mirror"
    SECOND_MIRROR = "second_mirror"
    EXPLORE = "explore"
    OFFER_PAUSE = "offer_pause"


LADDER = (Step.NOTHING, Step.MIRROR, Step.SECOND_MIRROR, Step.EXPLORE, Step.OFFER_PAUSE)


def step_for(texts: Sequence[str], judgments_in: Callable[[str], Sequence[str]]) -> Step:
    """The step after the last of `texts` (oldest first). `judgments_in` gives the judging phrases of a text.

    A phrase that was mirrored before and still stands moves nothing: it was seen, and it is the person's to keep.
    """
    place, mirrored = 0, set()
    for text in texts:
        found = {phrase.lower() for phrase in judgments_in(text)}
        if not found:
            place, mirrored = 0, set()
        elif found - mirrored:
            place = min(place + 1, len(LADDER) - 1)
            mirrored |= found
    return LADDER[place]
