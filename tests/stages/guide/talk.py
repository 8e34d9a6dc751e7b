"""Helpers: words, bundles and the invented conversations."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from stages.guide.builtin.reply import whole_reply
from stages.guide.interface import Bundle, Words

FOLDER = Path(__file__).parent / "conversations"
NOW = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)


def said(text: str, number: int = 1, *, role: str = "person", stage: int = 1) -> Words:
    return Words(UUID(int=number), role, text, stage, NOW)


def bundle(*thread: Words, stage: int = 1, intensity: int | None = None) -> Bundle:
    return Bundle(stage=stage, purpose="witness", name="Ann", thread=thread, current=thread[-1], intensity=intensity)


def replies(turns: list[str], *, seed: int = 0, stage: int = 1) -> list[str]:
    """What the guide answers to these turns, one after the other."""
    thread: list[Words] = []
    for index, text in enumerate(turns):
        thread.append(said(text, seed * 10_000 + 2 * index + 1, stage=stage))
        answer = whole_reply(bundle(*thread, stage=stage))
        thread.append(said(answer, seed * 10_000 + 2 * index + 2, role="guide", stage=stage))
    return [words.text for words in thread if words.role == "guide"]


def conversations() -> dict[str, dict]:
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
