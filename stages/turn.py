"""One turn: read as the guide, let it speak outside any transaction, keep its answer and what was found in the turn.

Exactly one reply comes: the outbox is leased, and the answer's `in_reply_to` is unique.
"""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from beheard.ai.budget import charged_to
from beheard.ai.errors import BrokeOff
from beheard.crypto import keyring
from beheard.crypto.errors import WordsUnavailable
from beheard.live.broker import reply_key
from beheard.live.stream import ReplyStream
from beheard.rls import Actor, transaction_as
from stages import outbox, retrieval
from stages.guide import evidence
from stages.guide.interface import Bundle, Extraction, Words
from stages.guide.registry import current_guide
from stages.guide.safety import safety_sign, safety_words
from stages.models import Message, MessageRole
from stages.needs.evidence import lock_needs
from stages.patience import AWAY, patiently
from stages.planning import prepare
from stages.retrieval.words import words_of
from vessels.private.models import Boundary, UserEvent, UserVessel

logger = logging.getLogger(__name__)

MOST_TAKES = 3
LOOK_SECONDS = 20  # how long a reply that is all said waits for what was found in the turn


class NothingSaid(ValueError):
    """The guide gave no words at all."""


class TakenBack(RuntimeError):
    """Something the guide knew was taken back or deleted while it spoke: nothing of that answer is used."""


def answer(*, message_id: UUID, user_id: UUID, session_id: UUID) -> bool:
    """Write the reply to this message, once. True when it stands, whoever wrote it; else the outbox still owes it."""
    attempt = patiently(lambda: outbox.lease(message_id, now=timezone.now()))
    if attempt is None:
        return False
    try:
        with outbox.kept_leased(message_id, attempt), charged_to(user_id):
            _speak(Actor.ai(user_id, session_id), message_id)
    except (WordsUnavailable, UserVessel.DoesNotExist):
        logger.info("A vessel was erased before its reply was written")
        outbox.let_go(message_id, attempt)
        return False
    except Exception as trouble:
        # The guide is outside our walls: whatever it does, the person's words are safe and the reply comes later.
        logger.error("No reply this time: %s", type(trouble).__name__)
        _put_back(message_id, attempt, at_least=getattr(trouble, "wait", None) or 0)
        return False
    return True


def _put_back(message_id: UUID, attempt: int, *, at_least: float) -> None:
    try:
        outbox.put_back(message_id, attempt, now=timezone.now(), at_least=at_least)
    except AWAY:
        logger.warning("The database is away; the lease runs out by itself")


def _speak(actor: Actor, message_id: UUID) -> None:
    """Up to three takes: what was taken back, and a model that broke off in mid-sentence, call for another at once."""
    for take in range(1, MOST_TAKES + 1):
        found = patiently(lambda: _read(actor, message_id))
        if found is None:
            return
        bundle, seal = found
        stream = ReplyStream(reply_key(message_id), seal)
        stream.start(message_id)
        try:
            _take(actor, bundle, stream)
        except (TakenBack, BrokeOff) as trouble:
            if take == MOST_TAKES:
                stream.failed("later")
                raise
            logger.info("An answer is made anew: %s", type(trouble).__name__)
        except Exception:
            stream.failed("later")
            raise
        else:
            stream.done()
            return


def _take(actor: Actor, bundle: Bundle, stream: ReplyStream) -> None:
    """The words, and beside them what the turn holds; then both are kept."""
    with _looked_for(bundle.current) as found:
        words = "".join(_streamed(stream, _reply(bundle)))
        kept = partial(_keep, actor, bundle, words, _found(found), now=timezone.now())
    patiently(kept, tries=10)


def _read(actor: Actor, message_id: UUID):
    """What the guide may know, and the stream's seal. None when there is nothing (left) to answer."""
    now = timezone.now()
    with transaction_as(actor):
        occasion = retrieval.occasion_of(message_id, now=now)
        if occasion is None:
            return None
        seal = keyring.sealer(_vessel(actor).key_scope(), message_id)
    plan, vectors = prepare(occasion)
    with transaction_as(actor):
        bundle = retrieval.execute(plan, occasion, now=now, vectors=vectors)
        retrieval.note_reply(bundle, occasion, now=now)
    return bundle, seal


def _reply(bundle: Bundle) -> Iterator[str]:
    """The guide's words; before them, in words of our own, where help is when what was said may mean danger (DESIGN §7)."""
    sign = safety_sign(bundle.current.text)
    if sign:
        yield f"{safety_words(sign)}\n\n"
    said = False
    for piece in current_guide().reply(bundle):
        said = said or bool(piece.strip())
        yield piece
    if not said:
        raise NothingSaid


@contextmanager
def _looked_for(words: Words) -> Iterator[Future[Extraction]]:
    """What is found in the turn, while the guide speaks: neither waits for the other. Nobody waits for it after trouble."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="looking")
    try:
        yield pool.submit(copy_context().run, _find_in, words)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _find_in(words: Words) -> Extraction:
    """Only what stands in the person's own words, whoever found it."""
    return evidence.only_real(current_guide().extract(words), words)


def _found(looking: Future[Extraction]) -> Extraction:
    """What is found in a turn is a help, no more: a reply is not lost for want of it."""
    try:
        return looking.result(timeout=LOOK_SECONDS)
    except Exception as trouble:
        logger.error("Nothing was found in a turn: %s", type(trouble).__name__)
        return Extraction()


def _streamed(stream: ReplyStream, pieces: Iterator[str]) -> Iterator[str]:
    for piece in pieces:
        stream.chunk(piece)
        time.sleep(settings.GUIDE_PACE_SECONDS)
        yield piece


def _keep(actor: Actor, bundle: Bundle, words: str, found: Extraction, *, now: datetime) -> None:
    """The reply and what was found, in one transaction; nothing when another worker was first, or the
    question has been deleted meanwhile (its answer refers to it)."""
    try:
        with transaction_as(actor):
            vessel = _vessel(actor)
            if not retrieval.still_stands(bundle):
                raise TakenBack
            Message.objects.create(
                for_user_id=actor.user_id,
                session_id=actor.session_id,
                vessel=vessel,
                role=MessageRole.AI,
                content=words,
                stage=bundle.stage,
                in_reply_to=bundle.current.id,
                timestamp=now,
                drawn_from=retrieval.drawn_from(bundle),
                extracted_emotions=list(found.emotions),
                extracted_needs=[candidate.need for candidate in found.needs],
            )
            _keep_found(vessel, bundle.current, found, now)
    except IntegrityError:
        if not _is_over(actor, bundle.current.id):
            raise
        logger.info("A question was answered or deleted while this answer was being written")


def find_again(*, message_id: UUID, user_id: UUID, session_id: UUID) -> None:
    """After a message was changed: keep what its new words hold, beside what still stands of what was found before."""
    actor = Actor.ai(user_id, session_id)
    with transaction_as(actor):
        message = Message.objects.filter(pk=message_id, for_user_id=user_id, role=MessageRole.USER).first()
        if message is None:
            return
        words = words_of(message)
    with charged_to(user_id):
        found = _find_in(words)
    patiently(lambda: _keep_again(actor, words, found, now=timezone.now()))


def _keep_again(actor: Actor, words: Words, found: Extraction, *, now: datetime) -> None:
    with transaction_as(actor):
        _keep_found(_vessel(actor), words, found, now)


def _keep_found(vessel: UserVessel, words: Words, found: Extraction, now: datetime) -> None:
    """Events and boundary offers, for the person to keep or remove. Nothing here is confirmed by a model. What the words do not
    say any more, because they were changed meanwhile, is not kept; nor is anything twice.
    """
    lock_needs(vessel.pk)
    message = Message.objects.filter(pk=words.id).first()
    if message is None:
        return
    found = evidence.only_real(found, words_of(message))
    common = {
        "owner_id": vessel.owner_id,
        "session_id": vessel.session_id,
        "vessel": vessel,
        "stage": words.stage,
        "source_message_id": words.id,
    }
    for event in _new(UserEvent, found.events, common):
        UserEvent.objects.create(
            description=event.description,
            attributed_to=event.attributed_to.value,
            emotions=list(event.emotions),
            timestamp=now,
            **common,
        )
    for boundary in _new(Boundary, found.boundaries, common):
        Boundary.objects.create(
            description=boundary.description, non_negotiable=boundary.non_negotiable, saved=False, **common
        )


def _new(model, found, common: dict) -> list:
    """What is not there yet from this message."""
    here = model.objects.filter(owner_id=common["owner_id"], source_message_id=common["source_message_id"])
    known = {row.description for row in here}
    return [one for one in found if one.description not in known]


def _is_over(actor: Actor, message_id: UUID) -> bool:
    with transaction_as(actor):
        answered = Message.objects.filter(in_reply_to=message_id).exists()
        return answered or not Message.objects.filter(pk=message_id).exists()


def _vessel(actor: Actor) -> UserVessel:
    return UserVessel.objects.get(owner_id=actor.user_id, session_id=actor.session_id)
