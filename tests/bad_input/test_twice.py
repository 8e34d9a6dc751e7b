"""What is looked at is not changed by looking, and what is sent twice is done once."""

import pytest
from django.apps import apps

from beheard.rls import transaction_as
from tests.bad_input.site import every_form, rows, session_pages, undone
from tests.couple import ADA, BEN, Couple
from tests.pages import browser

pytestmark = pytest.mark.django_db
STAGES = ["began", "signed", "letters", "needs", "common", "pool", "overlap", "agreed"]
COMING_BY = {"stages_stageprogress"}  # entering a stage on the first visit; noting that a gate has been passed
SEEN = {"stages_reframesuggestion"}
EACH_TIME = ("/exercises/",)  # an exercise done twice was done twice


APPS = ("people", "private", "shared", "stages", "consent")


def tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_models() if model._meta.app_label in APPS]


def seen_by(couple, name) -> dict[str, str]:
    with transaction_as(couple.actors[name]):
        return rows(tables())


@pytest.mark.parametrize("stage", STAGES)
def test_looking_changes_nothing(stage):
    """A person, a link preview, a mail scanner: GET and HEAD sign, join, share, open and decide nothing."""
    couple = Couple().until(stage)
    before = {name: seen_by(couple, name) for name in (ADA, BEN) if name in couple.actors}
    assert len(before[ADA]) > 20
    for name in before:
        client = browser(couple, name)
        for address in session_pages(couple.session_id):
            client.get(address)
            client.head(address)
    for name, marks in before.items():
        after = seen_by(couple, name)
        changed = {table for table in marks if marks[table] != after[table]}
        assert changed <= COMING_BY | SEEN, name


@pytest.mark.parametrize("stage", STAGES)
def test_sent_twice_is_done_once(stage):
    couple = Couple().until(stage)
    ada = browser(couple, ADA)
    for form, _page in every_form(ada, couple.session_id):
        if any(part in form.action for part in EACH_TIME):
            continue
        with undone():
            words = form.filled("7")
            first = ada.post(form.action, words)
            once = {table: mark.split(",")[1] for table, mark in seen_by(couple, ADA).items()}
            second = ada.post(form.action, words)
            twice = {table: mark.split(",")[1] for table, mark in seen_by(couple, ADA).items()}
            assert first.status_code < 500 and second.status_code < 500, form.action
            assert once == twice, form.action
