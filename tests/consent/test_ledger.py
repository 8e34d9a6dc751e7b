"""The chain: every decision is a link, in order, by the database alone."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from beheard.crypto import keyring
from beheard.crypto.errors import WordsUnavailable
from beheard.rls import Actor, transaction_as
from beheard.rls.doors import door
from consent import ledger
from consent.models import Action, ConsentEvent, ContentType
from consent.verify import link_hash
from tests.shared.couple import NOW, couple, need_of
from vessels.shared import bridge
from vessels.shared.models import ConsentedContent


def actions(place):
    return list(ledger.chain_of(place.user_id).values_list("sequence", "action"))


def offer(place, words="I own that I shouted.", item_id=None):
    return bridge.offer(
        place=place, content_type=ContentType.OWNERSHIP_LINE, item_id=item_id or uuid4(), words=words, now=NOW
    )


def test_offer_grant_and_revocation_are_links_of_one_chain(pair):
    with transaction_as(pair.ana.actor):
        content = offer(pair.ana)
        bridge.grant(place=pair.ana, content_id=content.pk, digest=bridge.digest(content), now=NOW)
        bridge.revoke(place=pair.ana, content_id=content.pk, now=NOW)
        links = list(ledger.chain_of(pair.ana.user_id))
    assert [link.action for link in links] == [Action.OFFERED, Action.GRANTED, Action.CROSSED, Action.REVOKED]
    assert [link.sequence for link in links] == [1, 2, 3, 4]
    assert bytes(links[0].previous_hash) == bytes(32)
    for earlier, later in zip(links, links[1:], strict=False):
        assert bytes(later.previous_hash) == bytes(earlier.hash)


def test_each_hash_can_be_made_again_outside_the_database(pair):
    with transaction_as(pair.ana.actor):
        offer(pair.ana)
        link = ledger.head_of(pair.ana.user_id)
    assert bytes(link.hash) == link_hash(link)


def test_a_link_names_the_words_and_the_person_without_telling_them(pair):
    with transaction_as(pair.ana.actor):
        content = offer(pair.ana)
        link = ledger.head_of(pair.ana.user_id)
        assert bytes(link.digest) == ledger.digest_of(content)
    assert bytes(link.actor) == ledger.pseudonym(pair.ana.user_id)
    assert pair.ana.user_id.bytes not in bytes(link.actor)


def test_the_digest_is_the_same_saved_or_not_and_another_for_other_words_and_people(pair):
    def unsaved(place, words):
        return ConsentedContent(
            owner_id=place.user_id,
            session_id=place.session.pk,
            shared_vessel_id=place.session.shared_vessel_id,
            transformed_content=words,
        )

    with transaction_as(pair.ana.actor):
        content = offer(pair.ana, "the same words")
        again = ConsentedContent.objects.get(pk=content.pk)
        mine = ledger.digest_of(again)
        assert mine == ledger.digest_of(content) == ledger.digest_of(unsaved(pair.ana, "the same words"))
        assert mine != ledger.digest_of(unsaved(pair.ana, "the same words."))
    with transaction_as(pair.ben.actor):
        assert mine != ledger.digest_of(unsaved(pair.ben, "the same words"))


def test_the_digest_dies_with_the_key(pair):
    with transaction_as(pair.ana.actor):
        content = offer(pair.ana)
        keyring.destroy_key(content.key_scope())
        with pytest.raises(WordsUnavailable):
            ledger.digest_of(content)
        assert ledger.chain_of(pair.ana.user_id).count() == 1


def test_each_person_has_a_chain_of_their_own_and_sees_no_other(pair):
    with transaction_as(pair.ana.actor):
        offer(pair.ana)
        offer(pair.ana)
    with transaction_as(pair.ben.actor):
        offer(pair.ben)
        assert actions(pair.ben) == [(1, "OFFERED")]
        assert actions(pair.ana) == []


def test_an_auditor_sees_links_and_no_words(pair):
    with transaction_as(pair.ana.actor):
        offer(pair.ana)
    with transaction_as(Actor.auditor(uuid4())):
        assert ConsentEvent.objects.count() == 1
    with pytest.raises(DatabaseError), transaction_as(Actor.auditor(uuid4())):
        ConsentedContent.objects.count()


# --- by the doors alone ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement", ["UPDATE consent_consentevent SET action = 'DECLINED'", "DELETE FROM consent_consentevent"]
)
def test_nobody_changes_a_link_as_the_app(pair, statement):
    with transaction_as(pair.ana.actor):
        offer(pair.ana)
    with pytest.raises(DatabaseError, match="permission denied"), transaction_as(pair.ana.actor):
        connection.cursor().execute(statement)


def test_nobody_inserts_a_link_as_the_app(pair):
    with transaction_as(pair.ana.actor):
        offer(pair.ana)
        link = ledger.head_of(pair.ana.user_id)
        link.sequence = 2
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            link.save(force_insert=True)


@pytest.mark.parametrize("name", ["append_consent", "revoke_consent", "note_crossing", "note_crossings", "lock_chain"])
def test_the_inner_doors_are_closed_to_a_person(pair, name):
    arguments = {
        "append_consent": (pair.ana.user_id, uuid4(), "GRANTED", bytes(32), NOW),
        "revoke_consent": (uuid4(), bytes(32)),
        "note_crossing": (uuid4(), NOW),
        "lock_chain": (pair.ben.user_id,),
    }
    with pytest.raises(DatabaseError, match="permission denied for function"), transaction_as(pair.ana.actor):
        door(name, *arguments.get(name, ()))


@pytest.mark.parametrize("action", ["GRANTED", "DECLINED", "REVOKED", "CROSSED"])
def test_a_decision_is_not_noted_without_being_made(pair, action):
    with transaction_as(pair.ana.actor):
        content = offer(pair.ana)
    with pytest.raises(DatabaseError, match="where they are made"), transaction_as(pair.ana.actor):
        door("note_consent", content.consent_record_id, action, bytes(32))


def test_nobody_writes_into_the_chain_about_someone_elses_record(pair):
    with transaction_as(pair.ana.actor):
        content = offer(pair.ana)
    with pytest.raises(DatabaseError, match="no such record"), transaction_as(pair.ben.actor):
        door("note_consent", content.consent_record_id, "OFFERED", bytes(32))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consent_consentevent SET action = 'DECLINED'",
        "DELETE FROM consent_consentevent",
        "TRUNCATE consent_consentevent",
    ],
)
def test_not_even_the_owner_changes_a_link(transactional_db, owner_connection, statement):
    two = couple()
    with transaction_as(two.ana.actor):
        offer(two.ana)
    owner_connection.execute("SET app.maintenance = 'on'")
    with pytest.raises(Exception, match="append-only"):
        owner_connection.execute(statement)


# --- at the same time --------------------------------------------------------------------------------------------


def offering(place, times):
    def run():
        try:
            for _ in range(times):
                with transaction_as(place.actor):
                    offer(place)
        finally:
            connection.close()

    return run


@pytest.mark.slow
def test_appends_at_the_same_moment_leave_no_gap_and_no_fork(transactional_db):
    two = couple()
    work = [offering(place, 5) for place in (two.ana, two.ana, two.ana, two.ben, two.ben, two.ben)]
    with ThreadPoolExecutor(len(work)) as threads:
        for future in [threads.submit(task) for task in work]:
            future.result()
    for place in (two.ana, two.ben):
        with transaction_as(place.actor):
            links = list(ledger.chain_of(place.user_id))
        assert [link.sequence for link in links] == list(range(1, 16))
        assert all(bytes(b.previous_hash) == bytes(a.hash) for a, b in zip(links, links[1:], strict=False))


def test_a_rolled_back_decision_leaves_no_link(pair):
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction_as(pair.ana.actor):
        offer(pair.ana)
        raise Stop
    with transaction_as(pair.ana.actor):
        assert actions(pair.ana) == []
        need_of(pair.ana)
