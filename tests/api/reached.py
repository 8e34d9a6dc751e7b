"""What pages and operations of the API do, read from the code: which actions each of them reaches.

An action is a function that takes who acts by name (`place=`, `by=` or `user=`): every write is one (docs/architecture.md). What
translates for a page or an operation (helpers of its module, of `pages.py`, the operation's own class) is followed through.
"""

import ast
import inspect
import textwrap
from dataclasses import dataclass
from functools import cache
from types import FunctionType

from django.urls import URLPattern, get_resolver

from tests.bad_input.site import FOREIGN

OURS = ("beheard.", "consent.", "library.", "stages.", "vessels.")
WHO_ACTS = {"place", "by", "user", "token"}
BY_POSITION = {"save_draft"}  # writes, though it takes its place by position
METHODS = ("get", "post", "put", "delete")


@dataclass(frozen=True)
class Page:
    name: str
    view: FunctionType
    methods: frozenset[str]

    @property
    def writes(self) -> bool:
        return "POST" in self.methods


def pages() -> list[Page]:
    """Every page but those of allauth, the admin and the API; `methods` as its decorator says."""
    return sorted(set(_pages(get_resolver().url_patterns, "")), key=lambda page: page.name)


def _pages(patterns, namespace):
    for pattern in patterns:
        if any(word in str(pattern.pattern) for word in FOREIGN):
            continue
        if isinstance(pattern, URLPattern):
            methods = frozenset(_methods(pattern.callback))
            yield Page(namespace + pattern.name, inspect.unwrap(pattern.callback), methods)
        else:
            yield from _pages(
                pattern.url_patterns, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            )


def _methods(view) -> list[str]:
    """As @require_http_methods (and those made of it) holds them."""
    while view is not None:
        held = inspect.getclosurevars(view).nonlocals.get("request_method_list") if view.__closure__ else None
        if held:
            return held
        view = getattr(view, "__wrapped__", None)
    return []


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    view: type


def operations() -> list[Operation]:
    """Every operation, by the name of its address in /api/v1/."""
    return [
        Operation(pattern.name, method, pattern.callback.cls)
        for pattern in _flat(get_resolver("beheard.api.urls").url_patterns)
        if hasattr(pattern.callback, "cls")
        for method in METHODS
        if hasattr(getattr(pattern.callback.cls, method, None), "operation")
    ]


def _flat(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from _flat(pattern.url_patterns)


def actions_of_page(page: Page) -> set[str]:
    return _reached(page.view, None)


def actions_of(operation: Operation) -> set[str]:
    """With what every operation of its class does first."""
    steps = [
        getattr(operation.view, name)
        for name in (operation.method, "check", "form_needs")
        if hasattr(operation.view, name)
    ]
    return set().union(*(_reached(inspect.unwrap(step), operation.view) for step in steps))


def _reached(function, cls, seen=None) -> set[str]:
    seen = set() if seen is None else seen
    if function in seen:
        return set()
    seen.add(function)
    found = set()
    for other in _mentioned(function, cls):
        if _is_action(other):
            found.add(f"{other.__module__}.{other.__qualname__}")
        elif isinstance(other, FunctionType) and _translates(other, function):
            found |= _reached(inspect.unwrap(other), cls, seen)
    return found


def _is_action(function) -> bool:
    if not isinstance(function, FunctionType) or not function.__module__.startswith(OURS):
        return False
    parameters = inspect.signature(function).parameters.values()
    named = {one.name for one in parameters if one.kind is one.KEYWORD_ONLY}
    return bool(named & WHO_ACTS) or function.__name__ in BY_POSITION


def _translates(function, caller) -> bool:
    module = inspect.unwrap(function).__module__
    same_kind = module.rpartition(".")[2] in ("pages", "views", "api")
    return module.startswith(OURS) and (module == caller.__module__ or same_kind)


def _mentioned(function, cls):
    """Every object of ours named in a function: a global, an attribute of a module, a method of its own class."""
    names = function.__globals__ | inspect.getclosurevars(function).nonlocals
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Name) and node.id in names:
            yield names[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in names:
                yield getattr(names[node.value.id], node.attr, None)
            elif node.value.id == "self" and cls is not None:
                yield getattr(cls, node.attr, None)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_super(node.func.value):
            for base in cls.__mro__[1:] if cls else ():
                if node.func.attr in vars(base):
                    yield inspect.unwrap(vars(base)[node.func.attr])
                    break


def _is_super(node) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


@cache
def _tree(function) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))
