"""Putting an idea for the two into one plain form, so that its style doesn't tell its author (DESIGN §5, stage 4)."""

import re

from stages.guide.builtin.echo import has_heat, without_heat
from stages.guide.builtin.text import capital, clauses, names, sentences, shorten, tidy, words
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
    r"\b(?:for|over|during|in|within|try(?: it)?) (?:the (?:next|coming) )?(?P<count>\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|ten|this|next)?\s?"
    r"(?P<unit>day|night|evening|weekend|week|fortnight|month)s?\b|\b(?P<this>this|next) (?P<one>week|month|weekend|fortnight)\b",
    re.I,
)
FREQUENCY = re.compile(
    r"\b(?:every|each|once|twice|three times|\d+ times|daily|weekly|nightly|on (?:mon|tues|wednes|thurs|fri|satur|sun)days?|per (?:day|week)|a (?:day|week)|"
    r"before bed|after (?:dinner|work|supper|breakfast)|at (?:dinner|breakfast|bedtime|\d)|\d+ minutes|half an hour|an hour|ten minutes|twenty minutes)\b",
    re.I,
)
FOREVER = re.compile(
    r"\b(?:forever|for good|from now on|always|never again|sell|quit|move (?:house|out|to|abroad)|divorce|have a (?:baby|child)|get married|resign|buy a)\b",
    re.I,
)
VAGUE = re.compile(
    r"\b(?:better|more|less|nicer|kinder|try harder|be (?:good|nice|kind|patient|there)|communicate|respect|improve|change|support(?:ive)?|properly|attention)\b",
    re.I,
)
CHECK = re.compile(
    r"\b(?:ask each other|talk about how|tell each other|note|mark|count|tick|review|look (?:back|at how)|see (?:how|whether|if))\b",
    re.I,
)
START = re.compile(
    r"^(?:(?:well|so|ok|maybe|perhaps|please|and|then|also|honestly|I think(?: that)?|I guess|I feel(?: like| that)?|how about(?: if)?|what if|what about(?: if)?|"
    r"why don't|my idea is(?: that)?(?: to)?|the idea is(?: that)?(?: to)?|it would be (?:nice|good|great|lovely|helpful) (?:if|to)|I(?:'d| would) (?:like|love|want|suggest|propose)(?: it if)?(?: for)?(?: us| you| him| her| them)?(?: to| that)?|"
    r"I (?:want|need|wish|propose|suggest)(?: that)?(?: for)?(?: us| you| him| her| them| my \w+)?(?: to| would| could)?|let's|let us|could|can|maybe)\b[\s,]*)+",
    re.I,
)
SUBJECT = re.compile(
    r"^(?:we|you|he|she|they|I|both of us|the two of us|my (?:husband|wife|partner|boyfriend|girlfriend|sister|brother|friend))(?:'d|'ll|'re|'s)?\s+"
    r"(?:both\s+)?(?:(?:could|should|can|will|would|must|might|have to|has to|need to|needs to|ought to|are going to|agree to|try to|each)\s+)*",
    re.I,
)
FILLER = re.compile(
    r"\b(?:just|really|actually|basically|honestly|maybe|perhaps|kind of|sort of|bloody|for once|finally|please|a bit|you know|like,)\s*(?=\b|,)",
    re.I,
)
MINE = {"my": "one's own", "me": "the other", "him": "the other", "her": "the other", "you": "the other", "them": "the other", "your": "the other's",
        "his": "the other's", "their": "the other's", "i": "one of us", "he": "the other", "she": "the other", "they": "both",
        "i'm": "one of us is", "he's": "the other is", "she's": "the other is", "myself": "oneself", "yourself": "oneself"}  # fmt: skip
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
    pieces = [_plain_clause(span.text) for span in sentences(plain) for span in _wanted(span)]
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        return FALLBACK
    text = f"We {pieces[0]}"
    for piece in pieces[1:]:
        if len(words(text)) + len(words(piece)) + 1 > MOST_WORDS:
            break
        text += f", and {piece}" if not piece.startswith("so that") else f" {piece}"
    text = capital(re.sub(r"\s+", " ", text)).strip(" ,;-")
    return shorten(text, MOST_WORDS).rstrip(".") + "."


def _wanted(sentence):
    """The clauses that say what to do; reasons and complaints stay behind."""
    for clause in clauses(sentence):
        if clause.joiner in ("because", "but", "although", "though", "whereas", "yet"):
            continue
        if re.match(r"(?:because|since|otherwise|it's|it is|that's|that way|this is|there)\b", clause.text, re.I):
            continue
        yield clause


def _plain_clause(clause: str) -> str:
    if "?" in clause:
        clause = clause.replace("?", "")
    clause = START.sub("", clause)
    clause = SUBJECT.sub("", clause)
    clause = FILLER.sub("", START.sub("", clause))
    if has_heat(clause):
        clause = without_heat(clause)
    for name in names(clause):
        clause = re.sub(
            rf"\b{re.escape(name)}('s)?\b", lambda match: "the other's" if match[1] else "the other", clause
        )
    clause = re.sub(r"[\w']+", lambda match: MINE.get(match[0].lower(), match[0]), clause)
    clause = re.sub(r"[^\w\s,.'%£€$:-]", "", clause).strip(" ,.'-")
    clause = re.sub(r"\b(?:both of us|the two of us)\b", "we both", clause)
    clause = clause[:1].lower() + clause[1:]
    return clause if len(words(clause)) >= 2 else ""


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
