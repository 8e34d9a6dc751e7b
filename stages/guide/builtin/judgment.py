"""Noticing judgment, and what to look at before words cross."""

import re
from functools import cache

from stages.guide.builtin.echo import has_heat
from stages.guide.builtin.lexicon import cue, read_lines, read_toml
from stages.guide.builtin.spelling import put_right
from stages.guide.builtin.text import names, sentences, steady_number, tidy
from stages.guide.ears.classifier import Ear
from stages.guide.ears.mirror import judging
from stages.guide.interface import Judgment, WordWarning

LONGEST = 20_000
SELF = re.compile(r"\b(?:I|I'm|me|myself|we|we're)\b[^.?!,;]*$", re.I)
HEDGED = re.compile(
    r"\b(?:might|may|maybe|perhaps|could|possibly|I (?:imagine|guess|wonder|suppose|think|believe|reckon)|it's possible)\b",
    re.I,
)
HOSTILE = re.compile(
    r"\b(?:nothing|doesn't|don't|couldn't|enjoys?|hates?|despises?|kick|pleasure|suffer|superior|important|victim|easy|nice|only|all)\b",
    re.I,
)
CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w+|https?://\S+|\+?\d[\d ()-]{7,}\d")
THREAT = cue(
    r"or else|you(?:'ll| will) (?:regret|pay|be sorry|see what)|I(?:'ll| will) (?:leave|divorce|take the (?:kids|"
    r"children)|tell (?:everyone|your)|make you|"
    r"kill|hurt|ruin|destroy)|if you (?:don't|ever|leave)[^.?!]{0,60}(?:I'll|I will|it's over)|last (?:chance|warning)"
)
QUOTE = re.compile(
    r"\"[^\"]{3,}\"|“[^”]{3,}”|\b(?:he|she|they|you) (?:said|says|told me|wrote|texted|admitted)\b", re.I
)
MESSAGES = {
    "blame": "This may reach the other as blame. What is it like for you, said from your side?",
    "name": "This looks like somebody's name. Is it theirs to be in here?",
    "contact": "This looks like an address or a number.",
    "heat": "This word is hot. It may be the only thing that is heard.",
    "threat": "This could be heard as a threat.",
    "quote": "These may be somebody else's words, not yours.",
    "diagnosis": "This names a condition. What did you see or hear, in plain words?",
    "long": "This is long. The heart of it may be one or two sentences.",
}


def find_judgment(text: str, listening: Ear | None = None) -> list[Judgment]:
    """Judgments about another person in a text, in its order, none overlapping. `text[start:end] == span`.

    Rules find words; a trained ear (for cross-validation another, `listening`) takes whole sentences in which
    they found none.
    """
    straight = text.replace("’", "'").replace("‘", "'")[:LONGEST]
    found: list[Judgment] = []
    for kind, pattern in _patterns():
        for match in pattern.finditer(straight):
            if match.end() > match.start() and not _about_oneself(straight, match, kind):
                _add(found, text, match.start(), match.end(), kind)
    spoken = sentences(straight)
    for at, kind in judging([put_right(tidy(sentence.text)) for sentence in spoken], listening):
        _add(found, text, spoken[at].start, spoken[at].end, kind)
    return sorted(found, key=lambda judgment: judgment.start)


def _add(found: list[Judgment], text: str, start: int, end: int, kind: str) -> None:
    """Unless something is found there already."""
    if any(judgment.start < end and start < judgment.end for judgment in found):
        return
    span = text[start:end]
    questions = _questions(kind)
    question = questions[steady_number(span.lower()) % len(questions)]
    found.append(Judgment(start=start, end=end, span=span, kind=kind, question=question))


@cache
def _patterns():
    return tuple((kind, cue("|".join(table["cues"]))) for kind, table in read_toml("judgment").items())


def _questions(kind: str) -> list[str]:
    return read_toml("judgment")[kind]["questions"]


def _about_oneself(text: str, match: re.Match[str], kind: str) -> bool:
    """Said of oneself ("I am selfish"), denied ("not lazy") or held open ("she might think"): no judgment of the other."""
    before = text[max(0, match.start() - 60) : match.start()]
    if kind == "mind_reading" and HEDGED.search(before[-40:] + match[0]) and not HOSTILE.search(match[0]):
        return True  # a guess held open: that is what Stage 2 asks for
    if re.search(r"\b(?:not|isn't|aren't|wasn't|never|don't think)\s+(?:\w+ ){0,2}$", before, re.I):
        return True
    own = SELF.search(before)
    return bool(
        own
        and kind in ("label", "contempt", "diagnosis")
        and not re.search(r"\b(?:he|she|they|him|her|them|you|your)\b", own[0], re.I)
    )


def check_words(text: str) -> list[WordWarning]:
    """What to look at before a text crosses; each span occurs in it. An empty list promises nothing: rules see little."""
    found: list[tuple[int, str, str]] = []
    found_judgments = find_judgment(text)
    found += [
        (j.start, "diagnosis" if j.kind == "diagnosis" else "heat" if j.kind == "contempt" else "blame", j.span)
        for j in found_judgments
    ]
    found += [(match.start(), "heat", match[0]) for match in _heat_words(text)]
    found += [(match.start(), "contact", match[0]) for match in CONTACT.finditer(text[:LONGEST])]
    found += [(match.start(), "threat", match[0]) for match in THREAT.finditer(text[:LONGEST])]
    found += [(match.start(), "quote", match[0]) for match in QUOTE.finditer(text[:LONGEST])]
    found += [(text.find(name), "name", name) for name in names(text[:LONGEST])]
    if len(text.split()) > 120:
        found.append((len(text), "long", " ".join(text[:40].split()[:1]) or text[:1]))
    return _warnings(found)


def _heat_words(text: str):
    if not has_heat(text[:LONGEST]):
        return []
    return list(cue("|".join(read_lines("heat"))).finditer(text[:LONGEST]))


def _warnings(found: list[tuple[int, str, str]]) -> list[WordWarning]:
    result: dict[tuple[str, str], WordWarning] = {}
    for _, kind, span in sorted(found):
        if span.strip() and not any(span in other.span for other in result.values() if other.kind == kind):
            result[kind, span] = WordWarning(kind=kind, span=span, message=MESSAGES[kind])
    return list(result.values())
