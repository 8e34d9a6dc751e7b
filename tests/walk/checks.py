"""What must hold after every page, and after every change."""

import re
from html import unescape

from django.core import mail
from django.utils import timezone

from beheard.people.models import RelationshipMember, Session
from beheard.people.pages import place_of
from beheard.rls import transaction_as
from beheard.rls.reading import remember_answers
from stages.gates import GATES
from stages.journey import facts_of
from stages.models import StageProgress
from stages.repair.models import StrategyProposal
from stages.steps import MeetingKind as M
from stages.steps import StepKind as S
from tests.couple import ADA, BEN
from tests.walk import rules
from tests.walk.records import Records
from tests.walk.world import Person, World
from vessels.shared.models import Agreement, CommonGround, ConsentedContent

TOKEN = re.compile(r"\b(?:ada|ben)q\d+w\b")
# What tests.couple has them say before the walk begins carries no tokens; this is in nobody else's words.
FIRST_SAID = {
    ADA: ["Ada wrote this", "I come home tired", "I end up shouting", "seen. I miss how"],
    BEN: ["Ben wrote this", "what I did wrong", "I work all day too", "notice what I do"],
}
GATE_MEETS = {  # the gate keys once more: what both have reached, or else a step of one's own
    "compact_signed": S.COMPACT_SIGNED,
    "partner_compact_signed": M.COMPACT,
    "feel_heard_confirmed": S.HEARD,
    "empathy_consented": S.LETTER_READY,
    "partner_consented": M.LETTERS,
    "needs_confirmed": S.NEEDS_DONE,
    "partner_needs_confirmed": M.NEEDS,
    "common_ground_confirmed": M.COMMON_GROUND,
    "strategies_submitted": S.IDEAS_READY,
    "rankings_submitted": S.PILES_DONE,
    "overlap_identified": M.OVERLAP,
    "agreement_created": M.AGREEMENT,
}


# --- after every page --------------------------------------------------------------------------------------------


def no_error(world: World, person: Person | None, response, fresh: bool) -> None:
    assert response.status_code < 500


def what_a_page_offers_is_there(world: World, person: Person | None, response, fresh: bool) -> None:
    """A link or a form of the page that is open, pressed while nothing else has happened, leads somewhere."""
    if fresh:
        assert response.status_code not in (400, 403, 404, 405), "the page led nowhere"


def nothing_private_of_the_other(world: World, person: Person | None, response, fresh: bool) -> None:
    """Each one's words carry tokens. Those of the other on a page must be in something that has crossed, or is both's."""
    text = unescape(response.content.decode(errors="ignore")) + str(response.headers)
    if person is None:
        named = _marks(text, ADA) | _marks(text, BEN)
        named -= _topic_and_names(world) if named else set()
        assert not named, f"nobody in particular reads {named}"
        return
    other = world.other(person)
    found = _marks(text, other.name)
    if found:
        private = found - _tokens_given(world, other)
        assert not private, f"{person.name} reads what {other.name} keeps: {private}"


def nothing_in_mails(world: World, person: Person | None, response, fresh: bool) -> None:
    """No e-mail carries a word anyone wrote, nor says what it is about."""
    while mail.outbox:
        letter = mail.outbox.pop()
        parts = [letter.subject, letter.body, *(part[0] for part in letter.alternatives)]
        assert letter.subject == "BeHeard"
        assert not TOKEN.search(" ".join(parts)), "an e-mail carries someone's words"
        world.coverage.changes["mail"] += 1


def nothing_in_the_log(world: World, person: Person | None, response, fresh: bool) -> None:
    """Nor does a line of the log, of a page or of the work since the last one."""
    lines, world.overheard[:] = "\n".join(world.overheard), []
    marks = _marks(lines, ADA) | _marks(lines, BEN)
    assert not marks, f"the log holds {marks}"
    world.coverage.changes["lines of the log"] += lines.count("\n") + bool(lines)


def _marks(text: str, name: str) -> set[str]:
    """What is in it that only this person has written."""
    found = {token for token in TOKEN.findall(text) if token.startswith(name.lower())}
    return found | {words for words in FIRST_SAID[name] if words in text}


def _topic_and_names(world: World) -> set[str]:
    owner = next(iter(world.people.values()))
    with transaction_as(owner.actor):
        session = Session.objects.filter(pk=world.session_id).first()
        names = RelationshipMember.objects.filter(relationship_id=session.relationship_id) if session else []
        words = [session.topic or "" if session else "", *(one.display_name for one in names)]
        return set(TOKEN.findall(" ".join(words)))


def _tokens_given(world: World, owner: Person) -> set[str]:
    with transaction_as(owner.actor):
        crossed = ConsentedContent.objects.filter(
            owner_id=owner.actor.user_id, consent_active=True, crosses_at__lte=timezone.now()
        ).exclude(content_type="PROPOSAL")
        texts = [content.transformed_content for content in crossed]
        texts += [f"{one.description} {one.measure}" for one in Agreement.objects.all()]
        texts += [proposal.words for proposal in StrategyProposal.objects.all()]
        texts += [one.need for one in CommonGround.objects.all()]
        texts += [session.topic or "" for session in Session.objects.all()]
        texts += RelationshipMember.objects.values_list("display_name", flat=True)
        return _marks(" ".join(texts), owner.name)


# --- after every change ------------------------------------------------------------------------------------------


def changes_are_allowed(world: World, before: Records, after: Records, who: str) -> None:
    if before.rows == after.rows:
        return
    world.coverage.changes.update(rules.named_changes(before, after, who))
    broken = rules.check_change(before, after)
    assert not broken, broken


def gates_agree(world: World, before: Records, after: Records, who: str) -> None:
    """What is recorded as satisfied by fact has been so by the tables; and nothing is missing when a stage is passed."""
    if before.rows == after.rows:
        return
    for one in (before, after):
        for (session, owner, stage), _status in one.progress.items():
            true = {gate.value for gate in GATES[stage] if _holds(gate.value, session, owner, one)}
            world.been_true.setdefault((session, owner, stage), set()).update(true)
    for person in world.people.values():
        for (session, owner, stage), status in after.progress.items():
            if owner == person.id and before.progress.get((session, owner, stage)) != status:
                _gate_agrees(world, person, session, stage, status, after)


def _gate_agrees(world: World, person: Person, session: str, stage: int, status: str, after: Records) -> None:
    with transaction_as(person.actor):
        if not Session.objects.filter(pk=session).exists():
            return  # the seat was not theirs
        passed = StageProgress.objects.get(
            session_id=session, owner_id=person.actor.user_id, stage=stage
        ).gates_satisfied
    assert (status == "COMPLETED") == ("passed" in passed)
    by_fact = {key for key, how in passed.items() if how["by"] == "fact" and key != "passed"}
    true = {gate.value for gate in GATES[stage] if _holds(gate.value, session, person.id, after)}
    assert by_fact <= world.been_true[session, person.id, stage], (
        f"stage {stage} of {person.name}: {by_fact} never was true"
    )
    if status == "COMPLETED":
        assert true <= by_fact, f"stage {stage} of {person.name}: recorded {by_fact}, true {true}"
        assert {gate.value for gate in GATES[stage]} <= set(passed) or passed["passed"]["by"] == "fact"


def _holds(gate: str, session: str, owner: str, records: Records) -> bool:
    if gate == "empathy_draft_ready":
        return [session, owner] in records.rows["letters"]
    if gate == "partner_validated":
        return records.met(session, M.LETTERS) and records.took(session, owner, S.UNDERSTOOD, S.SEEN_DIFFERENTLY)
    kind = GATE_MEETS[gate]
    if isinstance(kind, M):
        return records.met(session, kind)
    step = records.steps.get((session, owner, kind))
    return step is not None and (step.waits or _has_met(records, session, kind))


def _has_met(records: Records, session: str, step: S) -> bool:
    meeting = next((kind for kind, (needed, _, _) in rules.NEEDED.items() if needed == step), None)
    return meeting is not None and records.met(session, meeting)


def standing(world: World, person: Person):
    """The person's facts; None for one who has not joined. Read once for each state of the database."""
    if not world.is_here(person):
        return None
    known, facts = world.known_facts.get(person.name, (None, None))
    if known != world.records.facts:
        with transaction_as(person.actor):
            remember_answers()
            facts = facts_of(place_of(person.actor, world.session_id))
        world.known_facts[person.name] = (world.records.facts, facts)
    return facts
