"""Ledgers of thousands of links: verified with progress, in bounded memory, and one changed link is still named."""

import os
import time
import tracemalloc
from uuid import uuid4

import pytest
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from consent import checkpoints
from consent.audit import OLD_ENOUGH
from consent.models import ConsentHead
from consent.verify import Fault
from tests.consent.conftest import anchor, audited
from tests.consent.many import make_chains
from tests.consent.test_audit import only_file

ROWS = int(os.environ.get("LEDGER_ROWS", "4000"))


@pytest.mark.slow
def test_a_long_ledger_verifies_with_progress_in_bounded_memory(transactional_db, superuser_connection, capsys):
    """4,000 links; `LEDGER_ROWS=100000` for the figure of docs/ledger.md. One person has half of them."""
    make_chains(superuser_connection, people=1, links=ROWS // 2)
    make_chains(superuser_connection, people=max(ROWS // 200, 1), links=100)
    anchor()
    seen = []
    begun = time.monotonic()
    assert audited(progress=lambda done, total: seen.append((done, total))) == []
    seconds = time.monotonic() - begun
    assert seen == sorted(seen) and len(seen) > ROWS // 2000 and seen[-1] == (ROWS, ROWS)
    tracemalloc.start()
    assert audited() == []
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    with capsys.disabled():
        print(f"\n{ROWS} links: {seconds:.2f} s, peak {peak:.1f} MB")
    assert peak < 8


@pytest.mark.slow
def test_one_changed_link_of_a_long_ledger_is_named(transactional_db, superuser_connection, tamper):
    (owner,) = make_chains(superuser_connection, people=1, links=2000)
    anchor()
    tamper("UPDATE consent_consentevent SET action = 'EDITED' WHERE sequence = 1234")
    assert audited() == [(owner, 1234, Fault.CHANGED)]


@pytest.mark.slow
def test_many_ends_are_anchored_in_several_checkpoints(transactional_db, superuser_connection):
    make_chains(superuser_connection, people=checkpoints.MOST_HEADS + 3, links=1)
    assert anchor() == checkpoints.MOST_HEADS + 3
    assert anchor() == 0 and audited() == []
    with transaction_as(Actor.auditor(uuid4())):
        assert not ConsentHead.objects.exclude(anchored_length=1).exists()
    assert len(only_file().read_bytes().splitlines()) == 2


def test_an_end_that_nobody_seals_does_not_stop_the_others(transactional_db, superuser_connection, tamper):
    owners = make_chains(superuser_connection, people=3, links=1)
    tamper("UPDATE consent_consentseal SET seal = %s WHERE owner_id = %s", bytes(32), owners[0])
    assert anchor() == 2
    assert (owners[0], 1, Fault.FORGED) in audited(now=timezone.now() + OLD_ENOUGH)
