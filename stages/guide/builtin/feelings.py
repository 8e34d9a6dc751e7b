"""Finding feelings: which, how strong, whose, and whether they were denied."""

import re
from dataclasses import dataclass

from stages.guide.builtin.lexicon import FeelingWord, families, feeling_pattern, feeling_words, listed
from stages.guide.builtin.text import QUOTED, Span, sentences, tidy
from stages.guide.interface import Feeling

STRONGER = re.compile(
    r"\b(?:very|so|really|extremely|incredibly|utterly|completely|totally|absolutely|deeply|too|bloody|beyond)\s*$",
    re.I,
)
WEAKER = re.compile(
    r"\b(?:a bit|a little|slightly|somewhat|sort of|kind of|rather|fairly|maybe|a little bit|mildly)\s*$", re.I
)
NOT_BEFORE = re.compile(
    r"\b(?:not|never|no longer|wasn't|isn't|aren't|weren't|don't|doesn't|didn't|can't|hardly|neither|without|no|"
    r"nor|nothing|haven't|"
    r"hadn't|stopped|don't feel|rather than|instead of)\s+(?:\w+\s+){0,2}$",
    re.I,
)
NOT_A_DENIAL = re.compile(
    r"\b(?:not only|not just|no wonder|can't help|cannot help|why|don't know (?:why|if)|don't want)\s+(?:\w+\s+){0,3}$",
    re.I,
)
FELT = re.compile(
    r"\b(?:feel|feels|felt|feeling|am|i'm|was|i was|been|be|become|became|getting|got|seem|left me|leaves me|"
    r"makes me|made me|make me|"
    r"making me|me feel|keeps me|we're|we are|we were|just)\s+(?:\w+\s+){0,2}$",
    re.I,
)
OWNERS = re.compile(
    r"\b(i|i'm|i've|i'd|i'll|me|my|myself|we|we're|we've|us|he|he's|she|she's|they|they're|him|her|them|his|their)\b",
    re.I,
)
REACH = 160  # characters before and after a feeling word that say whose it is
OWN = listed("i i'm i've i'd i'll me my myself we we're we've us")
RELATIVE = re.compile(
    r"\b(?:my|our) (?:\w+[ -])?(?:husband|wife|partner|mother|father|mum|dad|son|daughter|sister|brother|friend|"
    r"boss|parents|kids|children)\b",
    re.I,
)
SPEAKER = re.compile(r"\b(?:I|I'm|me)\b", re.I)
WAS = re.compile(r"\b(?:was|were|felt|had been|got|became|made me|left me)\s+(?:\w+\s+){0,2}$", re.I)
WEARY_OF = re.compile(r"\b(?:tired|sick|fed up) (?:of|to|with) (?:be|being|having to be)\s+(?:\w+\s+)?$", re.I)
LEFT_ME = re.compile(
    r"\b(?:makes?|made|making|leaves?|left|leaving|got|gets|feels?|keeps)\s+(?:me|us)\b|\b(?:for|to|on) me\b", re.I
)


@dataclass(frozen=True, slots=True)
class Found:
    """A feeling in a text. `own` is False when it is said of somebody else, `denied` when it is said not to be there."""

    entry: FeelingWord
    start: int
    end: int
    own: bool
    denied: bool
    intensity: int
    past: bool = False
    said: str = ""

    @property
    def family(self) -> str:
        return self.entry.family

    @property
    def word(self) -> str:
        return self.entry.word

    @property
    def warm(self) -> bool:
        return families()[self.entry.family].warm


def find_feelings(text: str) -> list[Found]:
    """Every feeling word in a text, in order; what stands in quotation marks is left out."""
    plain = QUOTED.sub(lambda match: " " * len(match[0]), text)
    return [found for piece in sentences(plain) for found in _in_sentence(piece)]


def _in_sentence(piece: Span):
    for match in feeling_pattern().finditer(piece.text):
        entry = feeling_words()[match[0].lower()]
        if entry.cue == "used" and re.match(r"\s+to\b", piece.text[match.end() :]):
            continue
        if entry.word in ("touched", "moved") and re.match(r"\s+(?:by|in|out|on|away|to)\b", piece.text[match.end() :]):
            continue
        before = piece.text[max(0, match.start() - REACH) : match.start()]
        after = piece.text[match.end() : match.end() + REACH]
        if entry.bare or FELT.search(before[-40:]):
            yield Found(
                entry,
                piece.start + match.start(),
                piece.start + match.end(),
                own=_is_own(before, after, match[0].lower()),
                denied=_is_denied(before, after),
                past=bool(WAS.search(before[-40:])),
                said=match[0].lower(),
                intensity=_intensity(entry.intensity, before),
            )


def _is_denied(before: str, after: str) -> bool:
    if WEARY_OF.search(before[-40:]):
        return True
    if re.match(r"\s+(?:out loud|enough)\b", after):
        return False
    clause = re.split(r"[,:()]|\b(?:but|because|and then|so)\b", before)[-1]
    return bool(NOT_BEFORE.search(clause)) and not NOT_A_DENIAL.search(clause)


def _is_own(before: str, after: str, word: str) -> bool:
    if word.startswith("i "):
        return True
    if LEFT_ME.search(before[-45:]):
        return True
    if re.search(r"\bthe most\s+$", before, re.I):
        return False
    owners = OWNERS.findall(RELATIVE.sub("they", before))
    if owners:
        return owners[-1].lower() in OWN
    if re.match(r"\s+(?:he|she|they)\b", after, re.I):
        return True
    return not re.search(r"\b(?:is|was|are|were|looks|looked|seems|seemed|gets|got)\s+(?:\w+\s+)?$", before, re.I)


def _intensity(base: int, before: str) -> int:
    if STRONGER.search(before[-30:]):
        return min(10, base + 2)
    if WEAKER.search(before[-30:]):
        return max(1, base - 2)
    return base


def own_feelings(text: str) -> list[Found]:
    """The feelings the person has, strongest first, each word once."""
    return had(find_feelings(tidy(text)))


def had(all_found: list[Found]) -> list[Found]:
    """Of what was found, the person's own feelings, strongest first, each word once."""
    kept: dict[str, Found] = {}
    for found in all_found:
        if found.own and not found.denied and kept.get(found.word, found).intensity <= found.intensity:
            kept[found.word] = found
    return sorted(kept.values(), key=lambda found: (-found.intensity, found.start))


def denied_feelings(text: str) -> list[Found]:
    """Feelings the person says they do not have."""
    plain = tidy(text)
    return denied(find_feelings(plain), plain)


def denied(all_found: list[Found], plain: str) -> list[Found]:
    """Of what was found in a text, what its writer says they do not feel."""
    return [
        found
        for found in all_found
        if found.own and found.denied and SPEAKER.search(plain[max(0, found.start - 30) : found.start])
    ]


def as_feeling(found: Found) -> Feeling:
    """The feeling as the rest of the house stores it."""
    return Feeling(word=found.word, family=found.family, intensity=found.intensity, named=True)
