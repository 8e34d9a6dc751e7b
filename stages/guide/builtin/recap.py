"""What the guide has heard: a recap in the second person, with the person's own phrases, and its correction."""

import re
from collections.abc import Sequence

from stages.guide.builtin.compose import as_list
from stages.guide.builtin.echo import Echo, echoes
from stages.guide.builtin.feelings import Found, own_feelings
from stages.guide.builtin.lexicon import families, listed, read_toml
from stages.guide.builtin.material import own_phrase
from stages.guide.builtin.moves import find_move
from stages.guide.builtin.pronouns import turn
from stages.guide.builtin.situations import Situation, find_situations
from stages.guide.builtin.text import capital, names, readable, sentences, shorten, steady_number, tidy, words
from stages.guide.interface import Words
from stages.guide.last_filter import fit_to_read

MOST_WORDS, FEWEST_WORDS = 120, 60
NOTHING_YET = (
    "So far there are only a few words here, and I'd rather not make more of them than they are. "
    "Go on whenever you like."
)
OPENERS = (
    "Here is what I have taken in so far.",
    "This is what has reached me.",
    "Let me say back what I've gathered, and you put it right.",
)
CLOSERS = (
    "Cross out whatever isn't so.",
    "If a word is off, change it; yours is the one that counts.",
    "There may be a piece missing, and you'd know which.",
)
OWN = ("{c}.", "You've told me that {c}.", "{c}.", "It stays with you that {c}.")
OTHERS = (
    "As you see it, {c}.",
    "From where you stand, {c}.",
    "The way you tell it, {c}.",
    "For you it comes down to this: {c}.",
)

CONTRADICTION = re.compile(r"^(?:no|not quite|actually|it's not|that's not (?:right|it|true))[,.:; ]+", re.I)
LITTLE = listed(
    "your that this with have been from what when there they them then also more most just about into only very than"
)


def recap(thread: Sequence[Words], unspoken: Sequence[str] = ()) -> str:
    """60 to 120 words about the person where the thread gives that much; honest about little. Never the other's name."""
    told = [words_ for words_ in thread if words_.role == "person" and _tells(words_.text)]
    if not told:
        return NOTHING_YET
    known = frozenset(name for one in told for name in names(tidy(readable(one.text))))
    known |= frozenset(part for name in unspoken for part in name.split())
    seed = steady_number(told[-1].id, len(told))
    parts = [OPENERS[seed % len(OPENERS)], *_body(told, known, seed)]
    closer = CLOSERS[seed % len(CLOSERS)]
    return fit_to_read(_within(parts, closer), NOTHING_YET)


def _tells(text: str) -> bool:
    move = find_move(text)
    return not (move and move.alone) or len(words(text)) > 10


def _body(told: list[Words], known: frozenset[str], seed: int) -> list[str]:
    chosen = _spread([_best(one.text, known) for one in told])
    said = [_frame(echo, index + seed) for index, echo in enumerate(chosen)]
    feelings = _feelings(told)
    phrase = _phrase(told, known, " ".join(said))
    themes = _themes(told)
    middle = [part for part in (feelings, phrase) if part]
    head, tail = said[:2], said[2:]
    return [part for part in [*head, *middle, *tail, *themes] if part]


def _best(text: str, known: frozenset[str]) -> Echo | None:
    found = sorted(echoes(readable(text), known), key=lambda echo: (-echo.score, echo.order))
    return found[0] if found else None


def _spread(found: list[Echo | None]) -> list[Echo]:
    """Up to four echoes, from the beginning, the middle and the end of the thread, none twice."""
    unique: dict[str, Echo] = {echo.text: echo for echo in found if echo}
    rest = list(unique.values())
    if len(rest) <= 4:
        return rest
    keep = {0, len(rest) - 1, *sorted(range(1, len(rest) - 1), key=lambda index: -rest[index].score)[:2]}
    return [rest[index] for index in sorted(keep)]


def _frame(echo: Echo, index: int) -> str:
    shapes = {
        "wish": "You'd like {c}.",
        "fear": "You're afraid that {c}.",
        "seems": "It feels to you as if {c}.",
        "wish_for": "You want {c}.",
        "wishing": "You wish {c}.",
        "left": "You're left {c}.",
        "being": "You speak of being {c}.",
        "scene": "{c}.",
        "own": OWN[index % len(OWN)],
        "both": OWN[index % len(OWN)],
        "fact": OTHERS[index % len(OTHERS)],
        "other": OTHERS[index % len(OTHERS)],
    }
    return capital(shapes[echo.kind].replace("{c}", echo.text))


def _feelings(told: list[Words]) -> str:
    """Feelings in the person's own words; where they showed one without naming it, its family."""
    found = [
        feeling
        for one in told
        for feeling in own_feelings(readable(one.text))
        if feeling.family not in ("love", "calm")
    ]
    chosen: dict[str, Found] = {}
    for feeling in sorted(found, key=lambda one: (one.said != one.word, -one.intensity)):
        chosen.setdefault(feeling.family, feeling)
    own = [feeling.word for feeling in chosen.values() if feeling.said == feeling.word][:3]
    shown = [families()[feeling.family].noun for feeling in chosen.values() if feeling.said != feeling.word]
    if own:
        warm = {feeling.warm for feeling in list(chosen.values())[: len(own)]}
        beside = ", and these live side by side" if len(warm) == 2 else ""
        also = f" There was {shown[0]} as well." if shown and len(own) < 3 else ""
        return f"You've been {as_list(own)}{beside}.{also}"
    return f"There is {as_list(shown[:2])} in what you tell." if shown else ""


PHRASES = (
    'You wrote: "{q}".',
    'One line I go back to: "{q}".',
    'In your own words: "{q}".',
)


def _phrase(told: list[Words], known: frozenset[str], said: str) -> str:
    for one in reversed(told):
        phrase = own_phrase(readable(one.text), known)
        if phrase and turn(phrase).lower() not in said.lower():
            return PHRASES[steady_number(one.id) % len(PHRASES)].replace("{q}", phrase)
    return ""


def _themes(told: list[Words]) -> list[str]:
    counted: dict[str, tuple[int, Situation]] = {}
    for one in told:
        for situation in find_situations(readable(one.text))[:3]:
            counted[situation.key] = (counted.get(situation.key, (0, situation))[0] + 1, situation)
    ordered = [situation for _, situation in sorted(counted.values(), key=lambda pair: -pair[0])]
    if not ordered:
        return []
    subjects = [turn(one.topic[:1].lower() + one.topic[1:]) for one in ordered[:2] if one.topic]
    several = len(subjects) > 1 and "," not in "".join(subjects)
    lines = [f"It keeps coming back to {' and to '.join(subjects) if several else subjects[0]}."] if subjects else []
    first = ordered[0].reflections
    return [*lines, first[steady_number(ordered[0].key, len(told)) % len(first)]]


def _within(parts: list[str], closer: str) -> str:
    kept: list[str] = []
    count = len(closer.split())
    for part in parts:
        if count + len(part.split()) > MOST_WORDS:
            continue
        kept.append(part)
        count += len(part.split())
    return " ".join([*kept, closer])


def reflect_recap_correction(before: str, correction: str) -> str:
    """The recap with the sentences that the correction speaks against left out, and the correction, turned, put first."""
    said = [span.text for span in sentences(tidy(readable(before)))]
    about = _weighty_words(correction)
    kept = [one for one in said if not (about & _weighty_words(one)) and one not in (*OPENERS, *CLOSERS)]
    put_right = echoes(CONTRADICTION.sub("", tidy(readable(correction))))
    lines = [_frame(echo, index) for index, echo in enumerate(put_right[:3])]
    if not lines:
        phrase = own_phrase(readable(correction))
        lines = (
            [f'You put it this way: "{phrase}".']
            if phrase
            else ["You say that part of it isn't so, and I leave room for that."]
        )
    return fit_to_read(shorten(" ".join(["Then let me put it this way.", *lines, *kept]), MOST_WORDS), NOTHING_YET)


def _weighty_words(text: str) -> set[str]:
    return {word for word in words(tidy(text)) if len(word) > 3} - LITTLE


def topic(thread: Sequence[Words]) -> str:
    """A neutral topic of at most 20 words, from what comes up most. Blames nobody, names nobody."""
    counted: dict[str, int] = {}
    for one in thread:
        if one.role == "person":
            for rank, situation in enumerate(find_situations(readable(one.text))[:3]):
                if situation.topic:
                    counted[situation.topic] = counted.get(situation.topic, 0) + 3 - rank
    best = sorted(counted.items(), key=lambda pair: -pair[1])
    return shorten(best[0][0], 20) if best else read_toml("topics")["plain"][0]
