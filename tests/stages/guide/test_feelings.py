import pytest

from stages.guide.builtin.feelings import denied_feelings, own_feelings
from stages.guide.builtin.lexicon import feeling_words


def own(text: str) -> set[str]:
    return {found.word for found in own_feelings(text)}


@pytest.mark.parametrize(
    ("text", "feelings"),
    [
        ("I feel sad", {"sad"}),
        ("I am not angry, just tired", {"tired"}),
        ("I never felt happy there", set()),
        ("I no longer feel angry", set()),
        ("I'm not only sad but hurt", {"sad", "hurt"}),
        ("He was angry and I felt small", {"small"}),
        ("She is exhausted", set()),
        ("It makes me furious", {"furious"}),
        ("I love him but I feel guilty and relieved", {"loving", "guilty", "relieved"}),
        ('He said I was "angry"', set()),
        ("I am used to it", set()),
        ("I am tired of being grateful", {"tired"}),
        ("I can't help feeling jealous", {"jealous"}),
        ("Sit down at the table", set()),
        ("I don’t feel safe, I feel scared", {"scared"}),
        ("im so lonely", {"lonely"}),
        ("They left me feeling ashamed", {"ashamed"}),
        ("without anger", set()),
        ("I'm not angry about it", set()),
        ("My mother cried", set()),
    ],
)
def test_a_feeling_counts_when_it_is_ones_own_and_not_denied(text, feelings):
    assert own(text) == feelings


def test_what_is_denied_is_known_as_denied():
    assert [found.word for found in denied_feelings("I'm not angry")] == ["angry"]


def test_very_and_a_bit_change_the_strength():
    strength = {text: own_feelings(f"I am {text}hurt")[0].intensity for text in ("", "very ", "a bit ")}
    assert strength["a bit "] < strength[""] < strength["very "]


def test_the_strongest_comes_first():
    assert [found.word for found in own_feelings("I was tired, and terrified")][0] == "terrified"


def test_the_lexicon_is_wide():
    assert len(feeling_words()) >= 300
