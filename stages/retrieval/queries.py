"""What may be asked for a prompt, as typed objects. What cannot be expressed here cannot be asked (DESIGN §6).

No query names a person, a session, a vessel or an item: whose and where comes from the message that is answered, never from
whoever proposes. A field too many is a refusal.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from stages.guide.interface import Category

Sought = Annotated[str, StringConstraints(min_length=1, max_length=500)]
MOST_TURNS = 40


class Ask(BaseModel):
    """Base of every query: frozen, strict, and nothing beyond its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class SessionFacts(Ask):
    """The session's topic and whether it rests."""

    kind: Literal["session"] = "session"


class RelationshipFacts(Ask):
    """Whether both are here, and since when. No names."""

    kind: Literal["relationship"] = "relationship"


class PastOutcomes(Ask):
    """What both agreed in earlier sessions of this relationship."""

    kind: Literal["outcomes"] = "outcomes"
    limit: int = Field(default=3, ge=1, le=5)


class Turns(Ask):
    """The conversation at hand: the latest turns, the person's and the guide's."""

    kind: Literal["turns"] = "turns"
    limit: int = Field(default=MOST_TURNS, ge=1, le=MOST_TURNS)


class AcceptedRecap(Ask):
    """What the guide has heard so far, as the person accepted it."""

    kind: Literal["recap"] = "recap"


class Readings(Ask):
    """The person's latest readings of the barometer."""

    kind: Literal["readings"] = "readings"
    limit: int = Field(default=5, ge=1, le=10)


class Themes(Ask):
    """Themes of the person's own earlier sessions."""

    kind: Literal["themes"] = "themes"
    limit: int = Field(default=3, ge=1, le=3)


class SimilarMoments(Ask):
    """The person's own moments near in meaning to a text."""

    kind: Literal["similar_moments"] = "similar_moments"
    text: Sought
    limit: int = Field(default=3, ge=1, le=5)


class OwnDraft(Ask):
    """The person's own letter, as it stands."""

    kind: Literal["draft"] = "draft"


class PartnerShared(Ask):
    """What the partner shares with this person now."""

    kind: Literal["partner_shared"] = "partner_shared"
    limit: int = Field(default=6, ge=1, le=10)


class SimilarShared(Ask):
    """Of what the partner shares now, what is near in meaning to a text."""

    kind: Literal["similar_shared"] = "similar_shared"
    text: Sought
    limit: int = Field(default=3, ge=1, le=5)


class OwnNeeds(Ask):
    """The person's needs: confirmed ones, and those still offered."""

    kind: Literal["own_needs"] = "own_needs"
    limit: int = Field(default=8, ge=1, le=8)


class SharedNeeds(Ask):
    """The needs both share now."""

    kind: Literal["shared_needs"] = "shared_needs"
    limit: int = Field(default=6, ge=1, le=6)


class SimilarNeeds(Ask):
    """Of these needs, those near in meaning to a text."""

    kind: Literal["similar_needs"] = "similar_needs"
    text: Sought
    limit: int = Field(default=3, ge=1, le=5)


class WhatIsCommon(Ask):
    """What both needs have in common, as far as this person may see it."""

    kind: Literal["common_ground"] = "common_ground"


class ActiveShared(Ask):
    """All that either shares now."""

    kind: Literal["active_shared"] = "active_shared"
    limit: int = Field(default=8, ge=1, le=12)


class Agreements(Ask):
    """What both have agreed here."""

    kind: Literal["agreements"] = "agreements"
    limit: int = Field(default=5, ge=1, le=5)


class PastExperiments(Ask):
    """Small experiments that came to their end."""

    kind: Literal["experiments"] = "experiments"
    limit: int = Field(default=5, ge=1, le=5)


class Library(Ask):
    """Micro-experiments of the library, by meaning, family of need, or both."""

    kind: Literal["library"] = "library"
    text: Annotated[str, StringConstraints(max_length=500)] = ""
    needs: Annotated[tuple[Category, ...], Field(max_length=6)] = ()
    limit: int = Field(default=3, ge=1, le=5)


Query = Annotated[
    SessionFacts
    | RelationshipFacts
    | PastOutcomes
    | Turns
    | AcceptedRecap
    | Readings
    | Themes
    | SimilarMoments
    | OwnDraft
    | PartnerShared
    | SimilarShared
    | OwnNeeds
    | SharedNeeds
    | SimilarNeeds
    | WhatIsCommon
    | ActiveShared
    | Agreements
    | PastExperiments
    | Library,
    Field(discriminator="kind"),
]
QUERY = TypeAdapter(Query)
BY_LIKENESS = (SimilarMoments, SimilarShared, SimilarNeeds, Library)
