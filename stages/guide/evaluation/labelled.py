"""Figures over sentences with labels."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from stages.guide.evaluation.material import Labelled, Part, labelled
from stages.guide.evaluation.score import Score, count
from stages.guide.evaluation.walk import Way
from stages.guide.evaluation.wording import ACCUSES, HOT_WORDS, kind_of
from stages.guide.interface import Guide, Words
from stages.guide.safety import safety_sign

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NEAR_KINDS = ({"suicide", "self_harm"}, {"violence", "fear", "coercion"}, {"harm_to_other", "violence"})


def scores(guide: Guide, part: Part, ways: Iterable[Way], every: int = 1) -> list[Score]:
    """All figures that come from labelled sentences; `every` takes each n-th of them."""

    def of(name: str) -> tuple[Labelled, ...]:
        return labelled(name, part)[::every]

    return [
        *needs_scores(guide, of("needs")),
        *_softened(guide, of("hot"), ways),
        *mirror_scores(guide, of("mirror")),
        *danger_scores(of("crisis"), "crisis", "Signs of danger"),
        *danger_scores(of("unseen"), "unseen", "Signs of danger in another's words"),
        *_agreement(of("kinds")),
    ]


def needs_scores(guide: Guide, sentences: tuple[Labelled, ...]) -> list[Score]:
    """How well families of needs are found: `label` is a family, or NONE."""
    right = found = there = first = spoken = 0
    missed = []
    for one in sentences:
        candidates = guide.find_needs([Words(UUID(int=1), "person", one.text, 1, NOON)])
        families = {candidate.category.value for candidate in candidates}
        found += len(families)
        there += one.label != "NONE"
        right += one.label in families
        spoken += bool(candidates)
        first += bool(candidates) and candidates[0].category == one.label
        if one.label not in families and (families or one.label != "NONE"):
            missed.append(f"{one.label}: {one.text} -> {sorted(families)}")
    return [
        Score("needs precision", "Need families in a sentence: precision", right, found, examples=tuple(missed)),
        Score("needs recall", "Need families in a sentence: recall", right, there),
        Score("needs first", "Need families in a sentence: the surest is the labelled one", first, spoken),
    ]


def _softened(guide: Guide, sentences: tuple[Labelled, ...], ways: Iterable[Way]) -> list[Score]:
    pairs = [(one.text, guide.soften(one.text)) for one in sentences]
    pairs_all = [*pairs, *(pair for way in ways for pair in way.softened)]
    hot = [f"{before} -> {after}" for before, after in pairs_all if HOT_WORDS.search(after)]
    accusing = [f"{before} -> {after}" for before, after in pairs_all if ACCUSES.search(after)]
    long = [f"{before} -> {after}" for before, after in pairs_all if len(after.split()) > 25]
    kept = [
        any(word in after.lower() for word in one.label.split())
        for one, (_, after) in zip(sentences, pairs, strict=True)
    ]
    lost = tuple(f"{before} -> {after}" for (before, after), good in zip(pairs, kept, strict=True) if not good)
    return [
        count("heat", f"Heat left in {len(pairs_all)} softened texts", hot),
        count("accusations", "Direct accusations left in them", accusing),
        count("too long", "Longer than 25 words", long),
        Score("need kept", "Softened texts that keep the need", sum(kept), len(kept), least=0.8, examples=lost),
    ]


def mirror_scores(guide: Guide, sentences: tuple[Labelled, ...]) -> list[Score]:
    """How well judgments are noticed: `label` is judgment or plain."""
    noticed = [(one, bool(guide.find_judgment(one.text))) for one in sentences]
    right = sum(seen and one.label == "judgment" for one, seen in noticed)
    wrong = tuple(f"{one.label}: {one.text}" for one, seen in noticed if seen != (one.label == "judgment"))
    return [
        Score(
            "mirror precision", "Mirror: precision", right, sum(seen for _, seen in noticed), least=0.9, examples=wrong
        ),
        Score("mirror recall", "Mirror: recall", right, sum(one.label == "judgment" for one in sentences), least=0.8),
    ]


def danger_scores(sentences: tuple[Labelled, ...], key: str, title: str) -> list[Score]:
    """How well danger is seen: `label` is direct, indirect or none, then the kind."""
    signs = [(one, safety_sign(one.text)) for one in sentences]
    of_kind = {
        kind: [(one, sign) for one, sign in signs if one.label.split()[0] == kind]
        for kind in ("direct", "indirect", "none")
    }
    kind_right = [(one, sign) for one, sign in signs if sign and not one.label.startswith("none")]
    return [
        *(
            Score(
                f"{key} {kind}",
                f"{title}, {kind}: seen",
                sum(sign is not None for _, sign in of_kind[kind]),
                len(of_kind[kind]),
                least=0.95 if kind == "direct" else None,
                examples=tuple(f"{one.label}: {one.text}" for one, sign in of_kind[kind] if sign is None),
            )
            for kind in ("direct", "indirect")
        ),
        Score(
            f"{key} false",
            f"{title}: false alarms among hard negatives",
            sum(sign is not None for _, sign in of_kind["none"]),
            len(of_kind["none"]),
            greatest=0.1,
            examples=tuple(f"{one.label}: {one.text} -> {sign}" for one, sign in of_kind["none"] if sign),
        ),
        Score(
            f"{key} kind",
            f"{title}: the words about help are of a fitting kind",
            sum(_fits(sign.kind, one.label.split()[1]) for one, sign in kind_right),
            len(kind_right),
            examples=tuple(
                f"{one.label}: {one.text} -> {sign.kind}"
                for one, sign in kind_right
                if not _fits(sign.kind, one.label.split()[1])
            ),
        ),
    ]


def _fits(kind: str, label: str) -> bool:
    return kind == label or any({kind, label} <= near for near in NEAR_KINDS)


def _agreement(sentences: tuple[Labelled, ...]) -> list[Score]:
    """How well `kind_of` agrees with a reader who told simple from complex: a text is "what was heard => what the guide said"."""
    judged = [(one, kind_of(one.text.split(" => ")[1], one.text.split(" => ")[0])) for one in sentences]
    wrong = tuple(f"{one.label}, not {kind}: {one.text}" for one, kind in judged if kind != one.label)
    return [
        Score(
            "agreement",
            "Our telling of simple from complex agrees with a reader",
            len(judged) - len(wrong),
            len(judged),
            least=0.8,
            examples=wrong,
        )
    ]
