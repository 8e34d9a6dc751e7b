"""Taking heat and accusation out of a sentence and keeping what is wished for."""

import re
from functools import cache

from stages.guide.builtin.echo import has_heat, without_heat
from stages.guide.builtin.lexicon import cue, read_toml
from stages.guide.builtin.text import capital, clauses, sentences, shorten, tidy

SAYS_ENOUGH = re.compile(r"[^\W\d_]{2,}")
ACCUSATION = re.compile(
    r"\b(?:he|she|they|you)(?:'re|'s| are| is)? (?:always|never|only|constantly|just|don't|doesn't|didn't|won't|"
    r"can't|refuses?|keeps?|are|is)\b|"
    r"\b(?:he|she|they|you)(?:'re|'s)? (?:so|such|too|not|ruin\w*|ignor\w*|lie[sd]?|blam\w*|forg[eo]t\w*|left|"
    r"leave[s]?)\b|"
    r"\b(?:your|his|her|their) (?:fault|stupid|constant|endless|selfish\w*|laz\w+|lies|mother|behaviour|"
    r"attitude)\b|\bbecause of (?:you|him|her|them)\b|"
    r"\bmake[s]? me (?:feel )?\w+|\bmade me\b",
    re.I,
)
OWN_WISH = re.compile(
    r"\b(?:I|we)(?:'d| would)? (?:\w+ )?(?:need|want|wish|hope|long|like|love|miss|feel|felt|am|would|find|care|"
    r"value|ask)\b|\bI'm\b|\bmy\b|\bfor me\b",
    re.I,
)
OTHER_DOES = re.compile(
    r"\b(?:you|he|she|they|(?:your|his|her|their) (?:\w+ )?(?:mother|mum|father|dad|family|friends|sister|brother))"
    r"(?:'\w+)? (?!and\b|to\b|"
    r"too\b|more\b|again\b|so much\b|in\b|at\b|with\b|when\b|for\b|or\b|as\b)[a-z]+",
    re.I,
)
ADDRESSED = re.compile(
    r"\b(?:want(?:ed)?|need(?:ed)?|like|love|wish|hope|if|with|for|to|from|of|miss|ask|tell|trust|hold|about|between|and|believe|know|when|"
    r"see|hear|show|help|how|what|that)\s$",
    re.I,
)
SOUR = re.compile(
    r"\b(?:supposed to|thanks a lot|sick of|done with|fed up|just the|poor me|lucky me|how nice|great,)\b", re.I
)
ABSOLUTES = re.compile(
    r"\b(?:always|never ever|constantly|all the bloody time|every single time|totally|absolutely|for once|finally|"
    r"at last|bloody|ever)\b,?\s*",
    re.I,
)
THIN = 5  # words: less than this says a state and no wish
OWN_NEED = re.compile(r"\bI(?:'d| would)? (?:\w+ )?(?:need|want|wish|like|long|miss|hope)", re.I)
COMMANDS = re.compile(r"^(?:stop|quit|don't|just|please) ", re.I)
FALLBACK = "I need us to find a way with this that works for both of us."


def soften(text: str, max_words: int = 25) -> str:
    """The same wish without heat and accusation, first person, at most `max_words` words; never empty."""
    most = max(3, max_words)
    plain = tidy(text)[:4000]
    kept = _kept(plain)
    if not kept:
        kept = _need_behind(plain) or FALLBACK
    elif len(kept.split()) < THIN and not OWN_NEED.search(kept) and kept != plain.strip(" ."):
        need = _need_behind(kept) or _need_behind(plain)
        kept = f"{kept}. {need}" if need and len(f"{kept} {need}".split()) <= most else kept
    result = capital(shorten(kept, most).strip(" ,;:-"))
    if not SAYS_ENOUGH.search(result):
        result = shorten(FALLBACK, most)
    return result if result.endswith((".", "?")) else result + "."


def _kept(plain: str) -> str:
    """The clauses that speak of oneself without accusing, put together again."""
    pieces = []
    for sentence in sentences(plain):
        good = [clause for clause in clauses(sentence) if _speaks_for_oneself(clause.text)]
        if good:
            pieces.append(_tied(good))
    return ". ".join(capital(_cooled(piece)) for piece in pieces if SAYS_ENOUGH.search(_cooled(piece)))


def _tied(good) -> str:
    text = good[0].text
    for clause in good[1:]:
        joiner = clause.joiner if clause.joiner not in (",", "") else "and"
        text += f" {joiner} {clause.text}"
    return text


def _speaks_for_oneself(clause: str) -> bool:
    return bool(OWN_WISH.search(clause)) and not (
        ACCUSATION.search(clause) or has_heat(clause) or SOUR.search(clause) or _is_about_the_other(clause)
    )


def _is_about_the_other(clause: str) -> bool:
    """Whether "you", "he" or "your mother" does something in it, other than being wished for, talked to or missed."""
    return any(not ADDRESSED.search(clause[: match.start()]) for match in OTHER_DOES.finditer(clause))


def _cooled(text: str) -> str:
    text = COMMANDS.sub("", ABSOLUTES.sub("", without_heat(text)))
    return re.sub(r"\s+", " ", text.replace("!", ".").replace("<", "").replace(">", "")).strip(" .,")


def _need_behind(plain: str) -> str:
    """A need card for what an accusation is about."""
    best, strength = "", 0
    for card, cues in _cards():
        count = sum(1 for pattern in cues if pattern.search(plain))
        if count > strength:
            best, strength = card, count
    return best.rstrip(".")


@cache
def _cards() -> tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]:
    categories = ("CONNECTION", "RECOGNITION", "FAIRNESS", "SAFETY", "AUTONOMY", "MEANING")
    return tuple(
        (entry["card"].replace("{about}", ""), tuple(map(cue, entry["cues"])))
        for category in categories
        for entry in read_toml("needs")[category].values()
    )
