"""Putting an idea for the two into one plain form, so that its style doesn't tell its author (DESIGN §5, stage 4)."""

import re

from stages.guide.builtin.echo import has_heat, without_heat
from stages.guide.builtin.text import Span, capital, clauses, names, sentences, shorten, tidy, words
from stages.guide.interface import PlainIdea

MOST_WORDS = 40
NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "ten": 10,
    "the next": 1,
    "this": 1,
    "next": 1,
}
LENGTHS = {"day": 1, "night": 1, "evening": 1, "weekend": 7, "week": 7, "fortnight": 14, "month": 30}
DURATION = re.compile(
    r"\b(?:for|over|during|in|within|try(?: it)?) (?:the (?:next|coming) )?(?P<count>\d{1,3}|a|an|one|two|three|"
    r"four|five|six|seven|eight|ten|this|next)?\s?"
    r"(?P<unit>day|night|evening|weekend|week|fortnight|month)s?\b|\b(?P<this>this|next) (?P<one>week|month|"
    r"weekend|fortnight)\b",
    re.I,
)
FREQUENCY = re.compile(
    r"\b(?:every|each|once|twice|three times|\d+ times|daily|weekly|nightly|on (?:mon|tues|wednes|thurs|fri|satur|"
    r"sun)days?|per (?:day|week)|a (?:day|week)|"
    r"before (?:bed|sleep\w*)|during (?:dinner|breakfast|meals?|supper)|at the table|on week(?:days|ends)|"
    r"when (?:I|we|one)|in the (?:bedroom|morning|evening)|after (?:dinner|work|supper|breakfast)|at (?:dinner|"
    r"breakfast|bedtime|\d)|\d+ minutes|half an hour|an hour|ten minutes|twenty minutes)\b",
    re.I,
)
FOREVER = re.compile(
    r"\b(?:forever|for good|from now on|always|never again|sell|quit|move (?:house|out|to|abroad)|divorce|"
    r"have a (?:baby|child)|get married|resign|buy a)\b",
    re.I,
)
VAGUE = re.compile(
    r"\b(?:better|more|less|nicer|kinder|try harder|be (?:good|nice|kind|patient|there)|communicate|respect|"
    r"improve|change|support(?:ive)?|properly|attention)\b",
    re.I,
)
CHECK = re.compile(
    r"\b(?:ask each other|talk about how|tell each other|note|mark|count|tick|review|look (?:back|at how)|"
    r"see (?:how|whether|if))\b",
    re.I,
)
START = re.compile(
    r"^(?:(?:well|so|ok|maybe|perhaps|please|and|then|also|honestly|I think(?: that)?|I guess|I feel(?: like|"
    r" that)?|how about(?: if)?|what if|what about(?: if)?|"
    r"why don't|my idea is(?: that)?(?: to)?|the idea is(?: that)?(?: to)?|it would be (?:nice|good|great|lovely|"
    r"helpful) (?:if|to)|I(?:'d| would) (?:like|love|want|suggest|propose)(?: it if)?(?: for)?(?: us| you| him|"
    r" her| them)?(?: to| that)?|"
    r"I (?:want|need|wish|propose|suggest)(?: that)?(?: for)?(?: us| you| him| her| them| my \w+)?(?: to| would|"
    r" could)?|let's|let us|could|can|maybe)\b[\s,]*)+",
    re.I,
)
FILLER = re.compile(
    r"\b(?:just|really|actually|basically|honestly|maybe|perhaps|kind of|sort of|bloody|for once|finally|please|"
    r"a bit|you know|like,)\s*(?=\b|,)",
    re.I,
)
OTHERS = (
    r"he|she|you|they|my (?:husband|wife|partner|boyfriend|girlfriend|sister|brother|friend|mother|father|flatmate)"
)
ACTOR = re.compile(
    rf"^(?:(?P<both>we|both of us|the two of us|each of us)|(?P<self>I)|(?P<other>{OTHERS}))(?:'d|'ll|'re|'m|'s)?\s+",
    re.I,
)
MODALS = re.compile(
    r"^(?:(?:both|each|also|just|then|could|should|can|will|would|must|might|may|shall|have to|has to|need to|"
    r"needs to|ought to|am going to|are going to|"
    r"is going to|agrees? to|promises? to|would like to|am willing to|is willing to)\s+)+",
    re.I,
)
INNER_SELF = re.compile(
    r"\b(?:I|(?<=when )you|(?<=if )you) (?:(?P<adverb>always|both|then|each) )?(?P<verb>\w+)\b(?!')", re.I
)
INNER_OTHER = re.compile(r"\b(?:he|she)\b", re.I)
OBJECT_HER = re.compile(
    r"\bher\b(?=\s*(?:$|[,.]|(?:to|that|about|when|if|every|at|on|for|after|before|again|with|in|and|how|what|"
    r"more|once|twice|each|a|the|up|out)\b))",
    re.I,
)
IRREGULAR_BASE = {
    "does": "do",
    "goes": "go",
    "has": "have",
    "is": "be",
    "am": "be",
    "are": "be",
    "watches": "watch",
    "washes": "wash",
    "tries": "try",
}
IRREGULAR_THIRD = {"am": "is", "are": "is", "have": "has", "do": "does", "go": "goes", "was": "was", "were": "was"}
UNFINISHED = re.compile(r"\b(?:being|so|too|such a|such|to|a|an|the|of|and|or|but|with|that|more)$", re.I)
FALLBACK = "We try one small thing that would make this easier for both of us."


def plain_idea(text: str) -> PlainIdea:
    """One idea in "We …" form with at most 40 words, its days, its measure, and a question for each quality it lacks."""
    plain = tidy(text)[:4000]
    days = duration_days(plain)
    body = _body(plain)
    measure = _measure(plain)
    return PlainIdea(
        text=shorten(body, MOST_WORDS),
        duration_days=days,
        measure=measure,
        questions=tuple(_questions(plain, days, measure)),
    )


def duration_days(text: str) -> int | None:
    """For how many days an idea runs, if it says so. 1 to 365."""
    match = DURATION.search(text)
    if not match:
        return None
    if match["one"]:
        return LENGTHS[match["one"].lower()]
    count = (match["count"] or "1").lower()
    number = int(count) if count.isdigit() else NUMBERS.get(count, 1)
    return min(365, max(1, number * LENGTHS[match["unit"].lower()]))


def _body(plain: str) -> str:
    told = [_taken_apart(clause.text, plain) for span in sentences(plain) for clause in _with_when(_wanted(span))]
    told = [(actor, deed) for actor, deed in told if deed]
    if not told:
        return FALLBACK
    actors = {actor for actor, _ in told}
    pieces = _of_two(told) if {"self", "other"} <= actors else _of_both(told)
    text = pieces[0]
    for piece in pieces[1:]:
        if len(words(text)) + len(words(piece)) + 1 > MOST_WORDS:
            break
        text += f", and {piece}"
    return shorten(capital(re.sub(r"\s+", " ", text)).strip(" ,;-"), MOST_WORDS).rstrip(".") + "."


def _with_when(pieces: list[Span]) -> list[Span]:
    """A "when", "if" or "before" stays with what it belongs to."""
    result: list[Span] = []
    for piece in pieces:
        if result and piece.joiner in ("when", "whenever", "if", "while", "before", "after"):
            last = result.pop()
            piece = Span(f"{last.text} {piece.joiner} {piece.text}", last.start, piece.end, last.joiner)
        result.append(piece)
    return result


def _of_both(told: list[tuple[str, str]]) -> list[str]:
    """One person's deed becomes one that both do: whose idea it was, and for whom, no longer shows."""
    turned = [_shared(deed, "our", "each other") for _, deed in told]
    return [f"we {turned[0]}", *turned[1:]]


def _of_two(told: list[tuple[str, str]]) -> list[str]:
    """Two persons with a task each: the first named is "one of us"."""
    first = next(actor for actor, _ in told if actor != "both")
    whom = {first: "one of us", "both": "we both"}
    return [f"{whom.get(actor, 'the other')} will {_shared(deed, 'their', 'the other')}" for actor, deed in told]


def _shared(deed: str, whose: str, whom: str) -> str:
    deed = INNER_SELF.sub(_one_of_us, OBJECT_HER.sub(whom, deed))
    deed = re.sub(r"\b(?:me|him|you|(?<!of )us)\b", whom, deed, flags=re.I)
    deed = INNER_OTHER.sub("one of us", deed)
    deed = re.sub(r"\b(?:my|his|her|your|our)\b", whose, deed, flags=re.I)
    deed = re.sub(r"\b(?:mine|hers|yours)\b", "ours" if whose == "our" else "theirs", deed, flags=re.I)
    deed = re.sub(r"\b(?:myself|yourself|himself|herself)\b", "ourselves", deed, flags=re.I)
    deed = re.sub(r"^be\b", "are" if whose == "our" else "be", deed)
    return re.sub(r"^(?=no |more |less |fewer )", "have ", deed)


def _one_of_us(match: re.Match[str]) -> str:
    adverb = f"{match['adverb']} " if match["adverb"] else ""
    return f"one of us {adverb}{_third(match['verb'])}"


def _third(verb: str) -> str:
    lowered = verb.lower()
    if lowered in IRREGULAR_THIRD:
        return IRREGULAR_THIRD[lowered]
    if lowered.endswith(("ed", "s", "ly")) or lowered in ("can", "could", "will", "would", "might", "may"):
        return verb
    return verb + ("es" if lowered.endswith(("ch", "sh", "ss", "x", "o")) else "s")


def _base(verb: str) -> str:
    lowered = verb.lower()
    if lowered in IRREGULAR_BASE:
        return IRREGULAR_BASE[lowered]
    return verb[:-1] if lowered.endswith("s") and not lowered.endswith(("ss", "us")) else verb


def _wanted(sentence: Span) -> list[Span]:
    """The clauses that say what to do; reasons and complaints stay behind."""
    wanted = []
    for clause in clauses(sentence):
        if clause.joiner in ("because", "but", "although", "though", "whereas", "yet"):
            continue
        if re.match(r"(?:because|since|otherwise|it's|it is|that's|that way|this is|there)\b", clause.text, re.I):
            continue
        wanted.append(clause)
    return wanted


def _taken_apart(clause: str, whole: str) -> tuple[str, str]:
    """Who does it ("self", "other" or "both") and what, in the verb's base form; "" if nothing is left of it."""
    clause = re.sub(r"[^\w\s,.'%£€$:-]", "", clause)
    for name in names(whole):
        clause = re.sub(
            rf"\b{re.escape(name)}(?='s)", "the other", re.sub(rf"\b{re.escape(name)}\b(?!')", "he", clause)
        )
    asked = re.match(
        r"(?:.*?\b)?(?:want|need|like|wish|love|ask|propose) (?:for )?(?P<whom>him|her|them|you|us)\b", clause, re.I
    )
    clause = FILLER.sub("", START.sub("", clause)).strip(" ,")
    actor = ACTOR.match(clause)
    who = next((key for key, value in actor.groupdict().items() if value), "both") if actor else "both"
    if asked and not actor:
        who = "both" if asked["whom"].lower() == "us" else "other"
    deed = clause[actor.end() :] if actor else clause
    shorter = MODALS.sub("", deed)
    if actor and shorter == deed and who == "other":
        first, _, rest = deed.partition(" ")
        shorter = f"{_base(first)} {rest}".strip()
    deed = without_heat(shorter) if has_heat(shorter) else shorter
    deed = deed.strip(" ,.'-:")
    deed = deed[:1].lower() + deed[1:]
    return who, "" if len(words(deed)) < 2 or UNFINISHED.search(deed) else deed


def _measure(plain: str) -> str:
    """How one could tell, if the idea says so itself or says how often."""
    for sentence in sentences(plain):
        if CHECK.search(sentence.text):
            return shorten("At the end we ask each other how it was.", 20)
    match = FREQUENCY.search(plain)
    return "At the end we look at how often it happened and how it was." if match else ""


def _questions(plain: str, days: int | None, measure: str):
    specific = FREQUENCY.search(plain) and len(words(plain)) >= 5
    if not specific:
        vague = VAGUE.search(plain)
        yield (
            "What exactly would one of you see the other do, and when?"
            if vague or len(words(plain)) < 5
            else "When in the day or the week would it happen?"
        )
    if days is None:
        yield "For how many days would you want to try it?"
    if FOREVER.search(plain):
        yield "What smaller version of it could be undone again after a week?"
    if not measure:
        yield "How would you both notice whether it helps?"
