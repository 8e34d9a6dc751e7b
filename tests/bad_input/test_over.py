"""What has come to its end is there to be read: no address of a session changes anything in it any more."""

import os
import re
from uuid import uuid4

import pytest

from tests.bad_input.site import every_form, routes, undone
from tests.bad_input.test_twice import seen_by
from tests.couple import ADA, BEN, Couple
from tests.pages import browser

pytestmark = pytest.mark.django_db(transaction=True)
STAGES = os.environ.get("OVER_STAGES", "signed agreed").split()  # all of tests.couple.STAGES: minutes
# What is a person's own they may take back, delete, name, and pass on to the library (unnamed) after the end too.
THEIRS = re.compile(
    r"/(?:delete|take-back|sharing/[^/]+/back|vessel|shared|theirs|keep|erase|export|give|name|cooling|exercises|safety|draft)"
)
DRAFTS = {"private_draft", "crypto_vesselkey"}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("status", ["RESOLVED", "ABANDONED"])
def test_nothing_of_a_session_that_is_over_can_be_changed(superuser_connection, status, stage):
    couple = Couple().until(stage)
    sent = [(form.action, form.filled("7")) for form, _page in every_form(browser(couple, ADA), couple.session_id)]
    sent = [(address, words) for address, words in sent if str(couple.session_id) in address]
    bare = [route.url(couple.session_id) for route in routes() if route.of_session and not route.has_other_id]
    end(superuser_connection, couple, status)
    before = {name: seen_by(couple, name) for name in (ADA, BEN)}
    assert len(sent) > 5
    every = [(address, words) for address, words in [*sent, *((one, {}) for one in bare)] if not THEIRS.search(address)]
    if changed_by(couple, before, every):  # which of them was it?
        pytest.fail("\n".join(one[0] for one in every if changed_by(couple, before, [one])))


def changed_by(couple, before, posts) -> set[str]:
    """Tables in which either sees another row after all these; nothing of it remains."""
    ada = browser(couple, ADA)
    with undone():
        assert all(ada.post(address, words).status_code < 500 for address, words in posts)
        after = {name: seen_by(couple, name) for name in before}
    return {table for name in before for table in after[name] if after[name][table] != before[name][table]} - DRAFTS


def end(connection, couple, status) -> None:
    resolved = "now()" if status == "RESOLVED" else "NULL"
    connection.execute(
        f"UPDATE people_session SET status = %s, resolved_at = {resolved} WHERE id = %s", [status, couple.session_id]
    )


@pytest.mark.parametrize("status", ["RESOLVED", "ABANDONED"])
def test_who_tries_reads_a_kind_sentence(superuser_connection, status):
    couple = Couple().until("signed")
    end(superuser_connection, couple, status)
    ada = browser(couple, ADA)
    for route in ("pause/", "come-back/", "end/", "conversation/", "alone/enough/"):
        page = ada.post(
            f"/s/{couple.session_id}/{route}", {"when": "week", "words": "More", "key": str(uuid4())}, follow=True
        )
        assert re.search("come to its end|come to a quiet end", page.content.decode()), route
