"""What the ears hear of hands they have never read: figures by cross-validation, a file at a time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from stages.guide.builtin.danger import signs_by_sentence
from stages.guide.builtin.judgment import find_judgment
from stages.guide.builtin.needs import find_needs
from stages.guide.ears import danger
from stages.guide.ears.corpus import Example
from stages.guide.ears.features import split
from stages.guide.ears.training import by_ears_that_do_not_know_it, lesson
from stages.guide.interface import Words

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def figures() -> Iterator[str]:
    """A line for each figure. Rules and ears together, as they work."""
    yield from _danger()
    yield from _mirror()
    yield from _needs()


def _danger() -> Iterator[str]:
    seen: dict[str, list[bool]] = {"direct": [], "indirect": [], "none": []}
    for one, ear in by_ears_that_do_not_know_it("danger", lesson("danger")):
        spoken = split(one.text)
        signs = danger.heard(spoken, signs_by_sentence(spoken), ear)
        seen[_form(one)].append(any(sign.counts for sign in signs))
    for form, hits in seen.items():
        yield f"danger, {form}: {_share(sum(hits), len(hits))} noticed"


def _form(one: Example) -> str:
    return "none" if not one.columns else "direct" if "direct" in one.columns else "indirect"


def _mirror() -> Iterator[str]:
    right = noticed = there = 0
    for one, ear in by_ears_that_do_not_know_it("mirror", lesson("mirror")):
        found = bool(find_judgment(one.text, ear))
        noticed += found
        right += found and "judgment" in one.columns
        there += "judgment" in one.columns
    yield f"mirror: precision {_share(right, noticed)}, recall {_share(right, there)}"


def _needs() -> Iterator[str]:
    right = noticed = there = 0
    for one, ear in by_ears_that_do_not_know_it("needs", lesson("needs")):
        words = [Words(UUID(int=1), "person", one.text, 1, NOON)]
        found = {candidate.category.value for candidate in find_needs(words, ear)}
        noticed += len(found)
        right += len(found & one.columns)
        there += len(one.columns)
    yield f"needs: precision {_share(right, noticed)}, recall {_share(right, there)}"


def _share(part: int, whole: int) -> str:
    return f"{part / max(whole, 1):.0%} ({part} of {whole})"
