"""The trained weights at work. Loaded once, when first needed."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

import numpy as np

from stages.guide.ears.features import BLOCK, BLOCKS

WEIGHTS = "weights.npz"
RARITY_STEPS = 24.0  # rarity is kept in a byte


@dataclass(frozen=True, slots=True)
class Ear:
    """A linear classifier with a column for each thing it listens for.

    `rarity` (SIZE,) is 0 for features it does not know; `usual` (BLOCKS,) is how much a text of middling length says in each
    block; `weights` (SIZE, columns) are bytes to be multiplied with `scale`
    (columns,); `rules` (inputs, columns) weigh what the rules found; `bias` (columns,).
    """

    columns: tuple[str, ...]
    rarity: np.ndarray
    usual: np.ndarray
    weights: np.ndarray
    scale: np.ndarray
    rules: np.ndarray
    bias: np.ndarray

    def scores(self, found: np.ndarray, by_rules: np.ndarray) -> np.ndarray:
        """One score for each column: about 1 where it is surely so, about -1 where it surely is not."""
        values = worth(found, self.rarity, self.usual)
        return (values @ self.weights[found].astype(np.float32)) * self.scale + by_rules @ self.rules + self.bias


def worth(found: np.ndarray, rarity: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """The value of each feature in a text: those of each block are together of length 1, so that words, pieces of words and
    kindred words have the same say however many there are of each; of less in a text that says little, which then stays
    near what is so of most texts."""
    values = rarity[found] / np.float32(RARITY_STEPS)
    block = found // BLOCK
    return values / np.maximum(lengths(values, block), usual)[block]


def lengths(values: np.ndarray, block: np.ndarray) -> np.ndarray:
    """(BLOCKS,) of the values of one text, before they are made comparable."""
    return np.sqrt(np.bincount(block, values * values, minlength=BLOCKS)).astype(np.float32)


@cache
def ear(name: str) -> Ear:
    """The ear for "danger", "mirror" or "needs"."""
    with as_file(files(__package__).joinpath(WEIGHTS)) as path, np.load(path, allow_pickle=False) as stored:
        table = {
            key: stored[f"{name}.{key}"] for key in ("columns", "rarity", "usual", "weights", "scale", "rules", "bias")
        }
    return Ear(**{**table, "columns": tuple(map(str, table["columns"]))})


@cache
def digest() -> str:
    """What the weights were made from: equal to `training.digest()` unless somebody forgot to train."""
    with as_file(files(__package__).joinpath(WEIGHTS)) as path, np.load(path, allow_pickle=False) as stored:
        return str(stored["digest"])
