"""A person's decisions as they are shown them: a link of the chain, with the words it speaks of while they are there."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from consent.models import Action, ConsentEvent, ContentType
from vessels.shared.models import ConsentedContent

SAID = {
    Action.OFFERED: _("You looked at sharing it."),
    Action.EDITED: _("You changed the words."),
    Action.GRANTED: _("You shared it."),
    Action.REGRANTED: _("You shared it again."),
    Action.COOLING: _("It waits for a while before it crosses."),
    Action.CROSSED: _("It crossed."),
    Action.DECLINED: _("You kept it private."),
    Action.REVOKED: _("You took it back."),
    Action.EXPIRED: _("It came back to you, unread."),
    Action.HINT_USED: _("You used a hint."),
}
KINDS = {
    ContentType.IDENTIFIED_NEED: _("A need"),
    ContentType.EVENT_SUMMARY: _("Something that happened"),
    ContentType.EMOTIONAL_PATTERN: _("How it has felt"),
    ContentType.BOUNDARY: _("A boundary"),
    ContentType.EMPATHY_ATTEMPT: _("A letter"),
    ContentType.EMPATHY_FEEDBACK: _("An answer to a letter"),
    ContentType.OWNERSHIP_LINE: _("What you own in this"),
    ContentType.PROPOSAL: _("An idea"),
}
THEIR_KINDS = KINDS | {
    ContentType.EMPATHY_ATTEMPT: _("A letter to you"),
    ContentType.EMPATHY_FEEDBACK: _("An answer to your letter"),
    ContentType.OWNERSHIP_LINE: _("What they own in this"),
}
DERIVED = {
    ContentType.IDENTIFIED_NEED: _("a need you confirmed, in the words of its card"),
    ContentType.EVENT_SUMMARY: _("something in your vessel, in words you chose for this"),
    ContentType.EMOTIONAL_PATTERN: _("your readings, in words you chose for this"),
    ContentType.BOUNDARY: _("a boundary in your vessel, in words you chose for this"),
    ContentType.EMPATHY_ATTEMPT: _("your letter, word for word"),
    ContentType.EMPATHY_FEEDBACK: _("your answer to their letter, word for word"),
    ContentType.OWNERSHIP_LINE: _("what you wrote, word for word"),
    ContentType.PROPOSAL: _("an idea of yours, in its plain form"),
}


@dataclass(frozen=True)
class ShownLink:
    link: ConsentEvent
    words: str  # "" once they are gone

    @property
    def said(self) -> str:
        return SAID[Action(self.link.action)]

    @property
    def kind(self) -> str:
        return KINDS[ContentType(self.link.content_type)]

    @property
    def short_hash(self) -> str:
        return bytes(self.link.hash).hex()[:12]


def shown_links(links: Iterable[ConsentEvent]) -> list[ShownLink]:
    """In one query for the words of them all. Only what row-level security shows the person is found."""
    links = list(links)
    contents = ConsentedContent.objects.filter(consent_record_id__in={link.record_id for link in links})
    words = {content.consent_record_id: content.transformed_content for content in contents}
    return [ShownLink(link, words.get(link.record_id, "")) for link in links]
