"""What the small model does: finding, noticing, naming, planning. It fills in forms; nothing of it is shown unchecked, and what
it quotes counts only where it stands in the person's own words.
"""

from collections.abc import Sequence

from beheard.ai.interface import ChatMessage, ChatModel, Structure
from stages.guide import evidence
from stages.guide.builtin.judgment import MESSAGES
from stages.guide.builtin.lexicon import feeling_words, read_toml
from stages.guide.interface import (
    BoundaryOffer,
    Category,
    CommonGroundCandidate,
    Event,
    Extraction,
    Feeling,
    Judgment,
    NamedNeed,
    NeedCandidate,
    QueryChoice,
    Theme,
    Words,
    WordWarning,
)
from stages.guide.last_filter import fit_to_read
from stages.guide.model import answers
from stages.guide.model.context import LONGEST_CURRENT, clipped, quoted, what_was_said
from stages.guide.model.prompts import Prompt, text_of

MOST_TOKENS = 1_500
MOST_NEEDS, MOST_QUOTES, MOST_THEMES, MOST_EVENTS, MOST_COMMON = 8, 5, 5, 8, 5
LONGEST_NAME = 40


class Mechanics:
    """Each method raises ModelTrouble when the model is of no use; whoever calls has rules to fall back on."""

    def __init__(self, model: ChatModel):
        self._model = model

    def extraction(self, words: Words) -> Extraction:
        found = self._filled(
            Prompt.EXTRACTION, {"message": clipped(words.text, LONGEST_CURRENT)}, answers.ExtractionAnswer
        )
        said = (words,)
        return Extraction(
            events=tuple(event for one in found.events[:MOST_EVENTS] if (event := _event(one, said))),
            feelings=tuple(feeling for one in found.feelings if (feeling := _feeling(one, said))),
            needs=_needs(found.needs, said),
            boundaries=tuple(
                BoundaryOffer(description=quote.text, non_negotiable=one.beyond_question, quote=quote)
                for one in found.boundaries
                if (quote := evidence.quote_in(one.quote, said))
            ),
        )

    def needs_and_themes(self, words: Sequence[Words]) -> tuple[tuple[NeedCandidate, ...], tuple[Theme, ...]]:
        found = self._filled(Prompt.NEED_FINDING, {"messages": what_was_said(words)}, answers.NeedsAnswer)
        themes = [theme for one in found.themes[:MOST_THEMES] if (theme := _theme(one, words))]
        return _needs(found.needs, words), tuple(themes)

    def judgments(self, text: str) -> list[Judgment]:
        """In the order of the text, none overlapping."""
        found: list[Judgment] = []
        for one in self._mirror(text).judgments:
            start = text.find(one.words)
            end = start + len(one.words)
            if start < 0 or not one.words.strip() or any(start < other.end and other.start < end for other in found):
                continue
            question = fit_to_read(one.question, fallback="")
            question = question if question.endswith("?") else read_toml("judgment")[one.kind]["questions"][0]
            found.append(Judgment(start=start, end=end, span=one.words, kind=one.kind, question=question))
        return sorted(found, key=lambda judgment: judgment.start)

    def warnings(self, text: str) -> list[WordWarning]:
        """In words of our own: the model only says where to look."""
        return [
            WordWarning(kind=one.kind, span=one.words, message=MESSAGES[one.kind])
            for one in self._mirror(text).look_at
            if one.words.strip() and one.words in text
        ]

    def name(self, card: str, category: Category, known: Sequence[str]) -> NamedNeed | None:
        """One of the known words; None when the model chose another."""
        facts = {"card": clipped(card, LONGEST_CURRENT), "plain_words": list(known)}
        need = self._filled(Prompt.NAMING, facts, answers.NameAnswer).need.strip()
        return NamedNeed(need, category) if need in known else None

    def common(self, first: Sequence[NamedNeed], second: Sequence[NamedNeed]) -> list[CommonGroundCandidate]:
        facts = {"first": [need.need for need in first], "second": [need.need for need in second]}
        by_name, others = {need.need: need for need in first}, {need.need for need in second}
        found = []
        for pair in self._filled(Prompt.NAMING, facts, answers.CommonAnswer).pairs:
            if pair.first in by_name and pair.second in others and pair.need in (pair.first, pair.second):
                found.append(
                    CommonGroundCandidate(
                        need=pair.need,
                        category=by_name[pair.first].category,
                        need_a=pair.first,
                        need_b=pair.second,
                        confidence=pair.confidence,
                    )
                )
        return found[:MOST_COMMON]

    def plan(self, text: str, choices: Sequence[QueryChoice]) -> tuple[str, list[dict]]:
        """What remembering is for, and the queries proposed. Whether they may be asked is decided elsewhere."""
        facts = {
            "message": clipped(text, LONGEST_CURRENT // 2),
            "queries": [{"kind": one.kind, "what_it_gives": one.about, "searches": one.searches} for one in choices],
        }
        found = self._filled(Prompt.PLANNING, facts, answers.PlanAnswer)
        searching = {one.kind for one in choices if one.searches}
        queries = [
            {"kind": one.kind} | ({"text": one.text[:500]} if one.text and one.kind in searching else {})
            for one in found.queries
        ]
        return found.intent, queries

    def _mirror(self, text: str) -> answers.MirrorAnswer:
        return self._filled(Prompt.MIRROR_DETECTION, {"text": clipped(text, LONGEST_CURRENT)}, answers.MirrorAnswer)

    def _filled(self, prompt: Prompt, facts: dict, form: type[Structure]) -> Structure:
        messages = [ChatMessage("system", text_of(prompt)), quoted(facts)]
        return self._model.structured(messages, answer=form, max_tokens=MOST_TOKENS)


def _event(found: answers.EventAnswer, said: Sequence[Words]) -> Event | None:
    """Told in the person's own words: a model's retelling is not kept."""
    quote = evidence.quote_in(found.quote, said)
    emotions = tuple(word for word in map(_plain, found.feelings[:5]) if word)
    return quote and Event(description=quote.text, attributed_to=found.about, emotions=emotions, quote=quote)


def _feeling(found: answers.FeelingAnswer, said: Sequence[Words]) -> Feeling | None:
    word = _plain(found.word)
    if not word or not evidence.quote_in(found.quote, said):
        return None
    return Feeling(word=word, family=_family(word), intensity=found.strength, named=found.named)


def _family(word: str) -> str:
    known = feeling_words().get(word)
    return known.family if known else ""


def _needs(found: Sequence[answers.NeedAnswer], said: Sequence[Words]) -> tuple[NeedCandidate, ...]:
    kept: dict[str, NeedCandidate] = {}
    for one in found:
        quotes = tuple(quote for text in one.quotes if (quote := evidence.quote_in(text, said)))[:MOST_QUOTES]
        need = _plain(one.need)
        if need and quotes and need not in kept:
            kept[need] = NeedCandidate(need=need, category=one.category, evidence=quotes, confidence=one.confidence)
    return tuple(kept.values())[:MOST_NEEDS]


def _theme(found: answers.ThemeAnswer, said: Sequence[Words]) -> Theme | None:
    quotes = tuple(quote for text in found.quotes if (quote := evidence.quote_in(text, said)))[:MOST_QUOTES]
    name = _plain(found.name)
    return Theme(name=name, weight=min(1.0, len(quotes) / MOST_QUOTES), evidence=quotes) if name and quotes else None


def _plain(name: str) -> str:
    """A name of few words, without anything else; empty for what is none."""
    name = " ".join(name.lower().split())
    fits = 0 < len(name) <= LONGEST_NAME and all(letter.isalpha() or letter in " '-" for letter in name)
    return name if fits and len(name.split()) <= 4 else ""
