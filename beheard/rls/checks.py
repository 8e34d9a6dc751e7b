"""Django system checks: every table has a decision; in production the database must agree or nothing starts."""

from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

OWNER_ALIAS = "owner"  # what migrations run on: the schema is then about to change


@register(Tags.models)
def every_table_is_decided(app_configs, **kwargs):
    """Each model is either `Protected` or on the allow-list with a reason. Asks no database."""
    from beheard.rls.declared import undecided

    hint = "Add Protected and policies to Meta.constraints, or the table and a reason to beheard/rls/allowed.py."
    return [
        Error(f"{table} must be either protected or on the allow-list.", hint=hint, id="rls.E001")
        for table in undecided()
    ]


@register(Tags.security)
def database_agrees(app_configs, databases=None, **kwargs):
    """In production: what `manage.py check_rls` finds, each as an error."""
    if not settings.PRODUCTION or OWNER_ALIAS in (databases or []):
        return []
    return [Error(sentence, id="rls.E002") for sentence in disagreements()]


def disagreements() -> list[str]:
    """One sentence for each finding of check_rls as the login role, or one that says why there is no answer."""
    from beheard.rls.check import findings

    try:
        return [str(finding) for finding in findings(connections[DEFAULT_DB_ALIAS])]
    except DatabaseError as error:
        return [f"the database could not be compared with the declarations ({type(error).__name__})"]


def refuse_to_start_unprotected() -> None:
    """For web processes, which run no system checks: in production, raises ImproperlyConfigured when anything disagrees.

    Asks in a thread of its own, since an ASGI server imports the site with its event loop running.
    """
    if not settings.PRODUCTION:
        return
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(_disagreements_and_close).result()
    if found:
        raise ImproperlyConfigured(
            f"BeHeard does not start: the database does not keep people apart as declared. {'; '.join(found)}."
        )


def _disagreements_and_close() -> list[str]:
    try:
        return disagreements()
    finally:
        connections.close_all()
