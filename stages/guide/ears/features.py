"""What a sentence is made of, as numbers: words in ones, twos and threes, pieces of words, kindred words near each other."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from zlib import crc32

import numpy as np

from stages.guide.builtin.spelling import put_right
from stages.guide.builtin.text import sentences, tidy

BLOCK = 1 << 15
BLOCKS = 3
SIZE = BLOCKS * BLOCK
WORDS, PIECES, KINDRED = range(BLOCKS)
WINDOW = 3  # sentences
REACH = 5  # words between which kindred words are near each other
LONGEST_WORD, LONGEST_SENTENCE = 30, 120
WORD = re.compile(r"[a-zà-ÿ]+(?:'[a-z]+)?|[!?.]")
ENDINGS = ("ing", "edly", "ed", "es", "s", "ly")


def split(text: str) -> list[str]:
    """The sentences of a text with hurried spelling put right."""
    return [sentence.text for sentence in sentences(put_right(tidy(text)))]


def features(sentence: str) -> np.ndarray:
    """The features of a sentence that `split` gave: sorted, each once, from 0 to `SIZE`. Only its first 120 words are read."""
    said = WORD.findall(sentence.lower().replace("n't", " not"))[:LONGEST_SENTENCE]
    words = ["^", *said, "$"]
    kin = [kindred(word) for word in words]
    found = {WORDS * BLOCK + crc32(key.encode()) % BLOCK for key in _runs(words)}
    found.update(KINDRED * BLOCK + crc32(key.encode()) % BLOCK for key in _near(kin))
    for word in set(said):
        found.update(_pieces(word))
    return np.array(sorted(found), np.int32)


def together(parts: Iterable[np.ndarray]) -> np.ndarray:
    """The features of several sentences as one."""
    return np.unique(np.concatenate([np.empty(0, np.int32), *parts]))


def windows(parts: list[np.ndarray]) -> Iterator[tuple[slice, np.ndarray]]:
    """A text as it is listened to: whole up to three sentences, otherwise each three in a row. Which they are, and features."""
    for first in range(max(1, len(parts) - WINDOW + 1)):
        here = slice(first, first + WINDOW)
        yield here, together(parts[here])


def _runs(words: list[str]) -> Iterator[str]:
    for at, word in enumerate(words):
        yield word
        yield " ".join(words[at : at + 2])
        yield " ".join(words[at : at + 3])


def _near(kin: list[str]) -> Iterator[str]:
    for at, first in enumerate(kin):
        yield first
        for second in kin[at + 1 : at + 1 + REACH]:
            yield f"{first} {second}"
        yield " ".join(("", *kin[at : at + 3]))
        yield " ".join(("", *kin[at : at + 4]))
    classes = sorted({one for one in kin if one.isupper()})
    for at, first in enumerate(classes):
        for second in classes[at + 1 :]:
            yield f"{first}+{second}"


@lru_cache(maxsize=20_000)
def _pieces(word: str) -> tuple[int, ...]:
    """A word's own runs of three to five letters. Words are kept in memory; what stands beside them is not."""
    closed = f"<{word[:LONGEST_WORD]}>"
    keys = {closed[at : at + length] for length in (3, 4, 5) for at in range(len(closed) - length + 1)}
    return tuple(PIECES * BLOCK + crc32(key.encode()) % BLOCK for key in keys)


@lru_cache(maxsize=20_000)
def kindred(word: str) -> str:
    """The class of a word, in capitals, or its stem if it has none."""
    root = _stem(word)
    return _classes().get(word) or _classes().get(root) or root


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            word = word[:-1] if len(word) > 3 and word[-1] == word[-2] else word
            break
    return word.rstrip("e") if len(word) > 3 else word


@cache
def _classes() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in files(__package__).joinpath("kindred.txt").read_text("utf-8").splitlines():
        name, _, words = line.partition(":")
        if not line.startswith("#"):
            for word in words.split():
                found.setdefault(word, name.upper())
    return found
