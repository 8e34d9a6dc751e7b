"""Any change of a person's content, by any path, makes the synthesis of its stage dirty."""

import json

import pytest
from django.apps import apps
from psycopg import sql

from beheard.crypto.fields import EncryptedField
from beheard.rls.triggers import DoorTrigger
from stages.models import Message, StageProgress
from tests import factories as make
from vessels.private.base import VesselItem

pytestmark = pytest.mark.django_db(transaction=True)

MAKERS = {
    "private_userevent": make.make_event,
    "private_emotionalreading": make.make_reading,
    "private_identifiedneed": make.make_need,
    "private_boundary": make.make_boundary,
    "private_userdocument": make.make_document,
    "stages_message": make.make_message,
    "stages_recap": make.make_recap,
    "stages_empathydraft": make.make_empathy_draft,
    "stages_empathyattempt": make.make_empathy_attempt,
    "stages_empathyvalidation": make.make_empathy_validation,
    "stages_noticing": make.make_noticing,
    "stages_ownershipline": make.make_ownership_line,
    "stages_strategydraft": make.make_strategy_draft,
    "stages_soloending": make.make_solo_ending,
    "stages_closure": make.make_closure,
}
# Where a person stands, what is made from content, and what came along from an earlier session.
NOT_CONTENT = {"stages_stageprogress", "stages_synthesis", "stages_carriedover"}


def raising() -> set[str]:
    """The tables with a trigger that raises the version."""
    functions = {"raise_content_version", "message_changed"}
    return {
        model._meta.db_table
        for model in apps.get_models()
        for trigger in getattr(model._meta, "triggers", ())
        if isinstance(trigger, DoorTrigger) and trigger.function in functions
    }


def version(connection, person, stage: int) -> tuple[int, bool]:
    query = """SELECT content_version, is_synthesis_dirty FROM stages_stageprogress
               WHERE owner_id = %s AND session_id = %s AND stage = %s"""
    return connection.execute(query, [person.user_id, person.session_id, stage]).fetchone()


def cleaned(connection, person) -> None:
    connection.execute(
        "UPDATE stages_stageprogress SET is_synthesis_dirty = false, synthesis_version = content_version "
        "WHERE owner_id = %s",
        [person.user_id],
    )


def test_every_table_with_a_persons_words_in_a_stage_raises_the_version():
    with_words = {
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, VesselItem)
        and any(field.name == "stage" for field in model._meta.fields)
        and any(isinstance(field, EncryptedField) for field in model._meta.fields)
    }
    assert with_words - NOT_CONTENT == raising() == set(MAKERS)


@pytest.mark.parametrize("table", sorted(MAKERS))
@pytest.mark.parametrize("ignored", [False, True], ids=["plainly", "with triggers ignored"])
def test_raw_sql_raises_the_version(table, ignored, superuser_connection):
    person = make.alone()
    make.make_progress(person, stage=0)
    row = MAKERS[table](person, stage=0)
    name = sql.Identifier(table)
    if ignored:
        triggers = superuser_connection.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
        ).fetchall()
        silenced = "{" + ",".join(f"{table}:{trigger.removeprefix('pgtrigger_')}" for (trigger,) in triggers) + "}"
        superuser_connection.execute("SELECT set_config('pgtrigger.ignore', %s, false)", [silenced])
    kept = superuser_connection.execute(
        sql.SQL("SELECT to_jsonb(t) FROM {} t WHERE id = %s").format(name), [row.pk]
    ).fetchone()[0]
    for statement, values in [
        ("UPDATE {} SET stage = stage WHERE id = %s", [row.pk]),
        ("DELETE FROM {} WHERE id = %s", [row.pk]),
        ("INSERT INTO {0} SELECT * FROM jsonb_populate_record(NULL::{0}, %s::jsonb)", [json.dumps(kept)]),
    ]:
        cleaned(superuser_connection, person)
        before, dirty = version(superuser_connection, person, 0)
        assert not dirty
        superuser_connection.execute(sql.SQL(statement).format(name), values)
        assert version(superuser_connection, person, 0) == (before + 1, True), statement


def test_a_change_in_an_early_stage_makes_the_later_ones_dirty_too_and_not_the_earlier(superuser_connection):
    person = make.alone()
    for stage in (0, 1, 3):
        make.make_progress(person, stage=stage)
    cleaned(superuser_connection, person)
    make.make_message(person, stage=1)
    assert [version(superuser_connection, person, stage) for stage in (0, 1, 3)] == [(0, False), (1, True), (1, True)]


def test_content_that_moves_to_another_stage_raises_both(superuser_connection):
    person = make.alone()
    for stage in (1, 2):
        make.make_progress(person, stage=stage)
    event = make.make_event(person, stage=2)
    cleaned(superuser_connection, person)
    superuser_connection.execute("UPDATE private_userevent SET stage = 1 WHERE id = %s", [event.pk])
    assert [version(superuser_connection, person, stage)[1] for stage in (1, 2)] == [True, True]


def test_nobody_elses_version_is_raised(superuser_connection):
    pair = make.couple()
    for person in pair:
        make.make_progress(person, stage=1)
    before = version(superuser_connection, pair.b, 1)
    make.make_message(pair.a)
    assert version(superuser_connection, pair.b, 1) == before
    assert version(superuser_connection, pair.a, 1) == (1, True)


def test_the_guides_own_words_raise_nothing(superuser_connection):
    person = make.alone()
    make.make_progress(person, stage=1)
    message = make.make_message(person)
    before = version(superuser_connection, person, 1)
    make.make_reply(person, message)
    assert version(superuser_connection, person, 1) == before


def test_a_change_by_a_signed_in_person_counts_as_well(superuser_connection):
    person = make.alone()
    make.make_progress(person, stage=1)
    message = make.make_message(person)
    with person.acting():
        Message.objects.filter(pk=message.pk).update(edited_at=make.now())
        Message.objects.filter(pk=message.pk).delete()
        assert StageProgress.objects.get(stage=1).content_version == 3
    assert version(superuser_connection, person, 1)[1]
