"""The two vocabularies of the process: what one person decides alone, and what both have reached.

A step is a private row (`Step`). A meeting is a row both see (`Meeting`), written only by `door.meet` once both persons'
steps count. `MEETING_OF` says which steps make which meeting; `stages/door/meet.sql` has the same table, and a test holds
the two together.
"""

from django.db import models


class StepKind(models.TextChoices):
    COMPACT_SIGNED = "COMPACT_SIGNED", "signed the compact"
    HEARD = "HEARD", "feels heard"
    LETTER_READY = "LETTER_READY", "letter ready to cross"
    LETTER_OPENED = "LETTER_OPENED", "opened the other's letter"
    UNDERSTOOD = "UNDERSTOOD", "feels understood enough"
    SEEN_DIFFERENTLY = "SEEN_DIFFERENTLY", "sees it differently"
    NEEDS_DONE = "NEEDS_DONE", "has chosen which needs to share"
    NOTICED = "NOTICED", "has said what they notice"
    COMMON_ANSWERED = "COMMON_ANSWERED", "has answered what may be common"
    IDEAS_READY = "IDEAS_READY", "ideas ready for the pool"
    PILES_DONE = "PILES_DONE", "has sorted the pool"
    AGREED = "AGREED", "says yes to the words on the table"
    CHECKED_IN = "CHECKED_IN", "has said how it went"
    MORE_IDEAS = "MORE_IDEAS", "would look for other ideas"
    CLOSING = "CLOSING", "would close this"
    READY_AGAIN = "READY_AGAIN", "ready to go on after a pause"
    WENT_ON_COMPACT = "WENT_ON_COMPACT", "went on without both signatures"
    WENT_ON_LETTERS = "WENT_ON_LETTERS", "went on without the exchange"
    WENT_ON_NEEDS = "WENT_ON_NEEDS", "went on without the other's needs"
    WENT_ON_IDEAS = "WENT_ON_IDEAS", "went on without a common pool"
    ENDED_ALONE = "ENDED_ALONE", "ended well alone"
    ENDED_FOR_BOTH = "ENDED_FOR_BOTH", "ended it for both"


class MeetingKind(models.TextChoices):
    COMPACT = "COMPACT", "both signed the compact"
    LETTERS = "LETTERS", "the letters crossed"
    NEEDS = "NEEDS", "both need maps are here"
    COMMON_LOOKED = "COMMON_LOOKED", "what may be common has been looked for"
    COMMON_GROUND = "COMMON_GROUND", "both have answered what is common"
    IDEAS = "IDEAS", "both are ready for the pool"
    POOL = "POOL", "the pool is here"
    OVERLAP = "OVERLAP", "what both would do"
    AGREEMENT = "AGREEMENT", "both agreed"
    CHECK_IN = "CHECK_IN", "both have said how it went"
    ANOTHER_ROUND = "ANOTHER_ROUND", "both look for other ideas"
    CLOSED = "CLOSED", "closed by both"
    RESUMED = "RESUMED", "both ready again"


MEETING_OF = {
    MeetingKind.COMPACT: StepKind.COMPACT_SIGNED,
    MeetingKind.LETTERS: StepKind.LETTER_READY,
    MeetingKind.NEEDS: StepKind.NEEDS_DONE,
    MeetingKind.COMMON_GROUND: StepKind.COMMON_ANSWERED,
    MeetingKind.IDEAS: StepKind.IDEAS_READY,
    MeetingKind.OVERLAP: StepKind.PILES_DONE,
    MeetingKind.CHECK_IN: StepKind.CHECKED_IN,
    MeetingKind.ANOTHER_ROUND: StepKind.MORE_IDEAS,
    MeetingKind.CLOSED: StepKind.CLOSING,
}
# ANOTHER_ROUND takes back what the round before it reached (IDEAS to CHECK_IN) and may come again: there is a row for each.
# COMMON_LOOKED is written when the joint actor has looked (door.common_looked), POOL when the joint actor has published
# (door.pool_published), AGREEMENT when both confirmed the same words
# (AGREED; door.count_yes), RESUMED when both are ready again, the first time
# (door.resume_session).
