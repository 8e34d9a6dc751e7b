"""What a partner who can run SQL of their own may try: always as their own actor, and nothing of it stays."""

from contextlib import contextmanager

import psycopg
from django.db import Error, connection, transaction

from beheard.rls import transaction_as
from tests.couple import Couple


class Undone(Exception):
    pass


@contextmanager
def undone():
    """What happens inside is rolled back, so that every attempt starts from the same couple."""
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


def ask(couple: Couple, name: str, query: str, params=()) -> list[tuple]:
    """The rows this person gets. Raises what the database raises."""
    with transaction_as(couple.actors[name]), connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall() if cursor.description else []


def refused(couple: Couple, name: str, query: str, params=()) -> bool:
    """Whether a grant or a policy says no."""
    try:
        ask(couple, name, query, params)
    except Error as error:
        if not isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
            raise
        return True
    return False
