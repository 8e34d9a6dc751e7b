"""Makes a template of ours fail when it prints a variable that does not exist, instead of printing nothing."""

import sys
from pathlib import Path

from django.conf import settings
from django.template.defaultfilters import default, default_if_none


class RaiseIfUndefined(str):
    """Django asks whether `string_if_invalid` is true exactly when a variable is missing: the moment to look who asks.

    Templates of other packages (the admin, allauth) and `{{ name|default:… }}` behave as ever.
    """

    __slots__ = ()

    def __bool__(self):
        caller = sys._getframe(1).f_locals
        expression, context = caller.get("self"), caller.get("context")
        if context is None or not hasattr(expression, "filters") or not _is_ours(context):
            return False
        if any(function in (default, default_if_none) for function, _ in expression.filters):
            return False
        raise UndefinedVariable(f"{expression.var} is not defined in {_template(context).origin.name}")


class UndefinedVariable(AssertionError):
    pass


def _template(context):
    return context.render_context.template or context.template


def _is_ours(context) -> bool:
    """A template of this project, or one made from a string."""
    template = _template(context)
    if template is None:
        return False
    path = Path(template.origin.name)
    return not path.is_absolute() or (path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts)
