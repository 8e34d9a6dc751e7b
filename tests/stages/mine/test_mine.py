"""Taking a copy of everything, and erasing everything: each with the password, and the ledger still whole."""

import io
import json
import time
import zipfile
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from beheard.api import tokens
from beheard.api.models import ApiToken
from beheard.crypto.errors import WordsUnavailable
from beheard.people.models import User
from beheard.rls import Actor, no_actor, transaction_as
from beheard.rls.declared import protected_tables
from consent import ledger
from consent.audit import audit
from consent.verify import link_hash
from stages.mine.actions import erase_person
from tests import factories
from tests.furnished import furnished
from vessels.shared import bridge

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "long enough"
ERASE, EXPORT, FILE = reverse("erase"), reverse("export"), reverse("export_file")
# What stays of a person who has erased everything: no words of theirs, and no rows of anyone's but these.
STAYS = {
    *("consent_consentevent", "consent_consentseal", "consent_consenthead", "consent_consentrecord"),  # the ledger
    *("crypto_vesselkey", "people_relationshipmember", "people_invitation", "people_invitationanswer"),
    *("stages_contextlog", "stages_notification", "library_librarycontribution"),
}


@pytest.fixture(autouse=True)
def checkpoint_folder(settings, tmp_path):
    settings.LEDGER_CHECKPOINT_FOLDER = tmp_path / "checkpoints"


@pytest.fixture
def pair():
    return furnished(factories.couple())


def sign_in(client, person, *, minutes_ago=0):
    with no_actor():
        client.force_login(User.objects.get(pk=person.user_id), backend="beheard.people.auth.AccountBackend")
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time() - minutes_ago * 60}]
        session["account_authentication_methods_user"] = str(person.user_id)
        session.save()
    return client


def rows_of(superuser, person) -> dict[str, int]:
    found = {}
    for name, table in protected_tables().items():
        columns = {field.column for field in table.model._meta.concrete_fields} & {
            "owner_id",
            "user_id",
            "joined_by_id",
        }
        for column in columns:
            query = f"SELECT count(*) FROM {name} WHERE {column} = %s"
            found[name] = found.get(name, 0) + superuser.execute(query, [person.user_id]).fetchone()[0]
    return {name: count for name, count in found.items() if count}


def erase(person) -> None:
    with person.acting():
        erase_person(by=Actor.user(person.user_id), now=timezone.now())


def other_pages(client, person) -> dict[str, str]:
    paths = ("", "needs/", "side-by-side/", "shared/", "waiting/")
    return {path: client.get(f"/s/{person.session_id}/{path}").content.decode() for path in paths}


# --- erasing -----------------------------------------------------------------------------------------------------


def test_everything_of_theirs_goes_and_nothing_of_anyone_elses(pair, superuser_connection):
    others = rows_of(superuser_connection, pair.b)
    erase(pair.a)
    assert set(rows_of(superuser_connection, pair.a)) <= STAYS
    after = rows_of(superuser_connection, pair.b)
    # Ideas in the pool that were Ana's leave it, and Ben's sorting of them with it.
    assert {name: count for name, count in others.items() if after.get(name) != count}.keys() <= {
        "stages_strategyranking"
    }


def test_the_ledger_is_whole_afterwards_and_tells_of_nobody(pair):
    with pair.a.acting():
        content = bridge.shared_by_me(factories.place(pair.a)).filter(consent_active=True).first()
    erase(pair.a)
    with transaction_as(Actor.auditor(uuid4())):
        assert list(audit(now=timezone.now())) == []
    call_command("verify_ledger")
    with pair.a.acting():
        chain = list(ledger.chain_of(pair.a.user_id))
        assert chain[-1].action == "REVOKED" and all(bytes(link.hash) == link_hash(link) for link in chain)
        with pytest.raises(WordsUnavailable):  # the key of the digests is gone with the others
            ledger.digest_of(content)


def test_what_was_shared_is_gone_for_the_other_and_nothing_else_is_told(pair):
    with pair.b.acting():
        assert bridge.all_from_partner(factories.place(pair.b))
    with pair.b.acting():
        notices = connection.cursor().execute("SELECT count(*) FROM stages_notification").fetchone()
    erase(pair.a)
    with pair.b.acting():
        assert bridge.all_from_partner(factories.place(pair.b)) == []
        assert connection.cursor().execute("SELECT count(*) FROM stages_notification").fetchone() == notices


def test_the_others_words_and_pages_stay(pair, client):
    sign_in(client, pair.b)
    erase(pair.a)
    for path, page in other_pages(client, pair.b).items():
        assert "erased" not in page and "invalid" not in page, path
    with pair.b.acting():
        assert (
            factories.stages.Message.objects.filter(for_user_id=pair.b.user_id).first().content == "The dishes again."
        )


def test_the_account_names_nobody_and_nobody_signs_in_with_it(pair, client):
    with no_actor():
        user = User.objects.get(pk=pair.a.user_id)
        email = user.email
    sign_in(client, pair.a)
    erase(pair.a)
    with no_actor():
        user.refresh_from_db()
        assert (user.name, user.country, user.is_active) == ("", "", False)
        assert email not in user.email and user.email.endswith("@erased.invalid")
        assert not user.has_usable_password() and not ApiToken.objects.filter(user=user).exists()
    assert client.get(reverse("home")).status_code == 302
    assert not client.login(email=email, password=PASSWORD)
    assert tokens.all_of(user) == []


def test_all_of_it_happens_or_nothing(pair, superuser_connection):
    before = rows_of(superuser_connection, pair.a)
    with pytest.raises(ZeroDivisionError), pair.a.acting():
        erase_person(by=Actor.user(pair.a.user_id), now=timezone.now())
        1 / 0  # noqa: B018
    assert rows_of(superuser_connection, pair.a) == before


def test_erasing_twice_or_with_nothing_there_does_no_harm(pair):
    erase(pair.a)
    erase(pair.a)
    alone = factories.alone("Cleo")
    erase(alone)
    call_command("verify_ledger")


def test_both_may_erase(pair, superuser_connection):
    for person in pair:
        erase(person)
    for person in pair:
        assert set(rows_of(superuser_connection, person)) <= STAYS
    call_command("verify_ledger")


def test_the_page_asks_for_the_password_and_a_yes(pair, client, superuser_connection):
    sign_in(client, pair.a)
    assert "The other person gets no notice" in client.get(ERASE).content.decode()
    for posted in ({}, {"sure": "on"}, {"sure": "on", "password": "wrong"}, {"password": PASSWORD}):
        page = client.post(ERASE, posted)
        assert page.status_code == 200 and "It is gone" not in page.content.decode()
    assert "private_uservessel" in rows_of(superuser_connection, pair.a)
    answer = client.post(ERASE, {"sure": "on", "password": PASSWORD})
    assert "It is gone" in answer.content.decode() and "storage" in answer["Clear-Site-Data"]
    assert "private_uservessel" not in rows_of(superuser_connection, pair.a)
    assert client.get(reverse("home")).status_code == 302


@pytest.mark.parametrize("path", [ERASE, EXPORT])
def test_an_old_sign_in_is_asked_for_the_password_first(pair, client, path):
    answer = sign_in(client, pair.a, minutes_ago=200).get(path)
    assert answer.status_code == 302 and "reauthenticate" in answer.url


@pytest.mark.parametrize("path", [ERASE, EXPORT])
def test_nobody_gets_here_without_signing_in(client, path):
    assert client.get(path).status_code == 302


# --- a copy ------------------------------------------------------------------------------------------------------


def copy_of(client, person) -> zipfile.ZipFile:
    answer = sign_in(client, person).post(FILE)
    assert answer.status_code == 200 and answer["Content-Disposition"] == 'attachment; filename="copy.zip"'
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_a_copy_has_everything_of_theirs_and_nothing_of_the_others(pair, client):
    with pair.b.acting():
        factories.stages.Message.objects.filter(for_user_id=pair.b.user_id)
    factories.make_message(pair.b, content="Only Ben may know this.")
    factories.make_message(pair.a, content="Ana says ünïcode.")
    file = copy_of(client, pair.a)
    assert file.testzip() is None
    mine = file.read("mine.json").decode()
    for words in ("Ana says ünïcode.", "No shouting.", "I felt alone.", "an evening of quiet"):
        assert words in mine
    for name in file.namelist():
        assert "Only Ben" not in file.read(name).decode("utf-8", "replace")
        assert str(pair.b.user_id).encode() not in file.read(name)
    (document,) = [name for name in file.namelist() if name.startswith("documents/")]
    assert file.read(document) == b"abc"


def test_a_copy_has_no_answer_that_rested_on_words_taken_back_since(pair, client):
    """In the conversation it stays, as it was read; a copy would keep it for ever."""
    shared = factories.make_shared(pair.b, words="I was afraid.")
    asked = [factories.make_message(pair.a, content=words, stage=2) for words in ("First I said.", "Then I said.")]
    factories.make_reply(pair.a, asked[0], content="You know that they were afraid.", drawn_from=[shared.pk])
    factories.make_reply(pair.a, asked[1], content="It rests on you alone.")
    before = copy_of(client, pair.a).read("mine.json").decode()
    factories.revoke(pair.b, shared)
    after = copy_of(client, pair.a).read("mine.json").decode()
    assert "they were afraid" in before and "they were afraid" not in after
    for words in ("First I said.", "Then I said.", "It rests on you alone."):
        assert words in before and words in after


def test_a_copy_has_the_head_of_the_chain_and_every_link_can_be_verified_from_it(pair, client):
    file = copy_of(client, pair.a)
    with pair.a.acting():
        head = ledger.head_of(pair.a.user_id)
    links = json.loads(file.read("decisions.json"))
    assert links[-1]["hash"] == bytes(head.hash).hex() and len(links) == head.sequence
    assert all(later["previous_hash"] == earlier["hash"] for earlier, later in zip(links, links[1:], strict=False))
    assert bytes(head.hash).hex() in file.read("read-me.txt").decode()
    assert bytes(head.hash).hex()[:12] in sign_in(client, pair.a).get(EXPORT).content.decode()
