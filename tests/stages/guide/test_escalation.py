import pytest

from stages.guide.builtin.coaching import escalated
from stages.guide.builtin.guide import BuiltinGuide
from stages.guide.builtin.judgment import find_judgment
from stages.guide.escalation import Step, step_for
from stages.guide.interface import Bundle
from stages.guide.last_filter import broken_rules
from tests.stages.guide.talk import said

JUDGING = [
    "He is so selfish.",
    "She only wants to win.",
    "It's all his fault.",
    "He never thinks of anyone.",
    "She's lazy.",
]
CURIOUS = "Maybe he is tired and afraid that he can't do it right."


def spans(text):
    return [judgment.span for judgment in find_judgment(text)]


@pytest.mark.parametrize(
    ("texts", "step"),
    [
        ([], Step.NOTHING),
        ([CURIOUS], Step.NOTHING),
        (JUDGING[:1], Step.MIRROR),
        (JUDGING[:2], Step.SECOND_MIRROR),
        (JUDGING[:3], Step.EXPLORE),
        (JUDGING[:4], Step.OFFER_PAUSE),
        (JUDGING, Step.OFFER_PAUSE),
        ([*JUDGING[:3], CURIOUS], Step.NOTHING),
        ([*JUDGING[:3], CURIOUS, JUDGING[3]], Step.MIRROR),
        ([JUDGING[0], JUDGING[0] + " And tall.", JUDGING[0] + " And quiet."], Step.MIRROR),
    ],
)
def test_each_new_judgment_goes_one_step_further_and_curiosity_begins_anew(texts, step):
    assert step_for(texts, spans) == step


@pytest.mark.parametrize("step", list(Step))
def test_what_is_said_asks_at_most_once_and_breaks_no_rule(step):
    words = escalated(step, "He is so selfish.")
    assert bool(words) == (step not in (Step.NOTHING, Step.MIRROR))
    assert words.count("?") == (step in (Step.SECOND_MIRROR, Step.EXPLORE))
    assert not broken_rules(words)


def test_in_stage_2_the_guide_mirrors_then_explores_then_offers_a_pause():
    thread, answers = [], []
    for number, text in enumerate(JUDGING[:4]):
        thread.append(said(text, 2 * number + 1, stage=2))
        bundle = Bundle(stage=2, purpose="coach", name="Ann", thread=tuple(thread), current=thread[-1])
        answers.append("".join(BuiltinGuide().reply(bundle)))
        thread.append(said(answers[-1], 2 * number + 2, role="guide", stage=2))
    assert [answer.count("?") for answer in answers] == [1, 1, 1, 0]
    assert "being heard" in answers[-1]
    assert len(set(answers)) == 4
