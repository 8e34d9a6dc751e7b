"""The ear for signs of danger."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import exp

import numpy as np

from stages.guide.builtin.danger import SEEN, URGENT, SafetySign
from stages.guide.ears.classifier import Ear, ear
from stages.guide.ears.features import features, windows

COLUMNS = ("danger", "direct", *URGENT)
LEAST_SCORE = -0.15  # of "danger", from which it counts: see manage.py train_ears --check
NO_DANGER = -0.2  # below it what the rules found counts less
STEEPNESS = 4.0


def by_rules(signs: Iterable[SafetySign]) -> np.ndarray:
    """What the rules found in a window, as the ear takes it: each kind's certainty and whether it counts, then those of any."""
    row = np.zeros(2 * len(URGENT) + 2, np.float32)
    for sign in signs:
        for at in (2 * URGENT.index(sign.kind), 2 * len(URGENT)):
            row[at] = max(row[at], sign.certainty)
            row[at + 1] = max(row[at + 1], float(sign.counts))
    return row


def heard(spoken: list[str], found: list[list[SafetySign]], listening: Ear | None = None) -> list[SafetySign]:
    """The rules' signs (`found`, for each sentence), and the ear's own, as the ear takes them together.

    The ear has heard what the rules found, and has the last word: where it is sure of no danger, theirs counts less; what
    they missed, it adds.
    """
    loudest: dict[int, float] = {}
    own = []
    for here, scores in window_scores(listening or ear("danger"), spoken, found):
        score = float(scores[0])
        for at in range(len(spoken))[here]:
            loudest[at] = max(loudest.get(at, score), score)
        certainty = 1 / (1 + exp(-STEEPNESS * (score - LEAST_SCORE)))
        if certainty >= SEEN:
            kind = URGENT[int(np.argmax(scores[2:]))]
            own.append(SafetySign(kind, round(min(certainty, 0.95), 2), bool(scores[1] > 0)))
    ruled = [_lessened(sign, loudest[at]) for at, signs in enumerate(found) for sign in signs]
    return [*ruled, *own]


def _lessened(sign: SafetySign, score: float) -> SafetySign:
    return sign if score >= NO_DANGER else replace(sign, certainty=round(sign.certainty * 0.5, 2))


def window_scores(
    listening: Ear, spoken: list[str], found: list[list[SafetySign]]
) -> Iterator[tuple[slice, np.ndarray]]:
    """The ear's scores for each window of a text, and which sentences those are."""
    for here, part in windows([features(sentence) for sentence in spoken]) if spoken else ():
        yield here, listening.scores(part, by_rules(sign for signs in found[here] for sign in signs))
