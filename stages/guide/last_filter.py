"""The last look at every text a guide is about to show: no advice, no verdict, no diagnosis, no promise (DESIGN §7), and
nothing that gives away what a guide was told, names the other, or is no plain English sentence at all.

It works by sentence: a sentence that breaks a rule is left out, a second question too. What stands in quotation marks is the
person's own and is not judged. Stands behind the built-in guide, and behind any model; a stream is held back until a sentence
is whole, so that nothing unchecked is ever shown.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from stages.guide.builtin.lexicon import listed
from stages.guide.builtin.moves import ENGLISH, FOREIGN
from stages.guide.builtin.text import QUOTED, words

FORBIDDEN = {
    "advice": (
        r"\byou(?:'d| had| would)? (?:\w+ )?(?:should|must|ought to|better|shouldn't|mustn't)\b",
        r"\byou (?:may want to|might want to|could try|might try|could always)\b",
        r"(?:^|[,:;] |\b(?:and|so|but|then|now|perhaps|maybe|think) )you (?:\w+ )?(?:need|have) to\b",
        r"\bI(?:'d| would)? (?:suggest|recommend|advise)\b|\bmy advice\b|\bif I were you\b|\bthe best thing (?:is|would be)\b",
        r"\bwhy (?:don't|not) you\b|\bhave you (?:tried|considered|thought (?:about|of))\b",
        r"\bit (?:would|might|may|could) (?:help|be (?:good|better|best|wise)) (?:if|to)\b",
        r"^(?:try|consider|start|stop|remember|make sure|don't) \w+",
    ),
    "verdict": (
        r"\b(?:he|she|they|you|your \w+)(?:'s|'re| is| are| was| were) "
        r"(?:(?:not|so|quite|absolutely|totally|completely|just|clearly) )?"
        r"(?:right(?! (?:there|here|now|beside|next|behind|in|at|away))|wrong|to blame|at fault|in the (?:right|wrong))\b",
        r"\b(?:his|her|their|your) fault\b|\b(?:leave|divorce) (?:him|her|them)\b|\bstay with (?:him|her|them)\b",
    ),
    "diagnosis": (
        r"\b(?:narcissis\w+|borderline|bipolar|codepend\w+|toxic|gaslight\w*|trauma bond\w*|ptsd|clinically)\b",
        r"\b(?:attachment (?:style|disorder)|personality disorder|sociopath\w*|psychopath\w*)\b",
    ),
    "promise": (
        r"\bI promise\b|\bguarantee\w*\b",
        r"\b(?:it|this|things|everything)(?:'ll| will| is going to) (?:\w+ )?"
        r"(?:be (?:fine|ok|okay|all right|alright|better)|get better|work out|pass|improve|change)\b",
    ),
    "form letter": (r"\bcompletely understandable\b|\bthank you for sharing\b|\bI hear you\b|\bvalid\b",),
    "instructions": (
        r"\b(?:system prompt|(?:my|these|the) instructions|as an? (?:AI|artificial|language model)|language model)\b",
        r"\bI(?:'m| am|'ve been| was| have been) (?:programmed|instructed|told|prompted) (?:to|not|that)\b",
    ),
    "markup": (
        r"<[a-z!/?|][^>]*>?|</|&(?:lt|gt|amp|#\d+);|```|`[^`]*`|\bjavascript:|https?:|\bwww\.|!?\[[^\]]*\]\(",
        r"\S@\S+\.\w|(?:\d[ ()-]?){7,}",  # an address or a number that a model made up could send somebody anywhere
    ),
    "structure": (
        r"^\s*[\[{]|[\"'\w]\s*[}\]]\s*,?\s*$|[\"']\w+[\"']\s*:|\btool_?call\w*|^\s*(?:system|assistant|user)\s*:",
    ),
}
RULES = {name: re.compile("|".join(patterns), re.IGNORECASE | re.MULTILINE) for name, patterns in FORBIDDEN.items()}
WHOLE_SENTENCE = ("markup", "structure", "instructions")  # looked for in quotation marks as well
PIECE = re.compile(r"(?:\"[^\"\n]*\"|[^.?!\n\"]|\"|[.?!](?=\w))+[.?!…]*|\n+")
FALLBACK = "I'm here, and I'm reading. Go on, in your own time."
LONGEST = 2_000  # characters of a text that is shown as it comes
LONGEST_SENTENCE = 700
ECHO, SHORTEST_SECRET = 7, 4  # so many words in a row are no accident
SHORTEST_JUDGED = 6  # words from which a sentence without a small English word is no English
ORDINARY = listed(
    "will may mark hope grace joy art rose bill rob sue jack pat dean faith drew dawn eve ivy iris lily daisy amber ruby "
    "summer autumn june april august sky chase grant frank guy miles norm ray rich robin sandy sunny victor wade max chance "
    "honey baby darling love dear angel"
)
ABROAD = FOREIGN | listed(
    "du dich dir dein deine bist dass tut mir leid auch wie wenn noch sich sehr tu toi ton tes vous votre c'est avec pour dans "
    "qui une est-ce tú estás eres tienes como para por una ti sientes sei hai tua tuo senti questo della você está sua seu "
    "jou jouw bent hebt voelt dat czujesz jesteś är och inte det som"
) - {"ton"}
BORROWED = listed("café fiancé fiancée cliché naïve déjà")
LAST_LATIN = 0x24F
ANOTHER = "the other person"


@dataclass(frozen=True)
class Look:
    """What else may not be heard in one text: names, what the guide was told, and what belongs to the other."""

    unspoken: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()  # instructions, and others' words: not repeated, not even in part


NOTHING_ELSE = Look()


def broken_rules(sentence: str) -> list[str]:
    """The names of the rules that a sentence breaks."""
    judged = QUOTED.sub('""', sentence).strip()
    found = [name for name, pattern in RULES.items() if pattern.search(judged)]
    found += [name for name in WHOLE_SENTENCE if name not in found and RULES[name].search(sentence)]
    return [*found, "language"] if _is_foreign(judged) else found


def fit_to_read(text: str, fallback: str = FALLBACK, look: Look = NOTHING_ELSE) -> str:
    """The text with whatever a guide must not say left out; `fallback` if nothing is left. Never empty, at most one question."""
    result = "".join(checked([text], look, longest=len(text) + 1)).strip()
    return result if re.search(r"\w", result) else fallback


def checked(pieces: Iterable[str], look: Look = NOTHING_ELSE, *, longest: int = LONGEST) -> Iterator[str]:
    """Yield what may be shown, sentence by sentence, as soon as each is whole. May yield nothing. At most one question."""
    last_look, held, shown = _LastLook(look), "", 0
    for piece in pieces:
        held += piece
        *whole, held = [match[0] for match in PIECE.finditer(held)] or [""]
        for sentence in whole:
            if fit := last_look(sentence):
                shown += len(fit)
                if shown > longest:
                    return
                yield fit
        if len(held) > max(LONGEST_SENTENCE, longest - shown):
            return
    if fit := last_look(held):
        yield fit


class _LastLook:
    """Remembers what has been let through: one question, no space at the start."""

    def __init__(self, look: Look):
        self._look = look
        self._secrets = [_Secret(text) for text in look.secret]
        self._asked = self._begun = False

    def __call__(self, piece: str) -> str:
        plain = re.sub(r"\s*!+", ".", _unnamed(piece, self._look.unspoken))
        if broken_rules(plain) or ("?" in plain and self._asked) or self._gives_away(plain):
            return ""
        fit = re.sub(r"[ \t]+", " ", _one_question_mark(plain.replace("<", "").replace(">", "")))
        if not self._begun:
            fit = fit.lstrip()
        self._begun = self._begun or bool(fit)
        self._asked = self._asked or "?" in fit
        return fit

    def _gives_away(self, sentence: str) -> bool:
        said = words(sentence)
        return any(secret.is_in(said) for secret in self._secrets)


def _one_question_mark(piece: str) -> str:
    first = piece.find("?")
    return piece if first < 0 else piece[: first + 1] + piece[first + 1 :].replace("?", "")


# --- language ------------------------------------------------------------------------------------------------------


def _is_foreign(sentence: str) -> bool:
    """Not English, as far as small words tell. Every rule above is English: what they can't read is not shown."""
    if sum(1 for letter in sentence if ord(letter) > LAST_LATIN and letter.isalpha()) > 1:
        return True
    spoken = words(sentence)
    english = sum(1 for word in spoken if word in ENGLISH or word.partition("'")[0] in ENGLISH)
    foreign = sum(1 for word in spoken if word in ABROAD or not word.isascii() and word not in BORROWED)
    return foreign > english or (foreign and foreign == english) or (not english and len(spoken) >= SHORTEST_JUDGED)


# --- names ---------------------------------------------------------------------------------------------------------


def _unnamed(sentence: str, names: tuple[str, ...]) -> str:
    """The sentence without the names: spoken of, they become "the other person"; spoken to, the whole sentence goes."""
    for name in names:
        for pattern in _patterns_of(name):
            if re.search(rf"(?:^\W*|[,;]\s*|\b(?:hi|hello|hey|dear|oh)\s+){pattern}\s*(?:[,;.?!…]|$)", sentence):
                return ""
            sentence = re.sub(rf"^(\W*){pattern}", rf"\1{ANOTHER.capitalize()}", sentence)
            sentence = re.sub(pattern, ANOTHER, sentence)
    return sentence


@lru_cache(maxsize=512)
def _patterns_of(name: str) -> tuple[str, ...]:
    """The whole name first, then each of its parts. A name that is also an ordinary word counts with its capital only."""
    parts = [part for part in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", name) if len(part) > 1]
    found = [" ".join(name.split()), *parts] if len(parts) > 1 else parts or [name.strip()]
    return tuple(_pattern_of(one) for one in dict.fromkeys(found) if one)


def _pattern_of(name: str) -> str:
    if name.lower() in ORDINARY or name.lower() in ENGLISH or len(name) < 2:
        return rf"(?<=[\w,;] )\b{re.escape(name.capitalize())}\b"
    return rf"(?i:(?<!\w){re.escape(name)}(?!\w))"


# --- echoes --------------------------------------------------------------------------------------------------------


class _Secret:
    """Words that must not come back: no seven in a row, no whole sentence, nor all of a short one (a card of five words)."""

    def __init__(self, text: str):
        said = words(text)
        self._sentences = {tuple(words(piece[0])) for piece in PIECE.finditer(text)}
        self._length = ECHO if len(said) >= ECHO else max(len(said), SHORTEST_SECRET)
        self._runs = _runs(said, self._length)

    def is_in(self, said: list[str]) -> bool:
        whole = len(said) >= SHORTEST_SECRET and tuple(said) in self._sentences
        return whole or not self._runs.isdisjoint(_runs(said, self._length))


def _runs(said: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(said[at : at + length]) for at in range(len(said) - length + 1)}
