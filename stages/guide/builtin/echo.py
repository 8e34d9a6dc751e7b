"""Which of the person's clauses can be given back, and how they sound turned towards them."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from stages.guide.builtin.lexicon import cue, feeling_pattern, read_lines, read_toml
from stages.guide.builtin.pronouns import addresses_partner, turn
from stages.guide.builtin.text import QUOTED, VERB, Span, clauses, names, sentences, tidy, words

Kind = Literal["own", "other", "fact", "scene", "both", "wish", "wish_for", "wishing", "fear", "seems", "left", "being"]
FEWEST_WORDS, MOST_WORDS, TOGETHER = 3, 20, 16

LEAD = re.compile(
    r"^(?:(?:and|but|so|well|also|then|ok|okay|look|listen|honestly|actually|basically|anyway|like|yes|yeah|no|oh|"
    r"ah|right|now|"
    r"plus|lol|haha|because|though|although|to be honest|tbh|I mean|you know|you see|the thing is(?: that)?|"
    r"of course|sure|maybe|"
    r"perhaps|I guess(?: that)?|I suppose(?: that)?|I know(?: that)?|I realise(?: that)?|I have to say(?: that)?|or|"
    r"which means(?: that)?|it's (?:just |more |only )?that|what gets me is that|still|I don't know(?=,? (?:I|we|"
    r"he|she|they|it|my)\b)|I (?:believe|think)(?: that)?(?= I (?:said|did|was|had|have)\b)|"
    r"I think(?: that)?(?= (?:I'm|I am|I feel|I was)\b))"
    r"\b[,\s]*)+",
    re.I,
)
TAIL = re.compile(
    r"[\s,]+(?:you know|I guess|I suppose|or something|or whatever|lol|haha|tbh|though|honestly|really|"
    r"anyway|and|but|or|also|how about that|if you see what I mean|or not|"
    r"I really do|both|if you like|figuratively speaking)$",
    re.I,
)
FILLER = re.compile(r"\b(?:like,|you know,?|I mean,?|sort of|kind of|basically|literally|just|actually)\s", re.I)
THEY = r"(?:he|she|they|it|I|I'm|we|my|nothing|nobody|no one|everything|there|his|her|their)"
OFTEN = r"(?:often |always |just |really |sometimes |still |so |only )*"
SEEMS = re.compile(
    rf"^I(?:'ve| have)? {OFTEN}(?:think|thought|feel|felt|believe)(?: like| as if| as though|"
    rf" that)? (?={THEY}(?:'\w+)?\b)",
    re.I,
)
WISHING = re.compile(rf"^(?:all )?I {OFTEN}(?:wish|wished)(?: that)? (?={THEY}(?:'\w+)?\b)", re.I)
WISH = re.compile(
    r"^(?:all )?I (?:really |only |just |so |always |do )*(?:want|wanted|long for|need)(?:ed)? (?:is |"
    r"was )?(?!me\b|that\b)",
    re.I,
)
WISH_D = re.compile(r"^I(?:'d| would) (?:really |just |so |only )*(?:like|love|want)\s", re.I)
FEAR = re.compile(
    rf"^I(?:'m| am| was|'ve been)? (?:\w+ )?(?:afraid|scared|worried|terrified|frightened|worry|"
    rf"fear)(?: that)? (?=(?:{THEY}|one day)(?:'\w+)?\b)",
    re.I,
)
MODAL = re.compile(r"\b(?:I|we) (?:\w+ )?(?:should\w*|must\w*|ought|had better|shall)\b|\bI'd better\b", re.I)
HAVE_TO = re.compile(r"^I (?:always |just |still |really |then )*(?:have|need) to\b", re.I)
TELLING = re.compile(r"\b(?:said|says|told (?:me|him|her|them)|asked|thought|writes|wrote)\s?[,:].*$", re.I)
META = re.compile(
    r"\b(?:where to (?:start|begin)|what to (?:say|write)|how to (?:say|put|explain)|doing this|make sense|"
    r"my english|believe me|lovely day)\b|^(?:I never do|I do|I don't know|there, I've said it|I've said it)$",
    re.I,
)
ADVERBIAL = re.compile(
    r"^(?:when|whenever|if|every time|after|before|since|sometimes|often|yesterday|last \w+|this (?:morning|"
    r"evening|week|time)|tonight|"
    r"today|on (?:\w+days?|the \w+)|at (?:night|home|work|first|dinner|weekends)|in the (?:morning|evening|end|"
    r"beginning)s?|even now|these days|lately|here|there was|"
    r"most (?:days|nights)|one day|once)\b",
    re.I,
)
MAIN_SUBJECT = re.compile(r"\b(?:I|I'm|I've|I'd|we|we're|he|he's|she|she's|they|they're|it|it's|my \w+)\b")
FIRST = re.compile(r"^(?:I|I'm|I've|I'd|I'll|me)\b", re.I)
PLURAL = re.compile(r"^(?:we|we're|we've|we'd|we'll|both of us|neither of us|my (?:\w+ )?\w+ and I)\b", re.I)
THIRD = re.compile(
    r"^(?:he|she|they|it|nobody|no one|nothing|everything|everyone|there)(?:'\w+)?\b|^(?:his|her|their|my|our|the|"
    r"this|that) \w+",
    re.I,
)
GENERAL = re.compile(
    r"\b(?:never|always|constantly|all the time|lazy|selfish|refuses?|hates?|thinks?)\b|\b(?:he|she|they)(?:'s|"
    r"'re| is| are)\b|"
    r"\b(?:doesn't|don't|didn't|won't|only) (?:\w+ )?(?:love|care|want|respect|trust|like|need|see)s?\b",
    re.I,
)
PLAIN_CHARACTERS = re.compile(r"[\w\s,'£$€%-]+")
LOOSE_QUOTE = re.compile(r"(?<!\w)'\w")
ODD_TOKEN = re.compile(
    r"\b(?=\w*\d)(?=\w*[a-z])\w{5,}\b|\b(?:lol|omg|wtf)\b|\bnot a bad (?:man|woman|person|guy)\b", re.I
)
NOUNISH = re.compile(r"^(?:my|the|this|that|his|her|their|our)\b", re.I)
BARE_VERBS = (
    "say look go come want think make take tell need know feel give ask work live speak leave stay eat drink "
    "sleep help open laugh close correct cook sit stand talk shout cry"
)
BARE = BARE_VERBS.replace(" ", "|")
UNINFLECTED = re.compile(
    rf"^(he|she|nobody|(?:his|her|my|our|the) (?!two|kids|children|parents)\w+[^s\W]) ({BARE})\b", re.I
)
WANT_HE = re.compile(r"^(?:that )?(he|she|they) (?=(?:one time |once )?(?:\w+) )", re.I)
WANT_HIM = {"he": "him to ", "she": "her to ", "they": "them to "}
SHE_DONT = re.compile(r"\b(he|she|it) don't\b", re.I)
OTHER_SUBJECT = re.compile(r"^(?:(?:he|she|they|you|nobody|no one)(?:'\w+)?|(?:my|his|her|the) \w+)\b", re.I)
NOT = r"\b(?:never|doesn't|don't|didn't|won't|not|hardly|refuses? to|can't|isn't|wasn't|no longer|rarely)\b(?: \w+){0,2}? "
NOT_BEFORE = re.compile(r"\b(?:never|doesn't|didn't|not|don't|without)\b(?: \w+)?\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Echo:
    """A clause ready for a frame, in lower case. `score`: how much it carries; `joiner`: what ties it to the one before."""

    kind: Kind
    text: str
    score: float
    order: int
    joiner: str = ""


def echoes(text: str, known_names: frozenset[str] = frozenset()) -> list[Echo]:
    """What can be given back of a text, in its order. Clauses with names, insults, quotations or questions are left out."""
    plain = tidy(text)
    left_out = {name.lower() for name in names(plain) | known_names}
    to_partner = addresses_partner(plain)
    found: list[Echo] = []
    for sentence in sentences(plain):
        if "?" in sentence.text:
            continue
        sentence = Span(TELLING.sub("", sentence.text), sentence.start, sentence.end)
        for clause in joined(clauses(sentence)):
            echo = _echo(clause, left_out, to_partner, len(found))
            if echo:
                found.append(echo)
    return found


def joined(pieces: list[Span]) -> list[Span]:
    """Clauses, with those that lean on each other, or are short, tied together again."""
    result: list[Span] = []
    for piece in pieces:
        last = result[-1] if result else None
        if last and _leans(last.text, piece):
            tie = ", " if piece.joiner == "," else f" {piece.joiner} "
            result[-1] = Span(f"{last.text}{tie}{piece.text}", last.start, piece.end, last.joiner)
        else:
            result.append(piece)
    return result


def _leans(last: str, piece: Span) -> bool:
    size = len(words(last)) + len(words(piece.text))
    if len(words(piece.text)) < 2 or size > MOST_WORDS:
        return False
    if piece.joiner in ("because", "when", "if", "whenever", "while", "so"):
        return True
    if piece.joiner == ",":
        return bool(re.match(r"(?:when|whenever|if|every time|after|since|before)\b", last, re.I))
    return size <= TOGETHER and piece.joiner in ("and", "but", "and yet", "yet") and not has_heat(last + piece.text)


def _echo(clause: Span, left_out: set[str], to_partner: bool, order: int) -> Echo | None:
    plain = stripped(clause.text)
    if not _usable(plain, left_out):
        return None
    kind, body = _kind(plain, to_partner)
    fits = kind is not None and FEWEST_WORDS <= len(words(body)) <= MOST_WORDS
    if not fits or kind in ("other", "fact") and len(words(body)) <= 12:
        for kind_left in ("left", "being"):
            state = left(plain, kind_left)
            if state:
                return Echo(kind_left, state, _score(plain) + 1, order, clause.joiner)
    if not fits:
        return None
    body = SHE_DONT.sub(r"\1 doesn't", HAVE_TO.sub("it falls to me to", body))
    if kind == "wish_for":
        body = WANT_HE.sub(lambda match: WANT_HIM[match[1].lower()], body)
    body = UNINFLECTED.sub(lambda match: f"{match[1]} {_inflected(match[2])}", body)
    return Echo(kind, _lower_first(turn(body, to_partner=to_partner)), _score(plain), order, clause.joiner)


def _inflected(verb: str) -> str:
    return verb + ("es" if verb.endswith(("o", "ss", "ch", "sh")) else "s")


def stripped(clause: str) -> str:
    """The clause without the little words people begin and end with."""
    before = None
    while before != clause:
        before = clause
        clause = TAIL.sub("", LEAD.sub("", clause)).strip(" ,'-")
    return FILLER.sub("", clause)


def _usable(clause: str, left_out: set[str]) -> bool:
    lowered = set(words(clause)) | {word.removesuffix("'s") for word in words(clause)}
    return bool(
        clause
        and len(clause) < 200
        and PLAIN_CHARACTERS.fullmatch(clause)
        and not lowered & left_out
        and not has_heat(clause)
        and not QUOTED.search(clause)
        and not LOOSE_QUOTE.search(clause)
        and not MODAL.search(clause)
        and not ODD_TOKEN.search(clause)
    )


@cache
def _heat() -> re.Pattern[str]:
    return cue("|".join(read_lines("heat")))


def has_heat(text: str) -> bool:
    """Whether there is an insult or a swear word in it."""
    return bool(_heat().search(text))


def without_heat(text: str) -> str:
    """The text with insults and swear words taken out."""
    return re.sub(r"\s{2,}", " ", _heat().sub("", text)).strip()


def _kind(clause: str, to_partner: bool) -> tuple[Kind | None, str]:
    patterns = ((FEAR, "fear"), (WISHING, "wishing"), (SEEMS, "seems"), (WISH, "wish"), (WISH_D, "wish"))
    for pattern, kind in patterns:
        match = pattern.match(clause)
        if match and not (kind == "seems" and re.search(r" but I\b", clause)):
            body = clause[match.end() :]
            return ("wish_for" if kind == "wish" and not body.startswith("to ") else kind), body
    if PLURAL.match(clause):
        return "both", clause
    if FIRST.match(clause):
        return "own", clause
    if ADVERBIAL.match(clause) and MAIN_SUBJECT.search(clause):
        return "scene", clause
    if (
        to_partner
        and re.match(r"you\b|your\b", clause, re.I)
        or THIRD.match(clause)
        and (VERB.search(clause) or not NOUNISH.match(clause))
    ):
        return ("other" if GENERAL.search(clause) else "fact"), clause
    return None, clause


def left(clause: str, kind: str) -> str:
    """How the clause leaves the person ("not listened to") or what they go through ("shouted at"); "" if no pattern fits."""
    if not OTHER_SUBJECT.match(clause):
        return ""
    if kind == "left":
        return next((state for pattern, state in _undone() if pattern.search(clause)), "")
    for pattern, state in _done():
        match = pattern.search(clause)
        if match and not NOT_BEFORE.search(clause[: match.start()]):
            return state
    return ""


@cache
def _undone() -> tuple[tuple[re.Pattern[str], str], ...]:
    table = read_toml("experience")["undone"]
    start, reach = rf"(?:{NOT}|^(?:nobody|no one) (?:ever )?)", r"(?=.*\b(?:me|my|us|I)\b|[^,]*$)"
    return tuple((re.compile(rf"{start}(?:{verb})\b{reach}", re.I), state) for verb, state in table.items())


@cache
def _done() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((cue(verb), state) for verb, state in read_toml("experience")["done"].items())


def _score(clause: str) -> float:
    """How much a clause seems to carry: feeling, self, wish and fear, always and never, a good length."""
    lowered = words(clause)
    score = 1.5 * len(feeling_pattern().findall(clause))
    score += 1.0 if {"i", "me", "my", "i'm"} & set(lowered) else 0
    score += (
        1.0
        if {"never", "always", "every", "nobody", "nothing", "alone", "only", "anymore", "still", "even"} & set(lowered)
        else 0
    )
    score += 1.5 if any(pattern.match(clause) for pattern in (WISH, WISH_D, WISHING, FEAR)) else 0
    score += 0.8 if 5 <= len(lowered) <= 14 else 0
    return score - (6 if META.search(clause) else 0)


def _lower_first(text: str) -> str:
    return text if re.match(r"[A-Z]{2}|[A-Z][a-z]+day\b", text) else text[:1].lower() + text[1:]
