"""The last look at every text a guide is about to show: no advice, no verdict, no diagnosis, no promise (DESIGN §7).

It works by sentence: a sentence that breaks a rule is left out, a second question too. What stands in quotation marks is the
person's own and is not judged. Stands behind the built-in guide, and behind any model.
"""

import re

from stages.guide.builtin.text import QUOTED

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
}
RULES = {name: re.compile("|".join(patterns), re.IGNORECASE) for name, patterns in FORBIDDEN.items()}
PIECE = re.compile(r"(?:\"[^\"\n]*\"|[^.?!\n\"]|\"|[.?!](?=\w))+[.?!…]*|\n+")
FALLBACK = "I'm here, and I'm reading. Go on, in your own time."


def broken_rules(sentence: str) -> list[str]:
    """The names of the rules that a sentence breaks."""
    judged = QUOTED.sub('""', sentence).strip()
    return [name for name, pattern in RULES.items() if pattern.search(judged)]


def fit_to_read(text: str, fallback: str = FALLBACK) -> str:
    """The text with whatever a guide must not say left out; `fallback` if nothing is left. Never empty, at most one question."""
    text = re.sub(r"\s*!+", ".", text.replace("<", "").replace(">", ""))
    kept, asked = [], False
    for match in PIECE.finditer(text):
        piece = match[0]
        if broken_rules(piece) or ("?" in piece and asked):
            continue
        asked = asked or "?" in piece
        kept.append(_one_question_mark(piece))
    result = re.sub(r"[ \t]+", " ", "".join(kept)).strip()
    return result if re.search(r"\w", result) else fallback


def _one_question_mark(piece: str) -> str:
    first = piece.find("?")
    return piece if first < 0 else piece[: first + 1] + piece[first + 1 :].replace("?", "")
