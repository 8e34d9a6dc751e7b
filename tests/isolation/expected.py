"""Who may see and do what with which rows: DESIGN §3 as a table that tests hold the database to.

Letters: S select, I insert, U update, D delete. What is not written is nothing. For each table and role, by whose row it is:

    own       rows of the person the actor stands for
    partner   rows of the other person in the same session
    both      rows of the session that belong to neither (for `joint`: any row of the session)
    anyone    rows that belong to nobody (the library), and for curator, auditor and system: all rows

Rows of another couple are never named here: nobody who acts for a person may do anything with them (`test_tables`).
`only` narrows a letter to the rows for which the condition holds; `columns` are the only ones an update may name.
`why` says where a table departs from the table in DESIGN §3. A table without an entry fails the suite.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ROLES = ("user", "ai", "joint", "curator", "auditor", "system")


@dataclass(frozen=True)
class May:
    own: str = ""
    partner: str = ""
    both: str = ""
    anyone: str = ""
    only: dict[str, str] = field(default_factory=dict)  # letter, or scope and letter ("partner S"): SQL condition
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    what: str  # for docs/privacy.md
    roles: dict[str, May]
    why: str = ""


def table(what: str, *, why: str = "", **roles: May) -> Table:
    return Table(what, roles, why)


def mine(user: str = "SIUD", ai: str = "") -> dict[str, May]:
    """Rows only their owner has, and perhaps the guide who serves them in that session."""
    return {"user": May(own=user), "ai": May(own=ai)}


GUIDE_READS = "The guide reads what it helps with; only the person changes it."
SYNTHESIS_COLUMNS = ("is_synthesis_dirty", "synthesis_last_updated", "synthesis_version", "synthesis_claimed_until")
PUBLISHED = {"S": "status = 'PUBLISHED'"}
CROSSED = "consent_active AND crosses_at <= now()"

EXPECTED: dict[str, Table] = {
    # --- people ------------------------------------------------------------------------------------------------------
    "people_relationship": table(
        "that two people are in a relationship here",
        user=May(both="S"),
        ai=May(both="S"),
        why="Nobody's lifecycle columns: the system needs none of them.",
    ),
    "people_relationshipmember": table(
        "the display name and seat of each",
        user=May(own="SU", partner="S", columns=("display_name",)),
        ai=May(own="S", partner="S"),
        why="The system reads sessions only. Joining is a door.",
    ),
    "people_session": table(
        "the session, its status and its approved topic",
        user=May(both="SU", only={"U": "status = 'CREATED'"}, columns=("topic", "topic_approved_at", "updated_at")),
        ai=May(both="S"),
        joint=May(both="S"),
        system=May(anyone="S"),
        why="Status changes by doors. The system sees the topic's ciphertext, and has no key.",
    ),
    "people_invitation": table("an invitation sent, to whom and when", **mine("SIU")),
    "people_invitationanswer": table(
        "whether the invited person joined or declined",
        why="Nobody reads it: an inviter sees 'expired', never 'declined'.",
    ),
    "crypto_vesselkey": table(
        "the keys of words",
        user=May(
            own="SIU",
            partner="S",
            both="SI",
            only={"partner S": "kind = 'SHARED'"},
            columns=("wrapped", "destroyed_at"),
        ),
        ai=May(own="S", partner="S", both="S", only={"partner S": "kind = 'SHARED'"}),
        joint=May(both="S", only={"S": "kind <> 'PRIVATE'"}),
        why="The partner's key of shared words only while any of them is visible (test_crossing).",
    ),
    # --- consent -----------------------------------------------------------------------------------------------------
    "consent_consentrecord": table(
        "each decision to share, without the words",
        user=May(own="SI"),
        ai=May(own="S"),
        auditor=May(anyone="S"),
    ),
    "consent_consentevent": table(
        "the history of those decisions",
        user=May(own="S"),
        auditor=May(anyone="S"),
        why="Written by doors only, so that no link can be forged.",
    ),
    "consent_consentseal": table(
        "the seals on that history",
        user=May(own="S"),
        auditor=May(anyone="S"),
        why="Made by the application, put in by a door: so a person can verify their own.",
    ),
    "consent_consenthead": table(
        "how long that history is, and how much of it is anchored outside the database",
        auditor=May(anyone="S"),
        why="Kept by doors.",
    ),
    "consent_auditlook": table(
        "what staff auditors looked at",
        auditor=May(anyone="SI"),
        why="Each auditor adds their own; nobody changes or removes one.",
    ),
    # --- the private vessel ------------------------------------------------------------------------------------------
    "private_uservessel": table("that a private vessel exists", **mine("SIUD", "S")),
    "private_userevent": table("what happened, as someone told it", **mine("SIUD", "SI")),
    "private_emotionalreading": table("barometer readings", **mine("SIUD", "S")),
    "private_identifiedneed": table("needs, offered or confirmed", **mine("SIUD", "SI")),
    "private_boundary": table("boundaries", **mine("SIUD", "SI")),
    "private_userdocument": table("documents", **mine("SIUD", "S"), why=GUIDE_READS),
    "private_draft": table("unsent text", **mine("SIUD"), why="Not even the guide reads what was not sent."),
    "private_eventembedding": table("vectors of events", **mine("SD", "SIUD")),
    "private_readingembedding": table("vectors of readings", **mine("SD", "SIUD")),
    "private_vesselembedding": table("the vector of a vessel", **mine("SD", "SIUD")),
    # --- the shared vessel -------------------------------------------------------------------------------------------
    "shared_sharedvessel": table(
        "that a shared vessel exists", user=May(both="S"), ai=May(both="S"), joint=May(both="S"), why="Made by a door."
    ),
    "shared_consentedcontent": table(
        "the exact words someone agreed to share",
        user=May(
            own="SID",
            only={"D": "NOT consent_active"},
        ),
        ai=May(own="S", partner="S", only={"S": f"{CROSSED} AND content_type <> 'PROPOSAL'"}),
        joint=May(both="S", only={"S": CROSSED}),
        why="Becomes active by a door only. A partner reads the words through `door.crossed_words`, never the row: when and from "
        "what they were shared is their owner's. Ideas reach the unlabelled pool.",
    ),
    "shared_coolingoff": table("how long someone lets what they share wait", **mine("SIUD")),
    "shared_commonground": table(
        "what both needs have in common",
        user=May(both="S"),
        ai=May(both="S"),
        joint=May(both="SI"),
        why="Both confirmations are written together, by a door.",
    ),
    "shared_agreement": table(
        "agreements",
        user=May(both="SI"),
        ai=May(both="S"),
        joint=May(both="S"),
        system=May(anyone="S", only={"S": "follow_up_date IS NOT NULL"}),
        why="Agreeing is a door. The system sees dates beside ciphertext it has no key for.",
    ),
    # --- the process -------------------------------------------------------------------------------------------------
    "stages_stageprogress": table(
        "where someone stands",
        user=May(own="SIU", columns=("status", "completed_at", "gates_satisfied")),
        ai=May(own="SU", columns=SYNTHESIS_COLUMNS),
        system=May(anyone="S"),
        why="The partner gets one number, the stone, from a door. The system sees the gates' ciphertext, and has no key.",
    ),
    "stages_step": table("what someone decided privately on the way", **mine("SID", "S")),
    "stages_meeting": table(
        "what both have reached", user=May(both="S"), ai=May(both="S"), joint=May(both="S"), why="Written by doors."
    ),
    "stages_message": table(
        "the conversation with the guide",
        user=May(own="SIUD", only={"U": "role = 'USER'", "D": "role = 'USER'"}),
        ai=May(own="SI"),
    ),
    "stages_messageembedding": table("vectors of messages", **mine("SD", "SIUD")),
    "stages_outbox": table(
        "replies that are owed: ids and times", system=May(anyone="SU"), why="Written and settled by triggers."
    ),
    "stages_synthesis": table("what the guide keeps in mind", **mine("", "SIU")),
    "stages_suggestion": table(
        "what the guide offers about one thing", **mine("SD", "SI"), why="Not in DESIGN §3: the person's."
    ),
    "stages_contextlog": table("what the guide looked at", user=May(own="S"), ai=May(own="I"), auditor=May(anyone="S")),
    "stages_carriedover": table(
        "what is carried over from earlier sessions", **mine("SID", "S"), why="Written by the person's own actor."
    ),
    "stages_notification": table(
        "notices",
        user=May(own="SU", only={"S": "due_at <= now()", "U": "due_at <= now()"}, columns=("seen_at",)),
        system=May(anyone="SIU"),
    ),
    "stages_rhythm": table(
        "when someone means to come back, and whether they were reminded",
        user=May(own="SIUD", columns=("asked_at", "back_at", "break_until", "reminded_at")),
        system=May(anyone="S"),
        why="Not in DESIGN §3: dates, of which the system reminds.",
    ),
    "stages_noticesettings": table(
        "which notices someone wants by e-mail, and their quiet hours",
        user=May(own="SIUD"),
        system=May(anyone="S"),
        why="Not in DESIGN §3: the system sends the e-mails.",
    ),
    "stages_owedinvitation": table(
        "an invitation's e-mail that is still to be sent",
        user=May(own="SID"),
        system=May(anyone="SU", columns=("try_at", "tries")),
        why="Not in DESIGN §3: the link is sealed in the inviter's vessel; the system, which has no key, sees that there is one.",
    ),
    "stages_safetycheck": table("the answers to the safety questions", **mine("ID")),
    "stages_safetyoutcome": table("what follows from them", **mine("SI")),
    "api_answeredpost": table(
        "what a post to the API was answered with, for a day",
        user=May(own="SIUD"),
        system=May(anyone="SD", only={"S": "expires_at < now()", "D": "expires_at < now()"}),
        why="Not in DESIGN §3: ids and states, so that the same post sent twice is done once.",
    ),
    # --- rooms -------------------------------------------------------------------------------------------------------
    "stages_recap": table(
        "recaps", user=May(own="SUD"), ai=May(own="SI"), why="The guide offers; the person corrects."
    ),
    "stages_exercisecompletion": table("exercises done", **mine("SIUD", "S"), why=GUIDE_READS),
    "stages_empathydraft": table("drafts of a letter", **mine("SIUD", "S")),
    "stages_empathyattempt": table(
        "the letter as finished",
        **mine("SIUD", "S"),
        why="What crosses is consented content: the partner never reads this row.",
    ),
    "stages_empathyvalidation": table("what landed, for its reader", **mine("SIUD", "S"), why=GUIDE_READS),
    "stages_reframesuggestion": table("judgments and curious questions", **mine("SIUD", "S"), why=GUIDE_READS),
    "stages_hintaccess": table("hints used", **mine("SI", "S")),
    "stages_noticing": table("what someone notices in the two maps", **mine("SIUD", "S"), why=GUIDE_READS),
    "stages_commongroundanswer": table("yes or no to what may be common", **mine("SIUD")),
    "stages_ownershipline": table("what someone owns in this", **mine("SIUD", "S"), why=GUIDE_READS),
    "stages_strategydraft": table("an idea as its author wrote it", **mine("SIUD", "S")),
    "stages_strategyproposal": table("an idea in the pool", user=May(both="S"), ai=May(both="S"), joint=May(both="SI")),
    "stages_proposalauthorship": table(
        "who wrote an idea",
        user=May(own="S"),
        joint=May(both="I"),
        why="Joint writes it with the pool and can't read it back.",
    ),
    "stages_strategyranking": table("the piles", **mine("SIUD")),
    "stages_overlapitem": table(
        "ideas both would do", user=May(both="S"), ai=May(both="S"), joint=May(both="S"), why="Written by a door."
    ),
    "stages_checkin": table("how it went, privately", **mine("SIU", "S")),
    "stages_soloending": table("an ending alone", **mine("SIUD", "S")),
    "stages_closure": table("a closure without agreement", **mine("SIUD", "S")),
    # --- the library -------------------------------------------------------------------------------------------------
    "library_globallibraryitem": table(
        "micro-experiments",
        user=May(anyone="S", only=PUBLISHED),
        ai=May(anyone="S", only=PUBLISHED),
        joint=May(anyone="S", only=PUBLISHED),
        curator=May(anyone="SIUD"),
        why="Joint puts library ideas into the pool.",
    ),
    "library_libraryembedding": table(
        "vectors of micro-experiments",
        user=May(anyone="S", only=PUBLISHED),
        ai=May(anyone="S", only=PUBLISHED),
        joint=May(anyone="S", only=PUBLISHED),
        curator=May(anyone="SIUD"),
    ),
    "library_librarycontribution": table(
        "who gave a micro-experiment, and its exact words",
        user=May(own="SIU", columns=("withdrawn_at",)),
        why="Released to the curators by a door, without its owner. Withdrawing is the only change.",
    ),
    "library_contributionreview": table(
        "how a contribution stands",
        curator=May(anyone="SU", columns=("state", "reason")),
        why="Written by a door; its giver reads it through another.",
    ),
    "library_libraryusage": table(
        "how often a micro-experiment was of use", why="Counted and told by doors, in fives, without who or when."
    ),
    "library_itemedit": table("edits of micro-experiments", curator=May(anyone="SI")),
    "library_libraryjob": table("imports and bulk work of curators", curator=May(anyone="SIU")),
}
