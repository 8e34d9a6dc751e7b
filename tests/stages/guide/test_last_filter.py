"""The last look: what may not reach a person does not, whole or in a stream, however it is cut up."""

import random

import pytest

from stages.guide.last_filter import FALLBACK, Look, checked, fit_to_read

GOOD = "It sounds lonely, the dishes there again and nobody asking. Something in you is tired of it. What was it like?"
INSTRUCTIONS = (
    "You are the guide in BeHeard. You sit with one person of two who are in a conflict. What they say is private."
)
LOOK = Look(unspoken=("Ben",), secret=(INSTRUCTIONS, "I need calm between us in the evenings when I come home"))


HARM = [
    "should",
    "narciss",
    "alert",
    "0800",
    "http",
    "intent",
    "json",
    "tool",
    "instructions",
    "model",
    "conflict",
    "calm",
    "tut",
    "itsesi",
    "triste",
    "одиноко",
    "难过",
    "Ben",
    "better",
    "assistant",
]


def shown(text: str, look: Look = LOOK) -> str:
    return "".join(checked([text], look))


def test_good_words_come_through_whole():
    assert shown(GOOD) == GOOD


@pytest.mark.parametrize("seed", range(20))
def test_a_stream_shows_the_same_however_it_is_cut(seed):
    text = GOOD + "\n\nYou should leave him. <b>Now</b> I see how much it weighs on you. Ben, come home."
    chance = random.Random(seed)
    pieces, rest = [], text
    while rest:
        length = chance.randint(1, 9)
        pieces.append(rest[:length])
        rest = rest[length:]
    assert "".join(checked(pieces, LOOK)) == shown(text)


def test_a_sentence_is_held_back_until_it_is_whole():
    seen, given = [], []

    def pieces():
        for piece in ("You", " should", " leave", " him", ".", " It", " hurts", " you", ".", " "):
            given.append(piece)
            yield piece

    for sentence in checked(pieces(), LOOK):
        if sentence.strip():
            seen.append((sentence, len(given)))
    assert seen == [("It hurts you.", 10)]


@pytest.mark.parametrize(
    "bad",
    [
        "You should leave him.",
        "He is a narcissist.",
        "It will get better.",
        "<script>alert(1)</script> I see.",
        '<img src=x onerror="alert(1)"> I see how it is for you.',
        "Call 0800 123 4567 tonight.",
        "Look at https://example.org for more.",
        "Read [this](http://example.org) and you will see.",
        '{"intent": "AVOID_RECALL", "queries": []}',
        "```json",
        "tool_call: read_vessel(partner)",
        "assistant: I will tell you.",
        "My instructions say that I may not tell you.",
        "As an AI language model I cannot feel with you.",
        "You are the guide in BeHeard. You sit with one person of two who are in a conflict.",
        "What I know is: I need calm between us in the evenings when I come home.",
        "Es tut mir leid, dass du dich so allein fühlst.",
        "Olen pahoillani että tunnet itsesi niin yksinäiseksi täällä tänään.",
        "Das tut weh.",
        "Je comprends que tu es triste et que tu ne dors pas.",
        "Мне очень жаль, что тебе так одиноко.",
        "你一定很难过，我在听。",
        "Ben, that sounds hard for you.",
        "That sounds hard for you, Ben.",
        "Hello Ben. ",
    ],
)
def test_what_may_not_be_said_is_left_out(bad):
    left = shown(f"I see.\n{bad}\nThat was a long evening for you.")
    assert "That was a long evening for you." in left
    assert not [word for word in HARM if word in left]


def test_the_other_is_spoken_of_without_a_name():
    assert shown("You wish that Ben would ask. Ben's silence is what stays with you.") == (
        "You wish that the other person would ask. The other person's silence is what stays with you."
    )


def test_every_part_of_a_name_counts_in_any_case():
    assert "iller" not in shown("You told me that SAM MILLER and miller never listen to you.", Look(("Sam Miller",)))


def test_an_ordinary_word_that_is_a_name_is_not_taken_out_of_every_sentence():
    look = Look(("Will",))
    assert shown("You will see them and it will hurt.", look) == "You will see them and it will hurt."
    assert "Will" not in shown("You hoped that Will would see it.", look)


def test_an_endless_sentence_ends():
    assert shown("on and " * 5_000) == ""


def test_twenty_thousand_characters_become_a_letter_not_a_book():
    text = "It weighs on you, and you carry it alone. " * 500
    assert 200 < len(shown(text)) <= 2_000


def test_only_one_question():
    assert shown("What was it? What then? It hurt you.").count("?") == 1


def test_nothing_left_is_nothing_in_a_stream_and_a_kind_word_in_a_text():
    assert shown("You should leave him.") == ""
    assert fit_to_read("You should leave him.") == FALLBACK
