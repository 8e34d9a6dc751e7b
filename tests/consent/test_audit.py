"""What only a key and a place outside the database can find: a chain made anew, a tail cut off, a person gone."""

import json
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from beheard.rls.doors import door
from consent import checkpoints, ledger
from consent.audit import clock_steps
from consent.models import Action, ContentType
from consent.seals import first_key, seal_of
from consent.verify import START, Fault, Link, link_hash, verify_chains
from tests.consent.conftest import anchor, audited
from tests.shared.couple import NOW, couple
from vessels.shared import bridge

LATER = timedelta(hours=1)


def offer(place, words="I own that I shouted."):
    return bridge.offer(place=place, content_type=ContentType.OWNERSHIP_LINE, item_id=uuid4(), words=words, now=NOW)


@pytest.fixture
def told(transactional_db):
    """Ana: five links. Ben: two. All of them stand outside the database too."""
    two = couple()
    with transaction_as(two.ana.actor):
        content = offer(two.ana)
        bridge.grant(place=two.ana, content_id=content.pk, digest=bridge.digest(content), now=NOW)
        bridge.revoke(place=two.ana, content_id=content.pk, now=NOW)
        offer(two.ana, "another thing")
    with transaction_as(two.ben.actor):
        bridge.keep_private(place=two.ben, content_id=offer(two.ben, "three").pk, now=NOW)
    assert anchor() == 2
    return two


def links_of(owner) -> list[Link]:
    query = f"SELECT {', '.join(Link._fields)} FROM consent_consentevent WHERE owner_id = %s ORDER BY sequence"
    with transaction_as(Actor.auditor(uuid4())), connection.cursor() as cursor:
        cursor.execute(query, [owner])
        return [Link(*row) for row in cursor.fetchall()]


def make_anew(tamper, owner, change=lambda link: link, keep=lambda link: True) -> None:
    """The chain as someone with the whole database would forge it: every number, hash and link to the one before is right."""
    forged, head = [], START
    for link in filter(keep, links_of(owner)):
        link = change(link)._replace(sequence=len(forged) + 1, previous_hash=head)
        head = link_hash(link)
        forged.append(link._replace(hash=head))
    tamper("DELETE FROM consent_consentevent WHERE owner_id = %s", owner)
    for link in forged:
        places = ", ".join(["%s"] * len(link))
        tamper(f"INSERT INTO consent_consentevent ({', '.join(Link._fields)}) VALUES ({places})", *link)


# --- an untouched ledger -----------------------------------------------------------------------------------------


def test_an_untouched_ledger_is_whole(told):
    assert audited() == []
    assert audited(told.ana.user_id) == []
    call_command("verify_ledger", progress=True)


def test_what_is_not_anchored_yet_is_no_fault_until_it_should_be(told):
    with transaction_as(told.ana.actor):
        offer(told.ana, "one more")
    assert audited() == []
    assert audited(now=timezone.now() + LATER) == [(told.ana.user_id, 6, Fault.UNANCHORED)]
    anchor()
    assert audited(now=timezone.now() + LATER) == []


def test_a_person_can_verify_their_own_chain_seals_included(told):
    with transaction_as(told.ana.actor):
        assert list(verify_chains(told.ana.user_id)) == []
        assert list(verify_chains()) == []


# --- made anew ---------------------------------------------------------------------------------------------------


def test_a_chain_recomputed_from_the_first_row_is_found(told, tamper):
    make_anew(tamper, told.ana.user_id, lambda link: link._replace(at=link.at + timedelta(days=1)))
    assert audited() == [(told.ana.user_id, 1, Fault.FORGED), (told.ana.user_id, 5, Fault.REPLACED)]
    with pytest.raises(CommandError):
        call_command("verify_ledger")


def test_a_chain_recomputed_from_a_later_row_is_found_there(told, tamper):
    make_anew(tamper, told.ana.user_id, lambda link: link._replace(action="DECLINED") if link.sequence == 3 else link)
    assert (told.ana.user_id, 3, Fault.FORGED) in audited()


def test_a_link_taken_out_and_the_rest_recomputed_is_found(told, tamper):
    make_anew(tamper, told.ana.user_id, keep=lambda link: link.sequence != 2)
    assert (told.ana.user_id, 2, Fault.FORGED) in audited()


def test_a_recomputed_chain_with_its_seals_taken_away_is_found(told, tamper):
    make_anew(tamper, told.ana.user_id, lambda link: link._replace(digest=bytes(32)))
    tamper("DELETE FROM consent_consentseal WHERE owner_id = %s", told.ana.user_id)
    assert (told.ana.user_id, 1, Fault.UNSEALED) in audited()


def test_a_seal_made_with_another_key_is_found(told, tamper, settings):
    mine = settings.LEDGER_KEYS
    settings.LEDGER_KEYS = [b"x" * 32]
    link, now = links_of(told.ana.user_id)[0], timezone.now()
    forged = seal_of(first_key(), owner_id=link.owner_id, sequence=1, hash=link.hash, sealed_at=now)
    settings.LEDGER_KEYS = mine
    tamper(
        "UPDATE consent_consentseal SET seal = %s, sealed_at = %s WHERE owner_id = %s AND sequence = 1",
        *(forged, now, link.owner_id),
    )
    assert audited() == [(told.ana.user_id, 1, Fault.FORGED)]


def test_a_seal_moved_to_another_link_is_found(told, tamper):
    tamper(
        "UPDATE consent_consentseal s SET seal = o.seal FROM consent_consentseal o"
        " WHERE s.owner_id = %s AND s.sequence = 2 AND o.owner_id = s.owner_id AND o.sequence = 1",
        told.ana.user_id,
    )
    assert audited() == [(told.ana.user_id, 2, Fault.FORGED)]


def test_a_link_written_past_the_application_is_not_sealed_by_the_next_decision(told, tamper):
    last = links_of(told.ana.user_id)[-1]
    forged = last._replace(sequence=6, action="DECLINED", previous_hash=last.hash)
    forged = forged._replace(hash=link_hash(forged))
    places = ", ".join(["%s"] * len(forged))
    tamper(f"INSERT INTO consent_consentevent ({', '.join(Link._fields)}) VALUES ({places})", *forged)
    with transaction_as(told.ana.actor):
        offer(told.ana, "one more")
    assert (told.ana.user_id, 6, Fault.UNSEALED) in audited()


# --- cut off -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [1, 4])
def test_a_cut_tail_is_found_with_everything_that_told_of_it_gone(told, tamper, superuser_connection, kept):
    """The links, their seals, the head and the record: as if they had never been."""
    for table in ("event", "seal"):
        tamper(f"DELETE FROM consent_consent{table} WHERE owner_id = %s AND sequence > %s", told.ana.user_id, kept)
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute(
        "UPDATE consent_consenthead SET length = %s, sealed_length = %s, anchored_length = 0", [kept, kept]
    )
    superuser_connection.execute("DELETE FROM consent_consentrecord WHERE owner_id = %s", [told.ana.user_id])
    assert audited() == [(told.ana.user_id, kept + 1, Fault.CUT)]
    assert audited(told.ana.user_id) == [(told.ana.user_id, kept + 1, Fault.CUT)]
    assert audited(told.ben.user_id) == []


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_a_whole_chain_that_is_gone_is_found(told, superuser_connection, who):
    owner = getattr(told, who).user_id
    superuser_connection.execute("SET session_replication_role = replica")
    for table in ("event", "seal", "head", "record"):
        superuser_connection.execute(f"DELETE FROM consent_consent{table} WHERE owner_id = %s", [owner])
    assert audited() == [(owner, 1, Fault.GONE)]


def test_a_tail_cut_and_grown_again_is_found(told, tamper):
    """True links with true seals, made by the application after a cut: only what stands outside remembers the others."""
    for table in ("event", "seal"):
        tamper(f"DELETE FROM consent_consent{table} WHERE owner_id = %s AND sequence > 4", told.ana.user_id)
    tamper(
        "UPDATE consent_consenthead SET length = 4, sealed_length = 4, anchored_length = 4 WHERE owner_id = %s",
        told.ana.user_id,
    )
    with transaction_as(told.ana.actor):
        offer(told.ana, "something else")
    anchor()
    assert (told.ana.user_id, 5, Fault.REPLACED) in audited()


# --- the checkpoints themselves ----------------------------------------------------------------------------------


def only_file():
    (file,) = checkpoints.files()
    return file


def more(two, times=2):
    for _ in range(times):
        with transaction_as(two.ben.actor):
            offer(two.ben, "more")
        anchor()


def rewritten(change) -> None:
    lines = only_file().read_bytes().splitlines(keepends=True)
    only_file().write_bytes(b"".join(change(lines)))


@pytest.mark.parametrize(
    ("change", "number"),
    [
        pytest.param(lambda lines: lines[1:], 1, id="the first one gone"),
        pytest.param(lambda lines: [lines[0], lines[2]], 2, id="one gone"),
        pytest.param(lambda lines: [lines[0], lines[2], lines[1]], 2, id="two swapped"),
        pytest.param(lambda lines: [lines[0].replace(b'"number":1', b'"number": 1'), *lines[1:]], 2, id="other bytes"),
        pytest.param(lambda lines: [lines[0], b"x" + lines[1], lines[2]], 2, id="one spoilt"),
    ],
)
def test_checkpoints_that_were_changed_are_found(told, change, number):
    more(told)
    rewritten(change)
    assert (None, number, Fault.CHECKPOINT) in audited()


def test_a_checkpoint_with_another_end_in_it_is_found(told):
    def another(lines):
        entry = json.loads(lines[0])
        entry["heads"][0][1] += 1
        return [json.dumps(entry, separators=(",", ":"), sort_keys=True).encode() + b"\n", *lines[1:]]

    rewritten(another)
    assert (None, 1, Fault.CHECKPOINT) in audited()


def test_checkpoints_cut_off_at_their_end_are_missed(told):
    more(told, 1)
    rewritten(lambda lines: lines[:1])
    assert audited() == [(told.ben.user_id, 3, Fault.LOST)]
    only_file().unlink()
    assert {fault for _, _, fault in audited()} == {Fault.LOST}


def test_half_a_line_left_by_a_crash_does_no_harm(told):
    with only_file().open("ab") as stream:
        stream.write(b'{"at":"2026-')
    more(told)
    assert audited() == []
    assert len(only_file().read_bytes().splitlines()) == 4


def test_what_was_written_and_not_noted_is_written_again(told, tamper):
    tamper("UPDATE consent_consenthead SET anchored_length = 0")
    assert anchor() == 2
    assert anchor() == 0
    assert audited() == []


def test_nobody_anchors_an_end_that_is_not_sealed_by_us(told, tamper):
    make_anew(tamper, told.ana.user_id, lambda link: link._replace(at=link.at + timedelta(days=1)))
    tamper("UPDATE consent_consenthead SET anchored_length = 0 WHERE owner_id = %s", told.ana.user_id)
    assert anchor() == 0


def test_checkpoints_go_on_in_the_next_months_file_and_can_be_verified_with_the_public_key_alone(told):
    with transaction_as(told.ben.actor):
        offer(told.ben, "more")
    anchor(now=timezone.now() + timedelta(days=40))
    assert len(checkpoints.files()) == 2 and audited() == []

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    (name, public), *_ = checkpoints.public_keys().items()
    entry = json.loads(checkpoints.files()[0].read_text())
    signature = entry.pop("signature")
    assert entry["key"] == name
    text = json.dumps(entry, separators=(",", ":"), sort_keys=True).encode()
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    key.verify(checkpoints.b64decode(signature), b"beheard checkpoint 1\n" + text)


def test_checkpoints_are_the_services_alone(told):
    assert only_file().stat().st_mode & 0o077 == 0
    assert checkpoints.folder().stat().st_mode & 0o077 == 0


# --- keys --------------------------------------------------------------------------------------------------------


def test_with_a_new_key_in_front_old_seals_and_checkpoints_still_verify(told, settings):
    settings.LEDGER_KEYS = [b"n" * 32, *settings.LEDGER_KEYS]
    more(told, 1)
    assert audited() == []
    settings.LEDGER_KEYS = settings.LEDGER_KEYS[:1]
    found = audited()
    assert (told.ana.user_id, 1, Fault.FORGED) in found and (None, 1, Fault.CHECKPOINT) in found


# --- nothing is committed without a seal -------------------------------------------------------------------------


def test_a_link_without_a_seal_is_not_committed(told):
    with transaction_as(told.ana.actor):
        content = offer(told.ana, "more")
    with pytest.raises(DatabaseError, match="not sealed"), transaction_as(told.ana.actor):
        door("note_consent", content.consent_record_id, "EDITED", ledger.pseudonym(told.ana.user_id))
    assert len(links_of(told.ana.user_id)) == 6


def test_the_application_seals_nothing_but_what_it_asked_for(told):
    with transaction_as(told.ana.actor):
        content = offer(told.ana, "more")
    asked_for = (content.consent_record_id, {Action.DECLINED})
    with (
        pytest.raises(ledger.LedgerDisagrees),
        transaction_as(told.ana.actor),
        ledger.sealing(told.ana.user_id, last=asked_for),
    ):
        door("note_consent", content.consent_record_id, "EDITED", ledger.pseudonym(told.ana.user_id))


def test_nobody_seals_in_someone_elses_chain_or_twice(told):
    for person in (told.ana, told.ben):
        with pytest.raises(DatabaseError), transaction_as(person.actor):
            door("seal_links", [1], NOW, bytes(8), [bytes(32)])
        with pytest.raises(DatabaseError, match="no such link"), transaction_as(person.actor):
            door("seal_links", [99], NOW, bytes(8), [bytes(32)])


@pytest.mark.parametrize("table", ["event", "seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET sequence = 9", "DELETE FROM {}", "TRUNCATE {}"])
def test_not_even_the_owner_changes_a_link_or_a_seal(told, owner_connection, table, statement):
    owner_connection.execute("SET app.maintenance = 'on'")
    with pytest.raises(psycopg.Error, match="append-only"):
        owner_connection.execute(statement.format(f"consent_consent{table}"))


# --- clocks ------------------------------------------------------------------------------------------------------


def test_a_clock_that_steps_back_breaks_no_order_and_is_told(told, monkeypatch, capsys):
    real = timezone.now
    monkeypatch.setattr(ledger.timezone, "now", lambda: real() - timedelta(days=3))
    with transaction_as(told.ana.actor):
        offer(told.ana, "while the clock was wrong")
    monkeypatch.undo()
    with transaction_as(told.ana.actor):
        offer(told.ana, "and right again")
    anchor()
    assert audited() == []
    with transaction_as(Actor.auditor(uuid4())):
        assert clock_steps() == clock_steps(told.ana.user_id) == 1
        assert clock_steps(told.ben.user_id) == 0
    call_command("verify_ledger")
    assert "put back 1 time" in capsys.readouterr().out


def test_the_databases_clock_may_step_back_too(told, superuser_connection):
    """A link dated before the one ahead of it is still the later link."""
    record, earlier = links_of(told.ana.user_id)[-1].record_id, NOW - timedelta(days=400)
    superuser_connection.execute("BEGIN; SET LOCAL ROLE beheard_door")
    superuser_connection.execute(
        "SELECT door.append_consent(%s, %s, 'EDITED', %s, %s)", [told.ana.user_id, record, bytes(32), earlier]
    )
    hash, now = (
        superuser_connection.execute(
            "SELECT hash FROM consent_consentevent WHERE owner_id = %s AND sequence = 6", [told.ana.user_id]
        ).fetchone()[0],
        timezone.now(),
    )
    key = first_key()
    made = seal_of(key, owner_id=told.ana.user_id, sequence=6, hash=hash, sealed_at=now)
    superuser_connection.execute(
        "SELECT door.add_seals(ARRAY[%s], ARRAY[6], %s, %s, ARRAY[%s])", [told.ana.user_id, now, key.id, made]
    )
    superuser_connection.execute("COMMIT")
    anchor()
    assert audited() == []
    assert links_of(told.ana.user_id)[-1].at == earlier
