"""Passing on what worked: looked at as others will see it, and agreed to in exactly those words.

Nothing of the session goes with it: no id, no date, no word from the vessel. That something went well is asked of their own
check-in, and forgotten.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from beheard.people.pages import Place
from beheard.rls import NotNow
from library import contributions
from library.contributions import GivenWords
from library.identifying import find_signs
from library.models import LibraryContribution
from stages.repair.check_ins import went_well


@dataclass(frozen=True)
class LookedAt:
    """The words as others will see them; what could tell who wrote them; what one agrees to."""

    words: GivenWords
    signs: list
    digest: str


def look_at(*, place: Place, words: GivenWords) -> LookedAt:
    """Nothing is kept by this. Raises NotNow for who has not said that something went well."""
    _check_may_give(place)
    names = [place.partner_name or "", place.display_name]
    return LookedAt(words, signs_in(words, names), digest(words))


def give(*, place: Place, words: GivenWords, agreed_to: str, now: datetime) -> LibraryContribution:
    """Give exactly the words that were looked at: `agreed_to` is their digest."""
    _check_may_give(place)
    if agreed_to != digest(words):
        raise NotNow(_("The words have changed since you looked at them. Please look once more."))
    return contributions.offer(by=place.actor, words=words, now=now)


def may_give(place: Place) -> bool:
    """Whether something here did this person good, as they said themselves."""
    return went_well(place)


def _check_may_give(place: Place) -> None:
    if not may_give(place):
        raise NotNow(_("Something can be passed on once you have said that it did you good."))


def digest(words: GivenWords) -> str:
    """What the page that shows these words carries, so that exactly they are agreed to."""
    return sha256(repr(asdict(words)).encode()).hexdigest()


def signs_in(words: GivenWords, names: list[str]) -> list:
    """What could tell who wrote it, in their own new words only."""
    texts = [words.title, words.plain, words.description, words.measure]
    return find_signs("\n".join(filter(None, texts)), unspoken=filter(None, names))
