"""Which guide is at work."""

from functools import cache, lru_cache

from beheard.ai.endpoint import Endpoint, endpoint
from stages.guide.builtin.guide import BuiltinGuide
from stages.guide.interface import Guide


def current_guide() -> Guide:
    """The guide that answers: with a configured model the model-backed one, else the built-in one."""
    configured = endpoint()
    return _with_model(configured) if configured else _builtin()


@cache
def _builtin() -> Guide:
    return BuiltinGuide()


@lru_cache(maxsize=4)
def _with_model(configured: Endpoint) -> Guide:
    from stages.guide.model.guide import ModelGuide  # takes a second to import, and only some need it

    return ModelGuide(configured)
