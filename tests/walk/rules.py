"""What may change from one look at the database to the next, said once more and independently of the code that changes it."""

from beheard.people.transitions import TRANSITIONS
from stages.steps import MeetingKind as M
from stages.steps import StepKind as S
from tests.walk.records import Records

ALLOWED = {
    ("CREATED", "INVITED"),
    ("CREATED", "ACTIVE"),
    ("INVITED", "ACTIVE"),
    ("ACTIVE", "PAUSED"),
    ("PAUSED", "ACTIVE"),
    ("ACTIVE", "RESOLVED"),
    *((one, "ABANDONED") for one in ("CREATED", "INVITED", "ACTIVE", "PAUSED")),
}
NEEDED = {  # for a meeting: the step of both, what must have met before, what crosses with it
    M.COMPACT: (S.COMPACT_SIGNED, None, None),
    M.LETTERS: (S.LETTER_READY, M.COMPACT, "EMPATHY_ATTEMPT"),
    M.NEEDS: (S.NEEDS_DONE, M.COMPACT, "IDENTIFIED_NEED"),
    M.COMMON_LOOKED: (S.NEEDS_DONE, M.NEEDS, None),
    M.COMMON_GROUND: (S.COMMON_ANSWERED, M.COMMON_LOOKED, None),
    M.IDEAS: (S.IDEAS_READY, M.COMPACT, "PROPOSAL"),
    M.POOL: (None, M.IDEAS, None),
    M.OVERLAP: (S.PILES_DONE, M.POOL, None),
    M.AGREEMENT: (S.AGREED, M.OVERLAP, None),
    M.CHECK_IN: (S.CHECKED_IN, M.AGREEMENT, None),
    M.ANOTHER_ROUND: (S.MORE_IDEAS, None, None),
    M.CLOSED: (S.CLOSING, M.COMPACT, None),
}
PASSED = {  # when a stage may be completed, from its owner's steps and what both have reached
    0: ({M.COMPACT}, {S.WENT_ON_COMPACT}),
    1: (set(), {S.HEARD}),
    2: ({M.LETTERS}, {S.WENT_ON_LETTERS}),
    3: ({M.COMMON_GROUND}, {S.WENT_ON_NEEDS}),
    4: ({M.AGREEMENT}, {S.WENT_ON_IDEAS, S.CLOSING}),
}
STATUS_ORDER = ("NOT_STARTED", "IN_PROGRESS", "GATE_PENDING", "COMPLETED")
CARRIED_BY = {"IDENTIFIED_NEED": M.NEEDS, "PROPOSAL": M.IDEAS, "EMPATHY_FEEDBACK": M.LETTERS}
ROUND_BY_ROUND = {M.IDEAS, M.POOL, M.OVERLAP, M.AGREEMENT, M.CHECK_IN}
LEFT = (S.ENDED_ALONE, S.ENDED_FOR_BOTH)
OVER = ("RESOLVED", "ABANDONED")


def check_change(before: Records, after: Records) -> list[str]:
    """What must not have happened. Empty when all is well."""
    return [
        *_statuses(before, after),
        *_meetings(before, after),
        *_stages(before, after),
        *_contents(before, after),
        *_agreements(before, after),
    ]


def _statuses(before: Records, after: Records):
    for session, now in after.status.items():
        was = before.status.get(session, now)
        if was == now:
            continue
        if (was, now) not in ALLOWED:
            yield f"a session went from {was} to {now}"
        elif not _has_reason(before, after, session, was, now):
            yield f"a session went from {was} to {now} without a reason"


def _has_reason(before: Records, after: Records, session: str, was: str, now: str) -> bool:
    members = after.members(session)
    if now == "ACTIVE" and was != "PAUSED":
        return len(members) == 2 and any(at == session and confirmed for at, _, confirmed, _ in after.answers)
    if now == "ACTIVE":
        said = [
            before.steps.get((session, one, S.READY_AGAIN)) for one in members
        ]  # at once: it is no sharing or signing
        return any(one and one.waits for one in said) and all(_is_safe(after, session, one) for one in members)
    if now == "RESOLVED":
        return all(after.took(session, one, S.CLOSING) for one in members)
    if now == "ABANDONED":
        for_both = any(before.took(session, one, S.ENDED_FOR_BOTH) for one in members)
        return for_both or before.rows["quiet_days"].get(session, 0) >= 29.4
    return True


def _is_safe(records: Records, session: str, owner: str) -> bool:
    return records.safety.get((session, owner), ("OPEN", False))[0] == "OPEN"


def _meetings(before: Records, after: Records):
    for session in after.status:
        had = [kind for at, kind in before.meetings if at == session]
        has = [kind for at, kind in after.meetings if at == session]
        new = [kind for kind in has if has.count(kind) > had.count(kind)]
        for kind in new:
            yield from _earned(before, after, session, kind)
        gone = {kind for kind in had if kind not in has}
        if gone and not (gone <= ROUND_BY_ROUND and ({M.ANOTHER_ROUND, M.AGREEMENT} & set(new))):
            yield f"{gone} is no longer met"
        if M.CHECK_IN in had and has.count(M.AGREEMENT) and M.CHECK_IN not in has:
            pass  # new words both said yes to: looking back begins anew
        if before.status.get(session) in OVER and new:
            yield f"{new} was met in a session that is over"


def _earned(before: Records, after: Records, session: str, kind: str):
    if kind == M.RESUMED:
        return
    step, first, carried = NEEDED[M(kind)]
    members = after.members(session)
    taken = [step is None or _taken(before, after, session, one, step) for one in members]
    if len(members) != 2 or not all(taken):
        yield f"{kind} was met without {step} of both"
    if first and not (before.met(session, first) or after.met(session, first)):
        yield f"{kind} was met before {first}"
    if before.status.get(session) not in ("ACTIVE", "INVITED", "CREATED"):
        yield f"{kind} was met while {before.status.get(session)}"
    if step and any(before.took(session, one, *LEFT) and after.took(session, one, *LEFT) for one in members):
        yield f"{kind} was met with one who had left"
    if step not in (None, S.NEEDS_DONE) and not all(_is_safe(after, session, one) for one in members):
        yield f"{kind} was met although joint stages are closed for one of them"
    if kind == M.CHECK_IN and len({owner for at, owner, _ in after.rows["said"] if at == session}) < 2:
        yield "CHECK_IN was met and not both have said how it went"
    if carried and any(not one.cooled for one in after.active(session, carried) if not one.crossed):
        yield f"{kind} was met while words were cooling off"


def _taken(before: Records, after: Records, session: str, owner: str, step: str) -> bool:
    """Now, or a moment ago: some meetings take the steps away. What was taken since counts at once, or not at all."""
    return after.stands(session, owner, step) or (
        step in (S.AGREED, S.MORE_IDEAS) and not after.took(session, owner, step)
    )


def _stages(before: Records, after: Records):
    for (session, owner, stage), status in after.progress.items():
        was = before.progress.get((session, owner, stage), "NOT_STARTED")
        if STATUS_ORDER.index(status) < STATUS_ORDER.index(was):
            yield f"stage {stage} went back from {was} to {status}"
        if status == was:
            continue
        if before.status.get(session) in OVER:
            yield f"stage {stage} became {status} in a session that is over"
        if status == "COMPLETED":
            meetings, steps = PASSED[stage]
            by_fact = any(after.met(session, kind) for kind in meetings)
            if stage == 2:
                by_fact = by_fact and after.took(session, owner, S.UNDERSTOOD, S.SEEN_DIFFERENTLY)
            if not by_fact and not after.took(session, owner, *steps):
                yield f"stage {stage} was completed without its gate"
        if was == "NOT_STARTED":
            yield from _entered(after, session, owner, stage)


def _entered(after: Records, session: str, owner: str, stage: int):
    if stage == 2 and not after.took(session, owner, S.HEARD):
        yield "stage 2 was entered by one who has not been heard"
    if stage == 2 and not (
        after.met(session, M.COMPACT) or after.took(session, owner, S.COMPACT_SIGNED, S.WENT_ON_COMPACT)
    ):
        yield "stage 2 was entered without a signature"
    alone = not _is_safe(after, session, owner)  # joint stages are closed: needs are one's own too
    if (
        stage == 3
        and not alone
        and not after.took(
            session, owner, S.LETTER_READY, S.UNDERSTOOD, S.SEEN_DIFFERENTLY, S.WENT_ON_LETTERS, S.WENT_ON_COMPACT
        )
    ):
        yield "stage 3 was entered without a letter or a way out"
    if stage == 4 and after.progress.get((session, owner, 3)) != "COMPLETED":
        yield "stage 4 was entered before stage 3 was completed"


def _contents(before: Records, after: Records):
    for content in after.contents.values():
        was = before.contents.get(content.id)
        if was and not was.active and was.has_date and content.active:
            yield "what was taken back is shared again without a new decision"
        if not content.active or not content.has_date or (was and was.has_date):
            continue
        if not content.after_cooling:
            yield f"{content.kind} crosses before it has cooled off"
        needed = CARRIED_BY.get(content.kind)
        if content.kind == "EMPATHY_ATTEMPT":
            needed = M.LETTERS
        if needed and not after.met(content.session, needed):
            yield f"{content.kind} crosses before {needed}"
    for kind in ("IDENTIFIED_NEED", "PROPOSAL"):
        held = [
            (one.session, one.owner, one.round) for one in after.contents.values() if one.kind == kind and one.active
        ]
        if any(held.count(one) > 3 for one in set(held)):
            yield f"more than three of {kind} are shared"


def _agreements(before: Records, after: Records):
    for one, (session, status, by_a, by_b) in after.agreements.items():
        if by_a != by_b:
            yield "one yes alone can be seen"
        was = before.agreements.get(one)
        if status in ("AGREED", "IN_PROGRESS") and (was is None or was[1] == "PROPOSED") and not (by_a and by_b):
            yield "an agreement without both"
        if was and was[1] != status and before.status.get(session) in OVER:
            yield "an agreement changed in a session that is over"
    for session in after.status:
        standing = [
            1 for at, status, _, _ in after.agreements.values() if at == session and status in ("AGREED", "IN_PROGRESS")
        ]
        if len(standing) > 1:
            yield "two agreements stand"


def named_changes(before: Records, after: Records, cause: str) -> list[str]:
    """The transitions of docs/states.md that this change went through; `cause` is "work" or a request."""
    found = []
    for session, now in after.status.items():
        was = before.status.get(session)
        if was and was != now:
            doors = [door for door in TRANSITIONS.get((was, now), {}) if door.startswith("sweep") == (cause == "work")]
            found.append(f"{was} -> {now} by {doors[0] if doors else cause}")
        elif was is None:
            found.append(f"[*] -> {now}")
    for key, now in after.progress.items():
        was = before.progress.get(key, "[*]")
        if was != now:
            found.append(f"stage {key[2]}: {was} -> {now}")
    found += [f"met {kind}" for at, kind in after.meetings if (at, kind) not in before.meetings or kind == M.ANOTHER_ROUND
              and after.meetings.count((at, kind)) > before.meetings.count((at, kind))]  # fmt: skip
    found += [f"took {kind}" for at, owner, kind in after.steps if (at, owner, kind) not in before.steps]
    found += [f"notice {kind}" for one, (_, _, kind) in after.notices.items() if one not in before.notices]
    found += [f"answered {_answer(one)}" for one in after.answers if one not in before.answers]
    return found


def _answer(one: tuple) -> str:
    _session, joined, confirmed, declined = one
    return "confirmed" if confirmed else "joined" if joined else "declined" if declined else "?"
