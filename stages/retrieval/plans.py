"""What is to be asked for one reply: by default, or as a planner proposes it. Pure: nothing here reads.

Memory intent comes first (DESIGN §6): whether this is a moment to remember at all.
"""

import json
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from stages.retrieval.contracts import Contract
from stages.retrieval.occasion import Occasion
from stages.retrieval.queries import (
    QUERY,
    AcceptedRecap,
    ActiveShared,
    Agreements,
    Ask,
    Library,
    OwnDraft,
    OwnNeeds,
    PartnerShared,
    PastExperiments,
    PastOutcomes,
    Readings,
    RelationshipFacts,
    SessionFacts,
    SharedNeeds,
    SimilarMoments,
    Themes,
    Turns,
    WhatIsCommon,
)  # fmt: skip
from vessels.private.queries import HIGH

logger = logging.getLogger(__name__)

MOST_QUERIES = 6
MOST_PROPOSED = 50  # beyond this nobody looks
SOUGHT = 500
PROMISE = re.compile(r"\b(agreed|agreement|promis\w+|deal|last time|we said|experiment|check.?in)\b", re.IGNORECASE)


class Intent(StrEnum):
    """What remembering is for, in this turn."""

    EMOTIONAL_VALIDATION = "EMOTIONAL_VALIDATION"
    STAGE_ENFORCEMENT = "STAGE_ENFORCEMENT"
    RECALL_COMMITMENT = "RECALL_COMMITMENT"
    OFFER_CONTINUITY = "OFFER_CONTINUITY"
    AVOID_RECALL = "AVOID_RECALL"


@dataclass(frozen=True, slots=True)
class Plan:
    """Queries the contract allows. `dropped` counts those it does not. None accepted: the current message alone."""

    accepted: tuple[Ask, ...] = ()
    dropped: int = 0


def intent_of(occasion: Occasion) -> Intent:
    """By rules: high means no memories; a promise asks for it; else what was felt comes first."""
    if occasion.intensity is not None and occasion.intensity >= HIGH:
        return Intent.AVOID_RECALL
    if PROMISE.search(occasion.current.text):
        return Intent.RECALL_COMMITMENT
    return Intent.EMOTIONAL_VALIDATION if occasion.stage <= 1 else Intent.OFFER_CONTINUITY


def default_plan(occasion: Occasion, intent: Intent | None = None) -> Plan:
    """What is asked for without a planner, and when a planner is away."""
    wanted = _wanted(occasion, intent or intent_of(occasion))
    return Plan(tuple(query for query in wanted if occasion.contract.allows(query))[:MOST_QUERIES])


def bare_plan(occasion: Occasion) -> Plan:
    """The conversation at hand and nothing else."""
    return default_plan(occasion, Intent.STAGE_ENFORCEMENT)


def validate(proposed: Any, occasion: Occasion) -> Plan:
    """Of what a planner proposes (a list of objects, whatever a model made of that) what the contract allows, each once.

    Never raises. Nothing is repaired: an invalid query is dropped and counted, without a word of it in the log.
    """
    accepted: list[Ask] = []
    dropped = 0
    for one in _each(proposed):
        query = _parsed(one)
        if query is None or not _allowed(query, occasion.contract) or len(accepted) == MOST_QUERIES:
            dropped += 1
        elif query not in accepted:
            accepted.append(query)
    if dropped:
        logger.info("A plan for stage %d: %d queries dropped, %d kept", occasion.stage, dropped, len(accepted))
    return Plan(tuple(accepted), dropped)


def _each(proposed: Any) -> Iterable[Any]:
    if isinstance(proposed, dict):
        proposed = proposed.get("queries", [proposed])
    if not isinstance(proposed, list | tuple):
        return [proposed] if proposed is not None else []
    return proposed[:MOST_PROPOSED]


def _parsed(one: Any) -> Ask | None:
    """Read as strict JSON, whoever proposed it: a number is a number, a word is a word."""
    try:
        return QUERY.validate_json(one.model_dump_json() if isinstance(one, Ask) else json.dumps(one))
    except (ValidationError, TypeError, ValueError, RecursionError):
        return None


def _allowed(query: Ask, contract: Contract) -> bool:
    return contract.allows(query)


def _wanted(occasion: Occasion, intent: Intent) -> list[Ask]:
    text = occasion.current.text[:SOUGHT].strip() or "."
    match intent:
        case Intent.AVOID_RECALL | Intent.STAGE_ENFORCEMENT:
            return [Turns()]
        case Intent.RECALL_COMMITMENT:
            return [Turns(), SessionFacts(), PastOutcomes(), WhatIsCommon(), Agreements(), PastExperiments()]
        case Intent.EMOTIONAL_VALIDATION:
            return [Turns(), AcceptedRecap(), Readings(limit=3), SimilarMoments(text=text), OwnNeeds(), ActiveShared()]
    by_stage = {
        0: [SessionFacts(), RelationshipFacts(), PastOutcomes()],
        1: [Turns(), AcceptedRecap(), Themes(), Readings(limit=3), SimilarMoments(text=text)],
        2: [Turns(), AcceptedRecap(), OwnDraft(), PartnerShared(), SimilarMoments(text=text)],
        3: [Turns(), OwnNeeds(), SharedNeeds(), WhatIsCommon()],
        4: [Turns(), ActiveShared(), WhatIsCommon(), Agreements(), PastExperiments(), Library(text=text)],
    }
    return by_stage.get(occasion.stage, [])
