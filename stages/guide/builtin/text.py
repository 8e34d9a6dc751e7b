"""Taking a message apart: tidying, sentences, clauses, names. Offsets always point into the text given."""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

from stages.guide.builtin.lexicon import read_lines

LONGEST_READ = 4_000  # characters the rules look at; a longer message is sampled from its start and its end

CHATTY = {
    "im": "I'm", "ive": "I've", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't", "wont": "won't",
    "isnt": "isn't", "wasnt": "wasn't", "arent": "aren't", "couldnt": "couldn't", "wouldnt": "wouldn't", "hes": "he's",
    "shes": "she's", "theyre": "they're", "thats": "that's", "theres": "there's", "whats": "what's", "youre": "you're",
    "havent": "haven't", "hasnt": "hasn't", "shouldnt": "shouldn't", "i": "I", "i'm": "I'm", "i've": "I've", "i'd": "I'd",
    "i'll": "I'll", "u": "you", "ur": "your", "cos": "because", "cuz": "because", "bc": "because", "coz": "because",
    "becuase": "because", "gonna": "going to", "wanna": "want to", "gotta": "have to", "tho": "though", "rly": "really",
    "alot": "a lot", "idk": "I don't know", "dunno": "don't know", "kinda": "rather", "ppl": "people", "abt": "about",
}  # fmt: skip
CHATTY_WORD = re.compile(
    r"(?<![\w'])(?:" + "|".join(sorted(map(re.escape, CHATTY), key=len, reverse=True)) + r")(?![\w'])"
)
WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|\n+|(?<!\s)\s*;\s*|(?<!\s)\s+[–—-]\s+|\.{2,}\s*")
QUOTED = re.compile(r'"[^"]*"|“[^”]*”|«[^»]*»|(?<!\w)\'[^\'\n]{2,}\'(?!\w)')
SUBJECT = r"(?:i|we|he|she|they|it|you|my|our|his|her|their|nobody|no one|everyone|nothing|everything|there|that|this)"
CLAUSE_BREAK = re.compile(
    rf"(?<!\bas)(?<!\beven)(?<!\bwhat),?\s+(?P<joiner>which means|since|but|because|although|though|whereas|yet|"
    rf"so(?! that\b)|and|then|while|when|whenever|if|or)\s+(?=(?:{SUBJECT}|last|yesterday|sometimes|every)(?:'\w+)?\s)"
    rf"|,\s+(?={SUBJECT}(?:'\w+)?\s)|,?\s+(?P<turn>but|and yet|because)\s+",
    re.IGNORECASE,
)


VERB = re.compile(
    r"\b(?:\w+n't|is|are|was|were|am|has|have|had|do|does|did|will|would|can|could|never|always|keeps?|kept|"
    r"says?|said|goes|went|comes?|came|gets?|got|makes?|made|takes?|took|left|leaves?|feels?|felt|thinks?|thought|wants?|knows?|knew|"
    r"\w{3,}(?:ed|es))\b|'(?:s|re|ve|m|d|ll)\b",
    re.IGNORECASE,
)
HAS_SUBJECT = re.compile(r"(?:I|we|he|she|they|you) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text; `text == whole[start:end]`. `joiner` is the word that ties it to the piece before."""

    text: str
    start: int
    end: int
    joiner: str = ""


def readable(text: str) -> str:
    """What the rules read of a message: all of it, or start and end of one that is very long. May hold odd characters."""
    if len(text) <= LONGEST_READ:
        return text
    half = LONGEST_READ // 2
    return text[:half] + "\n" + text[-half:]


def tidy(text: str) -> str:
    """Straight quotes, single spaces, chat spellings written out. For reading and echoing, never for evidence."""
    text = text.replace("’", "'").replace("‘", "'").replace("`", "'")
    text = CHATTY_WORD.sub(lambda match: CHATTY[match[0]], text)
    return re.sub(r"[ \t\r\f\v\u00a0]+", " ", text).strip()


def sentences(text: str) -> list[Span]:
    """The sentences of a text, in order, without surrounding space."""
    found, start = [], 0
    for match in SENTENCE_END.finditer(text):
        found.append(trimmed(text, start, match.start()))
        start = match.end()
    found.append(trimmed(text, start, len(text)))
    return [span for span in found if span.text]


def clauses(sentence: Span) -> list[Span]:
    """The clauses of a sentence; commas and full stops at their ends are left out."""
    found, start, joiner = [], 0, ""
    for match in CLAUSE_BREAK.finditer(sentence.text):
        if not VERB.search(sentence.text[start : match.start()]) and not HAS_SUBJECT.match(sentence.text[start:]):
            continue  # "my wife and I", not two clauses
        found.append(_clause(sentence, start, match.start(), joiner))
        joiner = (match["joiner"] or match["turn"] or ",").lower()
        start = match.end()
    found.append(_clause(sentence, start, len(sentence.text), joiner))
    return [span for span in found if span.text]


def _clause(sentence: Span, start: int, end: int, joiner: str) -> Span:
    piece = trimmed(sentence.text, start, end, extra=" \t\n,.!?…;:-–—()")
    return Span(piece.text, piece.start + sentence.start, piece.end + sentence.start, joiner)


def trimmed(text: str, start: int, end: int, extra: str = " \t\r\n\f\v\u00a0") -> Span:
    """The piece from `start` to `end` without the `extra` characters at its ends."""
    while start < end and (text[start] in extra or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in extra or text[end - 1].isspace()):
        end -= 1
    return Span(text[start:end], start, end)


def words(text: str) -> list[str]:
    """The words, lower case, without numbers and signs."""
    return [word.lower() for word in WORD.findall(text)]


def shorten(text: str, most: int) -> str:
    """At most `most` words of a text, cut after the last of them."""
    pieces = text.split()
    return text.strip() if len(pieces) <= most else " ".join(pieces[:most]).rstrip(",;:-– ")


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text as a sentence: capital letter, full stop."""
    text = text.strip().rstrip(",;:")
    return capital(text) if text.endswith((".", "?")) else capital(text) + "."


def steady_number(*parts: object) -> int:
    """A number that depends on the parts alone: the same in every process and on every machine."""
    joined = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


@cache
def _ordinary_words() -> frozenset[str]:
    return frozenset(word for line in read_lines("capitalised") for word in line.lower().split())


@cache
def _first_names() -> frozenset[str]:
    return frozenset(name for line in read_lines("first_names") for name in line.split())


NAME = re.compile(r"(?<![\w'])[A-Z][a-zà-öø-ÿ]+(?:-[A-Z][a-z]+)?(?='s|[^\w']|$)")
NAME_VERB = re.compile(
    r"'s\b|\s+(?:is|was|has|had|could|would|should|will|can|does|did|and me|said|says|never|always|keeps|kept|"
    r"just|doesn't|didn't|won't|thinks|wants|and I)\b"
)
NAME_LEAD = re.compile(
    r"(?:with|to|for|from|at|about|husband|wife|partner|boyfriend|girlfriend|fianc\w+|brother|sister|son|daughter|"
    r"friend|and|when|because|that|if)\s$",
    re.IGNORECASE,
)


IN_A_PLACE = re.compile(r"\bin $", re.IGNORECASE)


def names(text: str) -> set[str]:
    """Words that look like somebody's name: common first names in any letters, and others by their capital. Rules only."""
    found = {match[0] for match in WORD.finditer(text) if match[0].lower().removesuffix("'s") in _first_names()}
    for match in NAME.finditer(text):
        if match[0].lower() in _ordinary_words() or match[0].lower().removesuffix("s") in _ordinary_words():
            continue
        if IN_A_PLACE.search(text[: match.start()][-4:]):
            continue
        before, after = text[: match.start()], text[match.end() : match.end() + 12]
        starts_sentence = not before.strip() or before.rstrip()[-1] in ".!?…:\"'“\n" or before.endswith("\n")
        if not starts_sentence or NAME_LEAD.search(before[-14:]) or NAME_VERB.match(after) or text.count(match[0]) > 1:
            found.add(match[0])
    return found
