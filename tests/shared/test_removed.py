"""Whatever removes a private row, or shared words, takes back what was shared of it: by SQL as well as on a page."""

from uuid import uuid4

import pytest
from django.db import connection

from beheard.rls import transaction_as
from consent import ledger
from consent.models import ConsentRecord
from consent.verify import decisions_without_link, verify_chains
from stages.models import StrategyProposal
from tests import factories
from vessels.shared.models import ConsentedContent

pytestmark = pytest.mark.django_db

KINDS = {
    "BOUNDARY": factories.make_boundary,
    "EMOTIONAL_PATTERN": factories.make_reading,
    "EMPATHY_ATTEMPT": factories.make_empathy_attempt,
    "EMPATHY_FEEDBACK": factories.make_empathy_validation,
    "EVENT_SUMMARY": factories.make_event,
    "IDENTIFIED_NEED": factories.make_need,
    "OWNERSHIP_LINE": factories.make_ownership_line,
    "PROPOSAL": factories.make_strategy_draft,
}


@pytest.fixture
def pair():
    pair = factories.couple()
    for person in pair:
        factories.make_progress(person, stage=2)
    return pair


def remove(person, table, row_id) -> None:
    with person.acting(), ledger.sealing(person.user_id), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [row_id])
        assert cursor.rowcount == 1


def words_from_the_other(person) -> list[str]:
    from vessels.shared import bridge

    with person.acting():
        return [content.transformed_content for content in bridge.all_from_partner(factories.place(person))]


def actions(person) -> list[str]:
    """The person's chain, which must be whole and tell of every decision."""
    with person.acting():
        assert not list(verify_chains(person.user_id)) and not list(decisions_without_link(person.user_id))
        return [link.action for link in ledger.chain_of(person.user_id)]


@pytest.mark.parametrize("content_type", KINDS)
def test_an_original_removed_by_sql_takes_its_shared_words_along(pair, content_type):
    original = KINDS[content_type](pair.a)
    factories.make_shared(pair.a, content_type, "For the other.", item_id=original.pk)
    factories.make_offer(pair.a, content_type, "Not decided yet.", item_id=original.pk)
    other = factories.make_shared(pair.a, "EVENT_SUMMARY", "Stays.")
    remove(pair.a, original._meta.db_table, original.pk)
    assert words_from_the_other(pair.b) == ["Stays."]
    with pair.a.acting():
        assert list(ConsentedContent.objects.filter(owner_id=pair.a.user_id)) == [other]
        record = ConsentRecord.objects.exclude(decision=None).exclude(pk=other.consent_record_id).get()
        assert record.decision == "REVOKED"
    assert actions(pair.a)[-1] == "REVOKED"
    assert actions(pair.a).count("REVOKED") == 1
    assert "CROSSED" in actions(pair.a)


def test_a_vessel_removed_by_sql_takes_everything_shared_along(pair):
    factories.make_shared(pair.a, "EVENT_SUMMARY", "One.")
    factories.make_shared(pair.a, "IDENTIFIED_NEED", "Two.", item_id=factories.make_need(pair.a).pk)
    factories.make_shared(pair.b, "EVENT_SUMMARY", "Ben's own.")
    remove(pair.a, "private_uservessel", pair.a.vessel_id)
    assert words_from_the_other(pair.b) == []
    assert actions(pair.a).count("REVOKED") == 2
    assert "REVOKED" not in actions(pair.b)


def test_an_idea_whose_draft_is_removed_leaves_the_pool(pair):
    draft = factories.make_strategy_draft(pair.a)
    idea = factories.make_shared(pair.a, "PROPOSAL", "A walk.", item_id=draft.pk)
    with pair.a.jointly():
        from stages.models import ProposalAuthorship

        proposal = StrategyProposal.objects.create(**pair.a.joint_ids, words="A walk.")
        ProposalAuthorship.objects.bulk_create(
            [
                ProposalAuthorship(
                    proposal=proposal, session_id=pair.a.session_id, owner_id=pair.a.user_id, content_id=idea.pk
                )
            ]
        )
    remove(pair.a, draft._meta.db_table, draft.pk)
    with pair.b.acting():
        assert not StrategyProposal.objects.exists()


def test_what_the_application_does_not_seal_is_not_removed_at_all(transactional_db, superuser_connection):
    """By SQL alone no link can be sealed: the removal is refused, past every policy too, and the words stay under consent."""
    pair = factories.couple()
    boundary = factories.make_boundary(pair.a)
    content = factories.make_shared(pair.a, "BOUNDARY", item_id=boundary.pk)
    with pytest.raises(Exception, match="not sealed"), pair.a.acting(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM private_boundary WHERE id = %s", [boundary.pk])
    for table, row_id in (("private_boundary", boundary.pk), ("shared_consentedcontent", content.pk)):
        with pytest.raises(Exception, match="not sealed"):
            superuser_connection.execute(f"DELETE FROM {table} WHERE id = %s", [row_id])
    assert actions(pair.a)[-1] == "GRANTED"
    with pair.a.acting():
        assert ConsentedContent.objects.get(pk=content.pk).consent_active


def test_nobody_takes_back_the_others_words_by_removing_a_row_of_the_same_id(pair):
    """Ids are the owner's: a row of Ben's with the id of Ana's item is nothing to Ana's words."""
    item = uuid4()
    factories.make_shared(pair.a, "EVENT_SUMMARY", "Ana's.", item_id=item)
    factories.make_boundary(pair.b, id=item)
    remove(pair.b, "private_boundary", item)
    assert words_from_the_other(pair.b) == ["Ana's."]


def test_what_the_guide_may_not_remove_it_does_not(pair):
    need = factories.make_need(pair.a)
    with pytest.raises(Exception, match="permission denied"), pair.a.guided(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM private_identifiedneed WHERE id = %s", [need.pk])


def test_acting_twice_is_once(pair):
    event = factories.make_event(pair.a)
    content = factories.make_shared(pair.a, "EVENT_SUMMARY", "Once.", item_id=event.pk)
    factories.revoke(pair.a, content)
    remove(pair.a, event._meta.db_table, event.pk)
    assert actions(pair.a).count("REVOKED") == 1
    with transaction_as(factories.Actor.user(pair.a.user_id)):
        assert not ConsentedContent.objects.exists()
