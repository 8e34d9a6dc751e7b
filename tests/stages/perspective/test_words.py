from hypothesis import given
from hypothesis import strategies as st

from stages.perspective.words import letter_words, lines_of, sentences_of


def test_a_letter_is_the_guess_and_below_it_the_lines():
    words = letter_words("Maybe you are tired.\n", "Ask me\n\n  Wait for me ")
    assert words == "Maybe you are tired.\n\nWhat I'd want you to know:\n\n– Ask me\n– Wait for me"


def test_without_lines_a_letter_is_the_guess_alone():
    assert letter_words(" Maybe. ", " \n ") == "Maybe."


def test_sentences_can_be_marked_one_by_one_and_the_heading_of_the_lines_cannot():
    letter = letter_words("Maybe you are tired! I wonder.\nIs it… the mornings?", "Ask me")
    assert sentences_of(letter) == ["Maybe you are tired!", "I wonder.", "Is it…", "the mornings?", "Ask me"]


@given(st.text(max_size=500))
def test_no_sentence_is_empty_and_each_occurs_in_the_letter(text):
    assert all(sentence and sentence in text for sentence in sentences_of(text))
    assert all(line for line in lines_of(text))
