"""A key for each vessel, and words that are sealed at rest (DESIGN §4)."""

from beheard.crypto.errors import MasterKeyMissing, WordsTampered, WordsUnavailable
from beheard.crypto.keys import DataKey, KeyKind, KeyScope

__all__ = ["DataKey", "KeyKind", "KeyScope", "MasterKeyMissing", "WordsTampered", "WordsUnavailable"]
