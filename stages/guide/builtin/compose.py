"""Putting a reply together: one to three reflections, and a question in about two of three replies."""

import re

from stages.guide.builtin.echo import has_heat
from stages.guide.builtin.feelings import Found
from stages.guide.builtin.lexicon import families, feeling_pattern, feeling_words, read_toml
from stages.guide.builtin.material import Material
from stages.guide.builtin.pronouns import turn
from stages.guide.builtin.text import tidy
from stages.guide.builtin.voice import Voice

SHORT, LONG = 7, 70


def compose(
    material: Material, voice: Voice, *, stage: int = 1, intensity: int | None = None, ask: bool | None = None
) -> str:
    """A reply to a message that tells something. `ask` forces or forbids the question."""
    makers = _shape(material, voice)
    wanted = 1 if material.length <= SHORT else 3 if material.length >= LONG else 2
    for maker in makers:
        if len(voice.now) >= wanted:
            break
        _say(voice, maker(material, voice, not voice.now))
    if intensity is not None and intensity >= 8 and wanted > 1:
        _say(voice, voice.frame("high"))
    if not voice.now:
        _say(voice, voice.frame("plain", opening=True) or "I'm reading.")
    if ask if ask is not None else wants_question(material, voice):
        _say(voice, question(material, voice, stage))
    if sum(len(sentence.split()) for sentence in voice.now) < 5:
        _say(voice, situation(material, voice, False) or voice.frame("plain"))
    return " ".join(voice.now)


def _say(voice: Voice, text: str) -> None:
    if text:
        voice.now.append(text)


def wants_question(material: Material, voice: Voice) -> bool:
    """Never three replies in a row with a question; to someone who writes little never two (DESIGN §5)."""
    if material.length <= SHORT and len(voice.now) > 0 and voice.asked_lately:
        return False
    if voice.asked_lately >= 2 and (len(voice.now) > 1 or voice.asked_lately > 2):
        return False
    if len(voice.now) < 2 and material.length > SHORT:
        return True
    if voice.asked_lately == 0:
        return True
    return voice.seed % 3 != 0


def _shape(material: Material, voice: Voice):
    """The makers of reflections, in the order in which they are tried for this message: own words, and what lies between them."""
    if material.length >= LONG:
        return [weighty, two_feelings, meaning, situation, feeling, echo, guess, phrase]
    if material.length <= SHORT:
        short = ([rather, two_feelings, meaning, feeling], [rather, two_feelings, feeling, meaning, echo])
        return [*short[voice.seed % 2], situation, echo, phrase, guess]
    if not voice.said:
        return [two_feelings, rather, echo, meaning, situation, feeling, guess, phrase]
    orders = (
        [rather, two_feelings, meaning, echo, situation, feeling, guess, phrase],
        [rather, echo, situation, meaning, two_feelings, feeling, guess, phrase],
        [two_feelings, rather, echo, meaning, situation, link, guess, phrase],
        [rather, situation, echo, meaning, link, feeling, guess, phrase],
        [rather, two_sided, feeling, meaning, echo, situation, guess, phrase],
        [rather, echo, meaning, guess, two_feelings, situation, feeling, phrase],
    )
    return orders[voice.seed % len(orders)]


def echo(material: Material, voice: Voice, opening: bool) -> str:
    """One of the person's own clauses, turned towards them."""
    for candidate in material.best_echoes:
        if _near(candidate.text, voice.now) or _families(candidate.text) & _families(" ".join(voice.now)):
            continue
        key = "x" if candidate.kind in ("left", "being") else "c"
        text = voice.frame(candidate.kind, opening=opening, **{key: candidate.text})
        if text:
            return text
    return ""


def _near(text: str, said: list[str]) -> bool:
    told = set(text.lower().split())
    return any(len(told & set(sentence.lower().rstrip(".").split())) > 0.5 * len(told) for sentence in said)


def _families(text: str) -> set[str]:
    """The families of feelings that a text names, or whose noun it holds."""
    named = {feeling_words()[match[0].lower()].family for match in feeling_pattern().finditer(text)}
    return named | {family.key for family in families().values() if f" {family.noun}" in f" {text.lower()}"}


def weighty(material: Material, voice: Voice, opening: bool) -> str:
    """Of a long message, the clause that carries most."""
    for candidate in material.best_echoes:
        if candidate.kind in ("own", "fact", "both", "scene") and candidate.score > 1:
            first = voice.frame("long", opening=opening)
            second = voice.frame("after_long", c=candidate.text)
            return " ".join(filter(None, (first, second)))
    return voice.frame("long", opening=opening)


def two_sided(material: Material, voice: Voice, opening: bool) -> str:
    """Two clauses that a "but" holds together."""
    ordered = [candidate for candidate in material.echoes if candidate.kind in ("own", "other", "fact", "both")]
    for first, second in zip(ordered, ordered[1:], strict=False):
        near = second.order == first.order + 1 and len(first.text.split()) + len(second.text.split()) <= 24
        if near and second.joiner in ("but", "yet", "and yet", "whereas"):
            return voice.frame("two_sided", opening=opening, a=first.text, b=second.text)
    return ""


NOT_BUT = re.compile(
    r"\bI(?:'m| am) not (?P<a>\w+),? (?:but |just |only )?I(?:'m| am) (?:just |only )?(?P<b>\w+)(?=[.,;!?]|$)", re.I
)
NOT_OF_BUT = re.compile(
    r"\bI(?:'m| am) not (?P<f>\w+) (?:of|about|that|because of|at|with) (?P<a>[^.,;!?]{3,40})[.,;]+ "
    r"(?:but )?I(?:'m| am) (?:just |only )?"
    r"(?P=f) (?:that|because) (?P<b>[^.,;!?]{5,80})",
    re.I,
)
NOT_THIS = re.compile(
    r"\bit(?:'?s not|'s never been| isn't| is not| was never)(?: really| just| only| even)?(?: about)? (?P<a>(?:the|her|his) \w+)"
    r"(?P<rest>[.,;!?]+ (?:but )?it(?:'?s| is) (?:more |just |only |rather )?that (?P<b>[^.,;!?]{5,90}))?(?=[.,;!?]|$)",
    re.I,
)


def rather(material: Material, voice: Voice, opening: bool) -> str:
    """What the person sets right themselves: not this but that."""
    plain = tidy(material.text)
    match = NOT_BUT.search(plain)
    if match:
        return voice.frame("not_but", opening=opening, a=match["a"], b=match["b"])
    match = NOT_OF_BUT.search(plain)
    if match:
        return voice.frame("not_of_but", opening=opening, f=match["f"], a=turn(match["a"]), b=turn(match["b"]))
    match = NOT_THIS.search(plain)
    if match and match["b"] and not has_heat(match["b"]):
        return voice.frame("not_this_but", opening=opening, a=match["a"].lower(), b=turn(match["b"]))
    return voice.frame("not_this", opening=opening, c=match["a"].lower()) if match else ""


def two_feelings(material: Material, voice: Voice, opening: bool) -> str:
    """Two feelings held together, contradictory or alike."""
    if len(material.feelings) < 2:
        return ""
    first = material.feelings[0]
    opposite = next((other for other in material.feelings[1:] if other.warm != first.warm), None)
    second = opposite or next((other for other in material.feelings[1:] if other.family != first.family), None)
    if second is None:
        return ""
    return voice.frame("two" if opposite else "two_alike", opening=opening, f=first.word, g=second.word)


def feeling(material: Material, voice: Voice, opening: bool) -> str:
    """A feeling the person named, or one they said it was not."""
    told = _families(" ".join(voice.now))
    for candidate in material.best_echoes:
        if (
            candidate.kind in ("own", "scene", "both")
            and _families(candidate.text) & {f.family for f in material.feelings} - told
        ):
            return echo(material, voice, opening)
    for found in material.feelings:
        if found.family in _families(" ".join(voice.now)):
            return ""
        values = {"f": found.word, "n": families()[found.family].noun, "m": families()[found.family].noun}
        if found.family in material.earlier[:2] and voice.seed % 2:
            text = voice.frame("same", opening=opening, **values)
        else:
            text = voice.frame(_feeling_frame(found, voice), opening=opening, **values)
        if text:
            return text
    if material.denied and not material.feelings and material.denied[0].word not in " ".join(voice.now).lower():
        return voice.frame("denied", opening=opening, f=material.denied[0].word)
    return ""


def _feeling_frame(found: Found, voice: Voice) -> str:
    """Only a word the person used is given back as theirs; for others the guide names the family."""
    theirs = found.said == found.word
    if found.intensity >= 8:
        return "strong" if theirs else "strong_noun"
    if not theirs:
        return "named_noun"
    return "named_past" if found.past else "named_now"


def situation(material: Material, voice: Voice, opening: bool) -> str:
    """What such a situation is like, in the guide's own words."""
    for candidate in material.situations[:3]:
        text = voice.fresh(candidate.reflections, opening=opening)
        if text:
            return text
    return ""


def meaning(material: Material, voice: Voice, opening: bool) -> str:
    """What lies between the lines, by the way it was told."""
    for candidate in material.meanings[:4]:
        text = voice.fresh(candidate.says, opening=opening)
        if text:
            return text
    return ""


def guess(material: Material, voice: Voice, opening: bool) -> str:
    """A feeling the person did not name, offered as a guess. Only where there is a situation to guess from."""
    if material.feelings or any("wonder" in sentence or "perhaps" in sentence.lower() for sentence in voice.now):
        return ""
    for candidate in material.situations[:2]:
        for word in voice.turned(candidate.feelings):
            if word not in voice.recent:
                return voice.frame("guess_plain", opening=opening, f=word)
    return ""


def link(material: Material, voice: Voice, opening: bool) -> str:
    """Today's feeling beside an earlier one of another kind."""
    if not material.feelings or not material.earlier:
        return ""
    now, before = material.feelings[0].family, material.earlier[0]
    if now == before or voice.seed % 2:
        return ""
    nouns = families()
    return voice.frame("link", opening=opening, m=nouns[before].noun, n=nouns[now].noun)


def phrase(material: Material, voice: Voice, opening: bool) -> str:
    """The person's own words, quoted."""
    if (
        material.phrase
        and not _near(turn(material.phrase), voice.now)
        and not _families(material.phrase) & _families(" ".join(voice.now))
    ):
        return voice.frame("quote", opening=opening, q=material.phrase)
    return ""


def question(material: Material, voice: Voice, stage: int) -> str:
    """One open question that fits what was said and was not asked before in this conversation; "" if none is left."""
    for options in _question_lists(material, voice, stage):
        text = voice.fresh(options)
        if text:
            return text
    return ""


def _question_lists(material: Material, voice: Voice, stage: int):
    bank = read_toml("questions")
    if stage > 1 and str(stage) in bank["stage"]:
        yield bank["stage"][str(stage)]
    if material.length <= SHORT and not material.situations:
        yield bank["feeling" if material.feelings else "short"]
    kinds = [candidate.kind for candidate in material.best_echoes[:2]]
    fitting = [found.asks for found in material.meanings[:2]] if stage <= 1 else []
    fitting += [found.questions for found in material.situations[:2]]
    fitting += [bank[kind] for kind in ("wish", "fear") if any(found.startswith(kind) for found in kinds)]
    fitting += [bank["feeling"]] if material.feelings else []
    fitting += [bank["other"]] if {"other", "left", "being"} & set(kinds) else []
    fitting += [bank["event"]] if material.tells_event else []
    fitting += [bank["event_day"]] if material.tells_day else []
    start = voice.seed % len(fitting) if fitting else 0
    yield from [*fitting[start:], *fitting[:start]]
    early = len(voice.said) < 4
    yield bank["general" if early else "deeper"]
    yield bank["deeper" if early else "general"]


def as_list(items: list[str]) -> str:
    """ "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""
