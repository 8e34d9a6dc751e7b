"""A row in every table: the library's and the staff's, and with them everything two people may have (`furnished`)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from beheard.rls import Actor, transaction_as
from beheard.rls.doors import door_value
from consent.models import AuditLook
from library import usage
from library.models import GlobalLibraryItem, ItemEdit, LibraryContribution, LibraryEmbedding, LibraryJob
from stages import models as stages
from tests.factories import (
    VECTOR,
    Couple,
    Person,
    agree,
    choose_cooling_off,
    decline,
    make_agreement,
    make_answered_post,
    make_boundary,
    make_carried,
    make_check_in,
    make_closure,
    make_common_answer,
    make_common_ground,
    make_context_log,
    make_document,
    make_draft,
    make_embedding,
    make_empathy_attempt,
    make_empathy_validation,
    make_event,
    make_exercise,
    make_hint,
    make_message,
    make_need,
    make_notice_settings,
    make_noticing,
    make_notification,
    make_offer,
    make_owed_invitation,
    make_ownership_line,
    make_pool,
    make_progress,
    make_ranking,
    make_reading,
    make_recap,
    make_reframe,
    make_reply,
    make_rhythm,
    make_safety_check,
    make_safety_outcome,
    make_shared,
    make_solo_ending,
    make_strategy_draft,
    make_suggestion,
    make_synthesis,
    meet,
    now,
)
from vessels.private import models as private

# --- the library -----------------------------------------------------------------------------------------------------

CURATOR = UUID("11111111-1111-4111-8111-111111111111")
ITEM = {
    "title": "A walk", "description": "A short walk together.", "plain": "For one week, we walk after supper.",
    "category": "time", "steps": ["Put on shoes."], "duration_days": 7, "need_categories": ["CONNECTION"],
}  # fmt: skip


def make_library_item(**fields) -> GlobalLibraryItem:
    defaults = {"slug": f"walk-{uuid4().hex[:8]}", "status": "PUBLISHED", "created_at": now(), "updated_at": now()}
    with transaction_as(Actor.curator(CURATOR)):
        return GlobalLibraryItem.objects.create(**ITEM | defaults | fields)


def make_library_embedding(item: GlobalLibraryItem) -> LibraryEmbedding:
    with transaction_as(Actor.curator(CURATOR)):
        return LibraryEmbedding.objects.create(
            item=item, status=item.status, solo=item.solo, embedding=VECTOR, model_name="test", made_from="test"
        )


GIVEN = {name: ITEM[name] for name in ("title", "description", "plain", "duration_days", "need_categories")}


def make_contribution(person: Person, *, released: bool = True) -> UUID:
    """What a person gave before this week, and, `released`, the draft in the library made of it. Returns its id."""
    with person.acting():
        given = LibraryContribution.objects.create(
            owner_id=person.user_id, consented_at=now() - timedelta(days=8), **GIVEN
        )
    if released:
        with transaction_as(Actor.system()):
            door_value("release_contributions")
    return given.pk


# --- staff -----------------------------------------------------------------------------------------------------------


def make_audit_look(**fields) -> AuditLook:
    with transaction_as(Actor.auditor(CURATOR)):
        return AuditLook.objects.create(**{"auditor_id": CURATOR, "page": "records"} | fields)


def make_library_records(item: GlobalLibraryItem, by: Person) -> None:
    """An edit, a job and a count."""
    with transaction_as(Actor.curator(CURATOR)):
        ItemEdit.objects.create(item=item, by_id=CURATOR, at=now(), kind="CHANGED", changes={"title": ["A", "B"]})
        LibraryJob.objects.create(kind="RETIRE", state="RUNNING", by_id=CURATOR, started_at=now(), payload=b"[]")
    with by.acting():
        usage.count(item.pk, "SHOWN")


# --- everything ------------------------------------------------------------------------------------------------------


def furnished(pair: Couple) -> Couple:
    """At least one row of each of the two in every table, in the state in which it may be seen most widely."""
    for person in pair:
        _furnish_vessel(person)
        _furnish_process(person)
    assert meet(pair, "COMPACT_SIGNED", "COMPACT", 0)
    ground = make_common_ground(pair)
    for person in pair:
        make_common_answer(person, ground)
        decline(person, make_offer(person, words="not for the other"))
        make_offer(person, words="not decided yet")
        make_shared(person)
        choose_cooling_off(person, 0)
    assert meet(pair, "IDEAS_READY", "IDEAS", 4)
    for proposal in make_pool(pair):
        for person in pair:
            make_ranking(person, proposal)
    assert meet(pair, "PILES_DONE", "OVERLAP", 4)
    agreement = make_agreement(pair, follow_up_date=now() + timedelta(days=14))
    assert agree(pair, agreement) == "AGREED"
    make_agreement(pair)
    for person in pair:
        make_check_in(person, agreement)
    make_library_embedding(make_library_item())
    make_library_embedding(make_library_item(status="DRAFT"))
    make_library_records(make_library_item(), by=pair.a)
    make_contribution(pair.a)
    make_contribution(pair.b)
    make_audit_look()
    return pair


def _furnish_vessel(person: Person) -> None:
    make_embedding(private.EventEmbedding, person, make_event(person).pk)
    make_embedding(private.ReadingEmbedding, person, make_reading(person).pk)
    make_embedding(private.VesselEmbedding, person, person.vessel_id)
    for make in (make_need, make_boundary, make_document, make_draft):
        make(person)


def _furnish_process(person: Person) -> None:
    for stage in range(5):
        make_progress(person, stage=stage)
    message = make_message(person)
    make_embedding(stages.MessageEmbedding, person, message.pk)
    make_reply(person, message)
    make_context_log(person, message)
    make_reframe(person)
    make_notification(person)
    make_notification(person, due_at=now() + timedelta(days=1))
    make_answered_post(person)
    make_answered_post(person, expires_at=now() - timedelta(hours=1))
    for make in (
        make_exercise, make_safety_outcome, make_safety_check, make_empathy_attempt, make_empathy_validation, make_hint,
        make_noticing, make_ownership_line, make_strategy_draft, make_solo_ending, make_closure, make_recap,
        make_synthesis, make_suggestion, make_carried, make_rhythm, make_notice_settings, make_owed_invitation,
    ):  # fmt: skip
        make(person)
