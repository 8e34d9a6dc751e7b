"""docs/privacy.md says who sees what in the very words the tests hold the database to."""

import os

from django.conf import settings

from tests.isolation.expected import EXPECTED, ROLES, May

BEGIN, END = "by tests/isolation/test_privacy_page.py, which fails when they differ -->\n", "<!-- end of table -->"
SCOPES = {"own": "own", "partner": "partner's", "both": "both", "anyone": ""}


def cell(may: May | None) -> str:
    parts = [f"{SCOPES[scope]} {letters}".strip() for scope in SCOPES if may and (letters := getattr(may, scope))]
    return ", ".join(parts)


def privacy_table() -> str:
    heads = ["", "you", "guide", "joint", "curator", "auditor", "system"]
    rows = [[entry.what, *(cell(entry.roles.get(role)) for role in ROLES)] for entry in EXPECTED.values()]
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |".replace("  ", " ") for line in lines) + "\n"


def test_the_privacy_page_has_the_table_the_tests_hold_the_database_to():
    page = settings.BASE_DIR / "docs" / "privacy.md"
    text = page.read_text()
    before, rest = text.split(BEGIN)
    written, after = rest.split(END)
    if os.environ.get("WRITE_PRIVACY_TABLE"):
        page.write_text(before + BEGIN + "\n" + privacy_table() + "\n" + END + after)
        return
    assert written.strip() == privacy_table().strip(), (
        "WRITE_PRIVACY_TABLE=1 pytest tests/isolation/test_privacy_page.py"
    )
