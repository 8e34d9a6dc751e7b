"""What each may do with their own letter, and what of it reaches the other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from beheard.rls import NotNow, NotYours, transaction_as
from consent.models import ContentType
from stages import progress
from stages.actions import read_barometer
from stages.models import Purpose, StageProgress, Step
from stages.perspective import actions, queries
from stages.perspective.models import EmpathyDraft, EmpathyValidation, ReframeSuggestion, Verdict
from stages.perspective.queries import LetterState
from stages.steps import StepKind
from tests.stages.perspective.conftest import (
    cross,
    let_the_guide_read,
    open_letter,
    send_added,
    share_letter,
    write_letter,
)
from vessels.shared import bridge


def state(place, later=timedelta()):
    with transaction_as(place.actor):
        return queries.state_of(place, timezone.now() + later)


def letter_for(place):
    with transaction_as(place.actor):
        letter = queries.received(place).letter
        assert letter is None or letter.transformed_content  # unsealed here: outside, there is no key
        return letter


def keep(place, guess, want_known=""):
    with transaction_as(place.actor):
        return actions.keep_draft(place=place, guess=guess, want_known=want_known, now=timezone.now())


def test_each_change_is_a_version_and_the_same_words_are_not(two):
    assert [keep(two.ana, words).version for words in ("One.", "One.", "Two.", "One.")] == [1, 1, 2, 3]
    with transaction_as(two.ben.actor):
        assert not EmpathyDraft.objects.filter(session_id=two.ben.session.pk).exists()


def test_a_letter_that_is_ready_has_not_crossed(two):
    content = write_letter(two.ana, guess="Maybe.", want_known="Ask me")
    assert content.transformed_content == "Maybe.\n\nWhat I'd want you to know:\n\n– Ask me"
    assert state(two.ana) == LetterState.WRITING
    assert letter_for(two.ben) is None


def test_one_letter_alone_waits_and_is_not_seen(two):
    assert share_letter(two.ana) is False
    assert state(two.ana) == LetterState.ON_ITS_WAY
    assert state(two.ben) == LetterState.WRITING
    assert letter_for(two.ben) is None


def test_two_letters_cross_at_the_same_moment(two):
    cross(two)
    assert state(two.ana) == state(two.ben) == LetterState.CROSSED
    assert letter_for(two.ben).transformed_content.startswith("Ana's guess")
    assert letter_for(two.ana).transformed_content.startswith("Ben's guess")


def test_sharing_twice_is_sharing_once(two):
    content = write_letter(two.ana)
    with transaction_as(two.ana.actor):
        for _ in range(2):
            actions.share_letter(
                place=two.ana, content_id=content.pk, digest=bridge.digest(content), now=timezone.now()
            )
        assert bridge.active_of_mine(two.ana, ContentType.EMPATHY_ATTEMPT).count() == 1


def test_words_that_changed_after_they_were_shown_do_not_cross(two):
    shown = write_letter(two.ana, guess="First words.")
    with transaction_as(two.ana.actor):
        digest = bridge.digest(shown)
    content = write_letter(two.ana, guess="Other words.")
    with transaction_as(two.ana.actor), pytest.raises(NotNow):
        actions.share_letter(place=two.ana, content_id=content.pk, digest=digest, now=timezone.now())
    assert state(two.ana) == LetterState.WRITING


def test_hot_hands_hold_the_letter_for_twelve_hours_and_it_can_be_taken_back(two):
    with transaction_as(two.ana.actor):
        read_barometer(place=two.ana, intensity=9, stage=2, now=timezone.now())
    share_letter(two.ana)
    assert share_letter(two.ben) is False
    with transaction_as(two.ana.actor):
        step = progress.all_steps(two.ana).get(StepKind.LETTER_READY)
        assert step.counts_from - step.taken_at == timedelta(hours=12)
        actions.take_letter_back(place=two.ana, now=timezone.now())
        assert progress.all_steps(two.ana).get(StepKind.LETTER_READY) is None
    assert state(two.ana) == LetterState.WRITING
    assert letter_for(two.ben) is None


def test_a_letter_taken_back_elsewhere_keeps_the_other_one_from_crossing(two):
    share_letter(two.ana)
    with transaction_as(two.ana.actor):
        letter = queries.shared_letter(two.ana)
        bridge.revoke(place=two.ana, content_id=letter.pk, now=timezone.now())
        assert queries.state_of(two.ana, timezone.now()) == LetterState.WRITING
    assert share_letter(two.ben) is False
    assert letter_for(two.ana) is None
    assert share_letter(two.ana, guess="Another.") is True


def test_keeping_it_private_goes_on_without_the_exchange(two):
    content = write_letter(two.ana)
    with transaction_as(two.ana.actor):
        actions.keep_letter_private(place=two.ana, content_id=content.pk, now=timezone.now())
        assert queries.state_of(two.ana, timezone.now()) == LetterState.WENT_ON
        assert progress.stage_of(two.ana) == 3
        gate = StageProgress.objects.get(owner_id=two.ana.user_id, stage=2).gates_satisfied
        assert gate["passed"]["by"] == "way_out"
    assert share_letter(two.ben) is False


def test_one_may_write_after_all(two):
    with transaction_as(two.ana.actor):
        actions.go_on_without(place=two.ana, now=timezone.now())
    share_letter(two.ben)
    assert share_letter(two.ana) is True
    with transaction_as(two.ana.actor):
        assert not progress.has_taken(two.ana, StepKind.WENT_ON_LETTERS)


def test_a_letter_comes_back_on_its_date_and_does_not_cross_then(two):
    share_letter(two.ana)
    assert state(two.ana, timedelta(days=15)) == LetterState.CAME_BACK
    with transaction_as(two.ana.actor):
        step = progress.all_steps(two.ana).get(StepKind.LETTER_READY)
        progress.take_back(place=two.ana, kind=StepKind.LETTER_READY)
        past = timezone.now() - timedelta(days=15)
        Step.objects.create(
            owner_id=step.owner_id,
            session_id=step.session_id,
            vessel_id=step.vessel_id,
            stage=2,
            kind=StepKind.LETTER_READY,
            taken_at=past,
            counts_from=past,
            returns_at=past + timedelta(days=14),
        )
    assert share_letter(two.ben) is False
    assert letter_for(two.ben) is None
    with transaction_as(two.ana.actor):
        assert actions.wait_again(place=two.ana, now=timezone.now()) is True


def test_after_the_crossing_a_letter_cannot_be_written_anew_or_unsealed_backwards(two):
    cross(two)
    with transaction_as(two.ana.actor):
        with pytest.raises(NotNow):
            actions.finish_letter(place=two.ana, guess="Other.", want_known="", now=timezone.now())
        with pytest.raises(NotNow):
            actions.take_letter_back(place=two.ana, now=timezone.now())
        actions.go_on_without(place=two.ana, now=timezone.now())
        assert queries.shared_letter(two.ana) is not None


def test_nobody_shares_or_keeps_what_is_the_others(two):
    content = write_letter(two.ana)
    with transaction_as(two.ben.actor):
        for act in (actions.keep_letter_private, actions.keep_by_itself, actions.recall):
            with pytest.raises(NotYours):
                act(place=two.ben, content_id=content.pk, now=timezone.now())
        with pytest.raises(NotYours):
            actions.share_letter(place=two.ben, content_id=content.pk, digest="", now=timezone.now())


def test_a_letter_is_not_opened_before_there_is_one(two):
    share_letter(two.ana)
    with transaction_as(two.ben.actor), pytest.raises(NotNow):
        actions.open_letter(place=two.ben, now=timezone.now())


def test_the_guide_puts_a_question_beside_a_judgment_once(two):
    draft = keep(two.ana, "You never listen. Maybe you are tired.")
    let_the_guide_read(two.ana, Purpose.GUESS, draft.pk)
    from stages import suggestions

    with transaction_as(two.ana.actor):
        found = suggestions.latest(two.ana, Purpose.GUESS, draft.pk).content["judgments"]
        assert found and all(judgment["phrase"] in draft.guess for judgment in found)
        for _ in range(2):
            actions.show_questions(place=two.ana, draft=draft, found=found, now=timezone.now())
        shown = queries.open_questions(draft)
        assert len(shown) == len(found)
        actions.answer_question(place=two.ana, reframe_id=shown[0].pk, taken=True)
        assert [question.pk for question in queries.questions_taken(two.ana, draft)] == [shown[0].pk]
    later = keep(two.ana, "Maybe you are tired.")
    with transaction_as(two.ana.actor):
        assert queries.questions_taken(two.ana, later) == []
        actions.show_questions(place=two.ana, draft=later, found=found, now=timezone.now())
        assert ReframeSuggestion.objects.filter(draft=later).count() == 0
    with transaction_as(two.ben.actor), pytest.raises(NotYours):
        actions.answer_question(place=two.ben, reframe_id=shown[0].pk, taken=True)


def test_marks_are_numbers_and_hold_none_of_the_others_words(two):
    cross(two)
    open_letter(two.ana)
    letter = letter_for(two.ana)
    with transaction_as(two.ana.actor):
        given = actions.keep_answer(
            place=two.ana, letter_id=letter.pk, landed=[1, 0], to_add="It is the mornings.", now=timezone.now()
        )
        assert EmpathyValidation.objects.get(pk=given.pk).landed == [0, 1]


def test_one_thing_to_add_crosses_only_by_its_own_consent(two):
    cross(two)
    open_letter(two.ana)
    letter = letter_for(two.ana)
    with transaction_as(two.ana.actor):
        given = actions.keep_answer(
            place=two.ana, letter_id=letter.pk, landed=[], to_add="It is the mornings.", now=timezone.now()
        )
        actions.offer_added(place=two.ana, answer=given, now=timezone.now())
    with transaction_as(two.ben.actor):
        assert queries.added_by_partner(two.ben) == []
    sent = send_added(two.ana, "It is the mornings.")
    with transaction_as(two.ben.actor):
        assert [words.transformed_content for words in queries.added_by_partner(two.ben)] == ["It is the mornings."]
    with transaction_as(two.ana.actor):
        actions.recall(place=two.ana, content_id=sent.pk, now=timezone.now())
    with transaction_as(two.ben.actor):
        assert queries.added_by_partner(two.ben) == []


def test_one_thing_is_sent_once(two):
    cross(two)
    open_letter(two.ana)
    send_added(two.ana, "It is the mornings.")
    with pytest.raises(NotNow):
        send_added(two.ana, "And the evenings.")


def test_coaching_belongs_to_the_words_it_was_given_for(two):
    cross(two)
    open_letter(two.ana)
    letter = letter_for(two.ana)

    def write(words):
        with transaction_as(two.ana.actor):
            return actions.keep_answer(place=two.ana, letter_id=letter.pk, landed=[], to_add=words, now=timezone.now())

    given = write("You never listen because you are selfish. I want you to ask me.")
    let_the_guide_read(two.ana, Purpose.ADDED, given.pk)
    with transaction_as(two.ana.actor):
        said = actions.coaching_of_added(two.ana, given)
        assert said["coach"] and said["softer"]
        assert "selfish" not in said["softer"]
        actions.take_softer(place=two.ana, answer=given)
        assert EmpathyValidation.objects.get(pk=given.pk).to_add == said["softer"]
    given = write("Other words.")
    with transaction_as(two.ana.actor):
        assert actions.coaching_of_added(two.ana, given) is None


def test_the_writer_restates_only_after_something_was_added(two):
    cross(two)
    with transaction_as(two.ben.actor), pytest.raises(NotNow):
        actions.restate(place=two.ben, guess="Now I see.", now=timezone.now())
    open_letter(two.ana)
    send_added(two.ana, "It is the mornings.")
    earlier = timezone.now() - timedelta(hours=1)
    with transaction_as(two.ben.actor):
        content = actions.restate(place=two.ben, guess="Now I see the mornings.", now=earlier)
    with transaction_as(two.ana.actor):
        assert queries.received(two.ana).later == []
    with transaction_as(two.ben.actor):
        actions.share_by_itself(place=two.ben, content_id=content.pk, digest=bridge.digest(content), now=earlier)
        assert not queries.crossed(two.ben).may_restate
    with transaction_as(two.ana.actor):
        received = queries.received(two.ana)
        assert [letter.transformed_content for letter in received.later] == ["Now I see the mornings."]
        assert received.letter.round == 1


def restate(place, words):
    earlier = timezone.now() - timedelta(hours=1)
    with transaction_as(place.actor):
        content = actions.restate(place=place, guess=words, now=earlier)
        return actions.share_by_itself(place=place, content_id=content.pk, digest=bridge.digest(content), now=earlier)


def may_restate(place) -> bool:
    with transaction_as(place.actor):
        return queries.crossed(place).may_restate


def test_as_many_rounds_as_both_wish_one_restatement_for_each_thing_added(two):
    cross(two)
    open_letter(two.ana)
    for number in range(2, 5):
        send_added(two.ana, f"Thing {number}.")
        assert may_restate(two.ben) and not may_restate(two.ana)
        assert restate(two.ben, f"Round {number}.").round == number
        assert not may_restate(two.ben)
        with transaction_as(two.ben.actor), pytest.raises(NotNow):
            actions.restate(place=two.ben, guess="Once more.", now=timezone.now())
    with transaction_as(two.ana.actor):
        received = queries.received(two.ana)
        assert [letter.round for letter in received.later] == [2, 3, 4]
        assert received.latest.transformed_content == "Round 4."
        sent = queries.feedback(two.ana, queries.validation(two.ana, received.latest))
        assert [one.transformed_content for one in queries.sent_before(two.ana, sent)] == [
            "Thing 2.", "Thing 3.", "Thing 4."
        ]  # fmt: skip


@pytest.mark.parametrize("verdict", Verdict)
def test_either_ends_the_rounds_for_themselves_and_nothing_waits_for_the_other(two, verdict):
    cross(two)
    open_letter(two.ana)
    open_letter(two.ben)
    send_added(two.ana, "It is the mornings.")
    for place in (two.ana, two.ben):  # Ben has not restated, and does not
        with transaction_as(place.actor):
            actions.close(place=place, verdict=verdict, now=timezone.now())
            assert progress.stage_of(place) == 3
    assert may_restate(two.ben)  # by wish, also afterwards


def test_a_restatement_taken_back_is_gone_and_may_be_written_anew(two):
    cross(two)
    open_letter(two.ana)
    send_added(two.ana, "It is the mornings.")
    again = restate(two.ben, "Now I see.")
    with transaction_as(two.ben.actor):
        actions.recall(place=two.ben, content_id=again.pk, now=timezone.now())
    with transaction_as(two.ana.actor):
        assert queries.received(two.ana).latest.round == 1
    assert may_restate(two.ben)
    assert restate(two.ben, "Now I see better.").round == 2


@pytest.mark.parametrize("verdict", Verdict)
def test_either_answer_closes_the_stage(two, verdict):
    cross(two)
    with transaction_as(two.ana.actor):
        with pytest.raises(NotNow):
            actions.close(place=two.ana, verdict=verdict, now=timezone.now())
        actions.open_letter(place=two.ana, now=timezone.now())
        actions.close(place=two.ana, verdict=verdict, now=timezone.now())
        assert progress.has_taken(two.ana, actions.STEP_OF[verdict])
        assert progress.stage_of(two.ana) == 3
        done = StageProgress.objects.get(owner_id=two.ana.user_id, stage=2)
        assert (done.status, done.gates_satisfied["passed"]["by"]) == ("COMPLETED", "fact")
        assert EmpathyValidation.objects.get(owner_id=two.ana.user_id).verdict == verdict


def test_an_answer_may_be_given_anew_and_only_one_stands(two):
    cross(two)
    open_letter(two.ana)
    with transaction_as(two.ana.actor):
        actions.close(place=two.ana, verdict=Verdict.DIFFERENTLY, now=timezone.now())
        actions.close(place=two.ana, verdict=Verdict.UNDERSTOOD, now=timezone.now())
        assert progress.has_taken(two.ana, StepKind.UNDERSTOOD)
        assert not progress.has_taken(two.ana, StepKind.SEEN_DIFFERENTLY)


def test_a_reader_whose_letter_was_taken_back_can_still_close(two):
    cross(two)
    open_letter(two.ana)
    with transaction_as(two.ben.actor):
        bridge.revoke(place=two.ben, content_id=queries.shared_letter(two.ben).pk, now=timezone.now())
    assert letter_for(two.ana) is None
    with transaction_as(two.ana.actor):
        actions.close(place=two.ana, verdict=Verdict.DIFFERENTLY, now=timezone.now())
        assert progress.has_taken(two.ana, StepKind.SEEN_DIFFERENTLY)


def test_the_question_stands_beside_its_sentence_and_is_asked_once(two):
    from stages import suggestions

    draft = keep(two.ana, "Maybe you are tired. You never listen, you are selfish.")
    let_the_guide_read(two.ana, Purpose.GUESS, draft.pk)
    with transaction_as(two.ana.actor):
        said = suggestions.latest(two.ana, Purpose.GUESS, draft.pk).content
    assert [judgment["phrase"] for judgment in said["judgments"]] == ["You never listen, you are selfish."]
    assert said["judgments"][0]["question"] not in said["coach"]
    assert said["coach"]
