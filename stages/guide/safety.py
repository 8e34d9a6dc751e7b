"""Crisis and abuse language, recognised outside any model and before it (DESIGN §7, §8).

Rules see what is said plainly and some of what is said sideways. They miss things, and they take some for more than it is; both
are shown as `certainty`, and nothing is ever done to a person because of it: they are shown where help is, and the guide stays.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from typing import Literal

from stages.guide.builtin.lexicon import cue, read_toml
from stages.guide.builtin.text import QUOTED, sentences, tidy

Kind = Literal["suicide", "self_harm", "violence", "coercion", "fear", "harm_to_other"]
LONGEST = 20_000
URGENT = ("suicide", "self_harm", "violence", "harm_to_other", "fear", "coercion")
LEAST = 0.5
SEEN = 0.3
REACH = 120  # characters around a cue that can change what it means
NEGATED = re.compile(
    r"\b(?:not|never|no|don't|doesn't|didn't|isn't|wasn't|wouldn't|won't|hasn't|haven't|without|no longer|nobody|"
    r"far from|don't ever)\s+(?:\w+\s+){0,4}$",
    re.I,
)
DENIED_INSIDE = re.compile(r"\b(?:never|not|didn't|doesn't|hasn't|wouldn't|won't)\b", re.I)
STILL = re.compile(
    r"\b(?:don't (?:want|wish|know|see|think I can|understand)|do not (?:want|wish|know)|can't|cannot|not (?:want|"
    r"sure|lying|only|just)|"
    r"no (?:point|reason|doubt)|making (?:this|it) up)\b",
    re.I,
)
NOW = re.compile(
    r"\b(?:now|again|still|these days|last (?:night|week)|yesterday|today|tonight|this (?:week|morning))\b", re.I
)
PAST = re.compile(
    r"\b(?:(?:years|a lifetime|decades) ago|when (?:I was|we were) (?:a |young|little|small|younger|\d+|in|at|children|kids|"
    r"(?:\w+teen|twelve|eleven|ten|nine|eight|seven|six|five|four|twenty)\b)|as (?:a |an )?(?:child|children|teenager|kid|student|boy|girl)|"
    r"used to|in the past|long (?:time )?(?:ago|behind me|past)|back then|(?:my|his|her) (?:ex|first (?:husband|wife))\b|(?:in|since) \d{4}|"
    r"before (?:we|I) met|in my (?:teens|twenties|childhood|last relationship|first marriage))",
    re.I,
)
PAST_AFTER = re.compile(r"(?:that|it|this)(?:'s| was| is|'s been)? (?:\w+ ){0,3}(?:years ago|long ago|behind (?:me|us)|over now|in the past)", re.I)
ELSEWHERE = re.compile(
    r"\b(?:(?:my|our) (?:\w+ )?(?:friend|colleague|neighbour|cousin|uncle|aunt|sister|brother|grandfather|grandmother|boss|mother|"
    r"father|mum|dad|niece|nephew|client|pupil)(?:'s)?|(?:his|her) (?:\w+ )?(?:friend|father|brother|mother|sister|cousin)|"
    r"in (?:the|a) (?:film|movie|book|novel|news|series|game|show|play|documentary|podcast)|on (?:tv|the (?:news|radio)|netflix)|"
    r"(?:film|movie|book|novel|documentary|podcast|story|article) (?:about|where|in which)|a character|someone (?:at work|I know)|"
    r"in our street|next door|the neighbours)\b",
    re.I,
)
ONESELF = re.compile(r"\b(?:me|myself|I|I'm|I've|mine|my|us|our)\b")
HYPOTHETICAL = re.compile(
    r"\b(?:as if|as though|(?:I'd|I would) rather|I wish|imagine|dream\w*(?: that)?|nightmare\w*(?: that)?)"
    r"(?: (?:I|I'd|he|she|they|he'd|she'd|they'd|had|would|was|were))*\s*$",
    re.I,
)
FIGURE = re.compile(
    r"\b(?:kill(?:ing)? (?:time|me softly|for (?:a|some))|killed the (?:conversation|mood|joke)|could (?:have )?(?:kill|strangle|murder|throttle)\w* (?:him|her|them|a)|"
    r"nearly died of|(?:die|dead|died) of (?:shame|embarrassment|laughter)|(?:will|would|'ll|'d|is going to) kill me if I (?:miss|forget|don't|eat|spill|lose)|"
    r"be the death of me|sick to death of|(?:like|was|as) a slap in the face|slap in the face|beat(?:ing)? myself up|to die for|dying (?:to|of (?:laughter|embarrassment|boredom))|"
    r"(?:my|the) (?:feet|back|head|knees?) (?:is|are) killing me|killing me|laugh\w* to death|bored to death|"
    r"scared to death of (?:spiders|heights|flying)|"
    r"work(?:ed|ing|s)? (?:himself|herself|myself|themselves) to death|hit me (?:that|then|like|how|when)|"
    r"it hit me|shot in the|hit the (?:road|roof|pub|gym|shops)|beat me (?:to it|at|by|in)|"
    r"hits? (?:me )?(?:hard|home)|strike (?:a|up)|kicked (?:off|out)|killer)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class SafetySign:
    """Something in a text that may mean danger. `certainty` is 0 to 1; below `LEAST` it is past, denied or about others."""

    kind: Kind
    certainty: float
    direct: bool

    @property
    def counts(self) -> bool:
        """Whether the words about help are to be shown."""
        return self.certainty >= LEAST


def find_signs(text: str) -> list[SafetySign]:
    """All signs of a text, the most urgent kind first, one for each kind. Texts beyond 20,000 characters are read in part."""
    plain = tidy(text[:LONGEST])
    best: dict[str, SafetySign] = {}
    spoken = [sentence.text for sentence in sentences(plain)]
    for sentence, after in zip_longest(spoken, spoken[1:], fillvalue=""):
        long_past = PAST_AFTER.match(after)
        for sign in _in_sentence(sentence):
            if long_past and not NOW.search(sentence):
                sign = replace(sign, certainty=round(sign.certainty * 0.5, 2))
            if sign.certainty > getattr(best.get(sign.kind), "certainty", 0):
                best[sign.kind] = sign
    return sorted(best.values(), key=lambda sign: (not sign.counts, URGENT.index(sign.kind)))


def safety_sign(text: str) -> SafetySign | None:
    """The most urgent sign that counts, or None."""
    return next((sign for sign in find_signs(text) if sign.counts), None)


def _in_sentence(sentence: str):
    unquoted = QUOTED.sub(lambda match: " " * len(match[0]), sentence)
    for kind, direct, pattern in _cues():
        for match in pattern.finditer(sentence):
            certainty = _certainty(sentence, unquoted, match, kind, direct)
            if certainty >= SEEN / 2:
                yield SafetySign(kind, round(certainty, 2), direct)


def _certainty(sentence: str, unquoted: str, match: re.Match[str], kind: str, direct: bool) -> float:
    first = max(0, match.start() - REACH)
    around = sentence[first : match.end() + REACH]
    if _is_figure(around, match.start() - first, match.end() - first):
        return 0.0
    certainty = 0.95 if direct else 0.65
    if _is_denied(sentence[first : match.start()], match[0], kind):
        certainty *= 0.3
    if not unquoted[match.start() : match.end()].strip() and kind not in ("violence", "coercion"):
        certainty *= 0.8
    if PAST.search(around) and not NOW.search(around):
        certainty *= 0.5
    if HYPOTHETICAL.search(sentence[first : match.start()]):
        certainty *= 0.3
    if _is_of_others(around, match.start() - first, match[0]):
        certainty *= 0.45
    return certainty


def _is_of_others(around: str, start: int, said: str) -> bool:
    """Whether somebody outside this pair is the one spoken of: named before it, with no "I" or "me" since, or with none at all."""
    elsewhere = list(ELSEWHERE.finditer(around))
    if not elsewhere:
        return False
    if not ONESELF.search(around[start:]):
        return True
    before = [one.end() for one in elsewhere if one.end() <= start]
    return bool(before) and not ONESELF.search(around[before[-1] : start]) and not ONESELF.search(said)


def _is_figure(around: str, start: int, end: int) -> bool:
    return any(figure.start() < end and start < figure.end() for figure in FIGURE.finditer(around))


def _is_denied(before: str, said: str, kind: str) -> bool:
    """Denied in the same clause: "he didn't mean to, but he hit me" denies nothing."""
    if kind in ("violence", "harm_to_other") and DENIED_INSIDE.search(said):
        return True
    clause = re.split(r"[,:()]|\b(?:but|and|because|then|still|until)\b", before[-60:])[-1]
    return bool(NEGATED.search(clause)) and not STILL.search(clause)


@cache
def _cues() -> tuple[tuple[Kind, bool, re.Pattern[str]], ...]:
    return tuple(
        (kind, name == "direct", cue(_with_parts("|".join(read_toml("safety")[kind][name]))))
        for kind in URGENT
        for name in ("direct", "indirect")
    )


def _with_parts(pattern: str) -> str:
    for name, part in read_toml("safety")["parts"].items():
        pattern = pattern.replace("{" + name + "}", part)
    return pattern


def safety_words(sign: SafetySign) -> str:
    """What the guide says then: calm, no question, pointing to the page "Get help now"; and it stays."""
    return read_toml("safety")["words"][sign.kind]


def points_to_help(answer: str) -> bool:
    """Whether an answer of the guide begins with the words about help: then the page puts the way there beside it."""
    return answer.startswith(tuple(read_toml("safety")["words"].values()))
