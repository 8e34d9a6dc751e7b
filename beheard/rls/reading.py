"""What a page that is only read asks the database once, however many of its parts want to know.

Only there: whoever changes something must look again after taking a lock.
"""

from collections.abc import Callable
from typing import TypeVar

from beheard.rls.actor import scratch

ANSWERS = "answers of this page"
Answer = TypeVar("Answer")


def remember_answers() -> None:
    """From here to the end of this `act_as` block a question is asked once, until something is written."""
    scratch()[ANSWERS] = {}


def asked_once(question: tuple, ask: Callable[[], Answer]) -> Answer:
    """The answer already given on this page, or what `ask` finds. Don't change it: others get the same object."""
    answers = scratch().get(ANSWERS)
    if answers is None:
        return ask()
    if question not in answers:
        answers[question] = ask()
    return answers[question]


def forget_answers() -> None:
    """After writing something that a remembered answer spoke of."""
    scratch().get(ANSWERS, {}).clear()
