"""Evidence is what the person wrote, letter by letter. Whatever a guide found without it is dropped, whoever the guide is."""

from collections.abc import Iterable, Sequence

from stages.guide.interface import Extraction, Form, Quote, SynthesisContent, Words

LONGEST_QUOTE = 400


def quote_in(text: str, words: Iterable[Words]) -> Quote | None:
    """A text as a quotation of the message that holds it; None when none does."""
    text = text.strip().strip('"“”').strip()
    if not any(letter.isalnum() for letter in text) or len(text) > LONGEST_QUOTE:
        return None
    found = next((one for one in words if one.role == "person" and text in one.text), None)
    return found and Quote(words_id=found.id, text=text)


def is_real(quote: Quote, words: Sequence[Words]) -> bool:
    return any(one.id == quote.words_id and one.role == "person" and quote.text in one.text for one in words)


def only_real(found: Extraction, words: Words) -> Extraction:
    """What was found in one turn and really stands there."""
    said = (words,)
    return found.model_copy(
        update={
            "events": tuple(event for event in found.events if is_real(event.quote, said)),
            "needs": _with_real_evidence(found.needs, said),
            "boundaries": tuple(boundary for boundary in found.boundaries if is_real(boundary.quote, said)),
        }
    )


def only_real_synthesis(content: SynthesisContent, words: Sequence[Words]) -> SynthesisContent:
    """A synthesis whose needs and themes rest on real words."""
    themes = [theme.model_copy(update={"evidence": _real(theme.evidence, words)}) for theme in content.themes]
    return content.model_copy(update={"themes": tuple(themes), "needs": _with_real_evidence(content.needs, words)})


def _with_real_evidence(found: Iterable[Form], words: Sequence[Words]) -> tuple:
    kept = [one.model_copy(update={"evidence": _real(one.evidence, words)}) for one in found]
    return tuple(one for one in kept if one.evidence)


def _real(quotes: Iterable[Quote], words: Sequence[Words]) -> tuple[Quote, ...]:
    return tuple(quote for quote in quotes if is_real(quote, words))
