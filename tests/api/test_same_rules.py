"""Each rule once through the page and once through the API: the same answer, and the same rows afterwards.

A rule is what is sent to both, at one point of the way; `refused` says which of the two endings it must have.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from tests.api.caller import caller
from tests.bad_input.site import undone
from tests.bad_input.test_twice import seen_by
from tests.couple import ADA, BEN, STAGES, Couple
from tests.pages import browser, url
from vessels.shared import bridge

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Rule:
    """`page` and `api` are (route or address, what is sent); callables are given the couple. `status` is the API's."""

    name: str
    stage: str
    page: tuple
    api: tuple
    status: int
    method: str = "post"
    route_ids: Callable = lambda couple: ()
    extra: dict = field(default_factory=dict)


def needs_of(couple, name):
    with couple.acting(name) as place:
        from stages.needs.queries import all_mine

        return [one.need.pk for one in all_mine(place)]


def letter_of(couple, name):
    with couple.acting(name) as place:
        return bridge.all_from_partner(place)[0]


def other_need(couple):
    return (needs_of(couple, BEN)[0],)


RULES = [
    Rule("nothing said", "began", ("conversation", {"words": " ", "key": str(uuid4())}), ("messages/", {"words": " "}), 400),
    Rule(
        "too much said", "began",
        ("conversation", {"words": "x" * 20_001, "key": str(uuid4())}), ("messages/", {"words": "x" * 20_001}), 400,
    ),
    Rule("NUL", "began", ("conversation", {"words": "a\0b", "key": str(uuid4())}), ("messages/", {"words": "a\0b"}), 400),
    Rule("no reading", "began", ("barometer", {"intensity": "11"}), ("barometer/", {"intensity": 11}), 400),
    Rule("a long topic", "heard", ("topic", {"topic": "w " * 21}), ("topic/", {"topic": "w " * 21}), 400),
    Rule("no address", "heard", ("invite", {"email": "nobody"}), ("invitation/", {"email": "nobody"}), 400),
    Rule("four lines", "signed",
         ("letter", {"guess": "g", "want_known": "a\nb\nc\nd", "do": "ready"}),
         ("letter/", {"guess": "g", "want_known": "a\nb\nc\nd"}), 400),
    Rule("no topic yet", "heard", ("invite", {"email": ""}), ("invitation/", {"email": ""}), 409),
    Rule("heard too early", "began", ("heard", {"answer": "yes"}), ("heard/", {"answer": "yes"}), 409),
    Rule("recap too early", "began", ("ask_recap", {}), ("recap/", {}), 409),
    Rule("letter before the compact", "joined", ("letter", {"guess": "g", "do": "ready"}), ("letter/", {"guess": "g"}), 409),
    Rule("piles before the pool", "common", ("piles", {}), ("piles/", {"piles": []}), 409),
    Rule("compact twice over", "signed", ("take_signature_back", {}), ("compact/", None), 409, method="delete"),
    Rule("agreement too early", "pool", ("overlap", {"description": "x", "duration_days": 7, "follow_up": "2027-01-01"}),
         ("agreement/", {"description": "x", "duration_days": 7, "follow_up": "2027-01-01"}), 409),
    Rule("the partner's need", "needs", ("decide_need", {"answer": "mine"}), ("needs/{0}/decision/", {"answer": "mine"}),
         404, route_ids=other_need),
    Rule("the partner's need, offered", "needs", ("offer_need", {}), ("needs/{0}/offer/", {}), 404, route_ids=other_need),
    Rule("nobody's message", "began", ("delete_message", {}), ("messages/{0}/", None), 404, method="delete",
         route_ids=lambda couple: (couple.actors[ADA].user_id,)),
    Rule("the partner's words in my hands", "letters",
         ("shared:take_back", {}), ("shares/{0}/", None), 404, method="delete",
         route_ids=lambda couple: (letter_of(couple, ADA).pk,)),
]  # fmt: skip


def at_each_stage(subtests, cases, check):
    """One couple on its way; what a case does at its stage is undone after it."""
    couple = Couple()
    for stage in STAGES:
        couple.until(stage)
        _visit(browser(couple, ADA), couple)
        for name, act in cases(stage):
            with subtests.test(name), undone():
                check(couple, act)


def test_the_page_and_the_api_refuse_the_same(subtests):
    assert {rule.stage for rule in RULES} <= set(STAGES)
    at_each_stage(subtests, lambda stage: [(rule.name, rule) for rule in RULES if rule.stage == stage], _refused)


def _refused(couple, rule):
    ids = rule.route_ids(couple)
    page, person = browser(couple, ADA), caller(couple, ADA)
    before = seen_by(couple, ADA), seen_by(couple, BEN) if BEN in couple.actors else None

    route, sent = rule.page
    shown = page.post(url(couple, route, *ids), sent)
    assert shown.status_code in ({404} if rule.status == 404 else {200, 302})
    assert (seen_by(couple, ADA), seen_by(couple, BEN) if BEN in couple.actors else None) == before

    address, body = rule.api
    answer = person(rule.method, address.format(*ids), *([body] if body is not None else []))
    assert answer.status_code == rule.status, answer.content
    assert (seen_by(couple, ADA), seen_by(couple, BEN) if BEN in couple.actors else None) == before
    problem = answer.json()
    assert problem["status"] == rule.status and problem["title"]
    if rule.status == 409:
        assert problem["detail"]


def _visit(page, couple):
    """Coming by settles what both have reached, before it is looked at."""
    for route in ("session", "conversation", "needs", "letter", "ideas"):
        page.get(url(couple, route))


# --- what counts, counts once ------------------------------------------------------------------------
def through_the_page(couple, route, sent, ids=()):
    client = browser(couple, ADA)
    return lambda: client.post(url(couple, route, *ids), sent)


def through_the_api(couple, address, sent, ids=()):
    person, key = caller(couple, ADA), uuid4().hex
    return lambda: person.post(address.format(*ids), sent, **{"Idempotency-Key": key})


KEY = str(uuid4())
TWICE = [
    ("began", "conversation", {"words": "Once.", "key": KEY}, "messages/", {"words": "Once."}),
    ("began", "barometer", {"intensity": "4", "context": ""}, "barometer/", {"intensity": 4}),
    ("joined", "compact", {"agree": "on"}, "compact/", {"agree": True}),
    ("signed", "letter", {"guess": "I guess.", "want_known": "", "do": "ready"}, "letter/", {"guess": "I guess."}),
    ("understood", "add_need", {"need": "rest", "words": "", "key": KEY}, "needs/", {"need": "rest"}),
    ("understood", "needs_done", {}, "needs/chosen/", {}),
    ("overlap", "closure", {"unmet": "a", "commitment": "b"}, "closing/", {"unmet": "a", "commitment": "b"}),
]


def test_sent_twice_is_done_once(subtests):
    def cases(stage):
        return [
            (f"{case[1]} by the {way}", (case, way)) for case in TWICE if case[0] == stage for way in ("page", "api")
        ]

    assert {case[0] for case in TWICE} <= set(STAGES)
    at_each_stage(subtests, cases, _once)


def _once(couple, found):
    (_stage, route, form, address, body), way = found
    send = through_the_page(couple, route, form) if way == "page" else through_the_api(couple, address, body)
    before = counted(couple)
    first = send()
    once = counted(couple)
    assert first.status_code in (200, 201, 204, 302) and once != before
    second = send()
    assert counted(couple) == once
    if way == "api":
        assert (second.status_code, second.content) == (first.status_code, first.content)
        assert second["Idempotency-Replayed"] == "true"


def counted(couple) -> dict:
    return {table: mark.split(",")[1] for table, mark in seen_by(couple, ADA).items()}


@pytest.mark.parametrize("way", ["page", "api"])
def test_words_that_have_changed_are_not_granted(way):
    couple = Couple().until("signed")
    old = couple.write_letter(ADA)
    stale = "0" * 64
    if way == "page":
        browser(couple, ADA).post(
            url(couple, "letter_preview"), {"decision": "share", "content": str(old.pk), "digest": stale}
        )
    else:
        answer = caller(couple, ADA).post("letter/share/", {"id": str(old.pk), "digest": stale})
        assert answer.status_code == 409
    with couple.acting(ADA) as place:
        assert bridge.standing(bridge.mine(place, old.pk)) == bridge.Standing.UNDECIDED
