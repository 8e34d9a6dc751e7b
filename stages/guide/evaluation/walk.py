"""One person's way through all stages with a guide, as the house would take them: own words in, the guide's words out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from stages.guide.evaluation.material import Couple, Person
from stages.guide.interface import Bundle, BundleItem, Guide, NamedNeed, NeedCandidate, Quote, Source, Words
from stages.guide.safety import safety_sign

SPACE = UUID("6f1c2c9e-0000-4000-8000-000000000001")
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the guide for a person. `heard` is what they answer, `purpose` which part of `Guide` they come from."""

    person: Person
    stage: int
    purpose: str
    text: str
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """All that came of one person's way."""

    person: Person
    said: tuple[Said, ...]
    own: tuple[Words, ...]
    needs: tuple[NeedCandidate, ...]
    quotes: tuple[Quote, ...]
    softened: tuple[tuple[str, str], ...]  # before and after
    alarmed: frozenset[int]  # turns, counted from 1, after which help was shown

    def replies(self, stage: int = 1) -> list[Said]:
        return [one for one in self.said if one.purpose == "reply" and one.stage == stage]


def walk(guide: Guide, couple: Couple) -> tuple[Way, Way]:
    """Both ways of a couple. What crosses between them is what the design lets cross: softened words they would have shared."""
    crossing = {person.key: guide.soften(person.added, 60) for person in couple.people}
    return (
        _way(guide, couple.a, crossing[couple.b.key]),
        _way(guide, couple.b, crossing[couple.a.key]),
    )


def _way(guide: Guide, person: Person, shared: str) -> Way:
    said, thread = _stage_one(guide, person)
    own = tuple(words for words in thread if words.role == "person")
    needs = tuple(guide.find_needs(own))
    hot = guide.soften(person.hot)
    said += _later_stages(guide, person, thread, needs, shared, hot)
    return Way(
        person=person,
        said=tuple(said),
        own=own,
        needs=needs,
        quotes=tuple(_quotes(guide, own, needs)),
        softened=((person.hot, hot), (person.added, guide.soften(person.added))),
        alarmed=frozenset(number for number, turn in enumerate(person.turns, start=1) if safety_sign(turn)),
    )


def _stage_one(guide: Guide, person: Person) -> tuple[list[Said], list[Words]]:
    said = [Said(person, 1, "opening", guide.opening(person.name, 1))]
    said.append(Said(person, 1, "first reflection", guide.first_reflection(person.turns[0]), person.turns[0]))
    thread: list[Words] = []
    for number, turn in enumerate(person.turns):
        thread.append(_words(person, f"1.{number}", "person", turn, 1))
        said.append(Said(person, 1, "reply", _reply(guide, person, thread, 1), turn))
        thread.append(_words(person, f"1.{number}.reply", "guide", said[-1].text, 1))
    recap = guide.recap(thread, [person.partner])
    said.append(Said(person, 1, "recap", recap, "\n".join(person.turns)))
    said.append(
        Said(person, 1, "recap", guide.reflect_recap_correction(recap, person.turns[-1]), "\n".join(person.turns))
    )
    said.append(Said(person, 1, "not yet", guide.what_is_missing()))
    return said, thread


def _later_stages(guide: Guide, person: Person, thread: list[Words], needs, shared: str, hot: str) -> Iterator[Said]:
    own = [words for words in thread if words.role == "person"]
    yield Said(person, 0, "topic", guide.topic(own))
    yield Said(person, 2, "coach", guide.coach_guess(person.guess), person.guess)
    yield Said(person, 2, "coach", guide.coach_added(person.added), person.added)
    for judgment in guide.find_judgment(person.guess):
        yield Said(person, 2, "mirror", judgment.question, person.guess)
    for stage, text in ((2, person.guess), (3, person.added), (4, person.idea)):
        spoken = [*thread, _words(person, f"{stage}", "person", text, stage)]
        yield Said(person, stage, "reply", _reply(guide, person, spoken, stage, shared), text)
    for candidate in needs:
        card = guide.need_card(candidate.need, candidate.category, own)
        yield Said(person, 3, "card", card)
        named: NamedNeed = guide.name_need(card, candidate.category)
        yield Said(person, 3, "need", named.need)
    yield Said(person, 3, "softened", hot)
    idea = guide.plain_idea(person.idea)
    yield Said(person, 4, "idea", " ".join([idea.text, *idea.questions[:1]]))


def _reply(guide: Guide, person: Person, thread: list[Words], stage: int, shared: str = "") -> str:
    items = (_shared(person, shared),) if shared else ()
    bundle = Bundle(
        stage=stage,
        purpose="witness",
        name=person.name,
        thread=tuple(thread),
        current=thread[-1],
        shared=items,
        unspoken=(person.partner,),
    )
    return "".join(guide.reply(bundle))


def _shared(person: Person, text: str) -> BundleItem:
    return BundleItem(Source.SHARED, "letter", uuid5(SPACE, person.key + text), NOON, "active", 2, text)


def _words(person: Person, place: str, role, text: str, stage: int) -> Words:
    return Words(uuid5(SPACE, f"{person.key} {place}"), role, text, stage, NOON)


def _quotes(guide: Guide, own: tuple[Words, ...], needs: tuple[NeedCandidate, ...]) -> Iterator[Quote]:
    synthesis = guide.synthesise(own)
    for candidate in (*needs, *synthesis.needs):
        yield from candidate.evidence
    for theme in synthesis.themes:
        yield from theme.evidence
    for words in own:
        found = guide.extract(words)
        for event in (*found.events, *found.boundaries):
            yield event.quote
        for candidate in found.needs:
            yield from candidate.evidence
