"""A staff auditor at a browser: finding a record, its history, charts, an export, and whether anything was tampered with."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import expect

from beheard.people.models import User
from beheard.rls import no_actor, transaction_as
from consent.models import ContentType
from consent.pseudonyms import Kind, name_of
from tests.browser.person import A_REPLY, DESK, PASSWORD, PHONE, Person
from tests.consent.conftest import anchor
from tests.consent.many import make_chains
from tests.shared.couple import couple
from vessels.shared import bridge

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]
SECRET = "I own that I shouted at the dog."
RECORDS = "/admin/consent/consentrecord/"


@pytest.fixture
def told(transactional_db, settings, tmp_path, superuser_connection):
    """Ana shared something and took it back; others decided before. An auditor and a superuser have accounts."""
    settings.LEDGER_CHECKPOINT_FOLDER = tmp_path / "checkpoints"  # as the site's
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    staff("audra@example.org", "auditors")
    staff("root@example.org", is_superuser=True)
    two, now = couple(), timezone.now()
    with transaction_as(two.ana.actor):
        content = bridge.offer(
            place=two.ana, content_type=ContentType.OWNERSHIP_LINE, item_id=uuid4(), words=SECRET, now=now
        )
        bridge.grant(place=two.ana, content_id=content.pk, digest=bridge.digest(content), now=now)
        bridge.revoke(place=two.ana, content_id=content.pk, now=now)
    for people, days in ((9, 25), (14, 24), (6, 17), (3, 12), (20, 9)):
        begun = now - timedelta(days=days)
        make_chains(superuser_connection, people=people, links=6, begun=begun, apart=timedelta(days=1.3))
    superuser_connection.execute("SET session_replication_role = replica")
    anchor()
    return two


def staff(email: str, *groups: str, **fields) -> None:
    with no_actor():
        user = User.objects.create_user(email, PASSWORD, name="Staff", is_staff=True, **fields)
        user.groups.set(Group.objects.filter(name__in=groups))


def signed_in(browser, site, email, shots, viewport=DESK) -> Person:
    person = Person(browser, site.address, f"{email.split('@')[0]}-{viewport['width']}", viewport=viewport, shots=shots)
    person.go(f"/admin/login/?next={RECORDS}")
    person.page.fill("#id_username", email)
    person.page.fill("#id_password", PASSWORD)
    person.leave_by(person.page.locator("input[type=submit]"))
    return person


def test_an_auditor_finds_a_record_its_history_and_whether_the_ledger_is_whole(
    told, site, browser, shots, superuser_connection
):
    audra = signed_in(browser, site, "audra@example.org", shots)
    page, seen = audra.page, []
    expect(page.locator(".audit-about code")).to_have_text("beheard_auditor")
    audra.picture("records")
    page.fill("#searchbar", name_of(Kind.PERSON, told.ana.user_id, timezone.now()))
    page.locator("#changelist-search input[type=submit]").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    seen.append(page.content())
    page.locator("#result_list tbody th a").first.click()
    audra.sees("This person's chain is whole")
    expect(page.locator(".audit-about code")).to_have_text("beheard_auditor")
    audra.picture("record")
    seen.append(page.content())

    audra.go(RECORDS + "statistics/")
    expect(page.locator("svg rect.bar").first).to_be_attached()
    audra.picture("statistics")
    audra.go(RECORDS)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    seen.append(download.value.path().read_text())

    audra.go(RECORDS + "verify/")
    page.get_by_role("button", name="Verify the whole ledger").click()
    audra.sees("The ledger is whole", within=A_REPLY)
    audra.picture("whole")
    change = "UPDATE consent_consentevent SET action = %s WHERE owner_id = %s AND sequence = 2"
    superuser_connection.execute(change, ["EDITED", told.ana.user_id])
    page.get_by_role("button", name="Verify the whole ledger").click()
    audra.sees("The ledger is not what it was", within=A_REPLY)
    audra.sees(name_of(Kind.PERSON, told.ana.user_id, timezone.now()))
    audra.picture("broken")
    seen.append(page.content())
    page.get_by_role("link", name="look", exact=True).click()
    audra.sees("link 2 is changed")
    audra.picture("broken-record")

    audra.go("/admin/consent/auditlook/")
    audra.sees("verify")
    audra.picture("looks")
    audra.go("/admin/stages/contextlog/")
    audra.go("/admin/")
    audra.picture("index")
    assert not any(SECRET in text or "Ana" in text or str(told.ana.user_id) in text for text in seen)


def test_on_a_phone_nothing_is_wider_than_the_screen(told, site, browser, shots):
    audra = signed_in(browser, site, "audra@example.org", shots, viewport=PHONE)
    for name in ("statistics", "verify"):
        audra.go(f"{RECORDS}{name}/")
        expect(audra.page.locator(".audit-about code")).to_have_text("beheard_auditor")
        audra.picture(name)
        width = audra.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], name


def test_a_superuser_who_is_no_auditor_meets_a_closed_door(told, site, browser, shots):
    root = signed_in(browser, site, "root@example.org", shots)
    for path in (RECORDS, RECORDS + "verify/", "/admin/stages/contextlog/", "/admin/consent/auditlook/"):
        assert root.page.request.get(root.base + path).status == 403
    for path in ("", "vessel/", "shared/", "decisions/"):
        answer = root.page.request.get(f"{root.base}/s/{told.ana.session.pk}/{path}")
        assert answer.status == 404 or "/account/reauthenticate" in answer.url
        assert SECRET not in answer.text()
    root.go("/admin/")
    assert not re.search(r"/admin/(consent|stages|private|shared|people)/", root.page.content())
    root.picture("superuser-index")
