"""What is to be looked at for one reply (DESIGN §6): memory intent by rules first, then a planner if there is one.

A planner only proposes: `retrieval.validate` drops what the contract does not know, and a planner that is away is no loss.
"""

import logging
from collections.abc import Mapping

import numpy as np

from beheard.ai.errors import ModelTrouble
from stages import retrieval
from stages.guide.interface import Planner, QueryChoice
from stages.guide.registry import current_guide
from stages.retrieval import Contract, Intent, Occasion, Plan
from stages.retrieval.queries import Ask, Turns

logger = logging.getLogger(__name__)

NO_MEMORIES = (Intent.AVOID_RECALL, Intent.STAGE_ENFORCEMENT)
ALWAYS = {"kind": Turns.model_fields["kind"].default}  # the conversation at hand: what "yes" answers


def prepare(occasion: Occasion) -> tuple[Plan, Mapping[str, np.ndarray]]:
    """A plan, and vectors of what it seeks. May ask models: call it outside any transaction. An embedder that is away costs
    what it would have found, and no reply."""
    plan = plan_for(occasion)
    try:
        return plan, retrieval.vectors_for(plan)
    except ModelTrouble as trouble:
        logger.warning("Nothing is looked for by likeness: %s", type(trouble).__name__)
        return retrieval.bare_plan(occasion), {}


def plan_for(occasion: Occasion) -> Plan:
    guide = current_guide()
    intent = retrieval.intent_of(occasion)
    # The built-in guide uses the conversation and nothing else: what it would not use is not read.
    if intent in NO_MEMORIES or not guide.is_model:
        return retrieval.bare_plan(occasion)
    proposed = guide.plan(occasion.current.text, choices(occasion.contract)) if isinstance(guide, Planner) else None
    if proposed is None:
        return retrieval.default_plan(occasion, intent)
    return retrieval.validate([ALWAYS, *proposed], occasion)


def choices(contract: Contract) -> list[QueryChoice]:
    """The queries a contract allows, as a planner is told of them."""
    kinds = {query.model_fields["kind"].default: query for query in Ask.__subclasses__()}
    return [
        QueryChoice(kind=kind, about=query.__doc__ or kind, searches="text" in query.model_fields)
        for kind, query in kinds.items()
        if kind in contract.kinds
    ]
