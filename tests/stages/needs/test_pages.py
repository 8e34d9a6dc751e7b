"""The pages of Stage 3, as the person, the other one, a stranger and nobody."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from beheard.rls import transaction_as
from stages import actions as turns
from stages import progress, tasks
from stages.needs import actions, queries, search
from stages.steps import MeetingKind, StepKind
from tests.shared.couple import couple
from tests.shared.visiting import visit_as
from tests.stages.needs.conftest import (
    SAID,
    add,
    does,
    get,
    look,
    look_for_common,
    meet,
    needs_of,
    notice,
    post,
    share,
    show,
    text,
    url,
)
from vessels.shared import bridge

PAGES = ["needs", "needs_state", "add_need", "side_by_side", "common_ground", "common_ground_state"]
POSTS = ["look_for_needs", "add_need", "needs_done", "go_on_without_needs", "side_by_side", "common_ground"]
OF_A_NEED = ["need", "decide_need", "offer_need"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_its_peoples_alone(two, page):
    assert get_as(two.stranger, two.ana, page).status_code == 404
    assert get(two.stranger, page).status_code != 404
    signed_out = Client().get(url(page, two.ana))
    assert signed_out.status_code == 302 and "login" in signed_out.url


def get_as(person, place, page, *args):
    return visit_as(person).get(url(page, place, *args))


def post_as(person, place, page, *args, **data):
    return visit_as(person).post(url(page, place, *args), data)


@pytest.mark.parametrize("page", POSTS)
def test_nobody_acts_in_another_session(two, page):
    assert post_as(two.stranger, two.ana, page).status_code == 404


@pytest.mark.parametrize("page", OF_A_NEED)
def test_anothers_need_is_as_one_that_does_not_exist(two, page):
    need = add(two.ana, "calm")
    for person, place in [(two.ben, two.ben), (two.stranger, two.stranger), (two.stranger, two.ana)]:
        assert post_as(person, place, page, need.pk).status_code == 404
        assert post_as(person, place, page, uuid4()).status_code == 404
    assert get_as(two.ben, two.ben, "need", need.pk).status_code == 404


@pytest.mark.parametrize("page", ["share_need", "take_back_need"])
def test_anothers_words_can_not_be_shared_or_taken_back(two, page):
    content = show(two.ana, "calm")
    meet(two)
    for place in (two.ben, two.stranger):
        assert post(place, page, content.pk, decision="share").status_code == 404
        assert post(place, page, uuid4(), decision="share").status_code == 404
    with transaction_as(two.ana.actor):
        content.refresh_from_db()
        assert content.consent_active


@pytest.mark.parametrize("page", ["needs", "side_by_side", "common_ground", "add_need"])
def test_before_its_time_a_page_leads_to_the_one_next_thing(db, page):
    pair = couple()
    response = get(pair.ana, page)
    assert response.status_code == 302 and response.url == url("session", pair.ana)
    with transaction_as(pair.ana.actor):
        assert progress.stage_of(pair.ana) < 3


def test_the_first_visit_asks_the_guide_and_waits_without_holding_anyone(
    two, monkeypatch, django_capture_on_commit_callbacks
):
    asked = []
    monkeypatch.setattr(search, "quietly", lambda task, *ids: asked.append((task, *ids)))
    with django_capture_on_commit_callbacks(execute=True):
        page = text(get(two.ana, "needs"))
    assert asked == [("stages.find_needs", two.ana.user_id, two.ana.session.pk)]
    assert url("needs_state", two.ana) in page and url("add_need", two.ana) in page
    assert url("needs_done", two.ana) in page
    assert get(two.ana, "needs_state").status_code == 204
    tasks.find_needs(str(two.ana.user_id), str(two.ana.session.pk))
    assert get(two.ana, "needs_state").headers["HX-Refresh"] == "true"
    with django_capture_on_commit_callbacks(execute=True):
        text(get(two.ana, "needs"))
    assert len(asked) == 1


def test_one_need_at_a_time_with_the_persons_own_words(two):
    look(two.ana)
    page = text(get(two.ana, "needs"))
    shown = [need for need in needs_of(two.ana) if need.words in page]
    assert len(shown) == 1 and len(needs_of(two.ana)) > 1
    assert shown[0].evidence[0]["quote"].replace("'", "&#x27;") in page
    later = text(get(two.ana, "needs", after=str(shown[0].pk)))
    assert shown[0].words not in later


def test_mine_not_mine_and_undone(two):
    look(two.ana)
    first, second = needs_of(two.ana)[:2]
    post(two.ana, "decide_need", first.pk, answer="mine")
    post(two.ana, "decide_need", second.pk, answer="not_mine")
    page = text(get(two.ana, "needs"))
    assert first.words in page and "One you put aside" in page
    post(two.ana, "decide_need", second.pk, answer="open")
    assert "you put aside" not in text(get(two.ana, "needs"))


def test_rewording_by_the_page_and_what_is_refused_keeps_what_was_typed(two):
    look(two.ana)
    need = needs_of(two.ana)[0]
    refused = post(two.ana, "need", need.pk, words="too " * 30, category="SAFETY")
    assert "too too too" in text(refused) and not needs_of(two.ana)[0].confirmed
    assert text(post(two.ana, "need", need.pk, words="Fine.", category="NOISE")).count("Fine.")
    assert post(two.ana, "need", need.pk, words="I need quiet.", category="MEANING").status_code == 302
    page = text(get(two.ana, "need", need.pk))
    assert "I need quiet." in page and need.guide_words in page


@pytest.mark.parametrize(
    "words", ["", "   ", "x" * 20_000, "word " * 4000, "\x00", "<script>alert(1)</script>", "أحتاج إلى الهدوء", "🌿 🌿"]
)
def test_any_words_get_a_clear_answer(two, words):
    response = post(two.ana, "add_need", need="", words=words, category="SAFETY", key=str(uuid4()))
    assert response.status_code in (200, 302)
    assert "<script>alert" not in text(get(two.ana, "needs"))
    fine = 0 < len(words.replace("\x00", "").split()) <= 24 and len(words) < 300
    assert len(needs_of(two.ana)) == fine


def test_adding_twice_with_one_form_adds_once(two):
    key = str(uuid4())
    for _twice in range(2):
        post(two.ana, "add_need", need="calm", words="", category="", key=key)
    assert len(needs_of(two.ana)) == 1
    assert "Choose a word" in text(post(two.ana, "add_need", need="", words="", category="", key=key))


def test_what_would_cross_is_shown_exactly_beside_what_stays(two):
    look(two.ana)
    need = needs_of(two.ana)[0]
    post(two.ana, "decide_need", need.pk, answer="mine")
    response = post(two.ana, "offer_need", need.pk)
    page = text(get_url(two.ana, response.url))
    assert need.words in page and need.evidence[0]["quote"].replace("'", "&#x27;") in page


def get_url(place, address):
    return visit_as(place).get(address)


def decide(place, content, decision, digest=None):
    with transaction_as(place.actor):
        digest = digest or bridge.digest(bridge.mine(place, content.pk))
    return post(place, "share_need", content.pk, decision=decision, digest=digest)


def standing(place, content):
    with transaction_as(place.actor):
        return bridge.standing(bridge.mine(place, content.pk))


def test_share_keep_private_and_not_now(two):
    contents = {}
    for need in ("calm", "trust", "rest"):
        contents[need] = does(two.ana, actions.offer, need_id=add(two.ana, need).pk)
    decide(two.ana, contents["calm"], "share")
    decide(two.ana, contents["trust"], "private")
    decide(two.ana, contents["rest"], "not_now")
    assert [standing(two.ana, content) for content in contents.values()] == ["waiting", "private", "undecided"]
    decide(two.ana, contents["calm"], "share")  # a second tab
    decide(two.ana, contents["trust"], "share")  # a stale form
    assert standing(two.ana, contents["trust"]) == "private"


def test_a_form_that_showed_other_words_shares_nothing(two):
    content = does(two.ana, actions.offer, need_id=add(two.ana, "calm").pk)
    decide(two.ana, content, "share", digest="00")
    assert standing(two.ana, content) == "undecided"


def test_the_page_refuses_a_fourth(two):
    needs = [add(two.ana, need) for need in ("calm", "trust", "rest", "a say")]
    fourth = does(two.ana, actions.offer, need_id=needs[3].pk)
    for need in needs[:3]:
        share(two.ana, need)
    decide(two.ana, fourth, "share")
    assert standing(two.ana, fourth) == "undecided"
    assert "3 of 3 are chosen" in text(get(two.ana, "needs"))
    assert url("offer_need", two.ana, needs[3].pk) not in text(get(two.ana, "needs"))


def test_new_words_of_a_shared_need_take_the_place_of_the_old_ones(two):
    need = add(two.ana, "calm")
    old = share(two.ana, need)
    post(two.ana, "need", need.pk, words="I need quiet.", category="SAFETY")
    assert standing(two.ana, old) == "waiting"
    assert "still has your earlier words" in text(get(two.ana, "needs"))
    address = post(two.ana, "offer_need", need.pk).url
    new = does(two.ana, actions.offer, need_id=need.pk)
    assert str(new.pk) in address
    decide(two.ana, new, "share")
    assert (standing(two.ana, old), standing(two.ana, new)) == ("taken_back", "waiting")


def test_nothing_differs_for_the_other_before_the_meeting(two):
    """Whatever Ana does alone, every page of Ben's stays the same to the letter."""
    look(two.ben)
    pages = ["session", "needs", "add_need"]
    before = [text(get(two.ben, page)) for page in pages]

    def same():
        assert [text(get(two.ben, page)) for page in pages] == before
        for page in ("side_by_side", "common_ground"):
            assert get(two.ben, page).url == url("needs", two.ben)
        assert get(two.ben, "common_ground_state").status_code == 204

    look(two.ana)
    same()
    content = show(two.ana, "calm")
    same()
    does(two.ana, actions.take_back, content_id=content.pk)
    same()
    show(two.ana, "trust")
    does(two.ana, actions.finish)
    same()
    does(two.ana, actions.go_on_without)
    same()


def test_before_both_have_chosen_the_page_waits_with_a_date_and_a_way_out(two):
    assert post(two.ana, "needs_done").url == url("needs", two.ana)
    page = text(get(two.ana, "needs"))
    with transaction_as(two.ana.actor):
        until = progress.standing_step(two.ana, StepKind.NEEDS_DONE).returns_at
    assert f"{until:%A} {until.day}" in page
    assert url("go_on_without_needs", two.ana) in page and "Ben" not in page.split("Your conversation")[0]
    assert post(two.ana, "needs_done").url == url("needs", two.ana)
    assert post(two.ana, "go_on_without_needs").url == url("session", two.ana)


def test_hot_hands_are_told(two):
    with transaction_as(two.ana.actor):
        turns.read_barometer(place=two.ana, intensity=9, stage=3, now=timezone.now())
    content = does(two.ana, actions.offer, need_id=add(two.ana, "calm").pk)
    assert "twelve hours" in text(get(two.ana, "needs"))
    assert "twelve hours" in text(get(two.ana, "share_need", content.pk))
    post(two.ana, "needs_done")
    assert "Your choice counts from" in text(get(two.ana, "needs"))


def test_two_maps_then_what_one_notices_then_what_may_be_common(two):
    show(two.ana, "calm")
    show(two.ben, "calm")
    show(two.ben, "a say")
    post(two.ben, "needs_done")
    assert post(two.ana, "needs_done").url == url("side_by_side", two.ana)
    page = text(get(two.ana, "side_by_side"))
    assert "What matters to Ben" in page and "I need calm between us" in page
    assert SAID["ben"] not in page
    assert get(two.ana, "common_ground").url == url("side_by_side", two.ana)
    assert post(two.ana, "side_by_side", words="").url == url("common_ground", two.ana)
    assert url("common_ground_state", two.ana) in text(get(two.ana, "common_ground"))
    assert get(two.ana, "common_ground_state").status_code == 204
    tasks.find_common_ground(str(two.ana.session.pk))
    assert get(two.ana, "common_ground_state").headers["HX-Refresh"] == "true"
    assert "Calm" in text(get(two.ana, "common_ground"))


def at_answers(two):
    content = show(two.ana, "calm")
    show(two.ben, "calm")
    meet(two)
    notice(two.ana, "Ana noticed this.")
    notice(two.ben)
    look_for_common(two.ana)
    with transaction_as(two.ana.actor):
        (candidate,) = queries.candidates(two.ana)
    return content, f"common-{candidate.pk}"


def test_an_answer_changes_nothing_for_the_other_until_both_have_answered(two):
    _content, name = at_answers(two)
    pages = ["session", "needs", "side_by_side", "common_ground"]
    before = [text(get(two.ben, page)) for page in pages]
    assert "Ana noticed" not in "".join(before)
    assert "Please choose one" in text(post(two.ana, "common_ground"))
    post(two.ana, "common_ground", **{name: "yes"})
    assert "both answered" in text(get(two.ana, "common_ground"))
    assert [text(get(two.ben, page)) for page in pages] == before
    post(two.ben, "common_ground", **{name: "yes"})
    for place in (two.ana, two.ben):
        page = text(get(place, "common_ground"))
        assert "need-common" in page and "You both said yes" in page
    post(two.ben, "common_ground", **{name: "no"})  # a stale tab
    assert "You both said yes" in text(get(two.ana, "common_ground"))


def test_what_only_one_said_yes_to_is_a_difference_kindly_named(two):
    _content, name = at_answers(two)
    post(two.ana, "common_ground", **{name: "yes"})
    post(two.ben, "common_ground", **{name: "no"})
    for place in (two.ana, two.ben):
        page = text(get(place, "common_ground"))
        assert "need-common" not in page and "a difference, and not a fault" in page
        with transaction_as(place.actor):
            assert progress.stage_of(place) == 4


def test_without_candidates_the_difference_is_named_and_both_go_on(two):
    show(two.ana, "calm")
    meet(two)
    for place in (two.ana, two.ben):
        notice(place)
    look_for_common(two.ana)
    assert "a difference, and not a fault" in text(get(two.ana, "common_ground"))
    post(two.ana, "common_ground")
    post(two.ben, "common_ground")
    with transaction_as(two.ana.actor):
        assert progress.have_met(two.ana, MeetingKind.COMMON_GROUND)


def test_taking_a_need_back_takes_it_from_every_page_of_both(two):
    content, name = at_answers(two)
    for place in (two.ana, two.ben):
        post(place, "common_ground", **{name: "yes"})
    assert post(two.ana, "take_back_need", content.pk).status_code == 302
    post(two.ana, "take_back_need", content.pk)  # twice
    for place in (two.ana, two.ben):
        assert "need-common" not in text(get(place, "common_ground"))
    page = text(get(two.ben, "side_by_side"))
    assert page.count("I need calm between us") == 1  # Ben's own


def test_a_resting_session_lets_nobody_share(two):
    need = add(two.ana, "calm")
    with transaction_as(two.ben.actor):
        turns.pause(place=two.ben)
    post(two.ana, "offer_need", need.pk)
    post(two.ana, "needs_done")
    with transaction_as(two.ana.actor):
        assert bridge.latest(two.ana, "IDENTIFIED_NEED", need.pk) is None
        assert not progress.has_taken(two.ana, StepKind.NEEDS_DONE)
    text(get(two.ana, "needs"))
