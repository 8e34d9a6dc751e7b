"""The trained ears: fresh weights, a file of sentences of one's own, and what they add to the rules."""

import time

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.guide.builtin.danger import signs_by_sentence
from stages.guide.builtin.judgment import find_judgment
from stages.guide.builtin.needs import find_needs
from stages.guide.ears import classifier, corpus, training
from stages.guide.ears.features import SIZE, features, split, together
from stages.guide.evaluation.material import labelled
from stages.guide.safety import find_signs, safety_sign
from tests.stages.guide.talk import said


def test_the_weights_are_made_from_the_corpus_as_it_is():
    assert classifier.digest() == training.digest(), "run manage.py train_ears"


def test_training_gives_the_stored_weights():
    taught = training.lesson("needs")
    made = training.learn("needs", taught, np.arange(len(taught.found)))
    stored = classifier.ear("needs")
    assert np.array_equal(made.rarity, stored.rarity)
    assert np.abs(made.weights.astype(int) - stored.weights).max() <= 1  # the last digit may differ between machines
    assert np.allclose(made.scale, stored.scale, rtol=1e-3)


@pytest.mark.parametrize("name", training.NAMES)
def test_every_line_of_the_corpus_has_a_known_label_and_every_column_examples(name):
    every = corpus.examples(name)
    assert all(sum(column in one.columns for one in every) >= 20 for column in corpus.COLUMNS[name])


def test_nothing_that_is_measured_was_learnt_by_heart():
    learnt = {one.text.casefold().strip() for name in training.NAMES for one in corpus.examples(name)}
    parts = ("open", "held out", "late")
    measured = {
        one.text.casefold().strip()
        for name in ("crisis", "unseen", "mirror", "needs")
        for part in parts
        for one in labelled(name, part)
    }
    assert not learnt & measured


def test_danger_that_no_rule_names_is_heard():
    text = "I have the rope over the beam and when she is at work I will use it"
    assert not any(sign.counts for signs in signs_by_sentence(split(text)) for sign in signs)
    assert safety_sign(text) is not None


def test_a_judgment_that_no_rule_names_is_heard_and_marked():
    text = "We had dinner at eight. Even a goldfish would remember our anniversary better than you."
    spans = [judgment.span for judgment in find_judgment(text)]
    assert spans == ["Even a goldfish would remember our anniversary better than you."]
    assert find_judgment("We had dinner at eight. Then the rain came.") == []


def test_a_need_that_no_cue_names_is_heard_with_the_persons_own_words():
    text = "Nobody at that table even knew I had cooked it"
    found = find_needs([said(text)])
    assert found and all(quote.text == text for need in found for quote in need.evidence)


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_has_features_within_bounds(text):
    found = together(map(features, split(text)))
    assert np.all((found >= 0) & (found < SIZE)) and np.all(np.diff(found) > 0)
    assert all(text[one.start : one.end] == one.span for one in find_judgment(text))


def test_the_longest_text_is_heard_in_bounded_time():
    find_signs("warm")
    for text in ("I came home and he was on the sofa again. " * 500, "a. " * 7000):
        started = time.process_time()
        find_signs(text[:20_000])
        find_judgment(text[:20_000])
        assert time.process_time() - started < 4


GOOD = """
[[danger]]
text = "He hit me last night"
form = "direct"
kind = "violence"
[[danger]]
text = "I hit the roof when I saw the bill"
form = "none"
kind = "figure"
[[mirror]]
text = "He is so lazy"
label = "judgment"
[[need]]
text = "He never listens to me"
family = "CONNECTION"
"""


def test_a_file_of_sentences_can_be_measured(tmp_path, capsys):
    path = tmp_path / "own.toml"
    path.write_text(GOOD)
    call_command("evaluate_guide", sentences=path)
    shown = capsys.readouterr().out
    assert "direct: seen: 100 % (1 / 1)" in shown and "false alarms among hard negatives: 0 % (0 / 1)" in shown
    assert "Mirror: recall: 100 % (1 / 1)" in shown and "roof" not in shown


@pytest.mark.parametrize("content", ["[[other]]\ntext = 'a'", "[[danger]]\ntext = 'a'", "", "text ="])
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "other.toml"
    path.write_text(content)
    with pytest.raises(CommandError, match=r"other\.toml"):
        call_command("evaluate_guide", sentences=path)
