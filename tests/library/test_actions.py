"""Loading the curated files, and what curators do with them afterwards."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from beheard.rls import Actor, NotYours, transaction_as
from library import actions
from library.actions import HOUSE, change_status, is_edited, load_curated, save_item
from library.content import fingerprint, read_content
from library.models import GlobalLibraryItem, LibraryEmbedding
from library.words import Source, Status
from tests.library.factories import CURATOR, NOW, ItemFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)
SLUG = "tea-before-the-day"


@pytest.fixture
def newer_files(monkeypatch):
    """The files of the next version: one item has a new description."""
    items = read_content()
    for item in items:
        if item["slug"] == SLUG:
            item["description"] = "A small shared beginning, as the next version tells it."
            item["content_version"] = fingerprint(item)
    monkeypatch.setattr(actions, "read_content", lambda: items)


def get(slug=SLUG):
    return GlobalLibraryItem.objects.get(slug=slug)


def test_the_first_load_publishes_everything_with_an_embedding(library):
    assert library.added == len(read_content()) and library.unchanged == 0
    with transaction_as(Actor.user(uuid4())):
        assert GlobalLibraryItem.objects.count() == LibraryEmbedding.objects.count() == library.added
    with transaction_as(CURATOR):
        item = get()
        assert (item.source, item.status, item.created_at) == (Source.CURATED, Status.PUBLISHED, NOW)
        assert not is_edited(item)


def test_loading_again_changes_nothing(library, django_assert_max_num_queries):
    with transaction_as(HOUSE):
        with django_assert_max_num_queries(3):
            again = load_curated(by=HOUSE, now=LATER)
        assert (again.added, again.renewed, again.kept, again.changed) == (0, 0, 0, False)
        assert not GlobalLibraryItem.objects.exclude(updated_at=NOW).exists()


def test_a_newer_file_renews_an_item_and_its_embedding(library, newer_files):
    with transaction_as(HOUSE):
        before = LibraryEmbedding.objects.get(item=get()).made_from
        loaded = load_curated(by=HOUSE, now=LATER)
        item = get()
        assert (loaded.added, loaded.renewed, loaded.kept) == (0, 1, 0)
        assert item.description.endswith("the next version tells it.") and item.updated_at == LATER
        assert LibraryEmbedding.objects.get(item=item).made_from != before
        assert not load_curated(by=HOUSE, now=LATER).changed


def test_a_curators_edit_survives_a_newer_file(library, newer_files):
    with transaction_as(CURATOR):
        item = get()
        item.cautions = "Not before seven."
        save_item(by=CURATOR, item=item, now=LATER)
        loaded = load_curated(by=HOUSE, now=LATER)
        assert (loaded.renewed, loaded.kept) == (0, 1)
        assert get().cautions == "Not before seven." and "next version" not in get().description


def test_a_retired_item_stays_retired_through_a_newer_file(library, newer_files):
    with transaction_as(CURATOR):
        change_status(by=CURATOR, ids=[get().pk], status=Status.RETIRED, now=LATER)
        load_curated(by=HOUSE, now=LATER)
        assert get().status == Status.RETIRED


def test_an_item_that_lost_its_embedding_gets_one_at_the_next_load(library):
    with transaction_as(HOUSE):
        LibraryEmbedding.objects.filter(item=get()).delete()
        load_curated(by=HOUSE, now=LATER)
        assert LibraryEmbedding.objects.filter(item=get()).exists()


def test_all_is_embedded_anew_when_the_embedder_changes(library, monkeypatch):
    monkeypatch.setattr("library.vectors.model_name", lambda: "another/1")
    with transaction_as(HOUSE):
        load_curated(by=HOUSE, now=LATER)
        assert not LibraryEmbedding.objects.exclude(model_name="another/1").exists()


def test_saving_makes_the_embedding_of_the_words_as_they_are_now():
    with transaction_as(CURATOR):
        item = save_item(by=CURATOR, item=ItemFactory.build(created_at=None, updated_at=None), now=NOW)
        assert (item.created_at, item.updated_at) == (NOW, NOW)
        before = LibraryEmbedding.objects.get(item=item).made_from
        item.description = "Something else entirely."
        save_item(by=CURATOR, item=item, now=LATER)
        assert (item.created_at, item.updated_at) == (NOW, LATER)
        assert LibraryEmbedding.objects.get(item=item).made_from != before


def test_an_item_without_a_plain_form_is_not_published():
    with transaction_as(CURATOR):
        bare, whole = ItemFactory(status=Status.DRAFT, plain=""), ItemFactory(status=Status.DRAFT)
        changed = change_status(by=CURATOR, ids=[bare.pk, whole.pk], status=Status.PUBLISHED, now=LATER)
        assert changed == 1 and GlobalLibraryItem.objects.get(pk=bare.pk).status == Status.DRAFT


@pytest.mark.parametrize(
    "act",
    [
        lambda by: load_curated(by=by, now=NOW),
        lambda by: save_item(by=by, item=ItemFactory.build(), now=NOW),
        lambda by: change_status(by=by, ids=[], status=Status.RETIRED, now=NOW),
    ],
)
def test_only_a_curator_writes(act):
    by = Actor.user(uuid4())
    with transaction_as(by), pytest.raises(NotYours):
        act(by)


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_it_did_and_is_quiet_when_there_was_nothing():
    first, second = StringIO(), StringIO()
    connection.close()  # the command is the first thing a start does: its actor is there before the connection
    call_command("load_library", stdout=first)
    call_command("load_library", stdout=second)
    assert f"{len(read_content())} new" in first.getvalue() and second.getvalue() == ""
