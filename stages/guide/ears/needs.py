"""The ear for families of needs."""

import numpy as np

from stages.guide.builtin.spelling import put_right
from stages.guide.builtin.text import tidy
from stages.guide.ears.classifier import Ear, ear
from stages.guide.ears.features import features

COLUMNS = ("SAFETY", "CONNECTION", "AUTONOMY", "RECOGNITION", "MEANING", "FAIRNESS")
LEAST_SCORE = -0.1  # from which a family is taken: see manage.py train_ears --check
NO_RULES = np.zeros(0, np.float32)


def families(sentence: str, listening: Ear | None = None) -> list[str]:
    """The families of needs that the ear hears in a sentence."""
    scores = (listening or ear("needs")).scores(features(put_right(tidy(sentence))), NO_RULES)
    return [family for family, score in zip(COLUMNS, scores, strict=True) if score >= LEAST_SCORE]
