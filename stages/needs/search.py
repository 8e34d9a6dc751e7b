"""The guide looks for needs in what one person said. It offers; only the person confirms.

Read as the guide, think outside any transaction, keep. What has been decided already is never touched, and nothing that is
there in any state is offered again.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from beheard.ai.budget import charged_to
from beheard.people.pages import Place
from beheard.rls import Actor, transaction_as
from stages import syntheses
from stages.guide.builtin.needs import name_need
from stages.guide.interface import Category, Guide, NeedCandidate, Quote, Words
from stages.guide.registry import current_guide
from stages.models import Message, MessageRole, Purpose, Suggestion
from stages.needs.cards import CARD_WORDS, fits_on_a_card
from stages.needs.evidence import lock_needs, said_now
from stages.queue import quietly
from stages.retrieval import note_use, words_of
from vessels.private.models import IdentifiedNeed, NeedOrigin, UserVessel

logger = logging.getLogger(__name__)

MOST_OPEN, MOST_QUOTES = 8, 5
STAGES = range(4)


def ask(*, place: Place) -> None:
    """Look for needs, or look again. If no worker is there the person names their needs themselves."""
    transaction.on_commit(lambda: quietly("stages.find_needs", place.user_id, place.session.pk))


def find_needs(*, user_id: UUID, session_id: UUID, now: datetime) -> int:
    """Offer what may be needs, and note that it was looked for. Returns how many are new. Twice changes nothing."""
    actor, looked = Actor.ai(user_id, session_id), Suggestion()
    guide = current_guide()
    remembered = _from_syntheses(user_id, session_id)
    with transaction_as(actor):
        said = _said(actor)
        there = _names(actor)
        note_use("NEEDS", said, use_id=looked.pk, actor=actor, now=now)
    with charged_to(user_id):
        candidates = list(_offered(guide, [*guide.find_needs(said), *remembered], said, there))
    with transaction_as(actor):
        return _keep(actor, looked.pk, candidates, now)


def _from_syntheses(user_id: UUID, session_id: UUID) -> list[NeedCandidate]:
    """Needs the guide has in mind from each stage so far: made again first where words have changed."""
    found = []
    for stage in STAGES:
        try:
            content = syntheses.fresh(user_id=user_id, session_id=session_id, stage=stage)
        except TimeoutError:
            logger.warning("A synthesis was not there in time; the words themselves will do")
            continue
        found += content.needs if content else ()
    return found


def _said(actor: Actor) -> tuple[Words, ...]:
    rows = Message.objects.filter(
        for_user_id=actor.user_id, session_id=actor.session_id, role=MessageRole.USER, stage__in=STAGES
    )
    return tuple(words_of(row) for row in rows.order_by("timestamp", "id"))


def _needs(actor: Actor):
    return IdentifiedNeed.objects.filter(owner_id=actor.user_id, session_id=actor.session_id)


def _names(actor: Actor) -> set[str]:
    """Of what is there in any state; a need in a person's own words also by the plain word it speaks of."""
    rows = list(_needs(actor))
    own = [row for row in rows if row.origin == NeedOrigin.PERSON]
    plain = {name_of(name_need(row.words or row.need, Category(row.category)).need) for row in own}
    return {name_of(row.need) for row in rows} | plain


def name_of(need: str) -> str:
    """By what two needs are the same."""
    return " ".join(need.casefold().split())


def _offered(
    guide: Guide, candidates: Sequence[NeedCandidate], said: Sequence[Words], there: set[str]
) -> Iterator[tuple[NeedCandidate, list[dict], str]]:
    """What may be kept of a guide's candidates: new ones that rest on the person's own words, each with its card."""
    texts, seen = {words.id: words.text for words in said}, set(there)
    for candidate in candidates:
        evidence = real_quotes(candidate.evidence, texts)
        if name_of(candidate.need) in seen or not evidence:
            continue
        seen.add(name_of(candidate.need))
        yield candidate, evidence, _card(guide, candidate, said)


def real_quotes(quotes: Sequence[Quote], texts: dict[UUID, str]) -> list[dict]:
    """Only quotes that stand, letter by letter, in the message they name. A guide may be wrong; evidence may not."""
    real = [quote for quote in quotes if quote.text.strip() and quote.text in texts.get(quote.words_id, "")]
    return [{"quote": quote.text, "message_id": str(quote.words_id)} for quote in real[:MOST_QUOTES]]


def _card(guide: Guide, candidate: NeedCandidate, said: Sequence[Words]) -> str:
    """At most as long as a card; the plain need word when a guide can't be that short."""
    card = guide.need_card(candidate.need, candidate.category, said)
    if not fits_on_a_card(card):
        card = guide.soften(card, max_words=CARD_WORDS)
    return card if card.strip() and fits_on_a_card(card) else candidate.need


def _keep(
    actor: Actor, looked_id: UUID, candidates: Sequence[tuple[NeedCandidate, list[dict], str]], now: datetime
) -> int:
    """One worker at a time for one person: what another kept meanwhile is not kept again."""
    vessel = UserVessel.objects.filter(owner_id=actor.user_id, session_id=actor.session_id).first()
    if vessel is None:
        return 0
    lock_needs(vessel.pk)
    there = _names(actor)
    room = MOST_OPEN - _needs(actor).filter(origin=NeedOrigin.GUIDE, rejected_at__isnull=True).count()
    new = [(found, said_now(evidence, actor.user_id), card) for found, evidence, card in candidates]
    new = [kept for kept in new if kept[1] and name_of(kept[0].need) not in there][: max(room, 0)]
    own = {"owner_id": actor.user_id, "session_id": actor.session_id, "vessel": vessel}
    for candidate, evidence, card in new:
        IdentifiedNeed.objects.create(
            need=candidate.need[:200],
            words=card,
            guide_words=card,
            category=candidate.category.value,
            evidence=evidence,
            origin=NeedOrigin.GUIDE,
            ai_confidence=candidate.confidence,
            created_at=now,
            **own,
        )
    Suggestion.objects.create(
        id=looked_id, purpose=Purpose.NEEDS, about_id=actor.session_id, content={"new": len(new)}, made_at=now, **own
    )
    return len(new)
