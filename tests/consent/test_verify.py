"""Whoever changes the ledger behind its back, the owner with triggers off included, is found out, and the row is named."""

from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from beheard.rls import Actor, transaction_as
from consent import ledger
from consent.models import ContentType
from consent.verify import Fault, decisions_without_link, verify_chains
from tests.shared.couple import NOW, couple
from vessels.shared import bridge


@pytest.fixture
def told(transactional_db):
    """Ana: two items offered and granted, one taken back (8 links). Ben: one declined (2 links)."""
    two = couple()
    with transaction_as(two.ana.actor):
        for words in ("one", "two"):
            content = offer(two.ana, words)
            bridge.grant(place=two.ana, content_id=content.pk, digest=bridge.digest(content), now=NOW)
        bridge.revoke(place=two.ana, content_id=content.pk, now=NOW)
    with transaction_as(two.ben.actor):
        bridge.keep_private(place=two.ben, content_id=offer(two.ben, "three").pk, now=NOW)
    return two


def offer(place, words):
    return bridge.offer(place=place, content_type=ContentType.OWNERSHIP_LINE, item_id=uuid4(), words=words, now=NOW)


def findings(person=None):
    with transaction_as(Actor.auditor(uuid4())):
        return [(f.owner_id, f.sequence, f.fault) for f in verify_chains(person)]


def test_an_untouched_ledger_is_whole(told):
    assert findings() == []
    with transaction_as(Actor.auditor(uuid4())):
        assert list(decisions_without_link()) == []
    call_command("verify_ledger")
    call_command("verify_ledger", "--person", str(told.ana.user_id))


CHANGES = {
    "at": "at + interval '1 microsecond'",
    "actor": "decode(repeat('ab', 32), 'hex')",
    "action": "'DECLINED'",
    "content_type": "'BOUNDARY'",
    "record_id": "gen_random_uuid()",
    "session_id": "gen_random_uuid()",
    "item_id": "gen_random_uuid()",
    "digest": "decode(repeat('ab', 32), 'hex')",
    "previous_hash": "decode(repeat('ab', 32), 'hex')",
    "hash": "decode(repeat('ab', 32), 'hex')",
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_field_is_found(told, tamper, column):
    tamper(
        f"UPDATE consent_consentevent SET {column} = {CHANGES[column]} WHERE owner_id = %s AND sequence = 2",
        told.ana.user_id,
    )
    assert findings() == [(told.ana.user_id, 2, Fault.CHANGED)]
    with pytest.raises(CommandError):
        call_command("verify_ledger")


def test_a_removed_link_is_found(told, tamper):
    tamper("DELETE FROM consent_consentevent WHERE owner_id = %s AND sequence = 3", told.ana.user_id)
    assert findings() == [(told.ana.user_id, 4, Fault.MISSING)]


def test_a_removed_first_link_is_found(told, tamper):
    tamper("DELETE FROM consent_consentevent WHERE owner_id = %s AND sequence = 1", told.ben.user_id)
    assert findings() == [(told.ben.user_id, 2, Fault.MISSING)]


def test_swapped_links_are_found(told, tamper):
    swap = "UPDATE consent_consentevent SET sequence = %s WHERE owner_id = %s AND sequence = %s"
    for new, old in ((99, 2), (2, 3), (3, 99)):
        tamper(swap, new, told.ana.user_id, old)
    assert findings() == [(told.ana.user_id, 2, Fault.CHANGED)]


def test_a_link_moved_to_another_person_is_found(told, tamper):
    tamper(
        "UPDATE consent_consentevent SET owner_id = %s, sequence = 3 WHERE owner_id = %s AND sequence = 6",
        told.ben.user_id,
        told.ana.user_id,
    )
    assert (told.ben.user_id, 3, Fault.CHANGED) in findings()


def test_a_link_put_in_with_a_right_hash_of_its_own_is_found(told, tamper):
    tamper("DELETE FROM consent_consentevent WHERE owner_id = %s AND sequence = 2", told.ana.user_id)
    with transaction_as(told.ana.actor):
        other = ledger.chain_of(told.ana.user_id).get(sequence=1)
    from consent.verify import link_hash

    other.sequence, other.action = 2, "DECLINED"
    other.hash = link_hash(other)
    tamper(
        "INSERT INTO consent_consentevent (owner_id, sequence, at, actor, action, content_type, record_id, session_id,"
        " item_id, digest, previous_hash, hash) VALUES (%s, 2, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        *(getattr(other, name) for name in ("owner_id", "at", "actor", "action", "content_type", "record_id")),
        *(getattr(other, name) for name in ("session_id", "item_id", "digest", "previous_hash", "hash")),
    )
    assert findings() == [(told.ana.user_id, 2, Fault.BROKEN)]


def test_a_cut_tail_is_found_by_the_decision_that_is_left(told, tamper):
    tamper("DELETE FROM consent_consentevent WHERE owner_id = %s AND sequence = 2", told.ben.user_id)
    assert findings() == []
    with transaction_as(Actor.auditor(uuid4())):
        found = list(decisions_without_link())
    assert [(f.owner_id, f.sequence, f.fault) for f in found] == [(told.ben.user_id, None, Fault.UNNOTED)]
    with pytest.raises(CommandError):
        call_command("verify_ledger")


def test_a_decision_changed_behind_the_ledgers_back_is_found(told, superuser_connection):
    superuser_connection.execute(
        "UPDATE consent_consentrecord SET decision = 'GRANTED' WHERE owner_id = %s", [told.ben.user_id]
    )
    with transaction_as(Actor.auditor(uuid4())):
        assert [f.owner_id for f in decisions_without_link()] == [told.ben.user_id]


def test_one_person_is_checked_alone(told, tamper):
    tamper("UPDATE consent_consentevent SET action = 'OFFERED' WHERE owner_id = %s AND sequence = 2", told.ben.user_id)
    assert findings(told.ana.user_id) == []
    assert findings(told.ben.user_id) == [(told.ben.user_id, 2, Fault.CHANGED)]


def test_a_finding_says_where_and_never_what(told, tamper, capsys):
    tamper("UPDATE consent_consentevent SET action = 'OFFERED' WHERE owner_id = %s AND sequence = 2", told.ben.user_id)
    with pytest.raises(CommandError):
        call_command("verify_ledger")
    said = capsys.readouterr().err
    assert str(told.ben.user_id) in said and "link 2" in said


def test_a_person_can_verify_their_own_chain(told):
    with transaction_as(told.ana.actor):
        assert list(verify_chains()) == []
