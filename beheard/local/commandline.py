"""manage.py's command line, without a stack trace for what a person can put right."""

import sys

from beheard.local.errors import GroundProblem

NOT_THERE = {"42P01", "42703", "42883", "3F000"}  # PostgreSQL: no such table, column, function, schema
BEHIND = "The database has not what this version needs. `make run` sets it up, or: manage.py migrate; manage.py load_library."


def execute(arguments: list[str]) -> int:
    """Runs the command; returns the exit code. A fault of the environment is one sentence and exit code 1."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import ProgrammingError

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
    except ProgrammingError as problem:
        if "--traceback" in arguments or getattr(problem.__cause__, "sqlstate", None) not in NOT_THERE:
            raise
        print(BEHIND, file=sys.stderr)
        return 1
    return 0
