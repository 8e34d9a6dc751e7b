"""The model-backed guide: every part of `Guide`. The large model writes, the small one looks; where either is of no use for
mechanics, rules answer. A reply waits for the model: it is asked again later, and the person's words are safe meanwhile.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from beheard.ai.endpoint import Endpoint
from beheard.ai.errors import BudgetSpent, DaySpent, ModelTrouble
from beheard.ai.openai_model import OpenAIChat
from stages.guide.builtin.guide import BuiltinGuide
from stages.guide.builtin.moves import is_other_language
from stages.guide.builtin.needs import taxonomy
from stages.guide.interface import (
    Bundle,
    Category,
    CommonGroundCandidate,
    Extraction,
    Judgment,
    NamedNeed,
    NeedCandidate,
    PlainIdea,
    QueryChoice,
    SynthesisContent,
    Words,
    WordWarning,
)
from stages.guide.model.context import LONGEST_CURRENT, clipped, excerpts, split, what_was_said
from stages.guide.model.mechanics import Mechanics
from stages.guide.model.writing import Nothing, Writing

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

CARD_WORDS = 25
AVOID_RECALL = "AVOID_RECALL"


class ModelGuide:
    is_model = True

    def __init__(self, endpoint: Endpoint):
        self.title = endpoint.large
        self.rules = BuiltinGuide()
        self._writing = Writing(OpenAIChat(endpoint, endpoint.large))
        self._mechanics = Mechanics(OpenAIChat(endpoint, endpoint.small))

    # --- words of a page: it never waits for a model -----------------------------------------------------
    def opening(self, name: str, stage: int, purpose: str = "") -> str:
        return self.rules.opening(name, stage, purpose)

    def what_is_missing(self, turn: int = 0) -> str:
        return self.rules.what_is_missing(turn)

    # --- words the large model writes ----------------------------------------------------------------------
    def reply(self, bundle: Bundle) -> Iterator[str]:
        """Raises ModelAway: then it is asked again later. Where the model has no words that fit, or no tokens are left, the
        built-in guide answers and says so."""
        if is_other_language(bundle.current.text):
            yield from self.rules.reply(bundle)
            return
        said = False
        try:
            for piece in self._writing.reply(bundle):
                said = True
                yield piece
        except (Nothing, BudgetSpent) as trouble:
            if not said:
                yield from self._stand_in(bundle, trouble)

    def first_reflection(self, text: str) -> str:
        return self._else(lambda: self._writing.first_reflection(text), lambda: self.rules.first_reflection(text))

    def recap(self, thread: Sequence[Words], unspoken: Sequence[str] = ()) -> str:
        earlier, recent = split(thread)
        facts = {
            "said_earlier": excerpts(earlier),
            "conversation": [{"who": words.role, "text": clipped(words.text, 2_000)} for words in recent],
        }
        return self._else(lambda: self._writing.recap(facts, unspoken), lambda: self.rules.recap(thread, unspoken))

    def reflect_recap_correction(self, recap_text: str, correction: str, unspoken: Sequence[str] = ()) -> str:
        facts = {"recap": recap_text, "correction": clipped(correction, LONGEST_CURRENT)}
        return self._else(
            lambda: self._writing.recap(facts, unspoken),
            lambda: self.rules.reflect_recap_correction(recap_text, correction, unspoken),
        )

    def topic(self, words: Sequence[Words]) -> str:
        return self._else(lambda: self._writing.topic(what_was_said(words)), lambda: self.rules.topic(words))

    def need_card(self, need: str, category: Category, words: Sequence[Words] = ()) -> str:
        if not words:  # a plain need word, on a page
            return self.rules.need_card(need, category, words)
        said = what_was_said(words)
        return self._else(
            lambda: self._writing.card(need, category, said, CARD_WORDS),
            lambda: self.rules.need_card(need, category, words),
        )

    def soften(self, text: str, max_words: int = CARD_WORDS) -> str:
        return self._else(lambda: self._writing.softer(text, max_words), lambda: self.rules.soften(text, max_words))

    def plain_idea(self, text: str) -> PlainIdea:
        return self._else(lambda: self._writing.plain_idea(text), lambda: self.rules.plain_idea(text))

    def coach_guess(self, text: str) -> str:
        return self._coached({"guess": clipped(text, LONGEST_CURRENT)}, text, self.rules.coach_guess)

    def coach_added(self, text: str) -> str:
        return self._coached({"to_add": clipped(text, LONGEST_CURRENT)}, text, self.rules.coach_added)

    # --- mechanics of the small model ----------------------------------------------------------------------
    def plan(self, text: str, choices: Sequence[QueryChoice]) -> list[dict] | None:
        try:
            intent, queries = self._mechanics.plan(text, choices)
        except ModelTrouble as trouble:
            logger.info("No plan: %s", type(trouble).__name__)
            return None
        return [] if intent == AVOID_RECALL else queries

    def extract(self, words: Words) -> Extraction:
        if words.role != "person":
            return Extraction()
        return self._else(lambda: self._mechanics.extraction(words), lambda: self.rules.extract(words))

    def synthesise(self, words: Sequence[Words]) -> SynthesisContent:
        by_rules = self.rules.synthesise(words)
        found = self._found_in(words)
        if found is None:
            return by_rules
        needs, themes = found
        return by_rules.model_copy(update={"needs": needs or by_rules.needs, "themes": themes or by_rules.themes})

    def find_needs(self, words: Sequence[Words]) -> list[NeedCandidate]:
        found = self._found_in(words)
        return list(found[0]) if found and found[0] else self.rules.find_needs(words)

    def name_need(self, card: str, category: Category) -> NamedNeed:
        by_rules = self.rules.name_need(card, category)
        known = sorted({*taxonomy(), by_rules.need})
        return self._else(lambda: self._mechanics.name(card, category, known) or by_rules, lambda: by_rules)

    def common_ground(self, needs_a: Sequence[NamedNeed], needs_b: Sequence[NamedNeed]) -> list[CommonGroundCandidate]:
        by_rules = self.rules.common_ground(needs_a, needs_b)
        if not needs_a or not needs_b:
            return by_rules
        return self._else(lambda: self._mechanics.common(needs_a, needs_b) or by_rules, lambda: by_rules)

    def find_judgment(self, text: str) -> list[Judgment]:
        return self._else(lambda: self._mechanics.judgments(text), lambda: self.rules.find_judgment(text))

    def check_words(self, text: str) -> list[WordWarning]:
        """What rules see always counts; the model may see more."""
        by_rules = self.rules.check_words(text)
        more = self._else(lambda: self._mechanics.warnings(text), list)
        known = {(warning.kind, warning.span) for warning in by_rules}
        return [*by_rules, *(warning for warning in more if (warning.kind, warning.span) not in known)]

    # --- when the model is of no use -----------------------------------------------------------------------
    def _else(self, asked: Callable[[], Result], by_rules: Callable[[], Result]) -> Result:
        try:
            return asked()
        except (ModelTrouble, Nothing) as trouble:
            logger.info("Rules stand in for the model: %s", type(trouble).__name__)
            return by_rules()

    def _coached(self, facts: dict, text: str, by_rules: Callable[[str], str]) -> str:
        if is_other_language(text):
            return by_rules(text)
        return self._else(lambda: self._writing.coach(facts), lambda: by_rules(text))

    def _found_in(self, words: Sequence[Words]):
        if not what_was_said(words):
            return None
        return self._else(lambda: self._mechanics.needs_and_themes(words), lambda: None)

    def _stand_in(self, bundle: Bundle, trouble: Exception) -> Iterator[str]:
        logger.info("The built-in guide answers in place of the model: %s", type(trouble).__name__)
        notice = day_is_over() if isinstance(trouble, DaySpent) else no_words_fit()
        if not any(notice in words.text for words in bundle.thread[-8:] if words.role == "guide"):
            yield f"{notice}\n\n"
        yield from self.rules.reply(bundle)


def day_is_over() -> str:
    return _("Until tomorrow the built-in guide answers here. It is not an AI model.")


def no_words_fit() -> str:
    return _("This answer is by the built-in guide, which is not an AI model. The other one found no words that fit.")
