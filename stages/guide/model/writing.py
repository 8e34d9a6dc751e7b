"""What the large model does: words that a person reads, each looked at before anybody sees it."""

import re
from collections.abc import Callable, Iterator, Sequence

from beheard.ai.errors import ModelRefused
from beheard.ai.interface import ChatMessage, ChatModel
from stages.guide.builtin.judgment import check_words, find_judgment
from stages.guide.interface import Bundle, PlainIdea
from stages.guide.last_filter import Look, checked, fit_to_read
from stages.guide.model import answers, context
from stages.guide.model.prompts import Prompt, for_words

REPLY_TOKENS, SHORT_TOKENS, RECAP_TOKENS = 450, 220, 400
HIGH = 8  # on the barometer: nothing is to be understood now (DESIGN §5)
WARM, EVEN = 0.6, 0.3  # temperatures: for a conversation, and where wording is bound
TAKES = 2
HOT = {"blame", "heat", "threat", "diagnosis", "contact", "name"}
OF_ANOTHER = re.compile(r"\b(?:you|your|yours|he|she|him|her|his|hers|they|their|them)\b", re.I)
ONE_AUTHOR = re.compile(r"\b(?:I|I'm|I'd|I'll|me|my|mine|you|your|yours|he|she|him|her|his)\b", re.I)
TOPIC_WORDS, IDEA_WORDS = 20, 40


class Nothing(Exception):
    """The model gave no words that may be shown, or none that fit. Rules stand in."""


class Writing:
    def __init__(self, model: ChatModel):
        self._model = model

    def reply(self, bundle: Bundle) -> Iterator[str]:
        """Yield whole sentences. Raises ModelAway, BudgetSpent, or Nothing when nothing may be shown."""
        instructions = for_words(purpose_of(bundle))
        look = Look(bundle.unspoken, (instructions, *_of_the_other(bundle)))
        messages = [ChatMessage("system", instructions), *context.conversation(bundle)]
        return self._spoken(messages, look, REPLY_TOKENS)

    def first_reflection(self, text: str) -> str:
        instructions = for_words(Prompt.OPENING)
        return self._whole(
            instructions, ChatMessage("user", context.clipped(text, context.LONGEST_CURRENT)), SHORT_TOKENS
        )

    def recap(self, facts: dict, unspoken: Sequence[str] = ()) -> str:
        return self._written(Prompt.RECAP, facts, RECAP_TOKENS, unspoken=tuple(unspoken))

    def coach(self, facts: dict) -> str:
        return self._written(Prompt.EMPATHY_COACHING, facts, SHORT_TOKENS)

    def topic(self, said: Sequence[str]) -> str:
        text = self._written(Prompt.TOPIC_FRAMING, {"messages": list(said)}, SHORT_TOKENS).strip(" .\"'“”\n")
        return _fitting(text, TOPIC_WORDS, lambda topic: not OF_ANOTHER.search(topic) and "?" not in topic)

    def card(self, need: str, category: str, said: Sequence[str], most_words: int) -> str:
        facts = {"need": need, "family": category, "messages": list(said), "most_words": most_words}
        text = self._written(Prompt.CONTENT_TRANSFORMATION, facts, SHORT_TOKENS)
        return _fitting(text, most_words, lambda card: not OF_ANOTHER.search(card) and "?" not in card)

    def softer(self, text: str, most_words: int) -> str:
        facts = {"text": context.clipped(text, context.LONGEST_CURRENT), "most_words": most_words}
        return _fitting(self._written(Prompt.SUGGESTIONS, facts, SHORT_TOKENS), most_words)

    def plain_idea(self, text: str) -> PlainIdea:
        """Nothing in it that its author did not say: no number, no "I"; questions as every question to a person."""
        messages = [ChatMessage("system", for_words(Prompt.PROPOSAL_REFINEMENT)), context.quoted({"idea": text})]
        found = self._model.structured(messages, answer=answers.IdeaAnswer, max_tokens=SHORT_TOKENS * 2)
        plain = _fitting(fit_to_read(found.text, fallback=""), IDEA_WORDS, lambda idea: not ONE_AUTHOR.search(idea))
        if not plain.startswith(("We ", "we ", "One of us", "Each of us")) or not _numbers(plain) <= _numbers(text):
            raise Nothing
        measure = fit_to_read(found.measure, fallback="")
        questions = [asked for one in found.questions[:2] if (asked := fit_to_read(one, fallback="")).endswith("?")]
        days = found.days if found.days and 1 <= found.days <= 365 and re.search(r"\d|day|week|month", text) else None
        return PlainIdea(
            text=plain,
            duration_days=days,
            measure="" if ONE_AUTHOR.search(measure) or not _numbers(measure) <= _numbers(text) else measure,
            questions=tuple(questions),
        )

    def _written(self, prompt: Prompt, facts: dict, tokens: int, *, unspoken: tuple[str, ...] = ()) -> str:
        return self._whole(for_words(prompt), context.quoted(facts), tokens, unspoken, EVEN)

    def _whole(
        self,
        instructions: str,
        asked: ChatMessage,
        tokens: int,
        unspoken: tuple[str, ...] = (),
        temperature: float = WARM,
    ) -> str:
        messages = [ChatMessage("system", instructions), asked]
        return "".join(self._spoken(messages, Look(unspoken, (instructions,)), tokens, temperature)).strip()

    def _spoken(self, messages: list[ChatMessage], look: Look, tokens: int, temperature: float = WARM) -> Iterator[str]:
        """What may be shown of the model's words; of a second try when the first leaves nothing."""
        for _ in range(TAKES):
            said = False
            words = self._model.stream(messages, max_tokens=tokens, temperature=temperature)
            try:
                for piece in checked(words, look):
                    said = said or bool(re.search(r"\w", piece))
                    yield piece
            except ModelRefused:
                pass
            finally:
                words.close()
            if said:
                return
        raise Nothing


def purpose_of(bundle: Bundle) -> Prompt:
    """Which prompt this message asks for. By rules: it costs no time and can be read here."""
    if bundle.intensity is not None and bundle.intensity >= HIGH:
        return Prompt.EMOTIONAL_SUPPORT
    if bundle.purpose == Prompt.CHECK_IN:
        return Prompt.CHECK_IN
    if bundle.stage >= 2 and find_judgment(bundle.current.text):
        return Prompt.MIRROR
    if not any(words.role == "guide" for words in (*bundle.thread, *bundle.spoken)):
        return Prompt.OPENING
    return Prompt.WITNESS


def _of_the_other(bundle: Bundle) -> list[str]:
    """What is shared informs a question and is never quoted (DESIGN §8)."""
    return [item.text for item in bundle.shared if item.type != "own_shared"]


def _fitting(text: str, most_words: int, also: Callable[[str], bool] = lambda _text: True) -> str:
    """The text if it is short enough and strikes nobody; raises Nothing."""
    text = " ".join(text.split())
    if not text or len(text.split()) > most_words or not also(text):
        raise Nothing
    if any(warning.kind in HOT for warning in check_words(text)):
        raise Nothing
    return text


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))
