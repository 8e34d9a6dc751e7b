"""The admin as curators, other staff and partners meet it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse

from beheard.people.models import User
from beheard.rls import no_actor, transaction_as
from library.actions import HOUSE, load_curated, save_item
from library.models import GlobalLibraryItem, LibraryEmbedding
from library.words import Status
from tests.library.factories import CURATOR, NOW, ItemFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:library_globallibraryitem_changelist")
ADD = reverse("admin:library_globallibraryitem_add")
SLUG = "tea-before-the-day"


@pytest.fixture
def sign_in(client):
    def as_member_of(*groups, staff=True):
        with no_actor():
            user = User.objects.create_user("cora@example.org", "a long enough one", is_staff=staff)
            user.groups.set(Group.objects.filter(name__in=groups))
            client.force_login(user, backend="beheard.people.auth.AccountBackend")
        return client

    return as_member_of


@pytest.fixture
def curator(sign_in, library):
    return sign_in("curators")


def get(slug=SLUG):
    with transaction_as(CURATOR):
        return GlobalLibraryItem.objects.get(slug=slug)


def change_url(slug=SLUG):
    return reverse("admin:library_globallibraryitem_change", args=[get(slug).pk])


def filled(**changes):
    return {
        "title": "Shoes by the door",
        "slug": "shoes-by-the-door",
        "status": "DRAFT",
        "description": "Shoes have a place.",
        "plain": "For one week, we put shoes by the door. We'll know it helped if nobody stumbles.",
        "steps": "Find a place.\n\nPut them there, both.",
        "duration_days": "7",
        "duration_minutes": "",
        "effort": "1",
        "setting": "TOGETHER",
        "need_categories": ["FAIRNESS"],
        "needs": "Order\nease",
        "situation": "household",
        "category": "shared-work",
        "measure": "Nobody stumbles.",
    } | changes


def test_a_curator_finds_items_by_word_and_by_facet(curator):
    assert "Tea before the day" in curator.get(LIST, {"q": "tea before"}).content.decode()
    page = curator.get(LIST, {"need": "MEANING", "situation": "culture and festivals"}).content.decode()
    assert "One custom from each home" in page and "Tea before the day" not in page


def test_a_curator_sees_an_item_as_it_is(curator):
    page = curator.get(change_url()).content.decode()
    assert "Get up ten minutes earlier" in page and "Delete" not in page


def test_a_curators_edit_is_kept_embedded_and_logged(curator):
    with transaction_as(CURATOR):
        before = LibraryEmbedding.objects.get(item=get()).made_from
    item = get()
    answer = curator.post(
        change_url(),
        filled(slug=SLUG, title="Tea before all else", status="PUBLISHED", steps="\n".join(item.steps)),
    )
    assert answer.status_code == 302, answer.context and answer.context["errors"]
    changed = get()
    assert changed.title == "Tea before all else" and changed.steps == item.steps and changed.needs == ["order", "ease"]
    with transaction_as(CURATOR):
        assert LibraryEmbedding.objects.get(item=changed).made_from != before
        load_curated(by=HOUSE, now=NOW)
    assert get().title == "Tea before all else"
    with no_actor():
        assert LogEntry.objects.filter(object_id=str(changed.pk)).count() == 1
    history = curator.get(reverse("admin:library_globallibraryitem_history", args=[changed.pk])).content.decode()
    assert "Changed" in history and "Tea before the day" in history and "Tea before all else" in history
    assert "cora@example.org" in history


def test_a_curator_writes_a_new_item(curator):
    assert curator.get(ADD).status_code == 200
    assert curator.post(ADD, filled()).status_code == 302
    item = get("shoes-by-the-door")
    assert item.steps == ["Find a place.", "Put them there, both."]
    assert (item.source, item.status, item.content_version) == ("CURATED", Status.DRAFT, "")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"duration_days": ""}, "Say how long it takes"),
        ({"plain": "", "status": "PUBLISHED"}, "needs a plain form"),
        ({"plain": "word " * 41}, "At most 40 words"),
        ({"description": "x" * 20_000}, "at most 4000"),
        ({"need_categories": ["LUXURY"]}, "LUXURY is not one"),
        ({"need_categories": []}, "This field is required"),
        ({"steps": "x" * 601}, "at most 600 signs"),
        ({"slug": SLUG}, "already exists"),
        ({"title": "A\0B"}, "Null characters"),
    ],
)
def test_a_fault_is_told_and_nothing_is_lost(curator, changes, says):
    answer = curator.post(ADD, filled(**changes))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert says in page and "Put them there, both." in page or "steps" in changes


def test_html_in_an_item_is_shown_as_text(curator):
    curator.post(ADD, filled(title="<script>alert(1)</script>"))
    page = curator.get(LIST, {"q": "script"}).content.decode()
    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page


def test_chosen_items_are_published_and_retired(curator):
    with transaction_as(CURATOR):
        ids = [ItemFactory(status=Status.DRAFT).pk, ItemFactory(status=Status.DRAFT, plain="").pk]
    answer = curator.post(LIST, {"action": "publish", "_selected_action": ids}, follow=True)
    assert "Publish: 1 item." in answer.content.decode()
    curator.post(LIST, {"action": "retire", "_selected_action": ids})
    with transaction_as(CURATOR):
        assert set(GlobalLibraryItem.objects.filter(pk__in=ids).values_list("status", flat=True)) == {Status.RETIRED}


def test_nothing_can_be_deleted(curator):
    url = reverse("admin:library_globallibraryitem_delete", args=[get().pk])
    assert curator.post(url, {"post": "yes"}).status_code == 403
    assert "delete_selected" not in curator.get(LIST).content.decode()


def test_a_near_duplicate_is_pointed_out(curator):
    with transaction_as(CURATOR):
        twin = get()
        words = {
            name: getattr(twin, name) for name in ("description", "plain", "situation", "needs", "need_categories")
        }
        save_item(by=CURATOR, item=ItemFactory.build(slug="twin", title="Coffee before the day", **words), now=NOW)
    assert "Coffee before the day" in curator.get(change_url()).content.decode()


@pytest.mark.parametrize("path", [LIST, ADD, LIST + "00000000-0000-4000-8000-000000000000/change/"])
def test_other_staff_are_refused_and_partners_sent_to_sign_in(sign_in, library, path):
    assert sign_in().get(path).status_code == 403


@pytest.mark.parametrize("path", [LIST, ADD])
def test_a_partner_does_not_get_in(sign_in, library, path):
    answer = sign_in(staff=False).get(path)
    assert answer.status_code == 302 and "login" in answer.url


def test_a_curator_sees_the_library_and_nothing_else_in_the_admin(curator):
    page = curator.get(reverse("admin:index")).content.decode()
    assert LIST in page and page.count('class="app-') == 1
    assert curator.get("/admin/people/user/").status_code in (403, 404)
    assert curator.get("/admin/auth/group/").status_code in (403, 404)
