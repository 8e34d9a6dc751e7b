import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.guide.builtin.lexicon import read_toml
from stages.guide.last_filter import broken_rules
from stages.guide.safety import find_signs, safety_sign, safety_words

DIRECT = [
    ("I want to kill myself", "suicide"),
    ("I want to die", "suicide"),
    ("i dont want to live any more", "suicide"),
    ("I have been thinking about suicide", "suicide"),
    ("I wish I was dead", "suicide"),
    ("I can't do this, I am going to end my life", "suicide"),
    ("I don't want to be here any more", "suicide"),
    ("I cut myself again last night", "self_harm"),
    ("I've started hurting myself", "self_harm"),
    ("He hit me last night", "violence"),
    ("she slapped me in front of the kids", "violence"),
    ("My husband pushed me down the stairs", "violence"),
    ("He strangled me", "violence"),
    ("he put his hands around my throat", "violence"),
    ("He raped me", "violence"),
    ("I was beaten by my husband", "violence"),
    ("He threatened to kill me", "violence"),
    ("she said she would hurt me", "violence"),
    ("he hits the kids", "violence"),
    ("He didn't mean to but he hit me", "violence"),
    ("I'm not lying, he hit me", "violence"),
    ("He used to be kind, now he hits me", "violence"),
    ("There is no doubt he hit me", "violence"),
    ("He won't let me see my friends", "coercion"),
    ("I'm not allowed to leave the house, I'm not allowed to work", "coercion"),
    ("He took my passport", "coercion"),
    ("She threatens to take the children", "coercion"),
    ("he threatens to kill himself if I go", "coercion"),
    ("He tracks my phone", "coercion"),
    ("I am afraid of him", "fear"),
    ("I'm scared to go home", "fear"),
    ("I don't feel safe with him", "fear"),
    ("She frightens the children", "fear"),
    ("I hit my wife yesterday", "harm_to_other"),
    ("I'm going to kill him", "harm_to_other"),
]
INDIRECT = [
    ("They would all be better off without me", "suicide"),
    ("I don't see a way out for me", "suicide"),
    ("There's no point in living", "suicide"),
    ("I keep thinking of driving into a tree", "suicide"),
    ("I just want to fall asleep and never wake up", "suicide"),
    ("nobody would miss me", "suicide"),
    ("I saved up my pills", "suicide"),
    ("He threw a plate at me", "violence"),
    ("he gets physical when he drinks", "violence"),
    ("She punched the wall next to my head", "violence"),
    ("he blocked the door so I couldn't go", "violence"),
    ("He checks my phone every evening", "coercion"),
    ("I have to justify every penny", "coercion"),
    ("she cut me off from my family", "coercion"),
    ("I hide in the bathroom when he comes home", "fear"),
    ("I never know what he'll do", "fear"),
    ("I keep a bag packed", "fear"),
    ("I'm afraid I might hurt him", "harm_to_other"),
]
HARMLESS = [
    "I would never kill myself",
    "I'm not suicidal, only sad",
    "I'm dying to see her",
    "It hit me that he was right",
    "The news hit me hard",
    "My feet are killing me",
    "We were killing time",
    "My friend tried suicide years ago",
    "He has never hit me",
    "I am afraid of losing him",
    "I'm scared he will leave me",
    "He never pushed me to do anything",
    "She pushed me to apply for the job",
    "We watched a film in which he killed her",
    "He beat me at chess",
    "I am not afraid of him",
    "The silence is killing me",
    "I want to leave him",
    "I can't go on arguing about the bins",
    "I hit the roof when I saw the bill",
]


@pytest.mark.parametrize(("text", "kind"), DIRECT)
def test_direct_words_are_seen_and_certain(text, kind):
    signs = {sign.kind: sign for sign in find_signs(text) if sign.counts}
    assert kind in signs and signs[kind].certainty >= 0.7


@pytest.mark.parametrize(("text", "kind"), INDIRECT)
def test_indirect_words_are_seen(text, kind):
    assert kind in {sign.kind for sign in find_signs(text) if sign.counts}


@pytest.mark.parametrize("text", HARMLESS)
def test_denied_past_others_and_figures_of_speech_do_not_count(text):
    assert safety_sign(text) is None


def test_what_is_denied_or_past_is_still_known_with_little_certainty():
    signs = find_signs("He hit me years ago, before we met")
    assert signs and signs[0].certainty < 0.6


def test_a_threat_in_quotation_marks_counts():
    assert safety_sign('He said "I will kill you" and I was afraid of him') is not None


def test_the_most_urgent_comes_first():
    assert safety_sign("He hit me and I want to die").kind == "suicide"


def test_it_is_found_deep_in_a_long_text():
    assert (
        safety_sign("We argued about the bins. " * 300 + "Then he hit me. " + "We had soup. " * 300).kind == "violence"
    )


@pytest.mark.parametrize("kind", sorted(read_toml("safety")["words"]))
def test_the_words_are_calm_point_to_help_and_stay(kind):
    sign = next(sign for text, expected in DIRECT if expected == kind for sign in find_signs(text) if sign.kind == kind)
    words = safety_words(sign)
    assert "Get help now" in words and "?" not in words and "!" not in words
    assert not broken_rules(words)
    assert "stay" in words or "still here" in words


@given(st.text(max_size=500))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_looked_at(text):
    assert all(0 <= sign.certainty <= 1 for sign in find_signs(text))


def test_the_same_words_two_thousand_times_do_not_hold_anyone_up():
    find_signs("warm")
    started = time.process_time()
    assert find_signs("he hit me " * 2000)
    assert time.process_time() - started < 2
