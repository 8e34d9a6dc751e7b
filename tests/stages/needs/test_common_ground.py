"""What both see once both maps are here, and what is common."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from beheard.rls import NotNow, NotYours, transaction_as
from stages import progress
from stages.models import Meeting, StageProgress
from stages.needs import actions, common, queries
from stages.needs.models import CommonGroundAnswer
from stages.steps import MeetingKind, StepKind
from tests.stages.needs.conftest import (
    add,
    does,
    look_for_common,
    meet,
    notice,
    show,
)
from vessels.private.models import IdentifiedNeed
from vessels.shared.models import CommonGround, ConsentedContent


def answer(place, agrees: bool) -> bool:
    with transaction_as(place.actor):
        answers = {candidate.pk: agrees for candidate in queries.unanswered(place)}
        return actions.answer_common(place=place, answers=answers, now=timezone.now())


def at_common_ground(two):
    """Both show calm, Ben also trust; both maps are here and both have said what they notice."""
    contents = show(two.ana, "calm"), show(two.ben, "calm"), show(two.ben, "trust")
    meet(two)
    notice(two.ana)
    notice(two.ben)
    look_for_common(two.ana)
    return contents


def test_nobody_notices_before_both_maps_are_here(two):
    does(two.ana, actions.finish)
    with pytest.raises(NotNow):
        notice(two.ana)
    with transaction_as(two.ana.actor):
        assert not progress.has_taken(two.ana, StepKind.NOTICED)


def test_what_is_noticed_may_be_empty_and_may_be_said_again(two):
    meet(two)
    notice(two.ana, "")
    notice(two.ana, "We are both tired.")
    with transaction_as(two.ana.actor):
        assert queries.noticing(two.ana).text == "We are both tired."
    with transaction_as(two.ben.actor):
        assert queries.noticing(two.ben) is None


def test_no_common_ground_is_looked_for_before_the_meeting(two):
    show(two.ana, "calm")
    show(two.ben, "calm")
    assert look_for_common(two.ana) == 0
    with transaction_as(two.ana.actor):
        assert not progress.have_met(two.ana, MeetingKind.COMMON_LOOKED)
    assert common.owed() == []


def test_common_ground_comes_from_what_both_share_and_only_once(two):
    show(two.ana, "calm")
    show(two.ben, "gentleness")
    add(two.ben, "rest")  # confirmed, not shared
    meet(two)
    assert common.owed() == [two.ana.session.pk]
    assert look_for_common(two.ana) == 1
    assert look_for_common(two.ben) == 0
    assert common.owed() == []
    for place in (two.ana, two.ben):
        with transaction_as(place.actor):
            (candidate,) = queries.candidates(place)
            assert candidate.need in ("calm", "gentleness") and not candidate.confirmed
    with transaction_as(two.stranger.actor):
        assert not CommonGround.objects.exists()


def test_a_need_shared_later_is_looked_at_too(two, settings):
    settings.SHARING_COOLING_OFF_MINUTES = 0
    show(two.ana, "calm")
    meet(two)
    assert look_for_common(two.ana) == 0
    assert common.owed() == []
    with transaction_as(two.ana.actor):
        looked_at = Meeting.objects.get(kind=MeetingKind.COMMON_LOOKED).met_at
    content = show(two.ben, "calm")
    with transaction_as(two.ben.actor):
        content.refresh_from_db()
        assert content.crosses_at >= looked_at
    assert look_for_common(two.ben) == 1


def test_what_both_said_yes_to_is_common_and_both_go_on(two):
    at_common_ground(two)
    assert answer(two.ana, True) is False
    with transaction_as(two.ana.actor):
        assert queries.confirmed(two.ana) == []
    assert answer(two.ben, True) is True
    for place in (two.ana, two.ben):
        does(place, actions.settle)
        with transaction_as(place.actor):
            assert [candidate.need for candidate in queries.confirmed(place)] == ["calm"]
            assert StageProgress.objects.get(owner_id=place.user_id, stage=3).status == "COMPLETED"
            assert progress.stage_of(place) == 4


@pytest.mark.parametrize("answers", [(True, False), (False, True), (False, False)])
def test_a_no_confirms_nothing_and_stops_nobody(two, answers):
    at_common_ground(two)
    answer(two.ana, answers[0])
    assert answer(two.ben, answers[1]) is True
    with transaction_as(two.ana.actor):
        assert queries.confirmed(two.ana) == []


def test_an_answer_stays_as_given_and_the_other_never_reads_it(two):
    at_common_ground(two)
    answer(two.ana, True)
    with transaction_as(two.ana.actor):
        (candidate,) = queries.candidates(two.ana)
        actions.answer_common(place=two.ana, answers={candidate.pk: False}, now=timezone.now())
        assert CommonGroundAnswer.objects.get().agrees
    with transaction_as(two.ben.actor):
        assert not CommonGroundAnswer.objects.exists()


def test_an_answer_to_each_and_only_to_what_is_there(two):
    at_common_ground(two)
    with pytest.raises(NotNow):
        does(two.ana, actions.answer_common, answers={})
    with pytest.raises(NotYours):
        does(two.ana, actions.answer_common, answers={uuid4(): True})
    with transaction_as(two.ana.actor):
        assert not progress.has_taken(two.ana, StepKind.COMMON_ANSWERED)


def test_a_stranger_cannot_answer_for_a_candidate_they_do_not_see(two):
    at_common_ground(two)
    with transaction_as(two.ana.actor):
        (candidate,) = queries.candidates(two.ana)
    with pytest.raises(DatabaseError), transaction.atomic(), transaction_as(two.stranger.actor):
        CommonGroundAnswer.objects.create(
            owner_id=two.stranger.user_id,
            session_id=two.stranger.session.pk,
            vessel=progress.vessel_of(two.stranger),
            common_ground_id=candidate.pk,
            agrees=True,
        )


def test_without_candidates_going_on_is_the_answer(two):
    show(two.ana, "calm")
    meet(two)
    for place in (two.ana, two.ben):
        notice(place)
    with pytest.raises(NotNow):
        does(two.ana, actions.answer_common, answers={})
    look_for_common(two.ana)
    assert does(two.ana, actions.answer_common, answers={}) is False
    assert does(two.ben, actions.answer_common, answers={}) is True


def test_revoking_a_need_takes_it_and_its_common_ground_from_both_at_once(two):
    of_ana, _of_ben, _trust = at_common_ground(two)
    answer(two.ana, True)
    answer(two.ben, True)
    does(two.ana, actions.take_back, content_id=of_ana.pk)
    for place in (two.ana, two.ben):
        with transaction_as(place.actor):
            assert queries.candidates(place) == []
    with transaction_as(two.ben.actor):
        assert queries.maps(two.ben)[1] == []
        assert not ConsentedContent.objects.filter(pk=of_ana.pk).exists()


def test_an_ended_session_keeps_its_needs_as_they_are(two):
    need = add(two.ana, "calm")
    two.ana.session.status = "RESOLVED"
    for action, kwargs in [(actions.confirm, {}), (actions.reject, {}), (actions.offer, {})]:
        with pytest.raises(NotNow):
            does(two.ana, action, need_id=need.pk, **kwargs)
    with pytest.raises(NotNow):
        add(two.ana, "rest")
    with transaction_as(two.ana.actor):
        assert IdentifiedNeed.objects.count() == 1


def test_what_still_cools_off_is_in_nobodys_map(two, settings):
    settings.SHARING_COOLING_OFF_MINUTES = 10
    meet(two)
    show(two.ana, "calm")
    for place in (two.ana, two.ben):
        with transaction_as(place.actor):
            assert queries.maps(place) == ([], [])
