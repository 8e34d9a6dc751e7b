"""What a person finds in the library when they look through it by themselves.

What stands or stood in a pool of theirs is left out, whoever sorted it how: nothing tells which ideas of a pool are people's,
and a library that showed them would (docs/decisions). So nothing here asks for anybody's piles. What is asked for is not kept.
"""

from library.models import GlobalLibraryItem
from library.queries import listed, search, suggestions_for
from library.words import NeedCategory
from stages.repair.models import StrategyProposal
from vessels.private.models import IdentifiedNeed

A_PAGE, MOST = 12, 60
NOTHING = {"words": "", "needs": [], "situation": "", "effort": None}


def begin_with(user_id) -> list[GlobalLibraryItem]:
    """Different things for the needs this person has named in any of their sessions."""
    named = IdentifiedNeed.objects.filter(owner_id=user_id, confirmed=True).order_by("confirmed_at", "id")
    kinds = list(dict.fromkeys(need.category for need in named))
    return suggestions_for(kinds or NeedCategory.values, exclude_plain=in_pools(), limit=6)


def shelf(user_id, *, words: str, needs: list[str], situation: str, effort: int | None) -> list[GlobalLibraryItem]:
    """What fits; to begin with, when nothing at all is asked for."""
    if not any((words, needs, situation, effort)):
        return begin_with(user_id)
    return found(words=words, needs=needs, situation=situation, effort=effort)


def found(*, words: str, needs: list[str], situation: str, effort: int | None) -> list[GlobalLibraryItem]:
    """At most `MOST`, best first, or by title where no words are given. Needs, situation and effort are kept to; one
    need of several is enough."""
    left_out = in_pools()
    if words:
        items = search(words, needs, situation, limit=MOST + len(left_out), most_effort=effort)
    else:
        items = listed(needs, situation, most_effort=effort, limit=MOST + len(left_out))
    fitting = [
        item
        for item in items
        if item.plain not in left_out and (not needs or item.because) and (not situation or item.situation == situation)
    ]
    return fitting[:MOST]


def in_pools() -> set[str]:
    """The words of every idea in the pools this person may see."""
    return {proposal.words for proposal in StrategyProposal.objects.order_by("pk")}
