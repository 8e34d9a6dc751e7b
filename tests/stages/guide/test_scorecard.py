"""The scorecard on its small set, and the measures themselves: each must be able to fail."""

import pytest

from stages.guide.builtin.guide import BuiltinGuide
from stages.guide.evaluation.material import couples, labelled
from stages.guide.evaluation.scorecard import measure, scorecard, table
from stages.guide.evaluation.wording import broken, kind_of, sentences, states_the_other
from stages.guide.interface import Judgment, NeedCandidate, Quote

NAMES = ("crisis", "mirror", "needs", "hot", "kinds")


@pytest.fixture(scope="module")
def card():
    return scorecard(BuiltinGuide(), small=True)


def test_there_are_at_least_twelve_couples_and_a_third_is_held_out():
    seen, held_out = couples("open"), couples("held out")
    assert len(seen) + len(held_out) >= 12
    assert 0.25 <= len(held_out) / (len(seen) + len(held_out)) <= 0.45


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_has_a_label_and_some_are_held_out(name):
    assert labelled(name, "open") and labelled(name, "held out")


def test_there_are_at_least_150_sentences_about_danger_with_hard_negatives():
    every = [*labelled("crisis", "open"), *labelled("crisis", "held out")]
    assert len(every) >= 150
    assert sum(one.label.startswith("none") for one in every) >= 50


def test_a_secret_is_in_the_words_of_one_person_alone():
    for couple in (*couples("open"), *couples("held out")):
        for mine, theirs in ((couple.a, couple.b), (couple.b, couple.a)):
            assert any(mine.canary in turn for turn in mine.turns)
            others = " ".join([*theirs.turns, mine.guess, mine.added, mine.hot, mine.idea]).lower()
            assert mine.canary.lower() not in others
