"""What a turn, and a whole thread, hold: events, feelings, needs, boundaries, themes. Every quote is a slice of the text."""

import re
from collections.abc import Sequence

from stages.guide.builtin.feelings import as_feeling, own_feelings
from stages.guide.builtin.needs import LONGEST_QUOTE, find_needs
from stages.guide.builtin.situations import find_situations
from stages.guide.builtin.text import Span, readable, sentences, tidy, trimmed, words
from stages.guide.interface import (
    AttributedTo,
    BoundaryOffer,
    Event,
    Extraction,
    Feeling,
    Quote,
    SynthesisContent,
    Theme,
    Words,
)

MOST_EVENTS, MOST_BOUNDARIES, MOST_THEMES = 6, 3, 6
HAPPENED = re.compile(
    r"\b(?:yesterday|last (?:night|week|weekend|month|year)|this (?:morning|week)|today|tonight|when|then|after|"
    r"again|every (?:day|night|time|week)|always|never|"
    r"said|told|asked|went|came|left|made|did|didn't|took|got|gave|shouted|argued|fought|cried|forgot|lied|bought|"
    r"sold|moved|slammed|promised|found|\w{3,}ed)\b",
    re.I,
)
SELF = re.compile(
    r"^(?:and |but |so |then |yesterday,? |last \w+,? |today,? |this \w+,? )*(?:I|I'm|I've|I'd|my own)\b", re.I
)
MUTUAL = re.compile(r"\b(?:we|we're|we've|us both|both of us|each other|the two of us)\b", re.I)
OTHER = re.compile(
    r"\b(?:he|she|they|you|my (?:husband|wife|partner|boyfriend|girlfriend|fianc\w+|sister|brother|friend|mum|"
    r"mother|dad|father|son|daughter))\b",
    re.I,
)
EXTERNAL = re.compile(
    r"\b(?:redundan\w*|laid off|diagnos\w*|cancer|hospital|died|accident|flood|landlord|the (?:bank|school|"
    r"company|council|doctor|hospital|weather|pandemic|car|boiler)|covid|lockdown)\b",
    re.I,
)
BOUNDARY = re.compile(
    r"\b(?:I (?:will not|won't|can't|cannot|refuse to|don't want to|do not want to|am not going to|"
    r"'m not going to) (?:\w+ ){0,6}(?:any ?more|again|ever)\b|"
    r"I (?:will not|won't|refuse to|am not willing to|'m not willing to|will never)\b|never again\b|(?:that's|"
    r"it's|this is) (?:a|my) (?:line|limit|boundary|deal ?breaker)\b|"
    r"I (?:do not|don't) (?:accept|tolerate|allow)\b|I'm not (?:willing|prepared|going) to\b|not (?:okay|ok|"
    r"acceptable) (?:for|with|to) me\b|I draw the line\b)",
    re.I,
)
FIRM = re.compile(
    r"\b(?:never|ever again|refuse|under no circumstances|no matter what|deal ?breaker|absolutely|draw the line|"
    r"non-negotiable|won't|will not)\b",
    re.I,
)


def extract(message: Words) -> Extraction:
    """Events, feelings, needs and boundaries of one turn; nothing for a guide's words."""
    if message.role != "person":
        return Extraction()
    return Extraction(
        events=tuple(_events(message)),
        feelings=tuple(feelings_of([message])),
        needs=tuple(find_needs([message])),
        boundaries=tuple(_boundaries(message)),
    )


def _spans(message: Words) -> list[Span]:
    text = message.text[: len(readable(message.text))]
    return sentences(text.replace("’", "'").replace("‘", "'"))


def _quote(message: Words, span: Span) -> Quote | None:
    end = min(span.end, span.start + LONGEST_QUOTE)
    piece = trimmed(message.text, span.start, end)
    return Quote(words_id=message.id, text=piece.text) if piece.text else None


def _events(message: Words) -> list[Event]:
    found = []
    for span in _spans(message):
        quote = _quote(message, span)
        if quote is None or len(words(span.text)) < 4 or "?" in span.text or not HAPPENED.search(span.text):
            continue
        emotions = tuple(feeling.word for feeling in own_feelings(span.text)[:4])
        found.append(Event(description=quote.text, attributed_to=attributed(span.text), emotions=emotions, quote=quote))
    return found[:MOST_EVENTS]


def attributed(sentence: str) -> AttributedTo:
    """Whom a sentence makes the subject of what happened."""
    plain = tidy(sentence)
    if MUTUAL.search(plain):
        return AttributedTo.MUTUAL
    if SELF.match(plain):
        return AttributedTo.SELF
    if EXTERNAL.search(plain):
        return AttributedTo.EXTERNAL
    if OTHER.search(plain):
        return AttributedTo.OTHER
    return AttributedTo.SELF if re.search(r"\b(?:I|me|my)\b", plain) else AttributedTo.EXTERNAL


def _boundaries(message: Words) -> list[BoundaryOffer]:
    found = []
    for span in _spans(message):
        quote = _quote(message, span)
        if quote and BOUNDARY.search(tidy(span.text)):
            found.append(
                BoundaryOffer(description=quote.text, non_negotiable=bool(FIRM.search(span.text)), quote=quote)
            )
    return found[:MOST_BOUNDARIES]


def feelings_of(messages: Sequence[Words]) -> list[Feeling]:
    """The feelings of several messages, each word once at its strongest, strongest first."""
    kept: dict[str, Feeling] = {}
    for message in messages:
        for found in own_feelings(readable(message.text)):
            feeling = as_feeling(found)
            if kept.get(feeling.word, feeling).intensity <= feeling.intensity:
                kept[feeling.word] = feeling
    return sorted(kept.values(), key=lambda feeling: (-feeling.intensity, feeling.word))[:12]


def synthesise(messages: Sequence[Words]) -> SynthesisContent:
    """Themes by how often they come up, feelings, and needs with their evidence."""
    own = [message for message in messages if message.role == "person"]
    return SynthesisContent(
        themes=tuple(_themes(own)),
        feelings=tuple(feelings_of(own)),
        needs=tuple(find_needs(own)),
        words_counted=sum(len(message.text.split()) for message in own),
    )


def _themes(own: Sequence[Words]) -> list[Theme]:
    counted: dict[str, list[Quote]] = {}
    for message in own:
        for situation in find_situations(readable(message.text))[:3]:
            first = next(
                (span for span in _spans(message) if any(cue.search(span.text) for cue in situation.cues)), None
            )
            quote = _quote(message, first) if first else None
            counted.setdefault(situation.topic, []).extend([quote] if quote else [])
    most = max((len(quotes) for quotes in counted.values()), default=0) or 1
    ordered = sorted(counted.items(), key=lambda pair: -len(pair[1]))[:MOST_THEMES]
    return [
        Theme(name=name, weight=round(len(quotes) / most, 2), evidence=tuple(quotes[:3])) for name, quotes in ordered
    ]
