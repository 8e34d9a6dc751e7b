"""A curator in a browser: a sheet comes in, an item is edited, previewed, and published."""

import csv
import io

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from beheard.people.models import User
from beheard.rls import no_actor
from tests.browser.person import DESK, PASSWORD, Person
from tests.library.test_curating import GOOD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LIST = "/admin/library/globallibraryitem/"


@pytest.fixture
def account(site):
    """Made before there is a browser, whose loop lets nobody ask the database."""
    with no_actor():
        user = User.objects.create_user("cora@example.org", is_staff=True)
        user.password = ScryptPasswordHasher().encode(PASSWORD, "salt")  # tests hash faster than the site can read
        user.save()
        group, _made = Group.objects.get_or_create(name="curators")
        user.groups.add(group)


@pytest.fixture
def curator(account, site, browser, shots):
    person = Person(browser, site.address, "curator", viewport=DESK, shots=shots)
    person.go(f"/admin/login/?next={LIST}")
    person.page.fill("input[name=username]", "cora@example.org")
    person.page.fill("input[name=password]", PASSWORD)
    person.leave_by(person.page.get_by_role("button", name="Log in"))
    return person


def sheet(*rows) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(GOOD))
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def test_a_curator_imports_edits_and_publishes(curator):
    page = curator.page
    expect(page.locator("#changelist")).to_contain_text("125 results")
    curator.picture("list")
    page.get_by_role("link", name="Import", exact=True).click()
    curator.picture("import")
    content = sheet(GOOD, GOOD | {"title": "Keys in a bowl", "description": "<b>Keys</b>"})
    page.set_input_files("#id_sheet", {"name": "items.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Look through it").click()
    expect(page.locator(".curating")).to_contain_text("Nothing has been changed yet")
    expect(page.locator(".problems")).to_contain_text("HTML")
    curator.picture("looked-through")
    page.get_by_role("button", name="Import the rows without a problem").click()
    expect(page.locator(".curating")).to_contain_text("Done")
    curator.picture("imported")
    curator.go(f"{LIST}?q=shoes+by+the+door")
    page.get_by_role("link", name="Shoes by the door").click()
    page.fill("#id_description", "Shoes have a place by the door, and so has everybody who comes home.")
    page.fill(
        "#id_plain",
        "For one week, we tidy together for twenty minutes after dinner with music on. We'll know it helped if we laugh.",
    )
    expect(page.locator("#alike")).to_contain_text(
        "Twenty minutes with music (published)"
    )  # while writing, before anything is saved
    curator.picture("editing")
    page.fill("#id_plain", GOOD["plain"])
    page.select_option("#id_status", "PUBLISHED")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    page.get_by_role("link", name="Preview as a couple sees it").click()
    curator.sees("Shoes have a place by the door")
    curator.picture("preview")
    page.get_by_role("link", name="Back to the item").click()
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.locator(".curating")).to_contain_text("cora@example.org")
    curator.picture("history")
    curator.go(f"{LIST}?status=PUBLISHED&q=shoes+by+the+door")
    expect(page.locator("#changelist")).to_contain_text("Shoes by the door")
    for elsewhere in ("/admin/people/user/", "/admin/consent/consentrecord/", "/admin/auth/group/"):
        assert page.request.get(curator.base + elsewhere).status in (403, 404)
