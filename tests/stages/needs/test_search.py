"""The guide offers needs: from the person's own words, each once, never touching what was decided."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from stages import actions as turns
from stages.guide.builtin.guide import BuiltinGuide
from stages.guide.interface import Category, NeedCandidate, Quote
from stages.models import Message, StageProgress
from stages.needs import actions, queries, search
from stages.witness.actions import delete_message, edit_message
from tests.shared.visiting import visit_as
from tests.stages.needs.conftest import SAID, add, does, look, needs_of
from vessels.private.models import NeedOrigin

NOT_THERE = "not in your conversation any more"


class Inventive(BuiltinGuide):
    """A guide that makes up what it is asked for."""

    def __init__(self, candidates=(), card=None):
        self.candidates, self.card = list(candidates), card

    def find_needs(self, words):
        return self.candidates

    def synthesise(self, words):
        return super().synthesise(()) if self.candidates else super().synthesise(words)

    def need_card(self, need, category, words=()):
        return self.card or super().need_card(need, category, words)


@pytest.fixture
def guide(monkeypatch):
    def use(guide):
        monkeypatch.setattr("stages.needs.search.current_guide", lambda: guide)
        monkeypatch.setattr("stages.syntheses.current_guide", lambda: guide)

    return use


def candidate(need="calm", *quotes, category=Category.SAFETY):
    return NeedCandidate(need=need, category=category, evidence=tuple(quotes), confidence=0.5)


def message_of(place) -> Message:
    with transaction_as(place.actor):
        return Message.objects.get(for_user_id=place.user_id, role="USER")


def test_what_it_offers_rests_on_quotes_that_really_occur_and_fits_on_a_card(two):
    assert look(two.ana) >= 2
    found = needs_of(two.ana)
    assert 2 <= len(found) <= 8
    for need in found:
        assert 1 <= len(need.evidence) <= 5
        assert all(item["quote"] in SAID["ana"] for item in need.evidence)
        assert need.words == need.guide_words and 0 < len(need.words.split()) <= 24
        assert need.origin == NeedOrigin.GUIDE and not need.confirmed and 0 < need.ai_confidence < 1
    assert needs_of(two.ben) == []


def test_a_quote_that_is_not_verbatim_is_no_evidence_and_a_need_without_evidence_is_none(two, guide):
    message = message_of(two.ana)
    real = Quote(words_id=message.pk, text="I want some calm")
    made_up = Quote(words_id=message.pk, text="I want calm")
    elsewhere = Quote(words_id=uuid4(), text="I want some calm")
    of_ben = Quote(words_id=message_of(two.ben).pk, text="I need calm when I come home")
    guide(
        Inventive([candidate("calm", real, made_up), candidate("rest", made_up, elsewhere), candidate("trust", of_ben)])
    )
    assert look(two.ana) == 1
    (kept,) = needs_of(two.ana)
    assert kept.need == "calm"
    assert kept.evidence == [{"quote": "I want some calm", "message_id": str(message.pk)}]


def test_looking_twice_offers_nothing_twice(two):
    first = look(two.ana)
    assert first and look(two.ana) == 0
    assert len(needs_of(two.ana)) == first


def test_what_was_decided_stays_as_it_was_and_is_not_offered_again(two):
    look(two.ana)
    mine, not_mine, *_others = needs_of(two.ana)
    does(two.ana, actions.reword, need_id=mine.pk, words="I need some quiet.", category="AUTONOMY")
    does(two.ana, actions.reject, need_id=not_mine.pk)
    before = {
        need.pk: (need.need, need.words, need.category, need.confirmed, need.rejected_at) for need in needs_of(two.ana)
    }
    look(two.ana)
    after = {
        need.pk: (need.need, need.words, need.category, need.confirmed, need.rejected_at) for need in needs_of(two.ana)
    }
    assert after == before


def test_a_need_the_person_named_is_not_offered_beside_theirs(two):
    add(two.ana, "calm")
    look(two.ana)
    assert [need.need for need in needs_of(two.ana)].count("calm") == 1


def test_never_more_than_eight_and_two_of_one_name_are_one(two, guide):
    quote = Quote(words_id=message_of(two.ana).pk, text="I want some calm")
    guide(Inventive([candidate(f"need {number // 2}", quote) for number in range(30)]))
    assert look(two.ana) == 8
    assert len({need.need for need in needs_of(two.ana)}) == 8
    assert look(two.ana) == 0


def test_two_workers_with_one_finding_keep_it_once(two):
    """Each has read before the other kept anything."""
    actor = Actor.ai(two.ana.user_id, two.ana.session.pk)
    quote = Quote(words_id=message_of(two.ana).pk, text="I want some calm")
    found = [(candidate("calm", quote), [{"quote": quote.text, "message_id": str(quote.words_id)}], "I need calm.")]
    with transaction_as(actor):
        assert [search._keep(actor, uuid4(), found, timezone.now()) for _worker in range(2)] == [1, 0]


def test_a_long_card_becomes_short(two, guide):
    quote = Quote(words_id=message_of(two.ana).pk, text="I want some calm")
    guide(Inventive([candidate("calm", quote)], card="I need " + "so very " * 20 + "much calm."))
    look(two.ana)
    assert len(needs_of(two.ana)[0].words.split()) <= 24


def test_a_dirty_synthesis_is_made_again_first(two):
    with transaction_as(two.ana.actor):
        assert StageProgress.objects.get(owner_id=two.ana.user_id, stage=1).is_synthesis_dirty
    look(two.ana)
    with transaction_as(two.ana.actor):
        assert not StageProgress.objects.get(owner_id=two.ana.user_id, stage=1).is_synthesis_dirty


def test_the_page_learns_that_it_was_looked_for_even_if_nothing_was_found(two, guide):
    with transaction_as(two.ana.actor):
        assert not queries.has_looked(two.ana)
    guide(Inventive([candidate("calm", Quote(words_id=uuid4(), text="nowhere"))]))
    assert look(two.ana) == 0
    with transaction_as(two.ana.actor):
        assert queries.has_looked(two.ana)


def test_nothing_is_looked_for_in_a_session_that_is_not_the_persons(two):
    assert search.find_needs(user_id=two.stranger.user_id, session_id=two.ana.session.pk, now=timezone.now()) == 0
    with transaction_as(Actor.ai(two.stranger.user_id, two.ana.session.pk)):
        assert list(search._needs(Actor.ai(two.stranger.user_id, two.ana.session.pk))) == []


# --- when words change ----------------------------------------------------------------------------


def gone(place, message_id) -> None:
    with transaction_as(place.actor):
        delete_message(place=place, message_id=message_id)


def test_a_deleted_message_takes_its_quotes_and_untouched_offers_along_and_no_decision(two):
    look(two.ana)
    mine, aside, *_open = needs_of(two.ana)
    does(two.ana, actions.confirm, need_id=mine.pk)
    does(two.ana, actions.reject, need_id=aside.pk)
    gone(two.ana, message_of(two.ana).pk)
    left = {need.pk: need for need in needs_of(two.ana)}
    assert set(left) == {mine.pk, aside.pk}
    assert left[mine.pk].confirmed and left[aside.pk].rejected_at
    assert all(need.evidence == [] for need in left.values())


def test_a_changed_message_keeps_the_quotes_that_still_stand(two):
    look(two.ana)
    quotes = {item["quote"] for need in needs_of(two.ana) for item in need.evidence}
    kept = next(quote for quote in quotes if "calm" in quote)
    does(two.ana, edit_message, message_id=message_of(two.ana).pk, words=f"Only this: {kept}")
    left = {item["quote"] for need in needs_of(two.ana) for item in need.evidence}
    assert kept in left and left <= quotes and all(quote in kept for quote in left)


def test_a_need_whose_words_are_gone_stays_and_says_so_to_its_owner_alone(two):
    look(two.ana)
    mine = needs_of(two.ana)[0]
    does(two.ana, actions.confirm, need_id=mine.pk)
    with transaction_as(two.ana.actor):
        assert not queries.all_mine(two.ana)[0].words_gone
    does(two.ana, edit_message, message_id=message_of(two.ana).pk, words="Something else altogether.")
    with transaction_as(two.ana.actor):
        gone = {item.need.pk: item.words_gone for item in queries.all_mine(two.ana)}
    assert gone == {mine.pk: True}  # what was not decided yet went with its words
    assert NOT_THERE in visit_as(two.ana).get(reverse("needs", args=[two.ana.session.pk])).content.decode()
    assert NOT_THERE not in visit_as(two.ben).get(reverse("needs", args=[two.ben.session.pk])).content.decode()


def test_a_guide_that_found_its_quote_before_the_message_was_deleted_keeps_nothing(two, guide):
    message = message_of(two.ana)

    class Slow(Inventive):
        def find_needs(self, words):
            gone(two.ana, message.pk)
            return super().find_needs(words)

    guide(Slow([candidate("calm", Quote(words_id=message.pk, text="I want some calm."))]))
    assert look(two.ana) == 0 and needs_of(two.ana) == []


def test_new_words_are_looked_at_without_being_asked_and_decisions_stay(two):
    look(two.ana)
    mine = needs_of(two.ana)[0]
    does(two.ana, actions.reword, need_id=mine.pk, words="My own way to say it", category="MEANING")
    with transaction_as(two.ana.actor):
        assert not queries.words_are_new(two.ana)
    words = "I have no say in anything, he decides it all."
    does(two.ana, turns.say, words=words, stage=3, key=str(uuid4()))
    with transaction_as(two.ana.actor):
        assert queries.words_are_new(two.ana)
    look(two.ana)
    with transaction_as(two.ana.actor):
        assert not queries.words_are_new(two.ana)
    again = next(need for need in needs_of(two.ana) if need.pk == mine.pk)
    assert (again.words, again.category, again.confirmed) == ("My own way to say it", "MEANING", True)
    assert again.guide_words == mine.guide_words


def test_what_a_person_named_in_their_own_words_is_not_offered_beside_it(two):
    add(two.ana, "", words="I need some calm when I come home", category="SAFETY")
    look(two.ana)
    assert [need.need for need in needs_of(two.ana) if search.name_of(need.need) == "calm"] == []
