"""Words cross only when their owner granted exactly those words, and go back at once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from django.test import override_settings
from django.utils import timezone

from beheard.rls import Actor, NotNow, NotYours, transaction_as
from beheard.rls.doors import door_value
from consent import ledger
from consent.models import ConsentRecord, ContentType, Decision
from stages.progress import meet, take_step
from stages.steps import MeetingKind, StepKind
from tests.shared.couple import NOW, need_of, reach
from vessels.private.models import EmotionalReading
from vessels.private.queries import vessel_of
from vessels.shared import bridge
from vessels.shared.bridge import Standing
from vessels.shared.models import ConsentedContent
from vessels.shared.tasks import note_crossings

LINE = ContentType.OWNERSHIP_LINE
NEED = ContentType.IDENTIFIED_NEED


@pytest.fixture
def together(pair):
    """Both in Stage 2, where the other's words may show."""
    reach(pair.ana, 2)
    reach(pair.ben, 2)
    return pair


def offer(place, words="I own that I shouted.", content_type=LINE, item_id=None):
    return bridge.offer(place=place, content_type=content_type, item_id=item_id or uuid4(), words=words, now=NOW)


def grant(place, content, **kwargs):
    return bridge.grant(place=place, content_id=content.pk, digest=bridge.digest(content), now=timezone.now(), **kwargs)


def share(place, words="I own that I shouted.", **kwargs):
    return grant(place, offer(place, words, **kwargs))


def read_high(place, at=None):
    """8 on the barometer. Call it as them."""
    EmotionalReading.objects.create(
        owner_id=place.user_id,
        session_id=place.session.pk,
        vessel=vessel_of(place),
        intensity=8,
        timestamp=at or timezone.now(),
    )


def seen_by(place, content_type=LINE):
    with transaction_as(place.actor):
        return [content.transformed_content for content in bridge.from_partner(place, content_type)]


# --- offering ----------------------------------------------------------------------------------------------------


def test_an_offer_crosses_nothing(together):
    with transaction_as(together.ana.actor):
        content = offer(together.ana)
        assert bridge.standing(content) == Standing.UNDECIDED
    assert seen_by(together.ben) == []


def test_the_same_words_offered_again_are_the_same_offer(pair):
    item = uuid4()
    with transaction_as(pair.ana.actor):
        assert offer(pair.ana, "one", item_id=item).pk == offer(pair.ana, " one\r\n", item_id=item).pk


def test_other_words_take_the_place_of_an_undecided_offer(pair):
    item = uuid4()
    with transaction_as(pair.ana.actor):
        first = offer(pair.ana, "one", item_id=item)
        second = offer(pair.ana, "two", item_id=item)
        assert bridge.latest(pair.ana, LINE, item) == second
        with pytest.raises(NotYours):
            bridge.mine(pair.ana, first.pk)
        assert [link.action for link in ledger.chain_of(pair.ana.user_id)] == ["OFFERED", "EDITED"]


@pytest.mark.parametrize(("content_type", "most"), [(ContentType.IDENTIFIED_NEED, 25), (ContentType.PROPOSAL, 40)])
def test_a_card_holds_so_many_words(pair, content_type, most):
    assert bridge.check_words(content_type, "word " * most) == ("word " * most).strip()
    with pytest.raises(NotNow, match=str(most + 1)):
        bridge.check_words(content_type, "word " * (most + 1))


def test_a_letter_holds_4000_characters_and_more_than_nothing(pair):
    assert len(bridge.check_words(ContentType.EMPATHY_ATTEMPT, "a" * 4000)) == 4000
    for words in ("a" * 4001, "", " \n\0 "):
        with pytest.raises(NotNow):
            bridge.check_words(ContentType.EMPATHY_ATTEMPT, words)


@pytest.mark.parametrize("words", ["🌻🌻", "مرحبا بك", "<script>alert(1)</script>", "a\0b", "\ud800 alone"])
def test_strange_words_cross_as_they_are(together, words):
    with transaction_as(together.ana.actor):
        share(together.ana, words)
    assert seen_by(together.ben) == [bridge.tidied(words)]


# --- granting ----------------------------------------------------------------------------------------------------


def test_granted_words_reach_the_partner(together):
    with transaction_as(together.ana.actor):
        content = share(together.ana)
        assert bridge.standing(content) == Standing.SHARED
    assert seen_by(together.ben) == ["I own that I shouted."]


def test_nothing_shows_before_the_reader_comes_to_stage_2(pair):
    with transaction_as(pair.ana.actor):
        share(pair.ana)
    assert seen_by(pair.ben) == []
    reach(pair.ben, 2)
    assert len(seen_by(pair.ben)) == 1


def test_words_that_were_not_on_the_page_are_not_granted(together):
    with transaction_as(together.ana.actor):
        content = offer(together.ana)
        for digest in ("", "0" * 64, bridge.digest(offer(together.ana, "others"))):
            with pytest.raises(NotNow, match="look again"):
                bridge.grant(place=together.ana, content_id=content.pk, digest=digest, now=NOW)
    assert seen_by(together.ben) == []


def test_granting_twice_is_granting_once(together):
    with transaction_as(together.ana.actor):
        content = share(together.ana)
        grant(together.ana, content)
        assert [link.action for link in ledger.chain_of(together.ana.user_id)] == ["OFFERED", "GRANTED"]


def test_nobody_grants_for_another(together):
    with transaction_as(together.ana.actor):
        content = offer(together.ana)
        digest = bridge.digest(content)
    with transaction_as(together.ben.actor):
        with pytest.raises(NotYours):
            bridge.grant(place=together.ben, content_id=content.pk, digest=digest, now=NOW)
        assert door_value("decide_consent", content.consent_record_id, "GRANTED", timedelta(), False, bytes(32)) is None
    with transaction_as(together.ana.actor):
        assert bridge.standing(bridge.mine(together.ana, content.pk)) == Standing.UNDECIDED


@override_settings(SHARING_COOLING_OFF_MINUTES=10)
def test_words_cool_off_and_can_be_taken_back_unseen(together):
    with transaction_as(together.ana.actor):
        content = share(together.ana)
        assert bridge.standing(content) == Standing.WAITING
    assert seen_by(together.ben) == []
    with transaction_as(together.ana.actor):
        bridge.revoke(place=together.ana, content_id=content.pk, now=NOW)
        actions = [link.action for link in ledger.chain_of(together.ana.user_id)]
    assert actions == ["OFFERED", "GRANTED", "COOLING", "REVOKED"]


def test_hot_hands_cross_twelve_hours_later(together):
    with transaction_as(together.ana.actor):
        read_high(together.ana)
        content = share(together.ana)
        assert timedelta(hours=11, minutes=59) < content.crosses_at - timezone.now() < timedelta(hours=12, minutes=31)
    assert seen_by(together.ben) == []


def test_at_most_three_needs_at_once(pair):
    with transaction_as(pair.ana.actor):
        needs = [need_of(pair.ana, f"need {number}") for number in range(4)]
        contents = [offer(pair.ana, need.words, NEED, need.pk) for need in needs]
        for content in contents[:3]:
            grant(pair.ana, content)
        with pytest.raises(NotNow, match="Three"):
            grant(pair.ana, contents[3])
        assert bridge.active_of_mine(pair.ana, NEED).count() == 3
        bridge.revoke(place=pair.ana, content_id=contents[0].pk, now=NOW)
        grant(pair.ana, contents[3])
        assert bridge.active_of_mine(pair.ana, NEED).count() == 3


def test_at_most_three_ideas_and_as_many_lines_as_one_likes(pair):
    with transaction_as(pair.ana.actor):
        for number in range(4):
            share(pair.ana, f"line {number}")
        for number in range(3):
            share(pair.ana, f"idea {number}", content_type=ContentType.PROPOSAL)
        with pytest.raises(NotNow, match="Three"):
            share(pair.ana, "idea 4", content_type=ContentType.PROPOSAL)


def test_three_in_each_session_and_for_each_person(pair):
    for place in (pair.ana, pair.ben):
        with transaction_as(place.actor):
            for number in range(3):
                share(place, f"idea {number}", content_type=ContentType.PROPOSAL)


def test_new_words_of_a_shared_item_take_the_place_of_the_old(together):
    item = uuid4()
    with transaction_as(together.ana.actor):
        first = share(together.ana, "old", item_id=item)
        share(together.ana, "new", item_id=item)
        assert bridge.standing(bridge.mine(together.ana, first.pk)) == Standing.TAKEN_BACK
    assert seen_by(together.ben) == ["new"]


# --- with a meeting ----------------------------------------------------------------------------------------------


def both(pair, kind, meeting):
    for place in (pair.ana, pair.ben):
        with transaction_as(place.actor):
            take_step(place=place, kind=kind, now=timezone.now())
            met = meet(place=place, kind=meeting)
    return met


def test_needs_wait_for_the_meeting_that_carries_them(together):
    with transaction_as(together.ana.actor):
        need = need_of(together.ana)
        content = grant(together.ana, offer(together.ana, need.words, NEED, need.pk))
        assert content.crosses_at is None
        assert bridge.standing(content) == Standing.WAITING
    assert seen_by(together.ben, NEED) == []
    assert both(together, StepKind.COMPACT_SIGNED, MeetingKind.COMPACT)
    assert both(together, StepKind.NEEDS_DONE, MeetingKind.NEEDS)
    assert len(seen_by(together.ben, NEED)) == 1


def test_what_is_granted_after_the_meeting_crosses_by_itself(together):
    both(together, StepKind.COMPACT_SIGNED, MeetingKind.COMPACT)
    both(together, StepKind.NEEDS_DONE, MeetingKind.NEEDS)
    with transaction_as(together.ana.actor):
        need = need_of(together.ana)
        grant(together.ana, offer(together.ana, need.words, NEED, need.pk))
    assert len(seen_by(together.ben, NEED)) == 1


def test_what_has_crossed_is_noted_once_by_the_sweep(together):
    with transaction_as(together.ana.actor):
        share(together.ana)
    assert [note_crossings(), note_crossings()] == [1, 0]
    with transaction_as(together.ana.actor):
        links = list(ledger.chain_of(together.ana.user_id))
    assert [link.action for link in links] == ["OFFERED", "GRANTED", "CROSSED"]
    assert bytes(links[2].actor) == bytes(links[1].actor)


# --- saying no, and taking back ----------------------------------------------------------------------------------


def test_declined_words_never_cross_and_can_be_offered_anew(together):
    item = uuid4()
    with transaction_as(together.ana.actor):
        content = offer(together.ana, item_id=item)
        bridge.keep_private(place=together.ana, content_id=content.pk, now=NOW)
        bridge.keep_private(place=together.ana, content_id=content.pk, now=NOW)
        assert bridge.kept_private(together.ana, LINE) == {item}
        with pytest.raises(NotNow, match="kept private"):
            grant(together.ana, content)
    assert seen_by(together.ben) == []
    with transaction_as(together.ana.actor):
        assert [link.action for link in ledger.chain_of(together.ana.user_id)] == ["OFFERED", "DECLINED"]
        grant(together.ana, offer(together.ana, item_id=item))
    assert len(seen_by(together.ben)) == 1


def test_never_offered_undecided_declined_and_revoked_look_the_same_to_the_other(together):
    def all_that_ben_can_see():
        with transaction_as(together.ben.actor), connection.cursor() as cursor:
            found = []
            for table in ("shared_consentedcontent", "consent_consentrecord", "consent_consentevent"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                found += cursor.fetchone()
            cursor.execute("SELECT count(*) FROM crypto_vesselkey WHERE owner_id = %s", [together.ana.user_id])
            return [*found, *cursor.fetchone()]

    nothing = all_that_ben_can_see()
    with transaction_as(together.ana.actor):
        offer(together.ana, "undecided")
    assert all_that_ben_can_see() == nothing
    with transaction_as(together.ana.actor):
        bridge.keep_private(place=together.ana, content_id=offer(together.ana, "declined").pk, now=NOW)
    assert all_that_ben_can_see() == nothing
    with transaction_as(together.ana.actor):
        content = share(together.ana, "shared")
    assert all_that_ben_can_see() != nothing
    with transaction_as(together.ana.actor):
        bridge.revoke(place=together.ana, content_id=content.pk, now=NOW)
    assert all_that_ben_can_see() == nothing


def test_taking_back_hides_from_partner_guide_and_joint_at_once(together):
    with transaction_as(together.ana.actor):
        content = share(together.ana)
    others = [
        together.ben.actor,
        Actor.ai(together.ben.user_id, together.ben.session.pk),
        Actor.ai(together.ana.user_id, together.ana.session.pk),
        Actor.joint(together.ana.session.pk),
    ]

    def seen():
        found = []
        with transaction_as(others[0]):
            found.append(content.pk in {shared.pk for shared in bridge.all_from_partner(together.ben)})
        for actor in others[1:]:
            with transaction_as(actor):
                found.append(ConsentedContent.objects.filter(pk=content.pk).exists())
        return found

    assert seen() == [True] * 4
    with transaction_as(together.ana.actor):
        bridge.revoke(place=together.ana, content_id=content.pk, now=NOW)
        bridge.revoke(place=together.ana, content_id=content.pk, now=NOW)
    assert seen() == [False] * 4


def test_granting_again_is_a_new_record(together):
    item = uuid4()
    with transaction_as(together.ana.actor):
        first = share(together.ana, item_id=item)
        bridge.revoke(place=together.ana, content_id=first.pk, now=NOW)
        with pytest.raises(NotNow):
            grant(together.ana, first)
        again = share(together.ana, item_id=item)
        assert again.consent_record_id != first.consent_record_id
        decisions = list(ConsentRecord.objects.order_by("offered_at", "id").values_list("decision", flat=True))
        assert sorted(decisions) == [Decision.GRANTED, Decision.REVOKED]
        last = ledger.head_of(together.ana.user_id)
        assert last.action == "REGRANTED"
        assert list(bridge.shared_by_me(together.ana)) == [again, bridge.mine(together.ana, first.pk)]


def test_what_is_shared_of_an_item_goes_with_it(together):
    item = uuid4()
    with transaction_as(together.ana.actor):
        share(together.ana, item_id=item)
        share(together.ana, "another")
        bridge.take_back_item(place=together.ana, item_id=item, now=NOW)
    assert seen_by(together.ben) == ["another"]


def test_nobody_makes_content_active_but_the_door(together):
    with transaction_as(together.ana.actor):
        content = offer(together.ana)
    with pytest.raises(DatabaseError, match="permission denied"), transaction_as(together.ana.actor):
        ConsentedContent.objects.filter(pk=content.pk).update(consent_active=True)
    with pytest.raises(DatabaseError, match="permission denied"), transaction_as(together.ana.actor):
        ConsentRecord.objects.filter(pk=content.consent_record_id).update(decision="GRANTED")
