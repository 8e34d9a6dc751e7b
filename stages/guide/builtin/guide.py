"""The built-in guide: every part of `Guide`, by rules."""

from collections.abc import Iterator, Sequence

from stages.guide.builtin import coaching, extraction, ideas, judgment, needs, recap, reply
from stages.guide.builtin import soften as softening
from stages.guide.builtin.compose import compose
from stages.guide.builtin.material import gather
from stages.guide.builtin.moves import find_move
from stages.guide.builtin.text import steady_number
from stages.guide.builtin.voice import Voice
from stages.guide.interface import (
    Bundle,
    Category,
    CommonGroundCandidate,
    Extraction,
    Judgment,
    NamedNeed,
    NeedCandidate,
    PlainIdea,
    SynthesisContent,
    Words,
    WordWarning,
)
from stages.guide.last_filter import Look, fit_to_read


class BuiltinGuide:
    """Deterministic: the same words in the same conversation get the same answer."""

    title = "the built-in guide"
    is_model = False

    def opening(self, name: str, stage: int, purpose: str = "") -> str:
        return coaching.opening(name, stage, purpose)

    def first_reflection(self, text: str) -> str:
        move = find_move(text)
        voice = Voice(seed=steady_number(text))
        if move and move.alone:
            return fit_to_read(reply.answer(move, voice))
        return fit_to_read(compose(gather(text), voice, ask=True))

    def reply(self, bundle: Bundle) -> Iterator[str]:
        return reply.reply(bundle)

    def extract(self, words: Words) -> Extraction:
        return extraction.extract(words)

    def recap(self, thread: Sequence[Words], unspoken: Sequence[str] = ()) -> str:
        return recap.recap(thread, unspoken)

    def reflect_recap_correction(self, recap_text: str, correction: str, unspoken: Sequence[str] = ()) -> str:
        return fit_to_read(recap.reflect_recap_correction(recap_text, correction), look=Look(tuple(unspoken)))

    def what_is_missing(self, turn: int = 0) -> str:
        return coaching.what_is_missing(turn)

    def synthesise(self, words: Sequence[Words]) -> SynthesisContent:
        return extraction.synthesise(words)

    def find_needs(self, words: Sequence[Words]) -> list[NeedCandidate]:
        return needs.find_needs(words)

    def need_card(self, need: str, category: Category, words: Sequence[Words] = ()) -> str:
        return needs.need_card(need, category, words)

    def name_need(self, card: str, category: Category) -> NamedNeed:
        return needs.name_need(card, category)

    def soften(self, text: str, max_words: int = 25) -> str:
        return softening.soften(text, max_words)

    def find_judgment(self, text: str) -> list[Judgment]:
        return judgment.find_judgment(text)

    def check_words(self, text: str) -> list[WordWarning]:
        return judgment.check_words(text)

    def plain_idea(self, text: str) -> PlainIdea:
        return ideas.plain_idea(text)

    def common_ground(self, needs_a: Sequence[NamedNeed], needs_b: Sequence[NamedNeed]) -> list[CommonGroundCandidate]:
        return needs.common_ground(needs_a, needs_b)

    def topic(self, words: Sequence[Words]) -> str:
        return recap.topic(words)

    def coach_guess(self, text: str) -> str:
        return coaching.coach_guess(text)

    def coach_added(self, text: str) -> str:
        return coaching.coach_added(text)
