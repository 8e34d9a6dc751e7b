"""Which of the person's clauses can be given back, and how they sound turned towards them."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from stages.guide.builtin.lexicon import cue, feeling_pattern, read_lines, read_toml
from stages.guide.builtin.pronouns import addresses_partner, turn
from stages.guide.builtin.text import QUOTED, Span, clauses, names, sentences, tidy, words

Kind = Literal["own", "other", "both", "wish", "fear", "seems", "experience"]
FEWEST_WORDS, MOST_WORDS = 3, 20

LEAD = re.compile(
    r"^(?:(?:and|but|so|well|also|then|ok|okay|look|listen|honestly|actually|basically|anyway|like|yes|yeah|no|oh|ah|right|now|plus|"
    r"because|though|although|to be honest|tbh|I mean|you know|you see|the thing is(?: that)?|of course|sure|maybe|perhaps|"
    r"I guess(?: that)?|I suppose(?: that)?|I know(?: that)?|I realise(?: that)?|I have to say(?: that)?|or|which means(?: that)?|still)\b[,\s]*)+",
    re.I,
)
TAIL = re.compile(
    r"[\s,]+(?:you know|I guess|I suppose|or something|or whatever|lol|haha|tbh|right|though|honestly|really|anyway|and|but|or)$",
    re.I,
)
INNER_FILLER = re.compile(r"\b(?:like,|you know,?|I mean,?|sort of|kind of|basically|literally|just|actually)\s", re.I)
SEEMS = re.compile(
    r"^I(?:'ve| have)? (?:(?:often|always|just|really|sometimes|still) )?(?:think|thought|feel|felt|believe)(?: like| as if| as though| that)? (?=(?:he|she|they|it|I|I'm|we|my|nothing|nobody|no one|everything|there)\b)",
    re.I,
)
WISH = re.compile(
    r"^(?:all )?I (?:really |only |just |so |always |would |do )*(?:want|wanted|wish|would like|long for|need)(?:ed)? (?:is |was )?(?!me\b)",
    re.I,
)
WISH_D = re.compile(r"^I'd (?:really |just |so |only )*(?:like|love|want)\s", re.I)
FEAR = re.compile(
    r"^I(?:'m| am| was|'ve been)? (?:\w+ )?(?:afraid|scared|worried|terrified|frightened|worry|fear)(?: that)? (?=(?:he|she|they|it|I|I'm|we|we're|my|nothing|one day|our)\b)",
    re.I,
)
MODAL = re.compile(r"\b(?:I|we) (?:\w+ )?(?:should\w*|shouldn't|must\w*|ought|had better|shall)\b|\bI'd better\b", re.I)
HAVE_TO = re.compile(r"\bI (always |just |still |really |then )?(have|need) to\b", re.I)
FIRST = re.compile(r"^(?:I|I'm|I've|I'd|I'll|my|me)\b", re.I)
PLURAL = re.compile(r"^(?:we|we're|we've|we'd|we'll|our|both of us|neither of us)\b", re.I)
THIRD = re.compile(
    r"^(?:he|she|they|it|nobody|no one|nothing|everything|everyone|there)(?:'\w+)?\b|^(?:his|her|their|my|the|this|that) \w+",
    re.I,
)
VERB = re.compile(
    r"\b(?:\w+n't|is|are|was|were|am|has|have|had|do|does|did|will|would|can|could|never|always|keeps?|kept|says?|said|goes|went|comes?|"
    r"came|gets?|got|makes?|made|takes?|took|left|leaves?|feels?|felt|thinks?|thought|wants?|knows?|knew|\w{3,}(?:ed|es))\b|'(?:s|re|ve|m|d|ll)\b",
    re.I,
)
PLAIN_CHARACTERS = re.compile(r"[\w\s,'£$€%-]+")
NOUNISH = re.compile(r"^(?:my|the|this|that|his|her|their|our)\b", re.I)


@dataclass(frozen=True, slots=True)
class Echo:
    """A clause ready to be put into a frame. `text` begins in lower case unless it must not; `score` says how much it carries."""

    kind: Kind
    text: str
    score: float
    order: int


def echoes(text: str, known_names: frozenset[str] = frozenset()) -> list[Echo]:
    """What can be given back of a text, in its order. Clauses with names, insults, quotations or questions are left out."""
    plain = tidy(text)
    left_out = {name.lower() for name in names(plain) | known_names}
    to_partner = addresses_partner(plain)
    found: list[Echo] = []
    for sentence in sentences(plain):
        if "?" in sentence.text:
            continue
        for clause in joined(clauses(sentence)):
            echo = _echo(clause, left_out, to_partner, len(found))
            if echo:
                found.append(echo)
    return found


def joined(pieces: list[Span]) -> list[str]:
    """Clauses, with a short one tied to its neighbour by because, when or if."""
    result: list[str] = []
    for piece in pieces:
        tie = piece.joiner in ("because", "when", "if", "whenever", "while") and result
        if tie and len(words(result[-1])) + len(words(piece.text)) < MOST_WORDS and len(words(piece.text)) > 1:
            result[-1] = f"{result[-1]} {piece.joiner} {piece.text}"
        else:
            result.append(piece.text)
    return result


def _echo(clause: str, left_out: set[str], to_partner: bool, order: int) -> Echo | None:
    clause = stripped(clause)
    if not _usable(clause, left_out):
        return None
    experience = left(clause)
    kind, body = _kind(clause, to_partner)
    if kind is None or not FEWEST_WORDS <= len(words(body)) <= MOST_WORDS:
        return Echo("experience", experience, _score(clause) + 1, order) if experience else None
    if experience and kind == "other" and len(words(body)) <= 12:
        return Echo("experience", experience, _score(clause) + 1, order)
    body = HAVE_TO.sub(
        lambda match: (
            f"I {match[1] or ''}find myself having to"
            if match[2].lower() == "have"
            else f"I {match[1] or ''}feel I have to"
        ),
        body,
    )
    return Echo(kind, _lower_first(turn(body, to_partner=to_partner)), _score(clause), order)


def stripped(clause: str) -> str:
    """The clause without the little words people begin and end with."""
    before = None
    while before != clause:
        before = clause
        clause = TAIL.sub("", LEAD.sub("", clause)).strip(" ,'-")
    return INNER_FILLER.sub("", clause)


def _usable(clause: str, left_out: set[str]) -> bool:
    lowered = set(words(clause)) | {word.removesuffix("'s") for word in words(clause)}
    return bool(
        clause
        and PLAIN_CHARACTERS.fullmatch(clause)
        and not lowered & left_out
        and not has_heat(clause)
        and not QUOTED.search(clause)
        and not MODAL.search(clause)
        and len(clause) < 200
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
    for pattern, kind in ((SEEMS, "seems"), (WISH, "wish"), (WISH_D, "wish"), (FEAR, "fear")):
        match = pattern.match(clause)
        if match:
            return kind, clause[match.end() :]
    if FIRST.match(clause) and VERB_OR_BARE.search(clause):
        return ("other" if re.match(r"my\b", clause, re.I) else "own"), clause
    if PLURAL.match(clause):
        return "both", clause
    if to_partner and re.match(r"you\b|your\b", clause, re.I):
        return "other", clause
    if THIRD.match(clause) and (VERB.search(clause) or not NOUNISH.match(clause)):
        return "other", clause
    return None, clause


VERB_OR_BARE = re.compile(r"^(?:I|I'm|I've|I'd|I'll)\b\s*\S|" + VERB.pattern, re.I)
NOT = r"\b(?:never|doesn't|don't|didn't|won't|not|hardly|refuses? to|can't|isn't|wasn't|no longer|rarely)\b(?: \w+){0,2}? "
OTHER_SUBJECT = re.compile(r"^(?:(?:he|she|they|you|nobody|no one)(?:'\w+)?|(?:my|his|her|the) \w+)\b", re.I)


def left(clause: str) -> str:
    """How the clause leaves the person ("not listened to"), or nothing if no pattern fits."""
    if not OTHER_SUBJECT.match(clause):
        return ""
    for pattern, state in _undone():
        if pattern.search(clause):
            return state
    for pattern, state in _done():
        match = pattern.search(clause)
        if match and not re.search(
            r"\b(?:never|doesn't|didn't|not|don't|without)\b(?: \w+)?\s*$", clause[: match.start()], re.I
        ):
            return state
    return ""


@cache
def _undone() -> tuple[tuple[re.Pattern[str], str], ...]:
    table = read_toml("experience")["undone"]
    own = r"(?=.*\b(?:me|my|us|I)\b|[^,]*$)"
    return tuple(
        (re.compile(f"(?:{NOT}|^(?:nobody|no one) (?:ever )?)(?:{verb})\\b{own}", re.I), state)
        for verb, state in table.items()
    )


@cache
def _done() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((cue(verb), state) for verb, state in read_toml("experience")["done"].items())


def _score(clause: str) -> float:
    """How much a clause seems to carry: feeling, self, always and never, a good length."""
    lowered = words(clause)
    score = 2.0 * len(feeling_pattern().findall(clause))
    score += 1.0 if {"i", "me", "my", "i'm"} & set(lowered) else 0
    score += 1.0 if {"never", "always", "every", "nobody", "nothing", "alone", "only", "anymore"} & set(lowered) else 0
    score += 0.8 if 5 <= len(lowered) <= 14 else 0
    return score


def _lower_first(text: str) -> str:
    return text if re.match(r"[A-Z]{2}", text) else text[:1].lower() + text[1:]
