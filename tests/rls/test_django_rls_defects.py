"""One test for each defect seen in django-rls 2.0.1 (DESIGN §3): what this project does instead holds."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import ProgrammingError, connection, connections, models, transaction
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ModelState, ProjectState

from beheard.rls import Actor, OutsideTransaction, act_as, sql, transaction_as
from beheard.rls.check import findings
from beheard.rls.constraints import Policy, Protected, policies
from vessels.private.models import Boundary

OTHERS = ("crypto_tests",)


def owners() -> set:
    return set(Boundary.objects.values_list("owner_id", flat=True))


def test_the_context_lasts_for_one_transaction_and_does_not_leak_to_the_next_request_on_the_connection(pair):
    with transaction_as(Actor.user(pair.a.user_id)):
        assert owners() == {pair.a.user_id}
    with connection.cursor() as cursor:  # autocommit, the same connection
        cursor.execute("SELECT current_user::text, coalesce(current_setting('app.actor_id', true), '')")
        assert cursor.fetchone() == ("beheard_app", "")
        cursor.execute("SELECT count(*) FROM pg_settings WHERE name LIKE 'rls.%%'")
        assert cursor.fetchone() == (0,)


def test_a_context_that_can_not_be_entered_stops_the_query_instead_of_being_logged(pair, superuser_connection):
    with act_as(Actor.user(pair.a.user_id)), pytest.raises(OutsideTransaction):
        owners()
    with pytest.raises(ProgrammingError), transaction_as(Actor.user(pair.a.user_id)):
        connection.connection.pgconn.exec_(b"SET LOCAL ROLE beheard_auditor")  # may not select boundaries
        connection._connections[connection._alias]._pushed = Actor.user(pair.a.user_id)
        owners()


def test_two_actors_gathered_in_one_request_get_their_own_rows(pair):
    async def ask(person):
        with act_as(Actor.user(person.user_id)):
            await asyncio.sleep(0)
            return await sync_to_async(read)()

    def read():
        try:
            with transaction.atomic():
                return owners()
        finally:
            connection.close()

    async def both():
        return await asyncio.gather(*(ask(person) for person in pair))

    assert asyncio.run(both()) == [{person.user_id} for person in pair]


# --- policies for one operation ----------------------------------------------------------------------------------------


class Note(models.Model):
    """Not a table of ours: made and unmade by these tests."""

    owner_id = models.UUIDField()

    class Meta:
        app_label = "rls_tests"
        managed = False
        constraints = [Protected(name="note_protected"), *policies("note", "user", "SIUD", sql.own())]


@pytest.fixture
def owner(transactional_db):
    """The connection migrations run on."""
    yield connections["owner"]
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS rls_tests_note")
    connections["owner"].close()


def make_notes(owner, model=Note):
    with owner.schema_editor() as editor:
        editor.create_model(model)


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_policies_for_one_operation_each_are_valid_and_the_table_is_protected(owner):
    make_notes(owner)
    with owner.cursor() as cursor:
        cursor.execute(
            "SELECT cmd, qual IS NOT NULL, with_check IS NOT NULL FROM pg_policies WHERE tablename = 'rls_tests_note'"
        )
        assert {row for row in cursor.fetchall() if row[0] != "ALL"} == {
            ("SELECT", True, False),
            ("INSERT", False, True),
            ("UPDATE", True, True),
            ("DELETE", True, False),
        }
        cursor.execute("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = 'rls_tests_note'")
        assert cursor.fetchone() == (True, True)


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_a_policy_that_can_not_be_made_stops_the_migration_and_leaves_no_table(owner):
    class Wrong(models.Model):
        class Meta:
            app_label = "rls_tests"
            managed = False
            db_table = "rls_tests_note"
            constraints = [Protected(name="wrong_protected"), *policies("wrong", "user", "S", "no_such_column = 1")]

    with pytest.raises(ProgrammingError):
        make_notes(owner, Wrong)
    owner.close()  # a schema editor that fails at its end leaves the transaction to the process, which ends
    owner.connect()
    with owner.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname = 'rls_tests_note'")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_policies_are_made_on_the_connection_that_migrates(owner):
    """By a role that is not the login role, which then can't touch them."""
    make_notes(owner)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP POLICY note_user_select ON rls_tests_note")
    with owner.cursor() as cursor:
        cursor.execute("SELECT relowner::regrole::text FROM pg_class WHERE relname = 'rls_tests_note'")
        assert cursor.fetchone() == ("beheard_owner",)


@pytest.mark.parametrize(
    ("op", "kwargs"),
    [
        ("INSERT", {"using": "true"}),
        ("SELECT", {"check": "true"}),
        ("DELETE", {"using": "true", "check": "true"}),
        ("SELECT", {}),
    ],
)
def test_a_policy_that_postgresql_would_refuse_is_refused_when_it_is_written(op, kwargs):
    with pytest.raises(ValueError):
        Policy(name="wrong", role="user", op=op, **kwargs)


def test_a_changed_policy_is_a_change_that_makemigrations_sees():
    def project(rule):
        state = ProjectState()
        fields = [("id", models.UUIDField(primary_key=True)), ("owner_id", models.UUIDField())]
        options = {"constraints": [Policy(name="note_select", role="user", op="SELECT", using=rule)]}
        state.add_model(ModelState("library", "Note", fields, options))
        return state

    def changes(old, new):
        questioner = NonInteractiveMigrationQuestioner(specified_apps={"library"})
        found = MigrationAutodetector(project(old), project(new), questioner)._detect_changes()
        return [
            type(operation).__name__ for migration in found.get("library", []) for operation in migration.operations
        ]

    assert changes(sql.own(), sql.own()) == []
    assert changes(sql.own(), "true") == ["RemoveConstraint", "AddConstraint"]


def test_ids_in_policies_are_uuids(pair):
    with transaction_as(Actor.user(pair.a.user_id)):
        assert owners() == {pair.a.user_id}
    assert "::uuid" in sql.ACTOR and "::int" not in sql.ACTOR


def test_an_empty_setting_gives_no_rows_and_no_error(pair):
    """`set_config` leaves '' behind, not NULL."""
    with transaction_as(Actor.user(pair.a.user_id)), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.actor_id', '', true)")
        cursor.execute("SELECT count(*) FROM private_boundary")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize(
    ("breaking", "repair"),
    [
        ("CREATE POLICY open ON private_boundary USING (true)", "DROP POLICY open ON private_boundary"),
        (
            "DROP POLICY boundary_user_select ON private_boundary",
            f"CREATE POLICY boundary_user_select ON private_boundary FOR SELECT TO beheard_user USING ({sql.own()})",
        ),
        (
            "ALTER POLICY boundary_user_select ON private_boundary USING (owner_id IS NOT NULL)",
            f"ALTER POLICY boundary_user_select ON private_boundary USING ({sql.own()})",
        ),
    ],
    ids=["an extra policy", "a policy missing", "a policy drifted"],
)
def test_the_audit_sees_what_audit_rls_passed(breaking, repair, superuser_connection):
    superuser_connection.execute(breaking)
    try:
        assert [finding.subject for finding in findings(connection, ignored_schemas=OTHERS)] == ["private_boundary"]
    finally:
        superuser_connection.execute(repair)


def test_the_package_itself_never_touches_a_connection():
    from django.conf import settings
    from django.db.backends.signals import connection_created

    assert settings.DJANGO_RLS["RESET_CONTEXT_ON_CONNECT"] is False
    assert "django_rls_reset_context" not in {key[0] for key, *_ in connection_created.receivers}
    assert not [name for name in settings.MIDDLEWARE if name.startswith("django_rls")]
