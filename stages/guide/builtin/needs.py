"""Finding needs in what a person wrote, with quotes that really occur there; cards; what two people have in common."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from stages.guide.builtin.echo import has_heat
from stages.guide.builtin.lexicon import cue, read_toml
from stages.guide.builtin.situations import find_situations
from stages.guide.builtin.soften import FALLBACK, SAYS_ENOUGH, soften
from stages.guide.builtin.text import Span, clauses, readable, sentences, shorten, trimmed
from stages.guide.ears.classifier import Ear
from stages.guide.ears.needs import families
from stages.guide.interface import Category, CommonGroundCandidate, NamedNeed, NeedCandidate, Quote, Words

MOST_NEEDS, MOST_QUOTES, LONGEST_QUOTE = 8, 5, 240
CARD_WORDS = 25
HEARD = 0.5  # strength of what the trained ear hears: less than any cue's
PLAINEST = {
    "SAFETY": "safety",
    "CONNECTION": "closeness",
    "AUTONOMY": "freedom",
    "RECOGNITION": "being seen",
    "MEANING": "purpose",
    "FAIRNESS": "fairness",
}
WISHES = re.compile(
    r"\b(?:I|we) (?:\w+ )?(?:need|want|wish|long|miss|hope)\w*\b|\bI'd (?:like|love)\b|\bif only\b", re.I
)
OWN_STATES = frozenset({"rest", "safety", "space", "closeness"})
OF_OTHER = re.compile(
    r"\b(?:he|she|they)(?:'s|'re| is| was| are| were| gets?| got| looks?| feels?| felt)\s+(?:\w+\s+)?$", re.I
)
DENIED = re.compile(
    r"\b(?:not about|isn't about|don't need|doesn't need|no need|don't want|not looking for)\s+(?:\w+\s+){0,4}$", re.I
)


@dataclass(frozen=True, slots=True)
class Need:
    """An entry of the taxonomy."""

    name: str
    category: Category
    cues: tuple[re.Pattern[str], ...]
    card: str
    kin: tuple[str, ...]


@cache
def taxonomy() -> dict[str, Need]:
    """Every need by its plain word."""
    data = read_toml("needs")
    return {
        name: Need(name, category, tuple(map(cue, entry["cues"])), entry["card"], tuple(entry.get("kin", ())))
        for category in Category
        for name, entry in data[category.value].items()
    }


def find_needs(words: Sequence[Words], listening: Ear | None = None) -> list[NeedCandidate]:
    """Up to 8 candidates, surest first. Each quote is a slice of the person's own text. `listening`: for cross-validation."""
    evidence: dict[str, list[tuple[float, Quote]]] = {}
    for message in words:
        if message.role == "person":
            _collect(message, evidence, listening)
    candidates = [_candidate(taxonomy()[name], quotes) for name, quotes in evidence.items()]
    candidates.sort(key=lambda candidate: (-candidate.confidence, candidate.need))
    return _varied(candidates)


def _collect(message: Words, evidence: dict[str, list[tuple[float, Quote]]], listening: Ear | None) -> None:
    """What the cues find in a message; where they find nothing at all, what the trained ear hears."""
    spoken = [
        (start, sentence)
        for start, part in _parts(message.text)
        for sentence in sentences(part.replace("’", "'").replace("‘", "'"))
    ]
    found = [(start, sentence, _by_cues(sentence)) for start, sentence in spoken]
    if not any(needs for *_, needs in found):
        found = [(start, sentence, _by_ear(sentence, listening)) for start, sentence in spoken]
    for start, sentence, needs in found:
        for name, strength, at in needs:
            quote = _quote(message.text, start, sentence, at, message)
            if quote:
                evidence.setdefault(name, []).append((strength, quote))


def _by_cues(sentence: Span) -> list[tuple[str, float, int]]:
    """The needs whose cues are in a sentence, with their strength and place."""
    found = ((need.name, _match(need, sentence)) for need in taxonomy().values())
    return [(name, *match) for name, match in found if match]


def _by_ear(sentence: Span, listening: Ear | None) -> list[tuple[str, float, int]]:
    """The plainest need of each family that the trained ear hears in a sentence."""
    return [(PLAINEST[family], HEARD, 0) for family in families(sentence.text, listening)]


def _parts(text: str) -> list[tuple[int, str]]:
    """What is read of a text with where it starts: replacing quotes keeps lengths, so offsets hold."""
    read = readable(text)
    if read == text:
        return [(0, text)]
    half = len(read) // 2
    return [(0, text[:half]), (len(text) - half, text[len(text) - half :])]


def _match(need: Need, sentence: Span) -> tuple[float, int] | None:
    """Strength and place of a need in a sentence."""
    hits = [match for pattern in need.cues for match in pattern.finditer(sentence.text)]
    hits = [match for match in hits if not DENIED.search(sentence.text[: match.start()][-60:])]
    if need.name in OWN_STATES:
        hits = [match for match in hits if not OF_OTHER.search(sentence.text[: match.start()][-40:])]
    if not hits:
        return None
    strength = 1.0 + 0.4 * (len(hits) - 1) + (0.6 if WISHES.search(sentence.text) else 0)
    if need.name in sentence.text.lower():
        strength += 0.5
    strength *= read_toml("needs")["weights"].get(need.name, 1.0)
    return strength, min(match.start() for match in hits)


def _quote(whole: str, start: int, sentence: Span, at: int, message: Words) -> Quote | None:
    span = sentence
    if len(sentence.text) > LONGEST_QUOTE:
        span = next((c for c in clauses(sentence) if c.start <= sentence.start + at < c.end), sentence)
    if span.end - span.start > LONGEST_QUOTE:
        middle = sentence.start + at
        first = max(span.start, middle - LONGEST_QUOTE // 2)
        span = Span("", first, min(span.end, first + LONGEST_QUOTE))
    piece = trimmed(whole, start + span.start, start + span.end)
    return Quote(words_id=message.id, text=piece.text) if piece.text else None


def _candidate(need: Need, quotes: list[tuple[float, Quote]]) -> NeedCandidate:
    unique: dict[str, tuple[float, Quote]] = {}
    for strength, quote in quotes:
        unique.setdefault(quote.text, (strength, quote))
    best = sorted(unique.values(), key=lambda pair: -pair[0])[:MOST_QUOTES]
    total = sum(strength for strength, _ in unique.values())
    return NeedCandidate(
        need=need.name,
        category=need.category,
        evidence=tuple(quote for _, quote in best),
        confidence=round(min(0.95, 0.25 + 0.7 * total / (total + 2.5)), 2),
    )


def _varied(candidates: list[NeedCandidate]) -> list[NeedCandidate]:
    """At most three of one category, and no two that rest on the same single sentence in one category."""
    kept: list[NeedCandidate] = []
    for candidate in candidates:
        same = [other for other in kept if other.category == candidate.category]
        texts = {quote.text for quote in candidate.evidence}
        repeats = any(texts <= {quote.text for quote in other.evidence} for other in same)
        crowded = sum(texts <= {quote.text for quote in other.evidence} for other in kept) >= 3
        if len(same) < 3 and not repeats and not crowded:
            kept.append(candidate)
        if len(kept) == MOST_NEEDS:
            break
    return kept


def need_card(need: str, category: Category, words: Sequence[Words]) -> str:
    """The need in the first person, at most 25 words, without heat. A need the person worded themselves keeps their words."""
    entry = taxonomy().get(" ".join(need.lower().split()))
    if entry is None:
        return _own_card(need, Category(category))
    text = "\n".join(readable(message.text)[:2000] for message in words if message.role == "person")[:8000]
    return shorten(entry.card.replace("{about}", _about(text)), CARD_WORDS)


def _about(text: str) -> str:
    table = read_toml("needs")["about"]
    return next((table[situation.key] for situation in find_situations(text)[:2] if situation.key in table), "")


def _own_card(need: str, category: Category) -> str:
    """A card for a need outside the taxonomy."""
    said = " ".join(need.split())
    if not SAYS_ENOUGH.search(said) or has_heat(said) and len(said.split()) < 3:
        return GENERAL_CARDS[category]
    if len(said.split()) <= 16 and not re.match(r"(?:I|I'm|we|to|my|you|he|she|they)\b", said, re.I):
        said = f"I need {said[:1].lower() + said[1:]}"
    card = soften(re.sub(r"^to\b", "I need to", said, flags=re.I), CARD_WORDS)
    return GENERAL_CARDS[category] if card == FALLBACK else card


GENERAL_CARDS = {
    Category.SAFETY: "I need to feel safe in what is between us.",
    Category.CONNECTION: "I need to feel connected with you.",
    Category.AUTONOMY: "I need room to be my own person beside you.",
    Category.RECOGNITION: "I need to feel seen in what I do and who I am.",
    Category.MEANING: "I need our life together to mean something to both of us.",
    Category.FAIRNESS: "I need things between us to be fair for both.",
}


def name_need(card: str, category: Category) -> NamedNeed:
    """The taxonomy's word for what a card says; the card's own words when there is none. The category stays its owner's."""
    category, plain = Category(category), " ".join(card.split())
    entry = _by_card(plain) or _by_name(plain, category) or _by_cue(plain, category)
    return NamedNeed(entry.name if entry else plain, category)


def _by_card(card: str) -> Need | None:
    """A card this guide wrote, whatever it was about."""
    halves = {name: need.card.split("{about}") for name, need in taxonomy().items()}
    fitting = [name for name, parts in halves.items() if card.startswith(parts[0]) and card.endswith(parts[-1])]
    return taxonomy()[max(fitting, key=lambda name: len(taxonomy()[name].card))] if fitting else None


def _by_name(card: str, category: Category) -> Need | None:
    named = [need for need in taxonomy().values() if re.search(rf"\b{re.escape(need.name)}\b", card, re.I)]
    return next(iter(sorted(named, key=lambda need: need.category != category)), None)


def _by_cue(card: str, category: Category) -> Need | None:
    span = Span(card.replace("’", "'"), 0, len(card))
    found = [(match[0], need) for need in taxonomy().values() if (match := _match(need, span))]
    own = [pair for pair in found if pair[1].category == category]
    return max(own, key=lambda pair: pair[0])[1] if own else None


def common_ground(needs_a: Sequence[NamedNeed], needs_b: Sequence[NamedNeed]) -> list[CommonGroundCandidate]:
    """Up to 5 pairs in the same or in kindred words, nearest first; each need is used once."""
    pairs = [(_nearness(a, b), a, b) for a in needs_a for b in needs_b]
    pairs = sorted((pair for pair in pairs if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].need, pair[2].need))
    used_a, used_b, found = set(), set(), []
    for nearness, a, b in pairs:
        if a.need in used_a or b.need in used_b or len(found) == 5:
            continue
        used_a.add(a.need)
        used_b.add(b.need)
        shared = a if nearness == 1 else _shared_name(a, b)
        found.append(
            CommonGroundCandidate(
                need=shared.need, category=shared.category, need_a=a.need, need_b=b.need, confidence=nearness
            )
        )
    return found


def _nearness(a: NamedNeed, b: NamedNeed) -> float:
    first, second = a.need.strip().lower(), b.need.strip().lower()
    if first == second:
        return 1.0
    kin = {name: taxonomy()[name].kin if name in taxonomy() else () for name in (first, second)}
    if second in kin[first] and first in kin[second]:
        return 0.8
    if second in kin[first] or first in kin[second]:
        return 0.7
    if set(kin[first]) & set(kin[second]) and a.category == b.category:
        return 0.55
    return 0.4 if _common_words(first, second) else 0.0


def _common_words(first: str, second: str) -> bool:
    little = {
        "to",
        "be",
        "a",
        "the",
        "i",
        "need",
        "of",
        "my",
        "and",
        "feel",
        "being",
        "for",
        "in",
        "me",
        "more",
        "with",
        "we",
        "us",
        "you",
        "that",
    }
    return bool((set(re.findall(r"\w+", first)) & set(re.findall(r"\w+", second))) - little)


def _shared_name(a: NamedNeed, b: NamedNeed) -> NamedNeed:
    """The one of the two that the other one names as its kin, so that both can find themselves in it."""
    second = taxonomy().get(b.need.strip().lower())
    return a if second and a.need.strip().lower() in second.kin else b
