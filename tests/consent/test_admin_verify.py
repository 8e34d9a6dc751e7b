"""The whole ledger verified from the admin: in a worker, with progress, and what it finds is named."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consent import tasks, verification
from tests.consent.conftest import anchor
from tests.consent.many import make_chains
from tests.consent.staff import VERIFY, person, record_url, text_of


@pytest.fixture
def no_run(settings):
    verification.cache.delete(verification.RUN)
    yield
    verification.cache.delete(verification.RUN)


def test_the_whole_ledger_is_verified_in_a_worker_with_progress(auditor, told, no_run, superuser_connection):
    make_chains(superuser_connection, people=1, links=2500)
    anchor()
    assert "not been verified" in text_of(auditor.get(VERIFY))
    assert auditor.post(VERIFY).status_code == 302
    page = text_of(auditor.get(VERIFY))
    assert "A worker will begin" in page and 'http-equiv="refresh"' in page and "Verify the whole ledger" not in page
    assert tasks.verify() == "whole"
    page = text_of(auditor.get(VERIFY))
    assert "The ledger is whole: 2506 links" in page and 'http-equiv="refresh"' not in page


def test_what_the_worker_finds_is_named(auditor, told, no_run, tamper):
    tamper("UPDATE consent_consentevent SET action = 'EDITED' WHERE owner_id = %s AND sequence = 2", told.ana.user_id)
    assert tasks.verify() == "broken"
    page = text_of(auditor.get(VERIFY))
    assert "not what it was" in page and person(told.ana) in page and record_url(told.record_id) in page


def test_a_run_that_gives_no_sign_can_be_started_again(auditor, no_run):
    now = timezone.now()
    run = verification.start(now=now)
    assert verification.start(now=now) == run
    later = now + verification.STALE + timedelta(seconds=1)
    assert verification.last_run(later).state == "failed"
    assert verification.start(now=later).started_at == later


def test_progress_is_told_while_it_runs(told, no_run, superuser_connection, monkeypatch):
    make_chains(superuser_connection, people=1, links=4500)
    monkeypatch.setattr(verification, "BEAT_SECONDS", 0)
    seen, keep = [], verification._keep
    monkeypatch.setattr(verification, "_keep", lambda run: seen.append((run.state, run.percent)) or keep(run))
    tasks.verify()
    running = [percent for state, percent in seen if state == "running"]
    assert running == sorted(running) and 0 < running[1] < 100 and running[-1] == 100
