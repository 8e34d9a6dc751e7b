"""Writing a letter, letting it cross, reading the other's, answering it.

Everything is private until its owner consents to exact words. What crosses goes over the bridge; nothing here tells anyone
what was declined, taken back or not yet decided.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from beheard.people.pages import Place
from beheard.rls import NotNow, NotYours
from consent import ledger
from consent.models import ContentType
from stages import progress, suggestions
from stages.journey import check_joint
from stages.models import Purpose, Suggestion
from stages.perspective import queries
from stages.perspective.models import (
    EmpathyAttempt,
    EmpathyDraft,
    EmpathyValidation,
    HintAccess,
    ReframeSuggestion,
    Verdict,
)
from stages.perspective.queries import LETTER, LetterState
from stages.perspective.recipes import mark_of
from stages.perspective.words import letter_words
from stages.steps import MeetingKind, StepKind
from vessels.private.models import UserVessel
from vessels.private.queries import locked_vessel
from vessels.shared import bridge
from vessels.shared.models import ConsentedContent

STAGE, NEXT_STAGE = 2, 3
STEP_OF = {Verdict.UNDERSTOOD: StepKind.UNDERSTOOD, Verdict.DIFFERENTLY: StepKind.SEEN_DIFFERENTLY}


def arrive(*, place: Place, now: datetime) -> None:
    """Whoever has come to Stage 2, while the session is not at rest. Raises NotNow for anyone else."""
    steps = progress.all_steps(place)
    if not queries.way_is_open(place, steps):
        raise NotNow(_("There are steps before this one, or this is resting."))
    if not queries.has_come(place, steps):
        progress.enter_stage(place=place, stage=STAGE, now=now)


# --- drafts and coaching -------------------------------------------------------------------------


def keep_draft(*, place: Place, guess: str, want_known: str, now: datetime) -> EmpathyDraft:
    """A new version, unless nothing has changed since the last one."""
    vessel = locked_vessel(place)
    latest = EmpathyDraft.objects.filter(vessel=vessel, owner_id=place.user_id).order_by("-version").first()
    if latest and (latest.guess, latest.want_known) == (guess, want_known):
        return latest
    return EmpathyDraft.objects.create(
        version=latest.version + 1 if latest else 1,
        guess=guess,
        want_known=want_known,
        created_at=now,
        **_row(place, vessel),
    )


def ask_to_read(*, place: Place, draft: EmpathyDraft) -> None:
    """The guide reads this version, once. Its answer comes by itself."""
    if suggestions.latest(place, Purpose.GUESS, draft.pk) is None:
        suggestions.ask(place=place, purpose=Purpose.GUESS, about_id=draft.pk)


def show_questions(*, place: Place, draft: EmpathyDraft, found: list[dict], now: datetime) -> None:
    """Keep the questions that are shown beside a draft. What the person has taken or left already is not asked again."""
    vessel = locked_vessel(place)
    known = {shown.phrase for shown in ReframeSuggestion.objects.filter(vessel=vessel, owner_id=place.user_id)}
    for judgment in found:
        if judgment["phrase"] not in known:
            known.add(judgment["phrase"])
            ReframeSuggestion.objects.create(draft=draft, created_at=now, **judgment, **_row(place, vessel))


def answer_question(*, place: Place, reframe_id: UUID, taken: bool) -> None:
    shown = queries.reframe(place, reframe_id)
    shown.taken = taken
    shown.save(update_fields=["taken"])


# --- hints ---------------------------------------------------------------------------------------


def use_hint(*, place: Place, now: datetime, slot: int | None = None) -> HintAccess | None:
    """Take one hint: something the other shares already, beside one's own letter. Two at most; in one's own decisions.

    None when there is nothing (more) to take. The same `slot` twice (a double click, two tabs) is one hint. The other learns
    nothing of it.
    """
    check_joint(place)
    vessel = locked_vessel(place)
    used = list(HintAccess.objects.filter(vessel=vessel, owner_id=place.user_id).order_by("slot"))
    if slot is not None and slot <= len(used):
        return used[slot - 1]
    fresh = queries.hints_left(place, used)
    if not fresh:
        return None
    ledger.append_hint(place=place, content_id=fresh[0].pk)
    return HintAccess.objects.create(content_id=fresh[0].pk, slot=len(used) + 1, used_at=now, **_row(place, vessel))


# --- the letter ----------------------------------------------------------------------------------


def finish_letter(*, place: Place, guess: str, want_known: str, now: datetime) -> ConsentedContent:
    """ "This is ready": the exact words, put before their writer. Nothing crosses."""
    check_joint(place)
    state = queries.state_of(place, now)
    if state in (LetterState.ON_ITS_WAY, LetterState.CAME_BACK):
        raise NotNow(_("Your letter is ready to cross already. Take it back first, if you want to change it."))
    if state == LetterState.CROSSED:
        raise NotNow(_("The letters have crossed already. What you wrote is kept as a draft."))
    return _offer(place, LETTER, guess, want_known, now)


def share_letter(*, place: Place, content_id: UUID, digest: str, now: datetime) -> bool:
    """Consent to exactly these words. They cross when there are two letters and both have cooled off.

    True when they have crossed now.
    """
    check_joint(place)
    content = _mine_of(place, content_id, LETTER)
    if not content.consent_active:
        bridge.grant(place=place, content_id=content.pk, digest=digest, now=now, at_meeting=True)
        progress.take_back(place=place, kind=StepKind.LETTER_READY)  # an earlier one: its waiting is over
    progress.take_back(place=place, kind=StepKind.WENT_ON_LETTERS)
    progress.take_step(place=place, kind=StepKind.LETTER_READY, now=now)
    progress.wait_at_gate(place=place, stage=STAGE, now=now)
    return progress.meet(place=place, kind=MeetingKind.LETTERS)


def keep_letter_private(*, place: Place, content_id: UUID, now: datetime) -> None:
    """Not to be shared. The way goes on without the exchange, and nobody learns why."""
    content = _mine_of(place, content_id, LETTER)
    if content.consent_active:
        raise NotNow(_("You have shared this letter meanwhile. You can take it back here."))
    bridge.keep_private(place=place, content_id=content.pk, now=now)
    go_on_without(place=place, now=now)


def take_letter_back(*, place: Place, now: datetime) -> None:
    """Before the letters have crossed: as if it had never been ready."""
    letter = queries.shared_letter(place)
    if progress.have_met(place, MeetingKind.LETTERS):
        raise NotNow(_("The letters have crossed already."))
    if letter is not None:
        bridge.revoke(place=place, content_id=letter.pk, now=now)  # first: it holds the session, so no meeting slips in
    progress.take_back(place=place, kind=StepKind.LETTER_READY)


def wait_again(*, place: Place, now: datetime) -> bool:
    """A letter that came back may wait once more. True when it has crossed now."""
    check_joint(place)
    if queries.state_of(place, now) == LetterState.CAME_BACK:
        progress.take_back(place=place, kind=StepKind.LETTER_READY)
        progress.take_step(place=place, kind=StepKind.LETTER_READY, now=now)
    return progress.meet(place=place, kind=MeetingKind.LETTERS)


def go_on_without(*, place: Place, now: datetime) -> None:
    """The way out: on to Stage 3 without an exchange. From the other side it looks like silence."""
    check_joint(place)
    if progress.have_met(place, MeetingKind.LETTERS):
        return
    take_letter_back(place=place, now=now)
    progress.take_step(place=place, kind=StepKind.WENT_ON_LETTERS, now=now)
    progress.complete_stage(place=place, stage=STAGE, now=now, way_out=True)
    progress.enter_stage(place=place, stage=NEXT_STAGE, now=now)


# --- reading and answering -----------------------------------------------------------------------


def open_letter(*, place: Place, now: datetime) -> None:
    """The reader opens it, when they want to. Nobody is told."""
    check_joint(place)
    if not progress.have_met(place, MeetingKind.LETTERS):
        raise NotNow(_("There is no letter here yet."))
    progress.take_step(place=place, kind=StepKind.LETTER_OPENED, now=now)


def keep_answer(*, place: Place, letter_id: UUID, landed: list[int], to_add: str, now: datetime) -> EmpathyValidation:
    """What landed, as numbers of sentences (never the other's words), and one thing to add. Private."""
    letter = queries.received(place).latest
    if letter is None or letter.pk != letter_id:
        raise NotYours
    answer, _made = EmpathyValidation.objects.get_or_create(
        vessel=locked_vessel(place),
        content_id=letter.pk,
        defaults={"owner_id": place.user_id, "session_id": place.session.pk, "created_at": now},
    )
    if answer.to_add != to_add:
        _forget_coaching(place, answer)
    answer.landed, answer.to_add = sorted(landed), to_add
    answer.save(update_fields=["landed", "to_add"])
    return answer


def ask_about_added(*, place: Place, answer: EmpathyValidation) -> None:
    if coaching_of_added(place, answer) is None:
        suggestions.ask(place=place, purpose=Purpose.ADDED, about_id=answer.pk)


def coaching_of_added(place: Place, answer: EmpathyValidation | None) -> dict | None:
    """What the guide says of these very words; nothing when they have changed since."""
    said = answer and suggestions.latest(place, Purpose.ADDED, answer.pk)
    return said.content if said and said.content.get("of") == mark_of(answer.to_add) else None


def take_softer(*, place: Place, answer: EmpathyValidation) -> None:
    """The same wish in the guide's gentler words, because the person chose them."""
    said = coaching_of_added(place, answer)
    if said and said["softer"]:
        _forget_coaching(place, answer)
        answer.to_add = said["softer"]
        answer.save(update_fields=["to_add"])


def offer_added(*, place: Place, answer: EmpathyValidation, now: datetime) -> ConsentedContent:
    """Put "one thing to add" before its writer, as it would be sent. One for each letter."""
    check_joint(place)
    before = queries.feedback(place, answer)
    if before is not None and bridge.standing(before) == bridge.Standing.SHARED:
        raise NotNow(_("You have sent one thing about this letter already."))
    return bridge.offer(
        place=place,
        content_type=ContentType.EMPATHY_FEEDBACK,
        item_id=answer.pk,
        words=answer.to_add,
        now=now,
        round=queries.round_of(place, answer),
    )


def share_by_itself(*, place: Place, content_id: UUID, digest: str, now: datetime) -> ConsentedContent:
    """Consent to words that cross by themselves once the letters have: an answer, a restatement."""
    check_joint(place)
    content = _crosses_by_itself(place, content_id)
    if not progress.have_met(place, MeetingKind.LETTERS):
        raise NotYours
    return bridge.grant(place=place, content_id=content.pk, digest=digest, now=now, at_meeting=False)


def keep_by_itself(*, place: Place, content_id: UUID, now: datetime) -> None:
    content = _crosses_by_itself(place, content_id)
    if content.consent_active:
        raise NotNow(_("You have shared this meanwhile. You can take it back here."))
    bridge.keep_private(place=place, content_id=content.pk, now=now)


def recall(*, place: Place, content_id: UUID, now: datetime) -> ContentType:
    """Take back an answer or a restatement. At once, without a word."""
    content = _crosses_by_itself(place, content_id)
    bridge.revoke(place=place, content_id=content.pk, now=now)
    return ContentType(content.content_type)


def restate(*, place: Place, guess: str, now: datetime) -> ConsentedContent:
    """Say once more, after what the other added, what it may be like to be them. Put before its writer first.

    Once for each thing the other adds: whoever would be understood a little better adds one more, whoever would understand a
    little better writes once more, and either ends it for themselves by `close`.
    """
    check_joint(place)
    round = queries.crossed(place).next_round
    if round is None:
        raise NotNow(_("There is nothing to write again just now."))
    return _offer(place, round, guess, "", now)


def close(*, place: Place, verdict: Verdict, now: datetime) -> None:
    """ "I feel understood enough", or "we see this differently": both close the loop. May be said anew."""
    check_joint(place)
    if not progress.has_taken(place, StepKind.LETTER_OPENED):
        raise NotNow(_("Open the letter first, when you are ready."))
    letter = queries.received(place).latest
    if letter is not None:
        EmpathyValidation.objects.update_or_create(
            vessel=locked_vessel(place),
            content_id=letter.pk,
            defaults={"verdict": verdict, "decided_at": now},
            create_defaults={
                "owner_id": place.user_id,
                "session_id": place.session.pk,
                "verdict": verdict,
                "created_at": now,
                "decided_at": now,
            },
        )
    for other in set(STEP_OF.values()) - {STEP_OF[verdict]}:
        progress.take_back(place=place, kind=other)
    progress.take_step(place=place, kind=STEP_OF[verdict], now=now)
    progress.complete_stage(place=place, stage=STAGE, now=now)
    progress.enter_stage(place=place, stage=NEXT_STAGE, now=now)


# --- inside --------------------------------------------------------------------------------------


def _offer(place: Place, round: int, guess: str, want_known: str, now: datetime) -> ConsentedContent:
    written, _made = EmpathyAttempt.objects.update_or_create(
        vessel=locked_vessel(place),
        round=round,
        defaults={"guess": guess, "want_known": want_known},
        create_defaults={
            "owner_id": place.user_id,
            "session_id": place.session.pk,
            "guess": guess,
            "want_known": want_known,
            "created_at": now,
        },
    )
    words = letter_words(guess, want_known)
    content = bridge.offer(
        place=place, content_type=ContentType.EMPATHY_ATTEMPT, item_id=written.pk, words=words, now=now, round=round
    )
    written.content_id = content.pk
    written.save(update_fields=["content_id"])
    return content


def _mine_of(place: Place, content_id: UUID, round: int) -> ConsentedContent:
    content = bridge.mine(place, content_id)
    if content.content_type != ContentType.EMPATHY_ATTEMPT or content.round != round:
        raise NotYours
    return content


def _crosses_by_itself(place: Place, content_id: UUID) -> ConsentedContent:
    content = bridge.mine(place, content_id)
    restated = content.content_type == ContentType.EMPATHY_ATTEMPT and content.round > LETTER
    if content.content_type != ContentType.EMPATHY_FEEDBACK and not restated:
        raise NotYours
    return content


def _forget_coaching(place: Place, answer: EmpathyValidation) -> None:
    Suggestion.objects.filter(owner_id=place.user_id, session_id=place.session.pk, about_id=answer.pk).delete()


def _row(place: Place, vessel: UserVessel) -> dict:
    return {"owner_id": place.user_id, "session_id": place.session.pk, "vessel": vessel}
