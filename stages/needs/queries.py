"""The person's needs and what stands of them; the two maps; what may be common. Read as the person."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from beheard.people.pages import Place
from beheard.rls import NotYours
from beheard.rls.reading import asked_once
from consent.models import ContentType
from stages import suggestions
from stages.journey import Next, facts_of, next_thing
from stages.models import Message, MessageRole, Purpose
from stages.needs.cards import Card, card_of, card_words, words_to_share
from stages.needs.models import CommonGroundAnswer, Noticing
from stages.needs.search import STAGES, name_of
from stages.progress import stage_of
from vessels.private.models import IdentifiedNeed, NeedOrigin
from vessels.shared import bridge
from vessels.shared.bridge import Standing
from vessels.shared.models import CommonGround, ConsentedContent

MOST_CHARACTERS = 300
NEED = ContentType.IDENTIFIED_NEED


@dataclass(frozen=True)
class Mine:
    """A need of this person's with what stands of it on the other side."""

    need: IdentifiedNeed
    content: ConsentedContent | None
    standing: Standing | None

    @property
    def card(self) -> Card:
        return Card(self.need.category, card_words(self.need))

    @property
    def quotes(self) -> list[str]:
        return [item["quote"] for item in self.need.evidence]

    @property
    def words_gone(self) -> bool:
        """The person has said it is theirs, and has changed or deleted the words it came from since."""
        return self.need.confirmed and self.need.origin == NeedOrigin.GUIDE and not self.need.evidence

    @property
    def is_shared(self) -> bool:
        return self.standing in (Standing.SHARED, Standing.WAITING)

    @property
    def words_differ(self) -> bool:
        """Shared in earlier words than the card has now."""
        return self.is_shared and self.content.transformed_content != words_to_share(self.need)


@dataclass(frozen=True)
class Candidate:
    """What may be common, with the two cards it comes from."""

    pk: UUID
    need: str
    category: str
    own: Card
    partner: Card
    confirmed: bool


def may_enter(place: Place) -> bool:
    """Whether the journey has come to needs, now or earlier; or goes on by oneself, where needs are one's own too."""
    return stage_of(place) >= 3 or next_thing(facts_of(place)) in (Next.NEEDS, Next.ALONE)


def has_looked(place: Place) -> bool:
    return looked(place) is not None


def words_are_new(place: Place) -> bool:
    """Something was said or changed since the guide looked for needs."""
    seen = looked(place)
    if seen is None:
        return False
    since = Q(timestamp__gt=seen.made_at) | Q(edited_at__gt=seen.made_at)
    mine = Message.objects.filter(for_user_id=place.user_id, session_id=place.session.pk, role=MessageRole.USER)
    return mine.filter(since, stage__in=STAGES).exists()


def looked(place: Place):
    """The guide's latest look for needs; None while there was none."""
    return suggestions.latest(place, Purpose.NEEDS, place.session.pk)


def needs(place: Place):
    return IdentifiedNeed.objects.filter(owner_id=place.user_id, session_id=place.session.pk)


def my_need(place: Place, need_id: UUID) -> IdentifiedNeed:
    need = needs(place).filter(pk=need_id).first()
    if need is None:
        raise NotYours
    return need


def named(place: Place, name: str) -> IdentifiedNeed | None:
    """A need of this name, whatever was decided about it."""
    return next(
        (need for need in needs(place).order_by("created_at", "id") if name_of(need.need) == name_of(name)), None
    )


def all_mine(place: Place) -> list[Mine]:
    """Every need in every state, surest of the guide's first, then in the order they were added."""
    contents = bridge.shown_by_item(place, NEED)
    rows = sorted(needs(place), key=lambda need: (need.created_at, -(need.ai_confidence or 0), need.pk))
    return [_with_standing(need, contents.get(need.pk)) for need in rows]


def _with_standing(need: IdentifiedNeed, content: ConsentedContent | None) -> Mine:
    return Mine(need, content, bridge.standing(content) if content else None)


def offered(place: Place, content_id: UUID) -> tuple[ConsentedContent, IdentifiedNeed]:
    """A need's words before their owner. Raises NotYours for anything else."""
    content = bridge.mine(place, content_id)
    if content.content_type != NEED:
        raise NotYours
    return content, my_need(place, content.item_id)


def all_places_taken(place: Place, need: IdentifiedNeed) -> bool:
    return bridge.active_of_mine(place, NEED).exclude(item_id=need.pk).count() >= bridge.MOST_ACTIVE


# --- what both see -------------------------------------------------------------------------------


def maps(place: Place) -> tuple[list[Card], list[Card]]:
    """What has crossed of both, each in the order its owner chose."""
    own = bridge.active_of_mine(place, NEED).filter(crosses_at__lte=timezone.now())
    return [card_of(content) for content in own], [card_of(content) for content in bridge.from_partner(place, NEED)]


def noticing(place: Place) -> Noticing | None:
    return Noticing.objects.filter(owner_id=place.user_id, session_id=place.session.pk).first()


def candidates(place: Place) -> list[Candidate]:
    """What may be common: visible only while both needs it comes from are shared."""
    return asked_once(("candidates", place.user_id, place.session.pk), lambda: _ask_for_candidates(place))


def _ask_for_candidates(place: Place) -> list[Candidate]:
    rows = list(CommonGround.objects.filter(session_id=place.session.pk).order_by("created_at", "id"))
    shared = [*bridge.active_of_mine(place, NEED), *bridge.from_partner(place, NEED)] if rows else []
    contents = {content.pk: content for content in shared}
    return [
        _candidate(place, row, contents) for row in rows if row.source_a_id in contents and row.source_b_id in contents
    ]


def _candidate(place: Place, row: CommonGround, contents: dict[UUID, ConsentedContent]) -> Candidate:
    pair = [contents[row.source_a_id], contents[row.source_b_id]]
    own, partner = sorted(pair, key=lambda content: content.owner_id != place.user_id)
    return Candidate(row.pk, row.need, row.category, card_of(own), card_of(partner), row.confirmed_at is not None)


def unanswered(place: Place) -> list[Candidate]:
    answered = set(
        CommonGroundAnswer.objects.filter(owner_id=place.user_id, session_id=place.session.pk).values_list(
            "common_ground_id", flat=True
        )
    )
    return [candidate for candidate in candidates(place) if candidate.pk not in answered]


def confirmed(place: Place) -> list[Candidate]:
    return [candidate for candidate in candidates(place) if candidate.confirmed]
