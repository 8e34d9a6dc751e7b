"""What a message offers to a listener: feelings, clauses to give back, situations."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stages.guide.builtin.echo import LEAD, LOOSE_QUOTE, META, Echo, echoes, has_heat
from stages.guide.builtin.feelings import Found, denied, find_feelings, had, own_feelings
from stages.guide.builtin.lexicon import feeling_pattern
from stages.guide.builtin.meanings import Meaning, find_meanings
from stages.guide.builtin.situations import Situation, find_situations
from stages.guide.builtin.text import QUOTED, clauses, names, readable, sentences, tidy, words
from stages.guide.interface import Words

EVENT = re.compile(
    r"\b(?:yesterday|last (?:night|week|weekend)|this (?:morning|afternoon|evening)|on (?:mon|tues|wednes|thurs|"
    r"fri|satur|sun)day|"
    r"the other (?:day|night|evening)|(?:he|she|they|I|we) (?:\w+ )?(?:said|told|shouted|left|walked|laughed|"
    r"slammed|hung|found|saw|"
    r"cried|threw|asked))\b",
    re.I,
)
ASKING = re.compile(r"(?:did|do|does|is|are|was|were|what|why|how|who|can|could|will|would|should|when|where)\b", re.I)
DAY = re.compile(
    r"\b(?:yesterday|last night|this (?:morning|afternoon|evening)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.I,
)
PHRASE_END = re.compile(
    r"^(?:and|but|or|so|because|the|a|an|of|to|in|on|at|for|with|my|his|her|that|which|who|is|was|i|i'm|it|he|she|"
    r"they|we)$",
    re.I,
)


@dataclass(frozen=True)
class Material:
    """Everything the rules found in one message."""

    text: str
    length: int
    feelings: tuple[Found, ...]
    denied: tuple[Found, ...]
    echoes: tuple[Echo, ...]
    situations: tuple[Situation, ...]
    meanings: tuple[Meaning, ...]
    earlier: tuple[str, ...]  # families of feelings in earlier messages, last first
    tells_event: bool
    tells_day: bool
    phrase: str

    @property
    def best_echoes(self) -> list[Echo]:
        return sorted(self.echoes, key=lambda echo: (-echo.score, echo.order))


def gather(text: str, thread: Iterable[Words] = (), unspoken: Iterable[str] = ()) -> Material:
    """Take a message apart. `thread` gives names and feelings of earlier messages; `unspoken` are names never to be said."""
    plain = readable(text)
    before = [earlier.text for earlier in thread if earlier.role == "person"][-12:]
    known = frozenset(name for earlier in before for name in names(tidy(earlier[:2000])))
    known |= frozenset(part for name in unspoken for part in name.split())
    tidied = tidy(plain)
    found = find_feelings(tidied)
    return Material(
        text=plain,
        length=len(words(plain)),
        feelings=tuple(had(found)),
        denied=tuple(denied(found, tidied)),
        echoes=tuple(echoes(plain, known)),
        situations=tuple(find_situations(plain)),
        meanings=tuple(find_meanings(plain)),
        earlier=tuple(
            felt[0].family for felt in map(own_feelings, (one[:1500] for one in reversed(before[-6:]))) if felt
        ),
        tells_event=bool(EVENT.search(plain)),
        tells_day=bool(DAY.search(plain)),
        phrase=own_phrase(plain, known),
    )


def own_phrase(text: str, known_names: frozenset[str] = frozenset()) -> str:
    """A clause of three to nine words that occurs in the text as it stands, free of names, insults and quotations; or ""."""
    plain = text.replace("’", "'")
    left_out = {name.lower() for name in names(plain) | known_names}
    candidates = [
        piece for sentence in sentences(plain) for clause in clauses(sentence) for piece in _phrases(clause.text)
    ]
    usable = [
        piece
        for piece in candidates
        if not {word.removesuffix("'s") for word in words(piece)} & left_out
        and not has_heat(piece)
        and not QUOTED.search(piece)
    ]
    return max(usable, key=_telling, default="")


def _telling(piece: str) -> float:
    """How much a phrase tells: feelings, oneself, no and never, longer words."""
    spoken = words(piece)
    oneself = 1.5 if {"i", "i'm", "me", "my"} & set(spoken) else 0
    edges = 1.0 if {"never", "always", "nobody", "nothing", "only", "still", "alone"} & set(spoken) else 0
    return (
        1.5 * len(feeling_pattern().findall(piece))
        + oneself
        + edges
        + 0.4 * len({word for word in spoken if len(word) > 4})
    )


def _phrases(clause: str):
    piece = LEAD.sub("", clause).strip(" ,-")
    whole = re.fullmatch(r"[^\W\d_][\w\s,'-]*", piece)
    if (
        whole
        and not ASKING.match(piece)
        and not LOOSE_QUOTE.search(piece)
        and 3 <= len(piece.split()) <= 9
        and not PHRASE_END.match(piece.split()[-1])
        and not META.search(piece)
    ):
        yield piece
