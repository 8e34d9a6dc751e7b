"""An import goes down, never up (docs/architecture.md)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# From the ground up. A module may import what stands before it, and its own floor.
FLOORS = [
    ("beheard.local",),
    ("beheard.rls", "beheard.crypto", "beheard.ai", "beheard.live"),
    ("beheard.people",),
    ("beheard.web", "beheard.api"),
    ("consent",),
    ("vessels.private",),
    ("vessels.shared",),
    ("library",),
    ("stages",),
    (
        "beheard",
        "beheard.local.run",
        "beheard.api.urls",
    ),  # settings, urls, asgi, celery: import all, imported by nothing
]
PACKAGES = ("beheard", "consent", "vessels", "library", "stages")
# The ground floor's own order: words are sealed for an actor, keys are rows under row-level security.
GROUND = {
    "beheard.rls": (),
    "beheard.crypto": ("beheard.rls",),
    "beheard.live": (),
    "beheard.ai": (),
}


def floor_of(module: str) -> int:
    found = [
        (len(package), number)
        for number, floor in enumerate(FLOORS)
        for package in floor
        if module == package or module.startswith(package + ".")
    ]
    return max(found)[1]


def ground_part(module: str) -> str | None:
    return next((part for part in GROUND if module == part or module.startswith(part + ".")), None)


def modules():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield name.removesuffix(".__init__"), path


def imports_of(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(name: str) -> bool:
    return name.split(".")[0] in PACKAGES


def upward(module: str, imported: str) -> bool:
    if floor_of(imported) > floor_of(module):
        return True
    here, there = ground_part(module), ground_part(imported)
    return bool(here and there and here != there and there not in GROUND[here])


@pytest.mark.parametrize(("module", "path"), [pytest.param(*one, id=one[0]) for one in modules()])
def test_a_module_imports_only_what_stands_below_it(module, path):
    assert [name for name in imports_of(path) if ours(name) and upward(module, name)] == []


def test_an_upward_import_would_be_noticed():
    assert upward("vessels.private.actions", "stages.progress")
    assert upward("beheard.people.pages", "beheard.settings.DEBUG")
    assert upward("beheard.live.app", "beheard.crypto.keyring")
    assert not upward("stages.turn", "beheard.crypto.keyring")
