"""What templates ask about words that may be shared."""

from django import template

from consent.models import ContentType
from vessels.shared import bridge
from vessels.shared.decisions import DERIVED, KINDS, THEIR_KINDS
from vessels.shared.originals import mark_of
from vessels.shared.wording import look_at

register = template.Library()


@register.filter
def digest(content):
    """The hidden value of the form that shows these words (`bridge.grant`)."""
    return bridge.digest(content)


@register.inclusion_tag("shared/look_at.html", takes_context=True)
def look_at_words(context, content, original=""):
    """What to look at before these words cross."""
    place = context["place"]
    found = look_at(
        content.transformed_content,
        original=original,
        content_type=content.content_type,
        known_names=(place.partner_name, place.display_name),
    )
    return {"found": found}


@register.filter
def original_mark(original):
    """The hidden value of the form that shows these private words (`originals.mark_of`)."""
    return mark_of(original)


@register.filter
def derived(content):
    """From what the words were made, for their owner."""
    return DERIVED[ContentType(content.content_type)]


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


@register.filter
def their_kind_words(content):
    """The same for who it is shared with."""
    return THEIR_KINDS[ContentType(content.content_type)]
