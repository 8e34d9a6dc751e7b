"""Stage 3: a person says which needs are theirs, shows up to three, notices, and says what is common."""

from datetime import datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from beheard.crypto.fields import tidy
from beheard.people.pages import Place
from beheard.rls import NotNow, NotYours
from consent.models import ContentType
from stages.journey import check_joint, check_not_over
from stages.needs import common, queries, search
from stages.needs.cards import CARD_WORDS, category_of, fits_on_a_card, plain_card, words_to_share
from stages.needs.models import CommonGroundAnswer, Noticing
from stages.progress import (
    complete_stage,
    enter_stage,
    has_taken,
    have_met,
    meet,
    stage_of,
    take_step,
    vessel_of,
    wait_at_gate,
)
from stages.steps import MeetingKind, StepKind
from vessels.private.models import IdentifiedNeed, NeedCategory, NeedOrigin
from vessels.shared import bridge
from vessels.shared.models import ConsentedContent

STAGE = 3


def come(*, place: Place) -> None:
    """Raises NotNow for whoever has not come to Stage 3."""
    if not queries.may_enter(place):
        raise NotNow(_("There are steps before this one."))


def arrive(*, place: Place, now: datetime) -> None:
    """Stage 3 begins with the first visit. The guide is asked once, and again when something was said or changed since."""
    if stage_of(place) < STAGE:
        enter_stage(place=place, stage=STAGE, now=now)
    if not queries.has_looked(place) or queries.words_are_new(place):
        search.ask(place=place)


# --- which needs are mine ------------------------------------------------------------------------


def confirm(*, place: Place, need_id: UUID, now: datetime) -> IdentifiedNeed:
    """ "Yes, this is mine." Idempotent."""
    need = _mine(place, need_id)
    if not need.confirmed:
        need.confirmed, need.confirmed_at, need.rejected_at = True, now, None
        need.save(update_fields=["confirmed", "confirmed_at", "rejected_at", "updated_at"])
    return need


def reject(*, place: Place, need_id: UUID, now: datetime) -> None:
    """ "Not mine." What was shared of it is taken back. Can be undone."""
    need = _mine(place, need_id)
    bridge.take_back_item(place=place, item_id=need.pk, now=now)
    if need.rejected_at is None:
        need.confirmed, need.confirmed_at, need.rejected_at = False, None, now
        need.save(update_fields=["confirmed", "confirmed_at", "rejected_at", "updated_at"])
    common.ask(place=place)


def reconsider(*, place: Place, need_id: UUID) -> None:
    """A need said to be not theirs is open again."""
    need = _mine(place, need_id)
    need.rejected_at = None
    need.save(update_fields=["rejected_at", "updated_at"])


def reword(*, place: Place, need_id: UUID, words: str, category: str, now: datetime) -> None:
    """The person's own words and family for a need, which makes it theirs. What the guide first wrote is kept beside it.

    What is shared already keeps the words that were granted, until its owner shares the new ones.
    """
    need = _mine(place, need_id)
    need.words, need.category = _card(words), NeedCategory(category)
    need.save(update_fields=["words", "category", "updated_at"])
    confirm(place=place, need_id=need_id, now=now)


def add(*, place: Place, need: str, words: str, category: str, key: str, now: datetime) -> IdentifiedNeed:
    """A need the person names themselves: a plain word, their own words, or both. The same `key` twice is one need.

    A need of that name which is there already becomes confirmed instead, in the words given now.
    """
    check_not_over(place)
    vessel = vessel_of(place)
    words = _card(words or plain_card(need))
    category = NeedCategory(category or category_of(need))
    name, need_id = (need or words)[:200], uuid5(vessel.pk, key)
    same = queries.named(place, name)
    if same and same.pk != need_id:
        reword(place=place, need_id=same.pk, words=words, category=category, now=now)
        return same
    fields = {"need": name, "words": words, "category": category, "origin": NeedOrigin.PERSON, "created_at": now}
    own = {"owner_id": place.user_id, "session_id": place.session.pk, "vessel": vessel}
    made, _new = IdentifiedNeed.objects.get_or_create(
        id=need_id, defaults=own | fields | {"confirmed": True, "confirmed_at": now}
    )
    return made


def _mine(place: Place, need_id: UUID) -> IdentifiedNeed:
    need = queries.my_need(place, need_id)
    check_not_over(place)
    return need


def _card(words: str) -> str:
    words = " ".join(tidy(words).split())
    if not words:
        raise NotNow(_("There are no words on the card yet."))
    if not fits_on_a_card(words):
        raise NotNow(_("A card holds at most %(most)d words.") % {"most": CARD_WORDS})
    if len(words) > queries.MOST_CHARACTERS:
        raise NotNow(_("This is too long for a card."))
    return words


# --- what crosses --------------------------------------------------------------------------------


def offer(*, place: Place, need_id: UUID, now: datetime) -> ConsentedContent:
    """Put the exact words of a confirmed need before their owner. Nothing crosses."""
    need = _mine(place, need_id)
    check_joint(place)
    if not need.confirmed:
        raise NotNow(_("Say first that this need is yours."))
    if queries.all_places_taken(place, need):
        raise NotNow(_("Three are shared already. Take one back first, or keep this one for yourself."))
    return bridge.offer(
        place=place, content_type=ContentType.IDENTIFIED_NEED, item_id=need.pk, words=words_to_share(need), now=now
    )


def share(*, place: Place, content_id: UUID, digest: str, now: datetime) -> None:
    """Grant exactly these words. They wait for the meeting, and it for them to cool off; after it they cross by themselves."""
    content, need = queries.offered(place, content_id)
    check_joint(place)
    if not need.confirmed or not content.consent_active and content.transformed_content != words_to_share(need):
        raise NotNow(_("The words have changed since you read them. Please look again before you share them."))
    bridge.grant(place=place, content_id=content_id, digest=digest, now=now, at_meeting=True)
    common.ask(place=place)


def keep(*, place: Place, content_id: UUID, now: datetime) -> None:
    queries.offered(place, content_id)
    bridge.keep_private(place=place, content_id=content_id, now=now)


def take_back(*, place: Place, content_id: UUID, now: datetime) -> None:
    """Gone for the other at once, and with it whatever was common ground because of it."""
    queries.offered(place, content_id)
    bridge.revoke(place=place, content_id=content_id, now=now)
    common.ask(place=place)


def finish(*, place: Place, now: datetime) -> bool:
    """ "I have chosen": some, or none. True when both have."""
    check_joint(place)
    if not queries.may_enter(place):
        raise NotNow(_("There are steps before this one."))
    enter_stage(place=place, stage=STAGE, now=now)
    take_step(place=place, kind=StepKind.NEEDS_DONE, now=now)
    wait_at_gate(place=place, stage=STAGE, now=now)
    return settle(place=place, now=now)


def settle(*, place: Place, now: datetime) -> bool:
    """See whether both maps are here, and whether both have answered. Whenever the person comes by; idempotent."""
    if not has_taken(place, StepKind.NEEDS_DONE):
        return False
    if not have_met(place, MeetingKind.NEEDS):
        if not meet(place=place, kind=MeetingKind.NEEDS):
            return False
        common.ask(place=place)
    if _common_ground_met(place):
        _go_on(place, now)
    return True


def _common_ground_met(place: Place) -> bool:
    if have_met(place, MeetingKind.COMMON_GROUND):
        return True
    return has_taken(place, StepKind.COMMON_ANSWERED) and meet(place=place, kind=MeetingKind.COMMON_GROUND)


def go_on_without(*, place: Place, now: datetime) -> None:
    """The way out: on to Stage 4 without waiting any longer. What the other shares later is still seen."""
    check_joint(place)
    if not has_taken(place, StepKind.NEEDS_DONE):
        raise NotNow(_("First choose what you would like to show. Nothing is fine too."))
    take_step(place=place, kind=StepKind.WENT_ON_NEEDS, now=now)
    _go_on(place, now, way_out=True)


def _go_on(place: Place, now: datetime, way_out: bool = False) -> None:
    if stage_of(place) > STAGE:
        return
    complete_stage(place=place, stage=STAGE, now=now, way_out=way_out)
    enter_stage(place=place, stage=STAGE + 1, now=now)


# --- what both see -------------------------------------------------------------------------------


def notice(*, place: Place, text: str, now: datetime) -> None:
    """What the person notices in the two maps; nothing is fine. Theirs alone. Said again it replaces what was said."""
    check_joint(place)
    if not have_met(place, MeetingKind.NEEDS):
        raise NotNow(_("The two maps are not here yet."))
    Noticing.objects.update_or_create(
        vessel=vessel_of(place),
        defaults={"text": tidy(text)},
        create_defaults={
            "owner_id": place.user_id, "session_id": place.session.pk, "text": tidy(text), "created_at": now
        },
    )  # fmt: skip
    take_step(place=place, kind=StepKind.NOTICED, now=now)


def answer_common(*, place: Place, answers: dict[UUID, bool], now: datetime) -> bool:
    """Yes or no to each candidate, once and for all; none when there is none. True when both have answered.

    The other learns only of what both said yes to.
    """
    check_joint(place)
    if not has_taken(place, StepKind.NOTICED):
        raise NotNow(_("Say first what you notice."))
    if not have_met(place, MeetingKind.COMMON_LOOKED):
        raise NotNow(_("What may be common is still being looked for."))
    if set(answers) - {candidate.pk for candidate in queries.candidates(place)}:
        raise NotYours
    if have_met(place, MeetingKind.COMMON_GROUND):
        return True
    open_ones = {candidate.pk for candidate in queries.unanswered(place)}
    if open_ones - set(answers):
        raise NotNow(_("Please say yes or no to each."))
    _answer(place, {pk: agrees for pk, agrees in answers.items() if pk in open_ones}, now)
    take_step(place=place, kind=StepKind.COMMON_ANSWERED, now=now)
    wait_at_gate(place=place, stage=STAGE, now=now)
    settle(place=place, now=now)
    return have_met(place, MeetingKind.COMMON_GROUND)


def _answer(place: Place, answers: dict[UUID, bool], now: datetime) -> None:
    vessel = vessel_of(place)
    for candidate_id, agrees in answers.items():
        CommonGroundAnswer.objects.get_or_create(
            owner_id=place.user_id,
            common_ground_id=candidate_id,
            defaults={
                "session_id": place.session.pk, "vessel": vessel, "agrees": agrees, "answered_at": now
            },
        )  # fmt: skip
