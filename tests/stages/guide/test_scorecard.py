"""The scorecard on its small set, and the measures themselves: each must be able to fail."""

import pytest
from django.core.management import CommandError, call_command

from stages.guide.builtin.guide import BuiltinGuide
from stages.guide.evaluation import conversations
from stages.guide.evaluation.labelled import scores as sentences_scored
from stages.guide.evaluation.material import couples, labelled
from stages.guide.evaluation.scorecard import scorecard, table
from stages.guide.evaluation.walk import walk
from stages.guide.evaluation.wording import broken, kind_of, states_the_other
from stages.guide.interface import BundleItem

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


def test_a_secret_is_in_the_private_words_of_one_person_alone():
    for couple in (*couples("open"), *couples("held out")):
        for mine, theirs in ((couple.a, couple.b), (couple.b, couple.a)):
            assert any(mine.canary in turn for turn in mine.turns)
            others = " ".join([*theirs.turns, mine.guess, mine.added, mine.hot, mine.idea]).lower()
            assert mine.canary.lower() not in others


def test_the_built_in_guide_meets_every_aim_on_the_small_set(card):
    assert [(score.key, score.shown(), score.examples[:3]) for score in card.missed] == []


def test_the_table_shows_every_measure_with_its_aim(card):
    shown = table(card)
    assert all(score.title in shown for score in card.open)
    assert "≥ 2 : 1" in shown and "≥ 95 %" in shown and "100 %" in shown


def of_one_couple(guide):
    ways = [walk(guide, couples("open")[2])]
    return [*conversations.scores(ways), *sentences_scored(guide, "open", ways[0], every=20)]


class Careless(BuiltinGuide):
    """A guide that does all that a guide must not do."""

    def reply(self, bundle):
        shared = " ".join(item.text for item in bundle.shared if isinstance(item, BundleItem))
        yield f"Anyone would say so. You're right, he is selfish and it's his fault. He never listens. {shared}"
        yield ' You should leave him. It is toxic. I promise it will get better. You wrote "nobody wrote this". My need for rest.'
        yield " Have you tried it? Why? What then? Who? When? How? Where? Really?"

    def soften(self, text, max_words=25):
        return text

    def find_judgment(self, text):
        return []


def test_a_careless_guide_misses_the_aims():
    missed = {score.key for score in of_one_couple(Careless()) if score.met is False}
    assert missed >= {
        "reflections", "complex", "stacked", "advice", "blame", "verdict", "diagnosis", "leave or stay", "promise",
        "needs talk", "flattery", "facts", "both sides", "again", "openings", "runs", "quotes", "heat",
        "own words of the speaker left", "taken up",
    }  # fmt: skip


class Talkative(BuiltinGuide):
    """A guide that remembers everyone it has talked to."""

    heard: tuple[str, ...] = ()

    def reply(self, bundle):
        type(self).heard += (bundle.current.text,)
        yield "I was told this: " + " ".join(self.heard[-40:]).replace("?", "")


def test_a_guide_that_tells_one_what_the_other_wrote_is_caught():
    scores = {score.key: score for score in of_one_couple(Talkative())}
    assert scores["canaries"].met is False


@pytest.mark.parametrize(
    "text",
    [
        "You should talk to her.",
        "Perhaps you could always sleep elsewhere.",
        "Why don't you ask?",
        "My advice is to wait.",
    ],
)
def test_advice_is_seen_in_many_dresses(text):
    assert "advice" in broken(text)


def test_what_the_other_did_is_the_tellers_view():
    assert states_the_other("He changed the menu without asking.")
    assert states_the_other("Your wife closed a face.")
    assert not states_the_other("The way you tell it, he changed the menu without asking.")
    assert not states_the_other("You're left waiting.")


def test_a_repetition_is_simple_and_an_added_meaning_complex():
    heard = "He never asks how my day was."
    assert kind_of("He never asks how your day was.", heard) == "simple"
    assert kind_of("Whole days of yours go by without a witness.", heard) == "complex"
    assert kind_of("What is that like for you?", heard) == "question"
    assert kind_of("There's no hurry.", heard) == "company"


def test_the_command_prints_the_scorecard(capsys):
    call_command("evaluate_guide", small=True)
    assert "Reflections to questions" in capsys.readouterr().out


def test_the_command_says_when_no_model_is_there(settings):
    with pytest.raises(CommandError, match="model"):
        call_command("evaluate_guide", small=True, guide="model")
