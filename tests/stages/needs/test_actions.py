"""What a person decides about their needs, and what crosses. Both ways."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from beheard.rls import NotNow, NotYours, transaction_as
from stages import actions as turns
from stages import progress
from stages.journey import Next, facts_of, next_thing
from stages.models import StageProgress
from stages.needs import actions, queries
from stages.needs.cards import card_of
from stages.steps import MeetingKind, StepKind
from tests.stages.needs.conftest import (
    add,
    does,
    look,
    meet,
    needs_of,
    share,
    show,
)
from vessels.shared import bridge
from vessels.shared.cooling import cools_until

# --- which needs are mine ------------------------------------------------------------------------


def test_only_the_person_confirms_and_twice_is_once(two):
    look(two.ana)
    need = needs_of(two.ana)[0]
    assert not need.confirmed
    does(two.ana, actions.confirm, need_id=need.pk)
    first = needs_of(two.ana)[0].confirmed_at
    does(two.ana, actions.confirm, need_id=need.pk)
    assert needs_of(two.ana)[0].confirmed and needs_of(two.ana)[0].confirmed_at == first


def test_rewording_keeps_what_the_guide_wrote_and_makes_it_theirs(two):
    look(two.ana)
    need = needs_of(two.ana)[0]
    does(two.ana, actions.reword, need_id=need.pk, words="  I need\n quiet evenings. ", category="MEANING")
    after = needs_of(two.ana)[0]
    assert (after.words, after.category, after.confirmed) == ("I need quiet evenings.", "MEANING", True)
    assert after.guide_words == need.guide_words


@pytest.mark.parametrize("words", ["", " \x00 ", "word " * 25, "x" * 301])
def test_words_that_are_no_card_change_nothing(two, words):
    need = add(two.ana, "calm")
    with pytest.raises(NotNow):
        does(two.ana, actions.reword, need_id=need.pk, words=words, category="SAFETY")
    assert needs_of(two.ana)[0].words == need.words


def test_a_rejected_need_can_be_looked_at_again(two):
    look(two.ana)
    need = needs_of(two.ana)[0]
    does(two.ana, actions.reject, need_id=need.pk)
    assert needs_of(two.ana)[0].rejected_at and not needs_of(two.ana)[0].confirmed
    with transaction_as(two.ana.actor):
        actions.reconsider(place=two.ana, need_id=need.pk)
    assert needs_of(two.ana)[0].rejected_at is None


def test_a_need_is_added_once_for_one_key_and_one_name(two):
    key = str(uuid4())
    for _twice in range(2):
        does(two.ana, actions.add, need="calm", words="", category="", key=key)
    add(two.ana, "calm", words="I need it quiet.")
    (need,) = needs_of(two.ana)
    assert need.confirmed and need.words == "I need it quiet." and need.category == "SAFETY"


def test_adding_a_need_that_was_put_aside_takes_it_up_again(two):
    need = add(two.ana, "calm")
    does(two.ana, actions.reject, need_id=need.pk)
    add(two.ana, "calm")
    (after,) = needs_of(two.ana)
    assert after.confirmed and after.rejected_at is None


def test_another_persons_need_does_not_exist(two):
    need = add(two.ana, "calm")
    for action in (actions.confirm, actions.reject, actions.offer):
        for other in (two.ben, two.stranger):
            with pytest.raises(NotYours):
                does(other, action, need_id=need.pk)
    with pytest.raises(NotYours):
        does(two.ben, actions.reword, need_id=need.pk, words="Mine now.", category="SAFETY")


# --- what crosses --------------------------------------------------------------------------------


def test_a_fourth_share_is_refused_and_a_place_becomes_free_again(two):
    contents = [show(two.ana, need) for need in ("calm", "trust", "rest")]
    fourth = add(two.ana, "a say")
    with pytest.raises(NotNow):
        share(two.ana, fourth)
    does(two.ana, actions.take_back, content_id=contents[0].pk)
    share(two.ana, fourth)
    with transaction_as(two.ana.actor):
        assert bridge.active_of_mine(two.ana, "IDENTIFIED_NEED").count() == 3


def test_a_fourth_share_is_refused_even_when_all_were_offered_before(two):
    """Four pages open at once: the database counts."""
    needs = [add(two.ana, need) for need in ("calm", "trust", "rest", "a say")]
    offers = [does(two.ana, actions.offer, need_id=need.pk) for need in needs]
    with transaction_as(two.ana.actor):
        digests = [bridge.digest(offer) for offer in offers]
    for offer, digest in list(zip(offers, digests, strict=True))[:3]:
        does(two.ana, actions.share, content_id=offer.pk, digest=digest)
    with pytest.raises(NotNow):
        does(two.ana, actions.share, content_id=offers[3].pk, digest=digests[3])


def test_only_a_confirmed_need_is_offered(two):
    look(two.ana)
    with pytest.raises(NotNow):
        does(two.ana, actions.offer, need_id=needs_of(two.ana)[0].pk)


def test_words_that_changed_after_they_were_shown_are_not_shared(two):
    need = add(two.ana, "calm")
    content = does(two.ana, actions.offer, need_id=need.pk)
    with transaction_as(two.ana.actor):
        digest = bridge.digest(content)
    does(two.ana, actions.reword, need_id=need.pk, words="Something else.", category="SAFETY")
    with pytest.raises(NotNow):
        does(two.ana, actions.share, content_id=content.pk, digest=digest)


def test_an_offer_of_a_need_put_aside_meanwhile_is_not_shared(two):
    need = add(two.ana, "calm")
    content = does(two.ana, actions.offer, need_id=need.pk)
    with transaction_as(two.ana.actor):
        digest = bridge.digest(content)
    does(two.ana, actions.reject, need_id=need.pk)
    with pytest.raises(NotNow):
        does(two.ana, actions.share, content_id=content.pk, digest=digest)


def test_nothing_crosses_before_both_have_chosen_and_then_it_does(two):
    show(two.ana, "calm")
    does(two.ana, actions.finish)
    with transaction_as(two.ben.actor):
        assert not bridge.from_partner(two.ben, "IDENTIFIED_NEED")
    does(two.ben, actions.finish)
    with transaction_as(two.ben.actor):
        (content,) = bridge.from_partner(two.ben, "IDENTIFIED_NEED")
        assert card_of(content).category == "SAFETY"
        assert card_of(content).words == "I need calm between us, so that I can speak without bracing myself."


def test_what_crosses_is_the_family_and_the_words_and_at_most_25_of_them(two):
    need = add(two.ana, "", words="word " * 24, category="FAIRNESS")
    content = share(two.ana, need)
    with transaction_as(two.ana.actor):
        content.refresh_from_db()
        assert content.transformed_content == "Fairness: " + " ".join(["word"] * 24)


def test_each_map_is_in_the_order_of_its_owner(two):
    for need in ("trust", "calm", "rest"):
        show(two.ana, need)
    for need in ("a say", "calm"):
        show(two.ben, need)
    meet(two)
    with transaction_as(two.ana.actor):
        own, partner = queries.maps(two.ana)
    with transaction_as(two.ben.actor):
        other_own, other_partner = queries.maps(two.ben)
    assert [card.words.split()[:4] for card in own] == [card.words.split()[:4] for card in other_partner]
    assert "trust" in own[0].words and "calm" in own[1].words and "rest" in own[2].words
    assert other_own == partner and len(partner) == 2 and "calm" in partner[1].words


def test_rejecting_a_shared_need_takes_it_back(two):
    need = add(two.ana, "calm")
    share(two.ana, need)
    meet(two)
    does(two.ana, actions.reject, need_id=need.pk)
    with transaction_as(two.ben.actor):
        assert queries.maps(two.ben) == ([], [])


# --- hot hands -----------------------------------------------------------------------------------


def read(place, intensity, at):
    with transaction_as(place.actor):
        turns.read_barometer(place=place, intensity=intensity, stage=3, now=at)


def test_hot_hands_count_twelve_hours_later(two):
    read(two.ana, 9, timezone.now())
    show(two.ana, "calm")
    does(two.ana, actions.finish)
    assert not does(two.ben, actions.finish)
    with transaction_as(two.ben.actor):
        assert not progress.have_met(two.ben, MeetingKind.NEEDS)


def test_what_was_shared_hot_holds_back_a_choice_made_in_calm(two):
    earlier = timezone.now() - timedelta(hours=3)
    read(two.ana, 9, earlier)
    show(two.ana, "calm")
    with transaction_as(two.ana.actor):
        assert cools_until(two.ana, queries.NEED, timezone.now()) is None  # granted calm
    read(two.ana, 9, timezone.now() - timedelta(minutes=50))
    show(two.ana, "trust")
    later = timezone.now() + timedelta(minutes=30)  # cool again
    with transaction_as(two.ana.actor):
        actions.finish(place=two.ana, now=later)
        step = progress.standing_step(two.ana, StepKind.NEEDS_DONE)
        assert progress.counts_later(two.ana, step, later) > later + timedelta(hours=11)
    assert not does(two.ben, actions.finish)


def test_one_more_shared_hot_after_choosing_holds_the_choice_back(two):
    does(two.ana, actions.finish)
    read(two.ana, 8, timezone.now())
    show(two.ana, "calm")
    assert not does(two.ben, actions.finish)
    with transaction_as(two.ana.actor):
        step = progress.standing_step(two.ana, StepKind.NEEDS_DONE)
        assert progress.counts_later(two.ana, step, timezone.now()) > timezone.now() + timedelta(hours=11)


# --- waiting, and the way out --------------------------------------------------------------------


def test_choosing_none_is_choosing(two):
    does(two.ana, actions.finish)
    with transaction_as(two.ana.actor):
        assert next_thing(facts_of(two.ana)) != Next.NEEDS
        assert StageProgress.objects.get(owner_id=two.ana.user_id, stage=3).status == "GATE_PENDING"
    assert does(two.ben, actions.finish)


def test_who_waits_can_go_on_and_still_sees_both_maps_later(two):
    show(two.ana, "calm")
    with pytest.raises(NotNow):
        does(two.ana, actions.go_on_without)
    does(two.ana, actions.finish)
    does(two.ana, actions.go_on_without)
    with transaction_as(two.ana.actor):
        done = StageProgress.objects.get(owner_id=two.ana.user_id, stage=3)
        assert done.status == "COMPLETED" and "way_out" in {gate["by"] for gate in done.gates_satisfied.values()}
        assert progress.stage_of(two.ana) == 4
    show(two.ben, "calm")
    assert does(two.ben, actions.finish)
    with transaction_as(two.ana.actor):
        assert len(queries.maps(two.ana)[1]) == 1
