"""Sheets in and out, work on many items, and what curators see beside the list."""

import csv
import io
import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse

from beheard.rls import Actor, NotYours, transaction_as
from library import usage
from library.curating import jobs, sheets
from library.curating.sheets import SheetError
from library.models import GlobalLibraryItem, ItemEdit, LibraryEmbedding, LibraryJob
from library.words import JobKind, JobState, Status, Use
from tests.library.factories import CURATOR, NOW, ItemFactory
from tests.library.test_admin import LIST, change_url, curator, get, sign_in  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
GOOD = {
    "title": "Shoes by the door", "description": "Shoes have a place.", "category": "shared-work", "situation": "household",
    "plain": "For one week, we put shoes by the door. We'll know it helped if nobody stumbles.", "duration_days": "7",
    "steps": "Find a place.\nPut them there.", "need_categories": "FAIRNESS, SAFETY", "needs": "order, ease",
}  # fmt: skip


def sheet(*rows, encoding="utf-8", delimiter=",", columns=None) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, columns or list(GOOD), delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode(encoding)


def looked(content, name="items.csv") -> LibraryJob:
    return jobs.look_through(by=CURATOR, content=content, name=name, now=NOW)


def problems(job) -> str:
    return " ".join(text for problem in job.problems for text in problem["says"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_sheet_is_read_however_it_was_saved(encoding, delimiter):
    with transaction_as(CURATOR):
        job = looked(sheet(GOOD | {"title": "Café für zwei"}, encoding=encoding, delimiter=delimiter))
        assert (job.state, job.counts["new"], job.problems) == (JobState.CHECKED, 1, [])
        assert ("Windows-1252" in str(job.counts["notes"])) is (encoding == "cp1252")
        jobs.start_import(by=CURATOR, job_id=job.pk, now=NOW)
        assert GlobalLibraryItem.objects.get().title == "Café für zwei"


def test_a_dry_run_changes_nothing_and_an_import_what_it_said():
    with transaction_as(CURATOR):
        ItemFactory(slug="walk", title="A walk", status=Status.PUBLISHED)
        rows = [GOOD, GOOD | {"title": "Bad", "need_categories": "LUXURY"}, {"slug": "walk", "description": "Slower."}]
        content = json.dumps(rows).encode()
        before = list(GlobalLibraryItem.objects.values())
        job = looked(content, "items.json")
        assert list(GlobalLibraryItem.objects.values()) == before and not ItemEdit.objects.exists()
        assert {key: job.counts[key] for key in ("new", "changed", "problems")} == {
            "new": 1,
            "changed": 1,
            "problems": 1,
        }
        assert job.problems[0]["row"] == 2 and "LUXURY" in problems(job)
        job = jobs.start_import(by=CURATOR, job_id=job.pk, now=NOW)
        assert job.state == JobState.DONE and bytes(job.payload) == b""
        made, walk = get("shoes-by-the-door"), get("walk")
        assert (made.status, made.steps, made.needs) == (
            "DRAFT",
            ["Find a place.", "Put them there."],
            ["order", "ease"],
        )
        assert (walk.description, walk.title, walk.status) == ("Slower.", "A walk", Status.PUBLISHED)
        assert LibraryEmbedding.objects.count() == 2
        edit = ItemEdit.objects.get(item=walk)
        assert (edit.kind, edit.changes) == ("IMPORTED", {"description": ["A short walk together.", "Slower."]})


def test_importing_the_same_again_changes_nothing():
    with transaction_as(CURATOR):
        for _time in range(2):
            job = jobs.start_import(by=CURATOR, job_id=looked(sheet(GOOD)).pk, now=NOW)
        assert job.counts["same"] == 1 and ItemEdit.objects.count() == 1
        assert GlobalLibraryItem.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": "=cmd|' /C calc'!A0"}, "like a formula"),
        ({"description": "@SUM(A1)"}, "like a formula"),
        ({"description": "<b>bold</b>"}, "HTML"),
        ({"plain": "<script>alert(1)</script>"}, "HTML"),
        ({"description": "x" * 20_000}, "at most 4000"),
        ({"description": ""}, "description"),
        ({"need_categories": "LUXURY"}, "unknown LUXURY"),
        ({"need_categories": ""}, "need_categories"),
        ({"steps": ""}, "at least one"),
        ({"steps": "x" * 601}, "600"),
        ({"duration_days": ""}, "how long it takes"),
        ({"duration_days": "-3"}, "not a number"),
        ({"duration_days": "99999999999"}, "not a number"),
        ({"plain": "word " * 41}, "40"),
        ({"title": "x" * 200}, "120"),
        ({"title": ""}, "neither a slug nor a title"),
        ({"description": "a\x07b"}, "no letters"),
    ],
)
def test_a_bad_row_is_named_with_its_problem(changes, says):
    with transaction_as(CURATOR):
        job = looked(sheet(GOOD | changes))
        assert says in problems(job) and job.counts["problems"] == 1 and job.problems[0]["row"] == 2
        assert not GlobalLibraryItem.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "a.csv", "empty"),
        (b"colour,shape\nred,round\n", "a.csv", "neither a column"),
        (b"title\n", "a.csv", "no rows"),
        (b"title,title\na,b\n", "a.csv", "same name"),
        (b"\x81\x8d\x8f\x90", "a.csv", "not text"),
        (b"[1, 2]", "a.json", "list of items"),
        (b"[" * 100_000, "a.json", "JSON"),
        (b"{", "a.json", "JSON"),
        (b"title\n" + b"a\n" * 50_001, "a.csv", "more than 50,000"),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_sentence(content, name, says):
    with pytest.raises(SheetError, match=says):
        sheets.read(content, name)


def test_titles_that_come_twice_are_refused():
    with transaction_as(CURATOR):
        ItemFactory(title="A walk", slug="walk")
        job = looked(sheet(GOOD, GOOD, GOOD | {"title": "a  WALK"}))
        assert job.counts["problems"] == 3
        assert "Another row has the same title" in problems(job) and "has this title already" in problems(job)


def test_what_goes_out_comes_back_the_same_and_runs_nowhere():
    with transaction_as(CURATOR):
        ItemFactory(
            title="=1+1",
            description="- by turns",
            steps=["+49 calls", "Done, both."],
            needs=["play"],
        )
        items = list(GlobalLibraryItem.objects.all())
        as_csv = sheets.as_csv(items)
        assert b"'=1+1" in as_csv and b"\r\n=1" not in as_csv and b",=1" not in as_csv
        for content, name in [(as_csv, "a.csv"), (sheets.as_json(items), "a.json")]:
            job = looked(content, name)
            assert name == "a.json" or (job.counts.get("same"), job.problems) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_a_large_import_goes_on_in_steps_and_can_be_stopped(monkeypatch):
    rows = [GOOD | {"title": f"Shoes {number}"} for number in range(450)]
    with transaction_as(CURATOR):
        job = looked(sheet(*rows))
    assert (job.state, job.done) == (JobState.CHECKING, 0)
    jobs.work_on_waiting()
    with transaction_as(CURATOR):
        job = LibraryJob.objects.get(pk=job.pk)
        assert (job.state, job.counts["new"]) == (JobState.CHECKED, 450)
        jobs.start_import(by=CURATOR, job_id=job.pk, now=NOW)
    monkeypatch.setattr(jobs, "TURN", 0.0001)
    jobs.work_on_waiting()
    with transaction_as(CURATOR):
        assert LibraryJob.objects.get(pk=job.pk).done == jobs.STEP == GlobalLibraryItem.objects.count()
        jobs.stop(by=CURATOR, job_id=job.pk, now=NOW)
    jobs.work_on_waiting()
    with transaction_as(CURATOR):
        job = LibraryJob.objects.get(pk=job.pk)
        assert job.state == JobState.STOPPED and GlobalLibraryItem.objects.count() == jobs.STEP


def test_many_are_published_and_embedded_anew_with_their_history():
    with transaction_as(CURATOR):
        ids = [ItemFactory(status=Status.DRAFT).pk for _number in range(3)]
        assert jobs.start(by=CURATOR, kind=JobKind.PUBLISH, ids=ids, now=NOW).counts["changed"] == 3
        assert ItemEdit.objects.filter(changes={"status": ["DRAFT", "PUBLISHED"]}).count() == 3
        jobs.start(by=CURATOR, kind=JobKind.EMBED, ids=ids, now=NOW)
        assert LibraryEmbedding.objects.filter(item_id__in=ids).count() == 3


@pytest.mark.parametrize("act", [jobs.stop, jobs.start_import])
def test_only_a_curator_works_on_many(act):
    by = Actor.user(uuid4())
    with transaction_as(by), pytest.raises(NotYours):
        act(by=by, job_id=uuid4(), now=NOW)


# --- figures ------------------------------------------------------------------------------------


def test_use_is_told_in_fives_and_never_below(person):
    ana = person()
    with transaction_as(CURATOR):
        item = ItemFactory()
    told = []
    for _number in range(11):
        with transaction_as(ana):
            usage.count(item.pk, Use.HELPED)
        with transaction_as(CURATOR):
            told.append(usage.usage_of([item.pk]).get(item.pk, {}).get("HELPED", 0))
    assert told == [0] * 4 + [5] * 5 + [10] * 2


def test_what_is_not_there_is_not_counted(person):
    with transaction_as(person()):
        usage.count_all([uuid4()], Use.SHOWN)


# --- pages --------------------------------------------------------------------------------------


def test_a_curator_imports_by_hand(curator):  # noqa: F811
    answer = curator.post(
        reverse("admin:library_import"),
        {"sheet": SimpleUploadedFile("a.csv", sheet(GOOD, GOOD | {"title": "<b>"}))},
        follow=True,
    )
    page = answer.content.decode()
    assert "Nothing has been changed yet" in page and "HTML" in page and "&lt;b&gt;" in page
    work = answer.redirect_chain[-1][0]
    page = curator.post(work + "go/", follow=True).content.decode()
    assert "Done" in page and get("shoes-by-the-door").status == "DRAFT"


def test_a_preview_shows_all_of_an_item(curator):  # noqa: F811
    item = get()
    page = curator.get(reverse("admin:library_preview", args=[item.pk])).content.decode()
    assert item.title in page and item.steps[0] in page


def test_words_being_written_are_compared(curator):  # noqa: F811
    item = get()
    answer = curator.post(
        reverse("admin:library_alike"), {"title": item.title, "plain": item.plain, "situation": item.situation}
    )
    assert item.title in answer.content.decode()


def test_chosen_items_go_out(curator):  # noqa: F811
    answer = curator.post(LIST, {"action": "export_csv", "_selected_action": [get().pk]})
    assert answer["Content-Type"].startswith("text/csv") and b"Tea before the day" in answer.content


@pytest.mark.parametrize("name", ["import", "works", "review", "columns"])
def test_curators_pages_are_theirs_alone(sign_in, name):  # noqa: F811
    assert sign_in().get(reverse(f"admin:library_{name}")).status_code == 403


def test_a_curator_may_open_no_other_page_of_the_admin(curator):  # noqa: F811
    routes = admin_routes()
    assert len(routes) > 10
    for route in routes:
        assert curator.get(route).status_code in (403, 404), route


def admin_routes() -> list[str]:
    """Each model's list and form in the admin but the library's."""
    found = []
    for key in get_resolver().namespace_dict["admin"][1].reverse_dict:
        if isinstance(key, str) and key.endswith(("_changelist", "_add")) and not key.startswith("library_"):
            found.append(reverse(f"admin:{key}"))
    return found + [f"/admin/{path}/" for path in (
        "people/user", "auth/group", "stages/message", "private/uservessel", "consent/consentrecord", "library/libraryjob",
        "library/librarycontribution", "library/libraryusage", "sessions/session", "admin/logentry",
    )]  # fmt: skip
