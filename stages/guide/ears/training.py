"""Making the weights from the corpus: ridge regression towards +1 and -1, solved exactly. Same corpus, same weights."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import numpy as np

from stages.guide.builtin.danger import signs_by_sentence
from stages.guide.ears import classifier, danger
from stages.guide.ears.classifier import RARITY_STEPS, Ear, lengths, worth
from stages.guide.ears.corpus import COLUMNS, Example, corpus_files, examples, ordinary
from stages.guide.ears.features import BLOCK, SIZE, WINDOW, features, split, together

NAMES = ("danger", "mirror", "needs")
RIDGE = 1.0
FOLDS = 10  # of files, in cross-validation
ORDINARY = 3.0  # what a text of ordinary talk counts, beside a hard negative
INDIRECT = 0.1  # what a hint of danger counts, beside one that is said: hints sound like much that is harmless
SEEN_IN = 3  # texts, at least, for a feature to be known
BIAS, RULES = 0.1, 0.4  # how freely these are used, beside what was said
COLUMNS_AT_ONCE = 4096
MADE_FROM = ("features.py", "training.py", "kindred.txt")
RULE_FILES = ("danger.py", "data/safety.toml", "data/safety_families.toml", "data/safety_spelling.toml")


@dataclass(frozen=True, slots=True)
class Lesson:
    """Everything an ear learns from, a row for each text.

    `found` are the features, `rules` (rows, inputs) what the rules say of it, `wanted` (rows, columns) is ±1, `weight`
    (rows,) how much it counts, `group` (rows,) the fold of its file (-1 for ordinary talk); `rarity` (SIZE,) and `usual`
    (BLOCKS,) are the ear's; `gram` (rows, rows) is likeness.
    """

    found: list[np.ndarray]
    rules: np.ndarray
    wanted: np.ndarray
    weight: np.ndarray
    group: np.ndarray
    rarity: np.ndarray
    usual: np.ndarray
    gram: np.ndarray


def lesson(name: str) -> Lesson:
    """The examples for an ear as numbers; for danger, ordinary talk about quarrels as well, which holds none."""
    every = examples(name)
    spoken = [split(example.text) for example in every]
    calm = list(_calm()) if name == "danger" else []
    rows = [*spoken, *calm]
    found = [together(map(features, sentences)) for sentences in rows]
    rules = np.array([_by_rules(name, sentences) for sentences in rows], np.float32)
    rarity = _rarity(found)
    usual = _usual(found, rarity)
    wanted = np.full((len(rows), len(COLUMNS[name])), -1.0)
    for row, one in enumerate(every):
        wanted[row, [column in one.columns for column in COLUMNS[name]]] = 1.0
    hands, group = np.unique([one.file for one in every], return_inverse=True)
    return Lesson(
        found=found,
        rules=rules,
        wanted=wanted,
        weight=np.array([*map(_weight, every), *[ORDINARY] * len(calm)]),
        group=np.concatenate([group % min(FOLDS, len(hands)), np.full(len(calm), -1)]),
        rarity=rarity,
        usual=usual,
        gram=_gram(found, rules, rarity, usual),
    )


def _weight(one: Example) -> float:
    return INDIRECT if "danger" in one.columns and "direct" not in one.columns else 1.0


def _calm() -> Iterator[list[str]]:
    """Talk without danger, in windows: what was written for the other ears, unless the rules find danger in it."""
    for text in ordinary():
        spoken = split(text)
        found = signs_by_sentence(spoken)
        if not any(sign.counts for signs in found for sign in signs):
            for first in range(max(1, len(spoken) - WINDOW + 1)):
                yield spoken[first : first + WINDOW]


def _by_rules(name: str, sentences: list[str]) -> np.ndarray:
    if name != "danger":
        return np.zeros(0, np.float32)
    return danger.by_rules(sign for signs in signs_by_sentence(sentences) for sign in signs)


def _rarity(found: list[np.ndarray]) -> np.ndarray:
    """The rarer a feature the more it says; those of a single text are not known at all. In steps that fit a byte."""
    seen = np.bincount(np.concatenate(found), minlength=SIZE)
    rarity = np.log((len(found) + 1) / (seen + 1.0))
    return np.where(seen >= SEEN_IN, np.maximum(1, np.rint(rarity * RARITY_STEPS)), 0).astype(np.uint8)


def _usual(found: list[np.ndarray], rarity: np.ndarray) -> np.ndarray:
    """The middle one of all texts' lengths in each block."""
    every = [lengths(rarity[one] / np.float32(RARITY_STEPS), one // BLOCK) for one in found]
    return np.median(np.array(every), axis=0).astype(np.float32)


def _gram(found: list[np.ndarray], rules: np.ndarray, rarity: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """How alike each two texts are."""
    known = np.flatnonzero(rarity)
    place = np.full(SIZE, -1)
    place[known] = np.arange(len(known))
    gram = BIAS + RULES * (rules.astype(np.float64) @ rules.T.astype(np.float64))
    rows, columns, values = _entries(found, rarity, usual)
    columns = place[columns]
    for first in range(0, len(known), COLUMNS_AT_ONCE):
        here = (columns >= first) & (columns < first + COLUMNS_AT_ONCE)
        block = np.zeros((len(found), COLUMNS_AT_ONCE), np.float32)
        block[rows[here], columns[here] - first] = values[here]
        gram += block @ block.T
    return gram


def _entries(
    found: list[np.ndarray], rarity: np.ndarray, usual: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = np.repeat(np.arange(len(found)), [len(one) for one in found])
    return rows, np.concatenate(found), np.concatenate([worth(one, rarity, usual) for one in found])


def learn(name: str, taught: Lesson, rows: np.ndarray) -> Ear:
    """The ear that these rows of a lesson make."""
    own = taught.gram[np.ix_(rows, rows)] + np.diag(RIDGE / taught.weight[rows])
    shares = np.linalg.solve(own, taught.wanted[rows])
    found = [taught.found[row] for row in rows]
    texts, columns, values = _entries(found, taught.rarity, taught.usual)
    exact = (
        np.stack([np.bincount(columns, values * share[texts], minlength=SIZE) for share in shares.T], axis=1)
        * (taught.rarity > 0)[:, None]
    )
    scale = np.abs(exact).max(axis=0) / 127
    return Ear(
        columns=COLUMNS[name],
        rarity=taught.rarity,
        usual=taught.usual,
        weights=np.rint(exact / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        rules=(RULES * taught.rules[rows].T @ shares).astype(np.float32),
        bias=(BIAS * shares.sum(axis=0)).astype(np.float32),
    )


def by_ears_that_do_not_know_it(name: str, taught: Lesson) -> Iterator[tuple[Example, Ear]]:
    """Each example with an ear that learnt from the other files: what it hears of a hand it has never read."""
    for group in range(taught.group.max() + 1):
        ear = learn(name, taught, np.flatnonzero(taught.group != group))
        for row in np.flatnonzero(taught.group == group):
            yield examples(name)[row], ear


def digest() -> str:
    """Everything the weights are made from, in one number."""
    total = sha256()
    here = files(__package__)
    for name in (*NAMES, "ordinary"):
        for file, content in corpus_files(name).items():
            total.update(f"{file}\n{content}".encode())
    for path in [here.joinpath(file) for file in MADE_FROM]:
        total.update(path.read_bytes())
    for path in [here.joinpath("..", "builtin", *file.split("/")) for file in RULE_FILES]:
        total.update(path.read_bytes())
    return total.hexdigest()


def write() -> Path:
    """Make the weights from the whole corpus and store them."""
    stored: dict[str, np.ndarray] = {"digest": np.array(digest())}
    for name in NAMES:
        taught = lesson(name)
        ear = learn(name, taught, np.arange(len(taught.found)))
        for key in ("rarity", "usual", "weights", "scale", "rules", "bias"):
            stored[f"{name}.{key}"] = getattr(ear, key)
        stored[f"{name}.columns"] = np.array(ear.columns)
    path = Path(str(files(__package__).joinpath(classifier.WEIGHTS)))
    np.savez_compressed(path, **stored)
    classifier.ear.cache_clear()
    classifier.digest.cache_clear()
    return path
