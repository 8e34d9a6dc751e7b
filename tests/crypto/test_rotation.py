from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from beheard.crypto import MasterKeyMissing, rotation
from beheard.crypto.envelope import fingerprint, new_material
from beheard.crypto.keyring import data_key_for, destroy_key, opener, sealer
from beheard.crypto.models import VesselKey
from beheard.crypto.rotation import rewrap_all
from tests.crypto.conftest import make_writer

# What the owner of the tables is to see must be committed.
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def master_keys(settings):
    """The old and the new key, with the old one in force."""
    old, new = new_material(), new_material()
    settings.MASTER_KEYS = [old]
    return old, new


@pytest.fixture
def chunks(master_keys, transactional_db):
    """Five writers, each with something sealed."""
    return [(writer, sealed_by(writer)) for writer in (make_writer() for _ in range(5))]


def sealed_by(writer):
    with writer.acting():
        return sealer(writer.scope, "r1")(str(writer.user_id).encode())


def all_open(chunks):
    for writer, chunk in chunks:
        with writer.acting():
            assert opener(writer.scope, "r1")(chunk) == str(writer.user_id).encode()
    return True


def test_words_open_with_the_old_key_behind_the_new(chunks, master_keys, settings):
    old, new = master_keys
    settings.MASTER_KEYS = [new, old]
    assert all_open(chunks)
    settings.MASTER_KEYS = [new]
    with pytest.raises(MasterKeyMissing):
        all_open(chunks)


def test_after_rotation_the_old_key_may_go(chunks, master_keys, settings):
    old, new = master_keys
    settings.MASTER_KEYS = [new, old]
    assert rewrap_all(batch=2).rewrapped == 5
    settings.MASTER_KEYS = [new]
    assert all_open(chunks)


def test_rotation_changes_no_data_key_and_leaves_destroyed_ones(chunks, master_keys, settings):
    old, new = master_keys
    (gone, _), (kept, _) = chunks[:2]
    with gone.acting():
        destroy_key(gone.scope)
    with kept.acting():
        before = data_key_for(kept.scope)
    settings.MASTER_KEYS = [new, old]
    assert rewrap_all().rewrapped == 4
    with kept.acting():
        assert data_key_for(kept.scope) == before
        assert VesselKey.objects.get(pk=before.id).master_key_id == fingerprint(new).hex()
    with gone.acting():
        assert VesselKey.objects.get(vessel_id=gone.vessel_id).wrapped is None


def test_rotation_can_be_stopped_and_run_again(chunks, master_keys, settings, monkeypatch):
    old, new = master_keys
    settings.MASTER_KEYS = [new, old]
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(rotation, "_rewrap_batch", stopping_after(1, rotation._rewrap_batch))
        rewrap_all(batch=2)
    assert rewrap_all(batch=2).rewrapped == 3
    assert rewrap_all().rewrapped == 0 and all_open(chunks)


def stopping_after(times, real):
    left = iter(range(times))

    def call(*args, **kwargs):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    return call


def test_the_command_says_what_it_did_and_fails_for_keys_it_can_not_open(chunks, master_keys, settings):
    old, new = master_keys
    settings.MASTER_KEYS = [new]
    with pytest.raises(CommandError, match="5 keys could not be opened"):
        call_command("rotate_master_key", stdout=StringIO())
    settings.MASTER_KEYS = [new, old]
    call_command("rotate_master_key", stdout=(said := StringIO()))
    assert said.getvalue() == "5 keys wrapped anew.\n"
