"""Reading the curated micro-experiments from `library/content/*.toml`.

A file is one situation; what stands above its first `[[item]]` holds for all its items. The fingerprint of an item's
words tells the loader whether a curator has edited it since.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from library.words import Effort, NeedCategory, Setting

FOLDER = Path(__file__).parent / "content"
PLAIN_WORDS = 40
REQUIRED = (
    "slug", "title", "description", "plain", "steps", "effort", "setting", "measure", "need_categories", "needs",
    "situation", "category", "cautions", "when_not", "source",
)  # fmt: skip
OPTIONAL = {"duration_minutes": None, "duration_days": None, "solo": False, "cues": ""}
# What a curator may edit and a newer file may replace; with the slug, everything a file says.
WORDS = (
    "title", "description", "category", "situation", "plain", "steps", "duration_minutes", "duration_days", "effort",
    "setting", "measure", "need_categories", "needs", "cues", "cautions", "when_not", "citation", "solo",
)  # fmt: skip
LATER = {"cues"}


class ContentError(ValueError):
    """A content file says something the library can't hold. The message names file, item and problem."""


def read_content(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """All curated items, as field values of GlobalLibraryItem plus `content_version`; raises ContentError."""
    items = [item for path in sorted(folder.glob("*.toml")) for item in _items_of(path)]
    for key in ("slug", "title"):
        _refuse_repeated([item[key] for item in items], key)
    return items


def fingerprint(values: Mapping[str, Any]) -> str:
    """64 hexadecimal digits for the words of one item, whoever wrote them.

    A field that came later counts only where it says something: fingerprints of before it stay true.
    """
    named = [name for name in WORDS if name not in LATER or values.get(name)]
    words = [list(value) if isinstance(value := values[name], (list, tuple)) else value for name in named]
    return sha256(json.dumps(words, ensure_ascii=True).encode()).hexdigest()


def _items_of(path: Path) -> Iterator[dict[str, Any]]:
    try:
        contents = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContentError(f"{path.name}: {error}") from error
    shared = {key: value for key, value in contents.items() if key != "item"}
    for item in contents.get("item", []):
        values = OPTIONAL | shared | item
        where = f"{path.name}, {values.get('slug', 'an item without a slug')}"
        _check(values, where)
        values["setting"] = values["setting"].upper()
        values["citation"] = values.pop("source")
        yield values | {"content_version": fingerprint(values)}


def _check(values: dict[str, Any], where: str) -> None:
    keys = set(values)
    problems = {
        f"lacks {', '.join(sorted(set(REQUIRED) - keys))}": set(REQUIRED) - keys,
        f"has unknown {', '.join(sorted(keys - set(REQUIRED) - set(OPTIONAL)))}": keys - set(REQUIRED) - set(OPTIONAL),
    }
    for problem, holds in problems.items():
        if holds:
            raise ContentError(f"{where} {problem}")
    for problem in _problems(values):
        raise ContentError(f"{where} {problem}")


def _problems(values: dict[str, Any]) -> Iterator[str]:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", values["slug"]):
        yield "has a slug with other signs than a-z, 0-9 and hyphens"
    if values["setting"].upper() not in Setting.values:
        yield f"has an unknown setting {values['setting']!r}"
    if values["effort"] not in Effort.values:
        yield "has an effort outside 1 to 3"
    if unknown := set(values["need_categories"]) - set(NeedCategory.values):
        yield f"has unknown need categories {sorted(unknown)}"
    if not values["need_categories"] or not values["needs"] or not values["steps"]:
        yield "needs at least one need category, one need and one step"
    if not (values["duration_minutes"] or values["duration_days"]):
        yield "says neither duration_minutes nor duration_days"
    if (count := len(values["plain"].split())) > PLAIN_WORDS:
        yield f"has {count} words in its plain form; {PLAIN_WORDS} at most"


def _refuse_repeated(found: list[str], key: str) -> None:
    if repeated := sorted({value for value in found if found.count(value) > 1}):
        raise ContentError(f"{key} used twice: {', '.join(repeated)}")
