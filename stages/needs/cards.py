"""A need as it crosses: one line of at most 25 words, its family first ("Safety: I need calm between us.").

The family is part of the words a person previews and grants, so that the other's page, the guide and the joint actor can read
it from what crossed and need nothing else of the private vessel.
"""

from dataclasses import dataclass

from consent.models import ContentType
from stages.guide.interface import Category
from stages.guide.registry import current_guide
from stages.guide.taxonomy import taxonomy
from vessels.private.models import IdentifiedNeed, NeedCategory
from vessels.shared.bridge import MOST_WORDS, count_words
from vessels.shared.models import ConsentedContent

CARD_WORDS = MOST_WORDS[ContentType.IDENTIFIED_NEED] - 1  # one is the family


@dataclass(frozen=True)
class Card:
    """What a need card shows."""

    category: str
    words: str


def words_to_share(need: IdentifiedNeed) -> str:
    """The exact words that would cross."""
    return f"{NeedCategory(need.category).label}: {card_words(need)}"


def card_words(need: IdentifiedNeed) -> str:
    return " ".join((need.words or need.need).split())


def card_of(content: ConsentedContent) -> Card:
    """A card from words that crossed. Words that name no family stand under meaning."""
    family, colon, words = content.transformed_content.partition(": ")
    category = next((kind.value for kind in NeedCategory if kind.label == family), "")
    return Card(category, words) if colon and category else Card(NeedCategory.MEANING, content.transformed_content)


def fits_on_a_card(words: str) -> bool:
    return count_words(words) <= CARD_WORDS


def plain_needs() -> list[tuple[str, list[str]]]:
    """Every plain need word by family."""
    return [
        (kind.value, [need.name for need in taxonomy().values() if need.category == kind.value])
        for kind in NeedCategory
    ]


def category_of(need: str) -> str:
    """The family of a plain need word."""
    return str(taxonomy()[need].category)


def plain_card(need: str) -> str:
    """A plain need word as a card, about nothing in particular."""
    return current_guide().need_card(need, Category(category_of(need)), ())
