"""Where a couple may be when a walk begins: every point of tests.couple, and some beyond."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from beheard.people.actions import begin_session
from beheard.rls import transaction_as
from stages import actions
from stages.ending import actions as ending
from stages.repair import check_ins, queries
from tests.couple import ADA, BEN, STAGES, WORDS, Couple


def couple_at(start: str, pass_time: Callable[[timedelta], None]) -> Couple:
    if start in STAGES:
        return Couple().until(start)
    couple = Couple().until("agreed")
    pass_time(timedelta(days=9))
    if start == "due":
        return couple
    for name in (ADA, BEN):
        _looks_back(couple, name)
    if start == "again":
        for name in (ADA, BEN):
            _closes(couple, name)
        _begins_again(couple)
    return couple


def _looks_back(couple: Couple, name: str) -> None:
    with couple.acting(name) as place:
        agreed = queries.agreed(place)
        said = {"happened": "YES", "helped": "A_LITTLE", "in_the_way": ""}
        check_ins.check_in(place=place, agreement_id=agreed.pk, now=timezone.now(), **said)


def _closes(couple: Couple, name: str) -> None:
    with couple.acting(name) as place:
        ending.close(place=place, unmet="", commitment="", now=timezone.now())


def _begins_again(couple: Couple) -> None:
    """A later session of the same two, begun by Ada; Ben sits down in it as well."""
    with couple.acting(ADA) as place:
        relationship = place.session.relationship_id
    ada = couple.actors[ADA]
    with transaction_as(ada):
        session = begin_session(by=ada, display_name=ADA, relationship_id=relationship)
    couple.session_id = session.pk
    for name in (ADA, BEN):
        actor = couple.actors[name]
        with transaction_as(actor):
            place = actions.arrive(by=actor, session=session, now=timezone.now())
            actions.say(place=place, words=WORDS[name][0], stage=1, key=str(uuid4()), now=timezone.now())
