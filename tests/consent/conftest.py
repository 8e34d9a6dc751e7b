from uuid import uuid4

import pytest
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from consent import checkpoints
from consent.audit import audit
from tests.consent.staff import offer, signed_in
from tests.shared.couple import NOW, couple
from vessels.shared import bridge


@pytest.fixture(autouse=True)
def checkpoint_folder(settings, tmp_path):
    """Nothing stands outside yet, in a folder of this test's own."""
    settings.LEDGER_CHECKPOINT_FOLDER = tmp_path / "checkpoints"
    return settings.LEDGER_CHECKPOINT_FOLDER


@pytest.fixture
def pair(db):
    """Ana and Ben, in one session."""
    return couple()


@pytest.fixture
def tamper(owner_connection):
    """SQL as the owner of the tables, past triggers and policies."""

    def execute(statement, *params):
        tables = [table for table in ("event", "seal") if f"consent_consent{table}" in statement]
        owner_connection.execute("SET app.maintenance = 'on'")
        for table in tables:
            owner_connection.execute(f"ALTER TABLE consent_consent{table} DISABLE TRIGGER USER")
        try:
            result = owner_connection.execute(statement, params)
            assert result.rowcount > 0
        finally:
            for table in tables:
                owner_connection.execute(f"ALTER TABLE consent_consent{table} ENABLE TRIGGER USER")
        return result

    return execute


def anchor(now=None) -> int:
    with transaction_as(Actor.system()):
        return checkpoints.anchor(now=now or timezone.now())


def audited(person=None, *, now=None, progress=None) -> list:
    """What the whole audit finds: (person, number, fault)."""
    with transaction_as(Actor.auditor(uuid4())):
        found = audit(person, now=now or timezone.now(), progress=progress)
        return [(finding.owner_id, finding.sequence, finding.fault) for finding in found]


@pytest.fixture
def told(transactional_db):
    """Ana granted one and took it back; Ben kept one for himself."""
    two = couple()
    with transaction_as(two.ana.actor):
        content = offer(two.ana)
        bridge.grant(place=two.ana, content_id=content.pk, digest=bridge.digest(content), now=NOW)
        bridge.revoke(place=two.ana, content_id=content.pk, now=NOW)
        two.record_id = content.consent_record_id
    with transaction_as(two.ben.actor):
        bridge.keep_private(place=two.ben, content_id=offer(two.ben).pk, now=NOW)
    anchor()
    return two


@pytest.fixture
def auditor(told, client):
    return signed_in(client, "auditors")
