import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.guide.builtin.echo import has_heat
from stages.guide.builtin.guide import BuiltinGuide
from stages.guide.builtin.judgment import find_judgment
from stages.guide.builtin.needs import taxonomy
from stages.guide.builtin.soften import ACCUSATION, soften
from stages.guide.interface import Category, NamedNeed
from tests.stages.guide.talk import conversations, said

guide = BuiltinGuide()
PIECES = st.sampled_from(
    [
        "He never listens to me", "I feel unseen", "we argue about money", "“You’re lazy,” he said", "I’m so tired", "💔", "\x00",
        "\n\n", "  ", "<b>trust</b>", "I want closeness!!", "Ünïcödé ſhouting", "she lied…", "é\u0301", "\u202ehelp",
        "promise; promises", "fair - unfair",
    ]
)  # fmt: skip
MIXED = st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=12).map(" ".join)


def needs_of(*texts: str) -> dict[str, Category]:
    found = guide.find_needs([said(text, number) for number, text in enumerate(texts, start=1)])
    return {candidate.need: candidate.category for candidate in found}


@given(st.lists(MIXED, min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_every_quote_is_in_the_text_it_says_it_is_from(texts):
    words = [said(text, number) for number, text in enumerate(texts, start=1)]
    own = {message.id: message.text for message in words}
    extraction = [guide.extract(message) for message in words]
    synthesis = guide.synthesise(words)
    candidates = [*guide.find_needs(words), *synthesis.needs, *(need for one in extraction for need in one.needs)]
    quotes = [quote for candidate in candidates for quote in candidate.evidence]
    quotes += [one.quote for each in extraction for one in (*each.events, *each.boundaries)]
    quotes += [quote for theme in synthesis.themes for quote in theme.evidence]
    assert all(quote.text in own[quote.words_id] for quote in quotes)
    assert all(1 <= len(candidate.evidence) <= 5 and 0 <= candidate.confidence <= 1 for candidate in candidates)


def test_the_guides_own_words_are_no_evidence():
    assert guide.find_needs([said("You never feel heard or trusted", role="guide")]) == []
    assert guide.extract(said("He shouted at you yesterday", role="guide")).events == ()


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("He never listens to me.", Category.CONNECTION),
        ("She lied to me about the debt and I can't trust her.", Category.SAFETY),
        ("I have no say, he decides everything without asking me.", Category.AUTONOMY),
        ("Nobody notices what I do, I feel invisible.", Category.RECOGNITION),
        ("What is the point of all this, where are we going?", Category.MEANING),
        ("It's so unfair, everything falls on me.", Category.FAIRNESS),
        ("We haven't hugged in months.", Category.CONNECTION),
        ("I need some time to myself.", Category.AUTONOMY),
        ("He never apologises for what he did to me.", Category.RECOGNITION),
        ("I do all the cooking and cleaning and he doesn't help.", Category.FAIRNESS),
        ("I want us to feel safe when we talk, without shouting.", Category.SAFETY),
        ("My faith means a lot to me and she laughs at church.", Category.MEANING),
    ],
)
def test_a_need_is_found_in_its_family(text, category):
    assert category in needs_of(text).values()


def test_what_is_denied_is_no_need():
    assert "security" not in needs_of("It is not about the money.")


def test_a_conversation_gives_between_two_and_eight_needs():
    for content in conversations().values():
        found = guide.find_needs([said(text, number) for number, text in enumerate(content["turns"], start=1)])
        assert 2 <= len(found) <= 8
        assert [candidate.confidence for candidate in found] == sorted((c.confidence for c in found), reverse=True)


def test_each_category_has_about_a_dozen_needs_with_a_card_and_known_kin():
    for category in Category:
        assert 8 <= sum(need.category == category for need in taxonomy().values()) <= 14
    for need in taxonomy().values():
        card = guide.need_card(need.name, need.category, [said("We argue about the dishes and the money.")])
        assert card.startswith("I need") and len(card.split()) <= 25 and "{" not in card
        assert not find_judgment(card)


def test_a_card_says_what_it_is_about():
    words = [said("We argue about the dishes and the laundry, every single night.")]
    assert (
        guide.need_card("appreciation", Category.RECOGNITION, words) == "I need to feel that what I do at home is seen."
    )


@given(MIXED, st.sampled_from(list(Category)), MIXED)
@settings(max_examples=150, deadline=None)
def test_a_card_is_short_and_cool_whatever_the_need(need, category, text):
    card = guide.need_card(need, category, [said(text)])
    assert card.strip() and len(card.split()) <= 25 and "<" not in card
    assert not has_heat(card)


def test_a_need_in_the_persons_own_words_keeps_them():
    card = guide.need_card("peace and quiet on Sunday mornings", Category.SAFETY, [])
    assert card == "I need peace and quiet on Sunday mornings."


HOT = [
    "You never listen to me, you selfish pig!",
    "You're always on your bloody phone and I feel alone",
    "She is a lazy cow and never helps with the dishes",
    "Stop shouting at me all the time!!",
    "I need you to help with the kids because you are always out",
    "he lied to me again, the bastard, and I can't trust him",
    "It's your fault that I am so unhappy",
    "I want respect, not your stupid jokes in front of everyone",
]


@pytest.mark.parametrize("text", HOT)
def test_softening_takes_heat_and_accusation_out(text):
    cooled = soften(text)
    assert not has_heat(cooled) and not ACCUSATION.search(cooled) and "!" not in cooled
    assert 3 <= len(cooled.split()) <= 25


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("You're always on your bloody phone and I feel alone", "alone"),
        ("I need you to help with the kids because you are always out", "help with the kids"),
        ("You never listen to me, you selfish pig!", "heard"),
        ("he lied to me again and I can't trust him", "trust"),
        ("I miss how we used to talk at night", "talk at night"),
    ],
)
def test_softening_keeps_the_need(text, kept):
    assert kept in soften(text)


@given(MIXED, st.integers(min_value=3, max_value=60))
@settings(max_examples=150, deadline=None)
def test_softened_words_are_never_empty_or_too_long(text, most):
    cooled = soften(text, most)
    assert cooled.strip() and len(cooled.split()) <= most


def test_the_same_need_is_common_ground():
    both = guide.common_ground(
        [NamedNeed("being heard", Category.CONNECTION)], [NamedNeed("being heard", Category.CONNECTION)]
    )
    assert [(candidate.need, candidate.confidence) for candidate in both] == [("being heard", 1.0)]


def test_kindred_needs_are_common_ground_with_less_confidence():
    both = guide.common_ground([NamedNeed("calm", Category.SAFETY)], [NamedNeed("gentleness", Category.SAFETY)])
    assert len(both) == 1 and both[0].confidence < 1


def test_strange_needs_are_not_common_ground():
    assert (
        guide.common_ground([NamedNeed("faith", Category.MEANING)], [NamedNeed("intimacy", Category.CONNECTION)]) == []
    )


def test_there_are_at_most_five_and_each_need_serves_once():
    many = [NamedNeed(name, need.category) for name, need in list(taxonomy().items())[:12]]
    found = guide.common_ground(many, many)
    assert len(found) == 5 and len({candidate.need_a for candidate in found}) == 5


def test_finding_needs_in_a_long_text_is_quick():
    text = "He never listens to me when we argue about money, and I feel so alone with the children. " * 230
    guide.find_needs([said("warm")])
    started = time.process_time()
    guide.find_needs([said(text[:20_000])])
    assert time.process_time() - started < 0.4  # promised: 0.2; other work shares the machine


def test_events_are_attributed():
    def who(text: str) -> str:
        return guide.extract(said(text)).events[0].attributed_to.value

    assert who("Yesterday I shouted at her in the car.") == "SELF"
    assert who("He walked out of the room last night.") == "OTHER"
    assert who("We argued about the dishes again.") == "MUTUAL"
    assert who("Then the company made half the team redundant.") == "EXTERNAL"


def test_a_line_drawn_is_offered_as_a_boundary():
    offers = guide.extract(said("I will not be shouted at in front of the kids ever again. We had soup.")).boundaries
    assert [offer.non_negotiable for offer in offers] == [True]
    assert guide.extract(said("We had soup yesterday.")).boundaries == ()
