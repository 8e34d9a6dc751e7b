"""The pages of the letters, as the person, the other one, a stranger and nobody."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beheard.rls import transaction_as
from stages import progress
from stages.models import Purpose
from stages.perspective import actions, queries
from stages.perspective.models import EmpathyAttempt, EmpathyDraft
from stages.steps import StepKind
from tests.shared.couple import couple
from tests.stages.perspective.conftest import (
    GUESS,
    browser,
    cross,
    let_the_guide_read,
    open_letter,
    send_added,
    share_letter,
    write_letter,
)
from vessels.shared import bridge

PAGES = [
    "letter",
    "letter_preview",
    "letter_open",
    "letter_answer",
    "letter_answer_coaching",
    "letter_answer_preview",
    "restate",
    "restate_preview",
]


def url(name, place, *args):
    return reverse(name, args=[place.session.pk, *args])


def get(place, name, *args, **query):
    return browser(place).get(url(name, place, *args), query)


def post(place, name, *args, **data):
    return browser(place).post(url(name, place, *args), data)


def text(response) -> str:
    """What a page says, without what is new on every load."""
    page = response.content.decode()
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', r"\1", page)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_letters_is_its_peoples_alone(two, stranger, page):
    assert browser(stranger).get(url(page, two.ana)).status_code == 404
    signed_out = Client().get(url(page, two.ana))
    assert signed_out.status_code == 302 and "login" in signed_out.url


@pytest.mark.parametrize("page", PAGES)
def test_before_its_time_a_page_leads_to_the_one_next_thing(db, page):
    pair = couple()
    response = get(pair.ana, page)
    assert response.status_code == 302 and response.url == url("session", pair.ana)
    with transaction_as(pair.ana.actor):
        assert progress.stage_of(pair.ana) < 2


def test_the_desk_keeps_a_version_and_shows_it_again(two):
    response = post(two.ana, "letter", guess=GUESS, want_known="", do="keep")
    assert response.url == url("letter", two.ana)
    assert GUESS in get(two.ana, "letter").content.decode()
    assert GUESS not in get(two.ben, "letter").content.decode()


def test_an_earlier_version_comes_back_into_the_box(two):
    for words in ("First guess.", "Second guess."):
        post(two.ana, "letter", guess=words, want_known="", do="keep")
    assert "First guess." in text(get(two.ana, "letter", version="1"))
    for number in ("7", "0", "9999"):
        assert get(two.ana, "letter", version=number).status_code == 404
    assert get(two.ana, "letter", version="<b>").status_code == 200


@pytest.mark.parametrize(
    ("guess", "want_known"),
    [
        ("", ""),
        ("   ", "Only a line"),
        ("x" * 20_000, ""),
        ("nul \x00 inside", ""),
        ("A guess.", "one\ntwo\nthree\nfour"),
        ("A guess.", "x" * 1300),
    ],
)
def test_what_cannot_be_a_letter_gets_a_clear_word_and_stays_in_the_box(two, guess, want_known):
    response = post(two.ana, "letter", guess=guess, want_known=want_known, do="ready")
    assert response.status_code == 200
    assert "data-error-summary" in response.content.decode()
    assert guess.strip()[:50] in response.content.decode()
    with transaction_as(two.ana.actor):
        assert not EmpathyDraft.objects.exists()


@pytest.mark.parametrize("guess", ["😀 perhaps", "אולי קשה לך", "<script>alert(1)</script> maybe", "x" * 2600])
def test_odd_words_are_words(two, guess):
    assert post(two.ana, "letter", guess=guess, want_known="a\nb\nc", do="ready").url == url("letter_preview", two.ana)
    page = get(two.ana, "letter_preview").content.decode()
    assert "<script>alert" not in page
    with transaction_as(two.ana.actor):
        assert EmpathyAttempt.objects.get().guess == guess


def preview_fields(page):
    found = dict(re.findall(r'name="(content|digest)" value="([^"]+)"', page.content.decode()))
    assert len(found) == 2
    return found


def test_a_letter_is_previewed_in_its_exact_words_shared_and_waits(two):
    post(two.ana, "letter", guess=GUESS, want_known="Ask me first", do="ready")
    page = get(two.ana, "letter_preview")
    assert GUESS in page.content.decode() and "Ask me first" in page.content.decode()
    fields = preview_fields(page)
    for _ in range(2):  # a double click
        assert post(two.ana, "letter_preview", decision="share", **fields).url == url("letter", two.ana)
    waiting = get(two.ana, "letter").content.decode()
    assert "Take it back" in waiting and GUESS in waiting
    with transaction_as(two.ana.actor):
        assert progress.all_steps(two.ana)[StepKind.LETTER_READY].returns_at > timezone.now() + timedelta(days=13)
    assert get(two.ana, "letter_preview").url == url("letter", two.ana)


@pytest.mark.parametrize("decision", ["private", "pressed"])
def test_a_letter_kept_private_goes_on_and_its_stale_page_shares_nothing(two, decision):
    write_letter(two.ana)
    fields = preview_fields(get(two.ana, "letter_preview"))
    post(two.ana, "letter_preview", decision=decision, **fields)
    post(two.ana, "letter_preview", decision="share", **fields)
    with transaction_as(two.ana.actor):
        assert queries.shared_letter(two.ana) is None
        assert progress.has_taken(two.ana, StepKind.WENT_ON_LETTERS)
    assert "again=1" in get(two.ana, "letter").content.decode()
    assert "<textarea" in get(two.ana, "letter", again="1").content.decode()


def test_not_now_decides_nothing(two):
    write_letter(two.ana)
    fields = preview_fields(get(two.ana, "letter_preview"))
    post(two.ana, "letter_preview", decision="not_now", **fields)
    with transaction_as(two.ana.actor):
        assert queries.shared_letter(two.ana) is None
        assert not progress.has_taken(two.ana, StepKind.WENT_ON_LETTERS, StepKind.LETTER_READY)
    assert get(two.ana, "letter_preview").status_code == 200


def test_words_written_in_a_stale_tab_are_kept_though_the_letter_is_sealed(two):
    share_letter(two.ana)
    post(two.ana, "letter", guess="From an old tab.", want_known="", do="ready")
    with transaction_as(two.ana.actor):
        assert queries.drafts(two.ana)[0].guess == "From an old tab."
        assert queries.shared_letter(two.ana).transformed_content.startswith(GUESS)


def test_with_hot_hands_the_page_says_so_and_takes_it_back(two):
    from stages.actions import read_barometer

    with transaction_as(two.ana.actor):
        read_barometer(place=two.ana, intensity=8, stage=2, now=timezone.now())
    write_letter(two.ana)
    page = get(two.ana, "letter_preview")
    assert "twelve hours" in page.content.decode()
    post(two.ana, "letter_preview", decision="share", **preview_fields(page))
    share_letter(two.ben)
    assert "It counts from" in get(two.ana, "letter").content.decode()
    post(two.ana, "letter_take_back")
    assert "<textarea" in get(two.ana, "letter").content.decode()


@pytest.mark.parametrize("name", ["letter_preview", "letter_answer_preview", "restate_preview"])
def test_nobody_decides_about_words_that_are_not_theirs(two, name):
    content = write_letter(two.ana)
    for identity in (content.pk, uuid4(), "nonsense"):
        for decision in ("share", "private"):
            response = post(two.ben, name, decision=decision, content=identity, digest="00")
            assert response.status_code == 404
    assert post(two.ben, "letter_recall", content.pk).status_code == 404
    assert post(two.ben, "letter_recall", uuid4()).status_code == 404
    assert post(two.ben, "letter_question", uuid4(), taken="yes").status_code == 404


def test_get_changes_nothing_where_a_post_acts(two, stranger):
    for name in ("letter_take_back", "letter_go_on", "letter_wait_again", "letter_closing", "letter_answer_softer"):
        assert get(two.ana, name).status_code == 405
        assert browser(stranger).post(url(name, two.ana)).status_code == 404


def test_the_guide_is_asked_and_its_answer_comes_as_a_part_of_the_page(two):
    response = post(two.ana, "letter", guess="You never listen. Maybe you are tired.", want_known="", do="guide")
    assert response.url.endswith("?coming=1#guide")
    assert "hx-get" in get(two.ana, "letter", coming="1").content.decode()
    assert get(two.ana, "letter_coaching", 1).status_code == 204
    with transaction_as(two.ana.actor):
        draft = queries.drafts(two.ana)[0]
    let_the_guide_read(two.ana, Purpose.GUESS, draft.pk)
    part = get(two.ana, "letter_coaching", 1)
    assert "Take the question along" in part.content.decode() and "hx-get" not in part.content.decode()
    assert get(two.ben, "letter_coaching", 1).status_code == 404
    with transaction_as(two.ana.actor):
        shown = queries.open_questions(draft)[0]
    post(two.ana, "letter_question", shown.pk, taken="yes")
    assert "Questions you took along" in get(two.ana, "letter").content.decode()


def test_a_sealed_letter_waits_until_its_reader_opens_it(two):
    cross(two)
    sealed = get(two.ana, "letter_open").content.decode()
    assert "Ben" in sealed and "Perhaps you feel alone" not in sealed
    assert get(two.ana, "letter_answer").url == url("letter_open", two.ana)
    post(two.ana, "letter_open")
    assert "Perhaps you feel alone" in get(two.ana, "letter_open").content.decode()
    assert "Perhaps you feel alone" in get(two.ana, "letter_answer").content.decode()


def test_what_landed_is_marked_and_one_thing_added_and_sent(two):
    cross(two)
    open_letter(two.ana)
    with transaction_as(two.ana.actor):
        letter = queries.received(two.ana).letter
    marks = {"letter": letter.pk, "landed": ["1"]}
    assert post(two.ana, "letter_answer", do="send", to_add="", **marks).status_code == 200
    response = post(two.ana, "letter_answer", do="send", to_add="It is the mornings.", **marks)
    assert response.url == url("letter_answer_preview", two.ana)
    page = get(two.ana, "letter_answer_preview")
    assert "It is the mornings." in page.content.decode()
    assert "It is the mornings." not in get(two.ben, "letter").content.decode()
    post(two.ana, "letter_answer_preview", decision="share", **preview_fields(page))
    shown = get(two.ana, "letter_answer").content.decode()
    assert re.search(r'value="1"[^>]*checked', shown)
    assert "Take it back" in shown


@pytest.mark.parametrize("landed", [["9"], ["x"], ["-1"]])
def test_a_mark_that_is_no_sentence_gets_a_clear_word(two, landed):
    cross(two)
    open_letter(two.ana)
    with transaction_as(two.ana.actor):
        letter = queries.received(two.ana).letter
    response = post(two.ana, "letter_answer", do="keep", to_add="Kept words.", letter=letter.pk, landed=landed)
    assert response.status_code == 200 and "Kept words." in response.content.decode()
    assert "data-error-summary" in response.content.decode()


def test_words_for_a_letter_that_is_no_longer_here_are_not_lost(two):
    cross(two)
    open_letter(two.ana)
    response = post(two.ana, "letter_answer", do="keep", to_add="Not lost.", letter=uuid4(), landed=[])
    assert response.url == url("letter_answer", two.ana)
    assert "Not lost." in get(two.ana, "letter_answer").content.decode()


@pytest.mark.parametrize("opened", [False, True])
def test_a_letter_that_was_taken_back_is_gone_from_its_readers_pages(two, opened):
    cross(two)
    if opened:
        open_letter(two.ana)
    with transaction_as(two.ben.actor):
        bridge.revoke(place=two.ben, content_id=queries.shared_letter(two.ben).pk, now=timezone.now())
    if not opened:
        get(two.ana, "letter_open")
        post(two.ana, "letter_open")
    for name in ("letter_open", "letter_answer", "letter"):
        page = get(two.ana, name).content.decode()
        assert "Perhaps you feel alone" not in page and "taken" not in page.lower().split("<main", 1)[-1]
    assert post(two.ana, "letter_closing", verdict="UNDERSTOOD").url == url("session", two.ana)


def test_the_writer_reads_what_was_added_and_writes_again_once(two):
    cross(two)
    open_letter(two.ana)
    assert get(two.ben, "restate").url == url("letter", two.ben)
    send_added(two.ana, "It is the mornings.")
    assert "It is the mornings." in get(two.ben, "letter").content.decode()
    assert post(two.ben, "restate", guess="").status_code == 200
    assert post(two.ben, "restate", guess="Now I see.").url == url("restate_preview", two.ben)
    page = get(two.ben, "restate_preview")
    post(two.ben, "restate_preview", decision="share", **preview_fields(page))
    assert get(two.ben, "restate").url == url("letter", two.ben)
    assert "Now I see." in get(two.ben, "letter").content.decode()


def test_a_second_round_is_answered_and_the_first_answer_can_still_be_taken_back(two):
    cross(two)
    open_letter(two.ana)
    send_added(two.ana, "It is the mornings.")
    with transaction_as(two.ana.actor):
        old = queries.received(two.ana).latest
    again_by(two.ben, "Now I see.")
    late = {"letter": old.pk, "landed": ["0"], "to_add": "Words about the first."}
    assert post(two.ana, "letter_answer", do="send", **late).url == url("letter_answer", two.ana)  # from an older tab
    page = get(two.ana, "letter_answer").content.decode()
    assert "Words about the first." in page and "Ben has written once more" in page
    assert "It is the mornings." in page and page.count("Take it back") >= 1
    with transaction_as(two.ana.actor):
        latest = queries.received(two.ana).latest
    sends = {"letter": latest.pk, "landed": ["0"], "to_add": "And the evenings."}
    assert post(two.ana, "letter_answer", do="send", **sends).url == url("letter_answer_preview", two.ana)
    page = get(two.ana, "letter_answer_preview")
    post(two.ana, "letter_answer_preview", decision="share", **preview_fields(page))
    assert "Once more?" in get(two.ben, "letter").content.decode()
    assert "Now I see." in get(two.ben, "restate").content.decode()


def again_by(place, words):
    earlier = timezone.now() - timedelta(hours=1)
    with transaction_as(place.actor):
        content = actions.restate(place=place, guess=words, now=earlier)
        digest = bridge.digest(content)
        actions.share_by_itself(place=place, content_id=content.pk, digest=digest, now=earlier)


def test_a_verdict_that_is_none_closes_nothing(two):
    cross(two)
    open_letter(two.ana)
    assert post(two.ana, "letter_closing", verdict="10/10").url == url("letter_answer", two.ana)
    with transaction_as(two.ana.actor):
        assert progress.stage_of(two.ana) == 2


def test_agreed_to_elsewhere_it_still_asks_whether_it_is_ready(two):
    content = write_letter(two.ana)
    with transaction_as(two.ana.actor):
        bridge.grant(place=two.ana, content_id=content.pk, digest=bridge.digest(content), now=timezone.now())
    page = get(two.ana, "letter_preview")
    post(two.ana, "letter_preview", decision="share", **preview_fields(page))
    assert "Take it back" in get(two.ana, "letter").content.decode()
