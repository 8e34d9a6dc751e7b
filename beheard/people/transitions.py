"""How a session's status may change, and through which door. One table: the door functions keep to it, and a test compares.

WAITING is in it nowhere: it is derived on read (stages.status).
"""

from beheard.people.models import SessionStatus as S

QUIET_END = {
    "sweep_endings": "nobody has been here for thirty days, or one of them has ended it for both; in a daily slot"
}

BEGINS = {S.CREATED: "nobody is invited yet", S.ACTIVE: "a later session of two who are here"}  # door.begin_session

TRANSITIONS: dict[tuple[S, S], dict[str, str]] = {
    (S.CREATED, S.INVITED): {"mark_invited": "the inviter has approved the topic and made an invitation"},
    (S.CREATED, S.ACTIVE): {"confirm_partner": "the inviter confirms who has joined"},
    (S.INVITED, S.ACTIVE): {"confirm_partner": "the inviter confirms who has joined"},
    (S.ACTIVE, S.PAUSED): {
        "pause_session": "either rests, without a reason",
        "sweep_meetings": "joint stages have closed for one of them, some hours ago",
    },
    (S.PAUSED, S.ACTIVE): {"resume_session": "both are quietly ready"},
    (S.ACTIVE, S.RESOLVED): {
        "meet": "both close without an agreement",
        "sweep_meetings": "both close, the later of them with hot hands",
    },
    (S.CREATED, S.ABANDONED): QUIET_END,
    (S.INVITED, S.ABANDONED): QUIET_END,
    (S.ACTIVE, S.ABANDONED): QUIET_END,
    (S.PAUSED, S.ABANDONED): QUIET_END,
}
ENDS = {S.RESOLVED, S.ABANDONED}


def may_change(before: S, after: S) -> bool:
    return (before, after) in TRANSITIONS


def doors_of(before: S) -> dict[str, set[S]]:
    """Which door leads from here to which status."""
    found: dict[str, set[S]] = {}
    for (start, end), doors in TRANSITIONS.items():
        for door in doors if start == before else ():
            found.setdefault(door, set()).add(end)
    return found
