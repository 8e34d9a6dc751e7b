"""Whatever is typed into whatever box at whatever point of the way: a clear word, nothing lost, nothing run, never a failure."""

from html import escape
from uuid import uuid4

import pytest

from tests.bad_input.site import UUID, every_form, plain, session_pages, undone
from tests.couple import ADA, BEN, Couple
from tests.pages import browser, url

pytestmark = pytest.mark.django_db
STAGES = ["began", "heard", "signed", "letters", "understood", "common", "pool", "overlap", "agreed"]
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
WORDS = {
    "nothing": "",
    "spaces": "  \n ",
    "much": "x" * 20_000,
    "too much": "x" * 20_001,
    "emoji": "👩‍❤️‍👨 😀",
    "right to left": "אני מרגישה \u202eלבד\u202c",
    "nul": "nul \x00 inside",
    "script": SCRIPT,
    "template": "{{ 7|add:7 }} %(name)s %s",
}
PARAMETERS = ["after", "version", "idea", "offered", "coming", "next", "page", "again", "section"]


@pytest.fixture(params=STAGES)
def couple(request):
    return Couple().until(request.param)


def test_every_box_takes_whatever_is_typed(couple):
    ada = browser(couple, ADA)
    filled = 0
    for form, _page in every_form(ada, couple.session_id):
        for kind, words in WORDS.items():
            with undone():
                answer = ada.post(form.action, form.filled(words))
                assert answer.status_code in (200, 302), (form.action, kind, answer.status_code)
                after = answer if answer.status_code == 200 else ada.get(answer.url)
                assert SCRIPT not in after.content.decode(), (form.action, kind)
            if answer.status_code == 200 and form.boxes and words.strip():
                kept = after.content.decode()
                assert escape(words.strip())[:40] in kept or words.strip()[:40] in kept, (form.action, kind)
            filled += bool(form.boxes)
    assert filled


def test_a_choice_that_is_none_gets_a_clear_word(couple):
    ada = browser(couple, ADA)
    for form, page in every_form(ada, couple.session_id):
        for name, (kind, _value) in form.fields.items():
            if kind != "choice":
                continue
            for value in ("0", "11", "x", "", "\x00", str(uuid4())):
                with undone():
                    answer = ada.post(form.action, form.filled("Some words.") | {name: value})
                assert answer.status_code in (200, 302, 404), (page, form.action, name, value)


def test_the_partner_s_ids_in_a_form_are_as_good_as_none(couple):
    if BEN not in couple.actors:
        return
    ada, ben = browser(couple, ADA), browser(couple, BEN)
    theirs = [
        value
        for form, _page in every_form(ben, couple.session_id)
        for _kind, value in form.fields.values()
        if UUID.fullmatch(value)
    ]
    for form, _page in every_form(ada, couple.session_id):
        own = form.filled("Some words.")
        for name, (_kind, value) in form.fields.items():
            if name == "key" or not UUID.fullmatch(value):
                continue
            with undone():
                absent = ada.post(form.action, own | {name: str(uuid4())})
            for other in {*theirs} - {one for _k, one in form.fields.values()}:
                with undone():
                    answer = ada.post(form.action, own | {name: other})
                assert (answer.status_code, plain(answer)) == (absent.status_code, plain(absent)), (form.action, name)


def test_whatever_stands_behind_the_question_mark(couple):
    ada = browser(couple, ADA)
    for address in session_pages(couple.session_id):
        for value in ("x", "-1", "9" * 30, SCRIPT, "\x00", "//evil.example.org"):
            answer = ada.get(address, dict.fromkeys(PARAMETERS, value))
            assert answer.status_code in (200, 204, 302, 404, 405), (address, value)
            assert SCRIPT not in answer.content.decode(errors="replace")
            assert "evil.example.org" not in answer.get("Location", "")


@pytest.mark.parametrize("intensity", ["0", "11", "x", "-1", "5.5", "١"])
def test_a_reading_that_is_none_keeps_the_words_and_says_so(intensity):
    couple = Couple().until("began")
    ada = browser(couple, ADA)
    answer = ada.post(
        url(couple, "conversation"), {"words": "Still here.", "key": str(uuid4()), "intensity": intensity}
    )
    page = answer.content.decode()
    assert answer.status_code == 200 and "Still here." in page and "data-error-summary" in page
