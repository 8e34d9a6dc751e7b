"""What templates ask about words that may be shared."""

from django import template

from consent.models import ContentType
from vessels.shared import bridge
from vessels.shared.decisions import KINDS

register = template.Library()


@register.filter
def digest(content):
    """The hidden value of the form that shows these words (`bridge.grant`)."""
    return bridge.digest(content)


@register.filter
def standing(content):
    """undecided, private, waiting, shared or taken_back."""
    return bridge.standing(content).value


@register.filter
def kind_words(content):
    """What kind of thing this is, for its owner."""
    return KINDS[ContentType(content.content_type)]


@register.filter
def most_words(content):
    """How many words a card of this kind holds; "" for what is not a card."""
    return bridge.MOST_WORDS.get(ContentType(content.content_type), "")
