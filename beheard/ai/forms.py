"""Structured answers: the schema a model is given, and what is made of the text it sends back."""

import json
import re
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from beheard.ai.errors import UnusableAnswer
from beheard.ai.interface import Structure

# What strict servers do not take; our own validation looks at them afterwards.
UNKNOWN = {
    "default",
    "title",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "format",
    "pattern",
}
FENCE = re.compile(r"^\s*```[a-z]*\s*|\s*```\s*$", re.IGNORECASE)
THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL | re.IGNORECASE)
LONGEST = 60_000


@cache
def schema_of(form: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a form as strict servers want it: every field required, nothing beyond them."""
    return _strict(form.model_json_schema())


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(part) for part in node]
    if not isinstance(node, dict):
        return node
    kept = {
        name: _strict_part(name, part) for name, part in node.items() if name not in UNKNOWN or name == "properties"
    }
    if "properties" in kept:
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept


def _strict_part(name: str, part: Any) -> Any:
    """A field may bear the name of a keyword, so the names of fields are left alone."""
    return (
        {field: _strict(inner) for field, inner in part.items()} if name in ("properties", "$defs") else _strict(part)
    )


def instruction(form: type[BaseModel]) -> str:
    """For servers that take no schema: what to answer, in words."""
    return (
        f"Answer with one JSON object ({form.__name__}) and nothing else. "
        f"It must fit this JSON schema:\n{json.dumps(schema_of(form))}"
    )


def parsed(text: str, form: type[Structure]) -> Structure:
    """The form filled in by a text. Raises UnusableAnswer, which names fields and kinds of fault and no content."""
    text = FENCE.sub("", THOUGHT.sub("", text[:LONGEST])).strip()
    start, end = text.find("{"), text.rfind("}")
    try:
        return form.model_validate_json(text[start : end + 1] if 0 <= start < end else text)
    except ValidationError as invalid:
        faults = "; ".join(
            f"{'.'.join(map(str, error['loc'])) or 'the whole'}: {error['type']}"
            for error in invalid.errors(include_input=False, include_context=False, include_url=False)[:5]
        )
    raise UnusableAnswer(_safe(faults, form))


def _safe(faults: str, form: type[BaseModel]) -> str:
    """A field the model made up is content too: only names of ours are named."""
    known = set(re.findall(r"\w+", json.dumps(schema_of(form)))) | {"the", "whole"}
    return re.sub(
        r"\w+", lambda word: word[0] if word[0] in known or "_" in word[0] or word[0].isdigit() else "…", faults
    )
