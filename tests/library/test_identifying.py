"""What could tell who wrote it is pointed out; what could not is left alone."""

import pytest

from library.content import read_content
from library.identifying import MESSAGES, find_signs


@pytest.mark.parametrize(
    ("text", "kind", "span"),
    [
        ("We call Marta before supper.", "name", "Marta"),
        ("Anna makes tea.", "name", "Anna"),
        ("We walk to the bridge in Prague.", "place", "Prague"),
        ("We meet at Victoria Station.", "place", "Victoria Station"),
        ("We began on 12 May.", "date", "12 May"),
        ("Since 2019 we do it.", "date", "2019"),
        ("On our tenth anniversary we danced.", "date", "our tenth anniversary"),
        ("Because I am a nurse, mornings are free.", "job", "nurse"),
        ("After his shift as a taxi driver we talk.", "job", "taxi driver"),
        ("Our 7-year-old chooses the game.", "family", "7-year-old"),
        ("We tell our twins.", "family", "twins"),
        ("We put £40 aside.", "number", "£40"),
        ("Write to us at ana@example.org.", "contact", "ana@example.org"),
        ("Call 0170 123 45 67 first.", "contact", "0170 123 45 67"),
    ],
)
def test_it_is_pointed_out(text, kind, span):
    assert (kind, span) in [(sign.kind, sign.span) for sign in find_signs(text)]
    for sign in find_signs(text):
        assert text[sign.start : sign.start + len(sign.span)] == sign.span and MESSAGES[sign.kind]


def test_names_that_are_known_are_found_in_any_spelling():
    assert [sign.span for sign in find_signs("then mo and i sit down", unspoken=["Mo", "Ada Lovelace"])] == ["mo"]


@pytest.mark.parametrize(
    "text",
    [
        "For one week, we drink tea together for ten minutes after work. We'll know it helped if evenings feel calmer.",
        "On Sundays I cook and you choose the music. Then we swap.",
        "We may walk, march or sit; in the evening we march on.",
        "Put phones in a drawer from 8 to 9.",
        "",
    ],
)
def test_nothing_is_pointed_out_where_there_is_nothing(text):
    assert find_signs(text) == []


def test_a_long_hostile_text_is_read_quickly_and_once():
    assert len(find_signs("Marta " * 50_000)) <= 2


def test_the_house_s_own_words_are_hardly_ever_warned_about():
    plain = [item["plain"] for item in read_content()]
    warned = [words for words in plain if find_signs(words)]
    assert len(warned) <= len(plain) * 0.05, warned
