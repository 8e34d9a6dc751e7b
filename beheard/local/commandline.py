"""manage.py's command line, without a stack trace for what a person can put right."""

import sys

from beheard.local.errors import GroundProblem


def execute(arguments: list[str]) -> int:
    """Runs the command; returns the exit code. A fault of the environment is one sentence and exit code 1."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.INSTALLED_APPS  # noqa: B018 - reads the settings, which look at the environment
    except (ImproperlyConfigured, GroundProblem) as problem:
        print(problem, file=sys.stderr)
        return 1
    try:
        execute_from_command_line(arguments)
    except GroundProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0
