"""What the guide looked at, for the person it was looked at for: the context log, with the things themselves while they are there
and still theirs to see. Read as the person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db.models import Max, Model
from django.utils.translation import gettext_lazy as _

from beheard.people.pages import Place
from library.models import GlobalLibraryItem
from stages import embeddings
from stages.models import (
    CarriedOver,
    Closure,
    ContextLog,
    ContextPurpose,
    ContextSource,
    EmpathyDraft,
    EmpathyValidation,
    Message,
    Noticing,
    OwnershipLine,
    Recap,
    SoloEnding,
    StrategyDraft,
)  # fmt: skip
from vessels.private.models import Boundary, EmotionalReading, IdentifiedNeed, UserDocument, UserEvent
from vessels.shared import bridge
from vessels.shared.models import Agreement, CommonGround, ConsentedContent

A_PAGE = 10
SHOWN = 160  # characters of one thing


@dataclass(frozen=True)
class Kind:
    """One kind of thing in the log: what it is called, where it lies, and the section of the vessel that shows it."""

    called: str
    model: type[Model]
    words: str
    section: str = ""
    owner: str = "owner_id"


KINDS = {
    "message": Kind(_("What was said"), Message, "content", "messages", "for_user_id"),
    "event": Kind(_("Something that happened"), UserEvent, "description", "events"),
    "reading": Kind(_("How strong it felt"), EmotionalReading, "intensity", "readings"),
    "recap": Kind(_("A recap"), Recap, "text", "recaps"),
    "theme": Kind(_("A theme from earlier"), CarriedOver, "text", "carried"),
    "outcome": Kind(_("Something agreed earlier"), CarriedOver, "text", "carried"),
    "draft": Kind(_("Your letter"), EmpathyDraft, "guess", "letter-drafts"),
    "answer": Kind(_("What you would add"), EmpathyValidation, "to_add", "answers"),
    "need": Kind(_("A need of yours"), IdentifiedNeed, "need", "needs"),
    "boundary": Kind(_("A boundary of yours"), Boundary, "description", "boundaries"),
    "document": Kind(_("A document of yours"), UserDocument, "title", "documents"),
    "noticing": Kind(_("What you noticed"), Noticing, "text", "noticed"),
    "ownership": Kind(_("What you own in this"), OwnershipLine, "text", "own"),
    "idea": Kind(_("An idea of yours"), StrategyDraft, "idea", "ideas"),
    "alone": Kind(_("What you wrote for yourself"), SoloEnding, "letter", "alone"),
    "closing": Kind(_("What stays unmet"), Closure, "unmet", "closing"),
    "own_shared": Kind(_("Something you share"), ConsentedContent, "transformed_content"),
    "partner_shared": Kind(_("Something shared with you"), ConsentedContent, "transformed_content"),
    "common_ground": Kind(_("What you have in common"), CommonGround, "need", owner=""),
    "agreement": Kind(_("What you agreed"), Agreement, "description", owner=""),
    "experiment": Kind(_("Something you tried"), Agreement, "description", owner=""),
    "library": Kind(_("From the library"), GlobalLibraryItem, "title", owner=""),
}
NAMED = {"session": _("The topic"), "relationship": _("Whether both are here")}
SAID = {
    ContextPurpose.REPLY: _("To answer you"),
    ContextPurpose.RECAP: _("To say back what it heard"),
    ContextPurpose.SYNTHESIS: _("To keep in mind what you said"),
    ContextPurpose.TOPIC: _("To find a name for the topic"),
    ContextPurpose.GUESS: _("To help with your letter"),
    ContextPurpose.ADDED: _("To help with what you would add"),
    ContextPurpose.PLAIN_IDEA: _("To put an idea plainly"),
    ContextPurpose.SOFTEN: _("To find words without heat"),
    ContextPurpose.NEEDS: _("To look for needs"),
}


@dataclass(frozen=True)
class Thing:
    """One thing the guide looked at. `words` is empty once it is gone; `section` and `item_id` lead to it."""

    called: str
    words: str
    at: datetime
    section: str
    item_id: UUID

    @property
    def gone(self) -> bool:
        return bool(self.section) and not self.words


@dataclass(frozen=True)
class Use:
    """One use of the guide. `asked` are the person's words that a reply answers, while they are there."""

    said: str
    at: datetime
    asked: str
    things: list[Thing]


LEAST_LIKE = 0.12  # the cosine below which a moment has nothing to do with what was asked for
SECTION_OF = {Message: "messages", UserEvent: "events", EmotionalReading: "readings"}


@dataclass(frozen=True)
class Found:
    """One's own moment, and the section of the vessel it lies in."""

    item: Model
    words: str
    at: datetime
    section: str


def moments_like(place: Place, vector: np.ndarray, *, limit: int) -> list[Found]:
    """The person's own moments in this session nearest to a plain vector `(1536,)`, the likest first; the same words twice are
    one. Call it as them."""
    found: dict[str, Found] = {}
    for moment in embeddings.near(vector, owner_id=place.user_id, session_id=place.session.pk, limit=2 * limit):
        if moment.likeness >= LEAST_LIKE:
            found.setdefault(moment.words, Found(moment.item, moment.words, moment.at, SECTION_OF[type(moment.item)]))
    return list(found.values())[:limit]


def uses(place: Place):
    """The person's uses of the guide in this session, the latest first: values of `use_id`, `purpose` and `at`."""
    rows = ContextLog.objects.filter(owner_id=place.user_id, session_id=place.session.pk)
    return rows.values("use_id", "purpose").annotate(at=Max("created_at")).order_by("-at", "use_id")


def shown(place: Place, page: Iterable[dict]) -> list[Use]:
    """A page of uses with their things. The other's words stand here only while they are shared; then nothing tells of them."""
    page = list(page)
    rows = ContextLog.objects.filter(
        owner_id=place.user_id, session_id=place.session.pk, use_id__in=[use["use_id"] for use in page]
    ).order_by("position", "item_id")
    found: dict[tuple[UUID, str], list[ContextLog]] = {}
    for row in rows:
        found.setdefault((row.use_id, row.purpose), []).append(row)
    words = _words(place, [row for group in found.values() for row in group])
    return [_use(use, found.get((use["use_id"], use["purpose"]), []), words) for use in page]


def _use(use: dict, rows: list[ContextLog], words: dict) -> Use:
    things = [_thing(row, words) for row in rows if row.item_id != use["use_id"] and _may_show(row, words)]
    return Use(SAID[use["purpose"]], use["at"], words.get(("message", use["use_id"]), ""), things)


def _may_show(row: ContextLog, words: dict) -> bool:
    """What is not this person's own is shown while it is there to see, and then no more."""
    return row.source == ContextSource.USER or row.item_type in NAMED or (row.item_type, row.item_id) in words


def _thing(row: ContextLog, words: dict) -> Thing:
    kind = KINDS.get(row.item_type)
    called = kind.called if kind else NAMED.get(row.item_type, "")
    section = kind.section if kind else ""
    return Thing(called, words.get((row.item_type, row.item_id), ""), row.item_created_at, section, row.item_id)


def _words(place: Place, rows: Iterable[ContextLog]) -> dict[tuple[str, UUID], str]:
    """The words of what is still there, by type and id: one query for each type on the page."""
    wanted: dict[str, set[UUID]] = {}
    for row in rows:
        wanted.setdefault(row.item_type, set()).add(row.item_id)
        if row.purpose == ContextPurpose.REPLY:
            wanted.setdefault("message", set()).add(row.use_id)
    found = {}
    for item_type in wanted.keys() & KINDS.keys():
        kind = KINDS[item_type]
        for row in _rows(place, item_type, kind, wanted[item_type]):
            found[item_type, row.pk] = str(getattr(row, kind.words))[:SHOWN]
    return found


def _rows(place: Place, item_type: str, kind: Kind, ids: set[UUID]):
    if item_type == "partner_shared":
        return [content for content in bridge.all_from_partner(place) if content.pk in ids]
    if item_type == "library":
        return kind.model.objects.filter(pk__in=ids)
    own = {kind.owner: place.user_id} if kind.owner else {}
    return kind.model.objects.filter(pk__in=ids, session_id=place.session.pk, **own)
