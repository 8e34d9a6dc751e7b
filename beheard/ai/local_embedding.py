"""Embeddings without a model: hashed words, word pieces and a small lexicon of kindred words.

Deterministic and the same in every process. Good enough to find "similar moments" in one person's own words and to search
the library; it knows nothing of meaning beyond its lexicon, and little of languages other than English.
"""

import re
from functools import cache, lru_cache
from hashlib import blake2b
from importlib.resources import files

import numpy as np

from beheard.ai.interface import EMBEDDING_DIMENSIONS

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def listed(words: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(words.split())


LONGEST_TEXT = 20_000
LONGEST_WORD = 40
WORD_WEIGHT, PIECES_WEIGHT, PAIR_WEIGHT, CONCEPT_WEIGHT, COMMON_WEIGHT = 1.0, 0.5, 0.35, 1.8, 0.08
NEGATIONS = listed("not never no don't doesn't didn't won't can't isn't wasn't aren't hardly without couldn't wouldn't")
NEGATION_REACH = 4
COMMON = listed(
    "a an and are as at be been but by do does did for from had has have he her him his i if in is it it's its "
    "just me my "
    "of on or our she so than that the their them then there they this to too us was we were what when which who will "
    "with would you your i'm i've he's she's am very really about again all always any even ever get got like more"
)
IRREGULAR = {
    "felt": "feel", "told": "tell", "said": "say", "went": "go", "gone": "go", "left": "leave", "lied": "lie", "lying": "lie",
    "made": "make", "took": "take", "taken": "take", "forgot": "forget", "forgotten": "forget", "spent": "spend", "paid": "pay",
    "thought": "think", "hid": "hide", "hidden": "hide", "heard": "hear", "saw": "see", "seen": "see", "cried": "cry",
    "children": "child", "kids": "kid", "wives": "wife", "fought": "fight", "bought": "buy", "came": "come", "slept": "sleep",
    "tried": "try", "worries": "worry", "worried": "worry", "broke": "break", "broken": "break", "knew": "know", "kept": "keep",
}  # fmt: skip


class LocalEmbedder:
    """Stands in for an embedding model. `embed` gives `(n, 1536)` float32 rows of length 1."""

    name = "local"

    def embed(self, texts: list[str]) -> np.ndarray:
        """Return shape `(len(texts), 1536)`, float32, L2-normalised; equal texts give equal rows."""
        vectors = np.zeros((len(texts), EMBEDDING_DIMENSIONS), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            _fill(row, text)
        return vectors


def _fill(row: np.ndarray, text: str) -> None:
    for feature, weight in _weights(text).items():
        positions, signs = _places(feature)
        row[positions] += signs * np.float32(weight)
    length = float(np.linalg.norm(row))
    if length < 1e-6:
        positions, signs = _places("nothing said")
        row[positions] = signs
        length = float(np.linalg.norm(row))
    row /= length


def _weights(text: str) -> dict[str, float]:
    """Feature -> weight. Repetition counts less and less, so that one long rant isn't all about one word."""
    words = [_plain(word) for word in WORD.findall(text[:LONGEST_TEXT])]
    counts: dict[str, float] = {}
    for feature, weight in _features(words):
        counts[feature] = counts.get(feature, 0.0) + weight
    return {feature: weight if weight < 2 else 2 + np.log2(weight / 2) for feature, weight in counts.items()}


def _features(words: list[str]):
    stems = [stem(word) for word in words]
    negated_until = -1
    for index, (word, root) in enumerate(zip(words, stems, strict=True)):
        if word in NEGATIONS:
            negated_until = index + NEGATION_REACH
        yield from _word_features(word, root)
        if index:
            yield f"2:{stems[index - 1]} {root}", PAIR_WEIGHT * (1 if root not in COMMON else 0.3)
        yield from _concept_features(stems, index, negated=word not in NEGATIONS and index <= negated_until)


def _word_features(word: str, root: str):
    if word in COMMON:
        yield f"1:{root}", COMMON_WEIGHT
        return
    yield f"1:{root}", WORD_WEIGHT
    padded = f"^{root[:LONGEST_WORD]}$"
    pieces = [padded[at : at + 4] for at in range(max(1, len(padded) - 3))]
    for piece in pieces:
        yield f"p:{piece}", PIECES_WEIGHT / len(pieces) ** 0.5


def _concept_features(stems: list[str], index: int, negated: bool):
    lexicon = _concepts()
    candidates = [f"not_{stems[index]}"] if negated else []
    candidates += ["_".join(stems[index : index + length]) for length in (3, 2, 1) if index + length <= len(stems)]
    for candidate in candidates:
        if candidate in lexicon:
            for concept in lexicon[candidate]:
                yield f"c:{concept}", CONCEPT_WEIGHT
            return


def _places(feature: str) -> tuple[np.ndarray, np.ndarray]:
    """Single words and pieces of words are kept in memory for speed; pairs of words, which could say something, are not."""
    return _computed_places(feature) if feature.startswith("2:") else _kept_places(feature)


@lru_cache(maxsize=50_000)
def _kept_places(feature: str) -> tuple[np.ndarray, np.ndarray]:
    return _computed_places(feature)


def _computed_places(feature: str) -> tuple[np.ndarray, np.ndarray]:
    """Four places with signs for a feature. blake2b, since `hash()` differs from process to process."""
    digest = blake2b(feature.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    numbers = [int.from_bytes(digest[at : at + 4], "little") for at in range(0, 16, 4)]
    positions = np.array(sorted({number % EMBEDDING_DIMENSIONS for number in numbers}))
    signs = np.array(
        [1.0 if (numbers[0] >> (20 + bit)) & 1 else -1.0 for bit in range(len(positions))], dtype=np.float32
    )
    return positions, signs / np.float32(len(positions) ** 0.5)


def _plain(word: str) -> str:
    return word.lower().replace("’", "'")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A rough root, so that "listening", "listened" and "listens" meet."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    root = word.removesuffix("'s")
    if len(root) <= 3 or root in COMMON:
        return root
    for ending, replacement in (("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ingly", ""), ("edly", "")):
        if root.endswith(ending) and len(root) - len(ending) >= 2:
            return root[: -len(ending)] + replacement
    for ending in ("ing", "ed"):
        if root.endswith(ending) and len(root) - len(ending) >= 3:
            return _without_doubled_end(root[: -len(ending)])
    if root.endswith("s") and not root.endswith(("ss", "us", "is")):
        root = root[:-1]
    return root.removesuffix("e") if len(root) > 4 else root


def _without_doubled_end(root: str) -> str:
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz":
        return root[:-1]
    return root.removesuffix("e") if len(root) > 4 else root


@cache
def _concepts() -> dict[str, tuple[str, ...]]:
    """Stemmed word, phrase or `not_word` -> the concepts it belongs to."""
    lexicon: dict[str, list[str]] = {}
    for line in files("beheard.ai").joinpath("data/concepts.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        concept, _, words = line.partition(":")
        for word in words.split():
            lexicon.setdefault(_lexicon_key(word), []).append(concept)
    return {word: tuple(concepts) for word, concepts in lexicon.items()}


def _lexicon_key(word: str) -> str:
    return "_".join(part if part == "not" else stem(part) for part in word.split("_"))
