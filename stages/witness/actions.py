"""Being heard: recaps, "I feel heard", exercises. Only the person moves the gate."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from beheard.ai.budget import charged_to
from beheard.people.pages import Place
from beheard.rls import Actor, NotNow, NotYours, transaction_as
from consent.models import ContentType
from stages.actions import check_words
from stages.guide.interface import Words
from stages.guide.registry import current_guide
from stages.journey import check_not_over
from stages.models import Message
from stages.needs.evidence import follow_words
from stages.progress import complete_stage, take_step, vessel_of
from stages.queue import quietly
from stages.retrieval import CONTRACTS, names, note_use, words_of
from stages.steps import StepKind
from stages.witness import queries
from stages.witness.models import ExerciseCompletion, Recap, RecapStatus
from vessels.private.models import Boundary, UserEvent, UserVessel
from vessels.shared import bridge

RECAP_EVERY = 8  # the person's turns


def ask_for_recap(*, place: Place) -> None:
    """Let the guide say what it has heard. The recap comes by itself."""
    check_not_over(place)
    if queries.turns(place) < queries.TURNS_BEFORE_HEARD:
        raise NotNow(_("Say a little more first, so that there is something to tell you back."))
    transaction.on_commit(lambda: quietly("stages.make_recap", place.user_id, place.session.pk))


def accept_recap(*, place: Place, recap_id: UUID, now: datetime) -> None:
    _answer(place, recap_id, RecapStatus.ACCEPTED, "", now)


def correct_recap(*, place: Place, recap_id: UUID, correction: str, now: datetime) -> None:
    """The person says what is not right; the guide tries again."""
    _answer(place, recap_id, RecapStatus.CORRECTED, correction, now)
    transaction.on_commit(lambda: quietly("stages.make_recap", place.user_id, place.session.pk))


def own_recap(*, place: Place, recap_id: UUID, words: str, now: datetime) -> None:
    """The person's own words in the place of the guide's: right, because they say so."""
    _answer(place, recap_id, RecapStatus.ACCEPTED, "", now, text=check_words(words))


def _answer(
    place: Place, recap_id: UUID, status: RecapStatus, correction: str, now: datetime, text: str | None = None
) -> None:
    check_not_over(place)
    mine = Recap.objects.filter(pk=recap_id, owner_id=place.user_id, session_id=place.session.pk)
    recap = mine.select_for_update(no_key=True).first()
    if recap is None:
        raise NotYours
    if recap.status != RecapStatus.OFFERED:
        return  # two tabs, a double click
    recap.status, recap.correction, recap.answered_at = status, correction, now
    recap.text = recap.text if text is None else text
    recap.save(update_fields=["text", "status", "correction", "answered_at"])


def feel_heard(*, place: Place, now: datetime) -> None:
    """ "I feel heard": said by the person alone, once there is something to have been heard."""
    check_not_over(place)
    if not queries.may_feel_heard(place):
        raise NotNow(_("There is a little more to do first: a few turns, and a recap that is right for you."))
    take_step(place=place, kind=StepKind.HEARD, now=now)
    complete_stage(place=place, stage=1, now=now)


def edit_message(*, place: Place, message_id: UUID, words: str, now: datetime) -> None:
    """Other words in the place of these. What was found in the old ones goes, or is found anew; what the person decided about it
    stays: needs they confirmed, boundaries they saved, what they share.
    """
    message = queries.my_message(place, message_id)
    check_not_over(place)
    message.content, message.edited_at = words, now
    message.save(update_fields=["content", "edited_at"])
    follow_words(place=place, message_id=message_id, words=words)
    _forget_unsaid(place, message_id, words)
    transaction.on_commit(lambda: quietly("stages.find_again", message_id, place.user_id, place.session.pk))


def _forget_unsaid(place: Place, message_id: UUID, words: str) -> None:
    mine = {"owner_id": place.user_id, "session_id": place.session.pk, "source_message_id": message_id}
    shared = set(bridge.active_of_mine(place, ContentType.EVENT_SUMMARY).values_list("item_id", flat=True))
    for found in [*UserEvent.objects.filter(**mine), *Boundary.objects.filter(saved=False, **mine)]:
        if found.description not in words and found.pk not in shared:
            found.delete()


def delete_message(*, place: Place, message_id: UUID) -> None:
    """The message, the guide's answer to it and what was found in it: gone (database triggers, embeddings by cascade)."""
    message = queries.my_message(place, message_id)
    message.delete()  # first: it waits for a worker that is keeping its answer, and what was found goes after that
    forget_found_in(place=place, message_id=message_id)


def forget_found_in(*, place: Place, message_id: UUID) -> None:
    mine = {"owner_id": place.user_id, "session_id": place.session.pk, "source_message_id": message_id}
    UserEvent.objects.filter(**mine).delete()
    Boundary.objects.filter(saved=False, **mine).delete()
    follow_words(place=place, message_id=message_id, words="")


def finish_exercise(*, place: Place, exercise: str, stage: int, now: datetime) -> None:
    """Done, and that is all that is kept of it."""
    ExerciseCompletion.objects.create(
        owner_id=place.user_id,
        session_id=place.session.pk,
        vessel=vessel_of(place),
        exercise=exercise,
        stage=stage,
        completed_at=now,
    )


# --- as the guide, in a worker --------------------------------------------------------------------
def offer_recap(*, user_id: UUID, session_id: UUID, now: datetime) -> Recap | None:
    """The guide says what it has heard, unless a recap is open. From the person's own words and their correction."""
    actor = Actor.ai(user_id, session_id)
    with transaction_as(actor):
        rows = Message.objects.filter(
            for_user_id=user_id, session_id=session_id, stage__in=CONTRACTS[1].turns_from
        ).order_by("-timestamp")[:60]
        said = tuple(words_of(row) for row in reversed(rows))
        latest = Recap.objects.filter(owner_id=user_id, session_id=session_id).order_by("-offered_at").first()
        before = (latest.text, latest.correction) if latest and latest.status == RecapStatus.CORRECTED else None
        _own, unspoken = names(user_id, session_id)
        if not said or (latest and latest.status == RecapStatus.OFFERED):
            return None
        recap = Recap()
        note_use("RECAP", _looked_at(said, latest if before else None), use_id=recap.pk, actor=actor, now=now)
    guide = current_guide()
    with charged_to(user_id):
        text = guide.reflect_recap_correction(*before, unspoken) if before else guide.recap(said, unspoken)
    return _offer(actor, recap.pk, text, said[-1].id, now)


def _looked_at(said: Sequence[Words], corrected: Recap | None) -> list[Words]:
    """A corrected recap is made from its words and the correction alone."""
    if corrected is None:
        return list(said)
    return [Words(corrected.pk, "person", corrected.correction, corrected.stage, corrected.offered_at, type="recap")]


def _offer(actor: Actor, recap_id: UUID, text: str, after: UUID, now: datetime) -> Recap | None:
    try:
        with transaction_as(actor):
            return Recap.objects.create(
                id=recap_id,
                owner_id=actor.user_id,
                session_id=actor.session_id,
                vessel=UserVessel.objects.get(owner_id=actor.user_id, session_id=actor.session_id),
                text=text,
                after_message_id=after,
                offered_at=now,
            )
    except IntegrityError:
        return None  # another worker was first


def recap_is_due(*, user_id: UUID, session_id: UUID) -> bool:
    """About every eight turns of the person since the last recap."""
    with transaction_as(Actor.ai(user_id, session_id)):
        said = Message.objects.filter(for_user_id=user_id, session_id=session_id, role="USER", stage__lte=1)
        latest = Recap.objects.filter(owner_id=user_id, session_id=session_id).order_by("-offered_at").first()
        if latest:
            said = said.filter(timestamp__gt=latest.offered_at)
        return said.count() >= RECAP_EVERY
