"""The ear for judgments about the other person."""

import re

import numpy as np

from stages.guide.ears.classifier import Ear, ear
from stages.guide.ears.features import features, windows

KINDS = ("label", "always_never", "mind_reading", "motive", "blame", "contempt", "diagnosis", "comparison")
COLUMNS = ("judgment", *KINDS)
LEAST_SCORE = 0.25  # of "judgment", from which it is one: see manage.py train_ears --check
LEAST_OF_KIND = 0.0  # from which the kind is believed
ANY_KIND = "blame"  # its questions fit any judgment
ANOTHER = re.compile(
    r"\b(?:you|your|yours|he|she|they|him|her|his|hers|them|their|husband|wife|partner|boyfriend|girlfriend|mother|father|mum|dad|"
    r"brother|sister|son|daughter|family|man|woman|person|people|some(?:one|body)|ur|u)\b",
    re.I,
)
NO_RULES = np.zeros(0, np.float32)


def judging(sentences: list[str], listening: Ear | None = None) -> list[tuple[int, str]]:
    """Which sentences the ear takes for judgments, and of what kind: in each window that sounds like one, its loudest sentence
    that speaks of somebody else."""
    listening = listening or ear("mirror")
    parts = [features(sentence) for sentence in sentences]
    found = {}
    for here, part in windows(parts) if parts else ():
        scores = listening.scores(part, NO_RULES)
        if scores[0] >= LEAST_SCORE:
            others = [at for at in range(len(parts))[here] if ANOTHER.search(sentences[at])]
            if not others:
                continue
            at = max(others, key=lambda at: listening.scores(parts[at], NO_RULES)[0])
            kind = int(np.argmax(scores[1:]))
            found.setdefault(at, KINDS[kind] if scores[1 + kind] >= LEAST_OF_KIND else ANY_KIND)
    return sorted(found.items())
