"""The guide's answer to one message."""

import re
from collections.abc import Iterator

from stages.guide.builtin.coaching import escalated
from stages.guide.builtin.compose import compose, question
from stages.guide.builtin.judgment import find_judgment
from stages.guide.builtin.lexicon import read_toml
from stages.guide.builtin.material import gather
from stages.guide.builtin.moves import Move, additions, answers, find_move
from stages.guide.builtin.voice import Voice, voice_for
from stages.guide.escalation import Step, step_for
from stages.guide.interface import Bundle
from stages.guide.last_filter import FALLBACK, fit_to_read
from stages.guide.safety import safety_sign

SURE = 0.8  # certainty of a sign from which nothing else is taken up
PIECE = re.compile(r"\S+\s*(?:\S+\s*)?")


def reply(bundle: Bundle) -> Iterator[str]:
    """Yield the reply in pieces of one or two words."""
    yield from pieces(whole_reply(bundle))


def pieces(text: str) -> Iterator[str]:
    """Cut a text into small pieces; joined together they are the text."""
    for match in PIECE.finditer(text):
        yield match[0]


def whole_reply(bundle: Bundle) -> str:
    """The reply as one text, filtered. After a sure sign of danger it only keeps company: the words about help stand before
    it. After one that may be a misunderstanding it listens as well, and asks nothing, mirrors nothing and coaches nothing."""
    voice = voice_for(bundle.current, bundle.spoken or bundle.thread)
    sign = safety_sign(bundle.current.text)
    if sign and sign.certainty >= SURE:
        return fit_to_read(voice.frame("danger", opening=True))
    if sign:
        heard = gather(bundle.current.text, (), bundle.unspoken)
        return fit_to_read(compose(heard, voice, stage=1, intensity=bundle.intensity, ask=False))
    move = find_move(bundle.current.text)
    if move and move.alone:
        return fit_to_read(answer(move, voice))
    mirrored = _mirrored(bundle, voice) if bundle.stage == 2 else ""
    if mirrored:
        return fit_to_read(mirrored)
    material = gather(
        bundle.current.text, (words for words in bundle.thread if words.id != bundle.current.id), bundle.unspoken
    )
    extra = voice.fresh(additions(move.kind)) if move else ""
    if move and not extra and move.kind in ("anger_at_guide", "hostile"):
        return fit_to_read(answer(move, voice))
    text = compose(
        material,
        voice,
        stage=bundle.stage,
        intensity=bundle.intensity,
        ask=None if not extra else voice.asked_lately == 0,
    )
    return fit_to_read(_with(text, extra))


def _mirrored(bundle: Bundle, voice: Voice) -> str:
    """Stage 2 is for looking from over there: judgment is mirrored, and if it goes on, explored, and a pause offered."""
    texts = [words.text for words in bundle.thread if words.role == "person" and words.stage == 2]
    texts += [] if bundle.current.text in texts[-1:] else [bundle.current.text]
    step = step_for(texts, lambda text: [judgment.span for judgment in find_judgment(text)])
    judgments = find_judgment(bundle.current.text)
    if step == Step.NOTHING or not judgments:
        return ""
    if step != Step.MIRROR:
        return escalated(step, bundle.current.text)
    questions = read_toml("judgment")[judgments[0].kind]["questions"]
    asked = voice.fresh([judgments[0].question, *questions])
    return " ".join(filter(None, (voice.fresh(read_toml("openings")["coach_judging"]["says"], opening=True), asked)))


def answer(move: Move, voice: Voice) -> str:
    """A whole answer to a move, not given before in this conversation as long as there is one left."""
    text = voice.fresh(answers(move.kind), opening=True) or voice.fresh(answers(move.kind), again=True)
    if text:
        return text
    options = [option for option in voice.turned(answers(move.kind)) if not voice.said or option != voice.said[-1]]
    spare = voice.frame("plain", opening=True)
    follow = question(gather(""), voice, 1) if voice.asked_lately == 0 else ""
    without_question = re.sub(r"[^.?]*\?", "", options[0]).strip() if options else ""
    return " ".join(filter(None, (spare or without_question, follow))) or FALLBACK


def _with(text: str, extra: str) -> str:
    """Put the extra sentence before the question, or at the end."""
    if not extra:
        return text
    match = re.search(r"[^.?]*\?\s*$", text)
    if not match:
        return f"{text} {extra}"
    return f"{text[: match.start()].strip()} {extra} {match[0].strip()}".strip()
