import psycopg
import pytest

from beheard.local.bootstrap import bootstrap, is_bootstrapped, prepare_roles
from beheard.local.postgres import Postgres
from tests.app_role import ACTOR_ROLES, ways_around_row_level_security

OTHER_ROLES = {"beheard_owner", "beheard_door", "beheard_backup"}


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    import shutil
    import tempfile
    from pathlib import Path

    folder = Path(tempfile.mkdtemp(prefix="beheard-test-"))
    folder.chmod(0o711)
    server = Postgres(folder, ("fsync=off",))
    server.start()
    bootstrap(server)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def superuser(postgres):
    """In a transaction that is rolled back: roles are the whole server's."""
    with postgres.connect("beheard", autocommit=False) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def as_role(postgres):
    connections = []

    def connect(role):
        connection = psycopg.connect(host=str(postgres.socket_folder), user=role, dbname="beheard", autocommit=True)
        connections.append(connection)
        return connection

    yield connect
    for connection in connections:
        connection.close()


def test_it_may_be_repeated(postgres):
    bootstrap(postgres)
    assert is_bootstrapped(postgres)


def test_a_start_killed_before_the_end_is_not_taken_for_done(postgres):
    for mark in postgres.folder.glob("bootstrapped-*"):
        mark.unlink()
    assert not is_bootstrapped(postgres)
    bootstrap(postgres)


def test_the_app_role_can_not_pass_by_the_policies(superuser):
    assert ways_around_row_level_security(superuser) == []


@pytest.mark.parametrize(
    ("strengthened", "found"),
    [
        ("ALTER ROLE beheard_app SUPERUSER", "a superuser"),
        ("ALTER ROLE beheard_app BYPASSRLS", "bypass"),
        ("ALTER ROLE beheard_app CREATEROLE", "create roles"),
        ("GRANT beheard_user TO beheard_app WITH INHERIT TRUE", "inherits beheard_user"),
        ("GRANT beheard_owner TO beheard_app", "member of beheard_owner"),
        ("GRANT beheard_door TO beheard_app", "member of beheard_door"),
        ("CREATE TABLE t (); ALTER TABLE t OWNER TO beheard_app", "owns t"),
        ("ALTER SCHEMA door OWNER TO beheard_app", "owns door"),
    ],
)
def test_a_stronger_app_role_is_noticed(superuser, strengthened, found):
    superuser.execute(strengthened)
    assert found in " ".join(ways_around_row_level_security(superuser))


def test_an_older_inheriting_grant_is_put_right(postgres, superuser):
    with postgres.connect() as connection:
        connection.execute("GRANT beheard_ai TO beheard_app WITH INHERIT TRUE")
        assert ways_around_row_level_security(connection) == ["beheard_app inherits beheard_ai"]
    prepare_roles(postgres)
    assert ways_around_row_level_security(superuser) == []


def test_the_app_may_enter_every_actor_role_and_no_other(as_role):
    connection = as_role("beheard_app")
    for role in ACTOR_ROLES:
        connection.execute(f"SET ROLE {role}")
        connection.execute("RESET ROLE")
    for role in OTHER_ROLES:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SET ROLE {role}")


@pytest.mark.parametrize("role", sorted(ACTOR_ROLES | {"beheard_door"}))
def test_nobody_logs_in_as(postgres, role):
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        psycopg.connect(host=str(postgres.socket_folder), user=role, dbname="beheard")


@pytest.mark.parametrize("creation", ["CREATE TABLE public.t ()", "CREATE SCHEMA s", "CREATE TABLE door.t ()"])
def test_the_app_can_create_nothing(as_role, creation):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_role("beheard_app").execute(creation)


def test_a_new_door_is_closed_to_everybody(as_role):
    owner, app = as_role("beheard_owner"), as_role("beheard_app")
    owner.execute("SET ROLE beheard_door")
    owner.execute("CREATE OR REPLACE FUNCTION door.new() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    app.execute("SET ROLE beheard_user")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="function new"):
        app.execute("SELECT door.new()")
    owner.execute("GRANT EXECUTE ON FUNCTION door.new() TO beheard_user")
    assert app.execute("SELECT door.new()").fetchone() == (1,)


def test_vectors_of_half_precision_are_there(superuser):
    assert superuser.execute("SELECT '[1,2]'::halfvec(2) <=> '[1,2]'::halfvec(2)").fetchone() == (0.0,)
