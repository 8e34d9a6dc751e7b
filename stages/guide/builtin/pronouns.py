"""Turning a person's words towards them: "she never listens to me" becomes "she never listens to you".

Only the speaker's own pronouns turn; he, she and they stay. What stands in quotation marks is left as it is. When the words are
written as if to the partner ("you never listen to me"), `to_partner` makes that "they never listen to you".
"""

import re

from stages.guide.builtin.lexicon import listed
from stages.guide.builtin.text import QUOTED

TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+|\s+|.", re.DOTALL)
SIMPLE = {
    "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "i": "you", "i'm": "you're", "i've": "you've",
    "i'd": "you'd", "i'll": "you'll", "our": "your", "ours": "yours", "ourselves": "yourselves", "us": "you",
    "we're": "you're", "we've": "you've", "we'd": "you'd", "we'll": "you'll", "we": "you", "let's": "let's",
    "i'd've": "you'd have", "meself": "yourself",
}  # fmt: skip
BOTH = {"we": "the two of you", "us": "the two of you", "we're": "the two of you are", "we've": "the two of you have",
        "we'd": "the two of you had", "we'll": "the two of you will"}  # fmt: skip
TO_PARTNER = {"you": "they", "your": "their", "yours": "theirs", "yourself": "themselves", "you're": "they're",
              "you've": "they've", "you'd": "they'd", "you'll": "they'll"}  # fmt: skip
VERBS = {"am": "are", "was": "were", "wasn't": "weren't", "ain't": "aren't", "amn't": "aren't"}
ADVERBS = listed(
    "always never just really still often also only even already almost honestly actually simply truly certainly "
    "definitely "
    "probably usually sometimes constantly completely totally clearly obviously once then both all not so too "
    "maybe perhaps "
    "slightly very quite who that"
)
MY_AND_I = re.compile(r"\b(?P<who>my (?:\w+ )?\w+) and I\b", re.IGNORECASE)
BEFORE_OBJECT = listed(
    "to for with at about from of on by like than against without towards between behind around tell told give "
    "gave ask asked "
    "help helped see saw hear heard love loved hate want wanted need needed show showed make made let leave left "
    "trust miss "
    "call called remind reminded thank forgive hurt hold text phone watch"
)
TWICE = re.compile(
    r"(\bif\b[^.?!,]*\byou) (?=you\b)", re.IGNORECASE
)  # "if she had asked me I would": a comma keeps it readable
QUANTIFIERS = listed("both two all each one some most many none either neither")


def turn(text: str, *, to_partner: bool = False) -> str:
    """The text as said to its writer. The first "we" becomes "the two of you", unless `both` or a number already says so."""
    text = MY_AND_I.sub(lambda match: f"I and {_my(match)}", text)
    pieces, start = [], 0
    state = {"two": False}
    for quoted in QUOTED.finditer(text):
        pieces.append(_turn_unquoted(text[start : quoted.start()], to_partner, state))
        pieces.append(quoted[0])
        start = quoted.end()
    pieces.append(_turn_unquoted(text[start:], to_partner, state))
    return TWICE.sub(r"\1, ", "".join(pieces))


def _my(match: re.Match[str]) -> str:
    return "my" + match["who"][2:]


def addresses_partner(text: str) -> bool:
    """Whether the words are written to the partner: "you" with the speaker beside it, and nobody called he, she or they."""
    plain = QUOTED.sub(" ", text)
    return bool(
        re.search(r"\byou(?:'re|'ve|'d|r)?\b", plain, re.IGNORECASE)
        and not re.search(r"\b(?:he|she|they|him|her|them)(?:'\w+)?\b", plain, re.IGNORECASE)
        and (PARTNER_CLAIM.search(plain) or re.search(r"\b(?:me|my|us)\b", plain, re.IGNORECASE))
        and not ABOUT_GUIDE.search(plain)
    )


PARTNER_CLAIM = re.compile(
    r"\byou(?:'re| are)? (?:always|never|don't|didn't|won't|keep|just|only|said|promised)\b", re.IGNORECASE
)
ABOUT_GUIDE = re.compile(
    r"\b(?:you know|thank you|do you think|can you|could you|are you|what do you|you(?:'re| are) (?:a|an|just a) )\b",
    re.IGNORECASE,
)


def _turn_unquoted(text: str, to_partner: bool, state: dict) -> str:
    tokens = TOKEN.findall(text)
    lowered = [token.lower() for token in tokens]
    turned = [_turned(lowered, index, token, to_partner, state) for index, token in enumerate(tokens)]
    return "".join(turned)


def _turned(lowered: list[str], index: int, token: str, to_partner: bool, state: dict) -> str:
    word = lowered[index]
    if word in VERBS:
        return _like(token, VERBS[word]) if _subject_is_speaker(lowered, index, word) else token
    if word in BOTH and not _is_abbreviation(token, word):
        return _like(token, _both(lowered, index, word, state))
    if word in SIMPLE and not _is_abbreviation(token, word):
        return _like(token, SIMPLE[word], speaker=True)
    if to_partner and word in TO_PARTNER:
        if word == "you" and _is_object(lowered, index):
            return _like(token, "them")
        return _like(token, TO_PARTNER[word])
    return token


def _is_abbreviation(token: str, word: str) -> bool:
    return word == "us" and token == "US"


def _both(lowered: list[str], index: int, word: str, state: dict) -> str:
    near = _neighbours(lowered, index)
    if near & QUANTIFIERS or state["two"] or _after(lowered, index) in ("all", "both", "each", "two"):
        return SIMPLE[word]
    state["two"] = True
    return BOTH[word]


def _neighbours(lowered: list[str], index: int) -> set[str]:
    before = [token for token in lowered[max(0, index - 6) : index] if token.strip()]
    return set(before[-2:])


def _after(lowered: list[str], index: int) -> str:
    return next((token for token in lowered[index + 1 : index + 4] if token.strip()), "")


def _before(lowered: list[str], index: int) -> str:
    return next((token for token in reversed(lowered[max(0, index - 3) : index]) if token.strip()), "")


def _subject_is_speaker(lowered: list[str], index: int, word: str) -> bool:
    before = [token for token in lowered[:index] if token.strip()]
    while before and before[-1] in ADVERBS:
        before.pop()
    if before and before[-1] == "i":
        return True
    after = [token for token in lowered[index + 1 : index + 6] if token.strip()]
    while after and after[0] in ADVERBS:
        after.pop(0)
    if after and after[0] == "i":
        return True
    return word in ("am", "amn't") and not before


def _is_object(lowered: list[str], index: int) -> bool:
    after = _after(lowered, index)
    return _before(lowered, index) in BEFORE_OBJECT or not after or after in ".,;:!?)and"


def _like(token: str, word: str, speaker: bool = False) -> str:
    """Keep the capital of a sentence's start; "I" itself is no such sign."""
    if token[:1].isupper() and not (speaker and token.lower().startswith("i") and token.lower() in SIMPLE):
        return word[:1].upper() + word[1:]
    return word
