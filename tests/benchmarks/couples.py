"""Two couples on their way, and one of them with much more to show."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from beheard.rls import Actor, transaction_as
from stages.models import Message, MessageRole
from tests.couple import ADA, WORDS, Couple
from vessels.private.models import Boundary, EmotionalReading, UserVessel

TURNS, BOUNDARIES = 250, 40


def talk_more(couple: Couple, turns: int = TURNS) -> None:
    """So many more turns of Ada, as many answers and readings, as if of the last hours; and some boundaries."""
    person = couple.actors[ADA]
    guide = Actor.ai(person.user_id, couple.session_id)
    began = timezone.now() - timedelta(minutes=3 * turns)
    with transaction_as(person):
        vessel = UserVessel.objects.get(session_id=couple.session_id, owner_id=person.user_id)
        said = [_turn(vessel, number, began) for number in range(turns)]
        for message in said:
            message.save(force_insert=True)
        for number in range(turns):
            EmotionalReading(
                **_place(vessel), intensity=number % 7 + 1, stage=1, timestamp=began + timedelta(minutes=number)
            ).save(force_insert=True)
        for _ in range(BOUNDARIES):
            Boundary(**_place(vessel), description=WORDS[ADA][1], stage=1).save(force_insert=True)
    with transaction_as(guide):
        for message in said:
            _answer(vessel, message).save(force_insert=True)


def _place(vessel) -> dict:
    return {"vessel_id": vessel.pk, "owner_id": vessel.owner_id, "session_id": vessel.session_id}


def _message(vessel, **values) -> Message:
    thread = {"vessel_id": vessel.pk, "for_user_id": vessel.owner_id, "session_id": vessel.session_id}
    return Message(id=uuid4(), stage=1, **thread, **values)


def _turn(vessel, number: int, began) -> Message:
    words = f"{WORDS[ADA][number % 3]} {number}"
    at = began + timedelta(minutes=number)
    return _message(vessel, role=MessageRole.USER, sender_id=vessel.owner_id, content=words, timestamp=at)


def _answer(vessel, message: Message) -> Message:
    words = "You come home tired, and everything is still there. What would you most want to be seen in that?"
    at = message.timestamp + timedelta(seconds=20)
    return _message(vessel, role=MessageRole.AI, content=words, in_reply_to=message.pk, timestamp=at)
