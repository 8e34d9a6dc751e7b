"""No lock waits for rows that only name what is locked (docs/decisions/0018)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

PACKAGES = ("beheard", "consent", "library", "stages", "vessels")
PLAIN = {".sql": re.compile(r"FOR UPDATE"), ".py": re.compile(r"select_for_update\((?![^)]*no_key=True)|FOR UPDATE")}


def sources() -> list[Path]:
    found = [path for package in PACKAGES for path in (settings.BASE_DIR / package).rglob("*") if path.suffix in PLAIN]
    return [path for path in found if "migrations" not in path.parts]


def plain_locks(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if PLAIN[path.suffix].search(line)]


def test_no_lock_is_a_plain_one():
    found = sources()
    assert sum("no_key=True" in path.read_text() for path in found) > 5, "nothing was read"
    assert {path.name: lines for path in found if (lines := plain_locks(path))} == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "rows.select_for_update()"),
        ("a.py", "rows.select_for_update(skip_locked=True)"),
        ("a.sql", "PERFORM 1 FROM t FOR UPDATE OF t;"),
    ],
)
def test_a_plain_one_is_seen(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert plain_locks(tmp_path / name) == [text]
