"""A copy of everything, the printed decisions, and erasing everything, at a browser."""

import pytest

from tests.browser.person import DESK, PASSWORD, PHONE, Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]
SAID = "We fought about the dishes again. I come home tired and I feel so alone with it at night."


def test_a_person_takes_a_copy_and_erases_everything(site, browser, shots):
    eve = Person(browser, site.address, "Eve", shots=shots)
    eve.sign_up("eve@mine.example.org")
    eve.begin(SAID)
    eve.here("letter/")
    eve.go("/decisions/")
    eve.picture("decisions")
    eve.go("/export/")
    eve.picture("export")
    with eve.page.expect_download() as download:
        eve.page.get_by_role("button", name="Make the file").click()
    assert download.value.suggested_filename == "copy.zip"
    assert download.value.path().read_bytes()[:2] == b"PK"
    for size in (DESK, PHONE):
        eve.page.set_viewport_size(size)
        eve.go("/erase/")
        eve.picture("erase")
        assert eve.page.title() == "BeHeard"
        assert eve.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    eve.write("password", "not mine")
    eve.page.locator("main input[name=sure]").check(force=True)
    eve.press("Erase everything")
    eve.sees("This is not your password.")
    eve.picture("wrong-password")
    eve.write("password", PASSWORD)
    eve.page.locator("main input[name=sure]").check(force=True)
    eve.press("Erase everything")
    eve.sees("It is gone")
    eve.picture("gone")
    eve.go("/home/")
    assert "/account/login/" in eve.page.url
    eve.write("login", "eve@mine.example.org")
    eve.write("password", PASSWORD)
    eve.leave_by(eve.page.locator("main button[type=submit]").first)
    assert "/account/login/" in eve.page.url
