"""What the guide may know, and how it comes to know it (DESIGN §6). One way for every use of a guide:

    with transaction_as(Actor.ai(user_id, session_id)):
        occasion = occasion_of(message_id, now=now)        # None: gone, or answered
    plan = default_plan(occasion)                          # or: validate(what a model proposed, occasion)
    vectors = vectors_for(plan)                            # outside any transaction: an embedder may be far away
    with transaction_as(Actor.ai(user_id, session_id)):
        bundle = execute(plan, occasion, now=now, vectors=vectors)
        note_reply(bundle, occasion)                       # the context log, before any word goes out
    …the guide is asked, outside any transaction…
    with transaction_as(Actor.ai(user_id, session_id)):
        if not still_stands(bundle): …read anew, ask again; nothing of that answer is used
        Message(…, drawn_from=drawn_from(bundle))

Nothing else reads for a prompt. docs/retrieval.md says it in words.
"""

from stages.retrieval.contracts import CONTRACTS, Contract, OutsideContract, contract_for
from stages.retrieval.executor import bundle_for, drawn_from, execute, still_stands
from stages.retrieval.log import note, note_reply, note_use
from stages.retrieval.occasion import Occasion, names, occasion_of
from stages.retrieval.plans import Intent, Plan, bare_plan, default_plan, intent_of, validate
from stages.retrieval.similar import vectors_for
from stages.retrieval.words import words_of

__all__ = [
    "CONTRACTS",
    "Contract",
    "Intent",
    "Occasion",
    "OutsideContract",
    "Plan",
    "bare_plan",
    "bundle_for",
    "contract_for",
    "default_plan",
    "drawn_from",
    "execute",
    "intent_of",
    "names",
    "note",
    "note_reply",
    "note_use",
    "occasion_of",
    "still_stands",
    "validate",
    "vectors_for",
    "words_of",
]
