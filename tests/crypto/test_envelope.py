from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from beheard.crypto import DataKey, KeyScope, MasterKeyMissing, WordsTampered
from beheard.crypto.checks import master_keys_are_usable
from beheard.crypto.envelope import (
    key_id_of,
    master_keys,
    new_material,
    seal,
    unseal,
    unwrap,
    wrap,
    wrapped_by,
    wrapping_fingerprint,
)

SCOPE = KeyScope.private(uuid4(), uuid4(), uuid4())
KEY = DataKey(uuid4(), SCOPE, new_material())
PLACE = ("letter", "text", "1")


def flipped(blob, position):
    return blob[:position] + bytes([blob[position] ^ 1]) + blob[position + 1 :]


@given(st.binary(max_size=300))
def test_whatever_is_sealed_opens_at_its_place(words):
    assert unseal(KEY, seal(KEY, words, *PLACE), *PLACE) == words


@pytest.mark.parametrize(
    "place",
    [("postcard", "text", "1"), ("letter", "note", "1"), ("letter", "text", "2"), ("lettertext", "", "1"), ("letter",)],
)
def test_words_do_not_open_anywhere_else(place):
    with pytest.raises(WordsTampered):
        unseal(KEY, seal(KEY, b"words", *PLACE), *place)


def test_words_do_not_open_with_another_key():
    sealed = seal(KEY, b"words", *PLACE)
    for other in (replace(KEY, id=uuid4()), replace(KEY, material=new_material())):
        with pytest.raises(WordsTampered):
            unseal(other, sealed, *PLACE)


def test_no_byte_of_sealed_words_can_be_changed():
    sealed = seal(KEY, b"words", *PLACE)
    for position in range(len(sealed)):
        with pytest.raises(WordsTampered):
            unseal(KEY, flipped(sealed, position), *PLACE)


def test_no_part_of_sealed_words_can_be_cut():
    sealed = seal(KEY, b"words", *PLACE)
    for cut in [sealed[:end] for end in range(len(sealed))] + [sealed[1:], sealed + b"\0"]:
        with pytest.raises(WordsTampered):
            unseal(KEY, cut, *PLACE)


def test_a_nonce_is_never_used_twice():
    nonces = {seal(KEY, b"the same words", *PLACE)[17:29] for _ in range(1000)}
    assert len(nonces) == 1000


def test_the_length_does_not_tell_one_feeling_from_another():
    assert len({len(seal(KEY, word, *PLACE)) for word in (b"", b"sad", b"ashamed", b"disappointed in myself")}) == 1


def test_sealed_words_name_their_key():
    assert key_id_of(seal(KEY, b"words", *PLACE)) == KEY.id


def test_a_wrapped_key_unwraps_to_itself():
    assert unwrap(wrap(KEY), KEY.id, SCOPE) == KEY


@pytest.mark.parametrize(
    "scope",
    [
        KeyScope.private(uuid4(), SCOPE.owner_id, SCOPE.session_id),
        KeyScope.private(SCOPE.vessel_id, uuid4(), SCOPE.session_id),
        KeyScope.shared(SCOPE.vessel_id, SCOPE.owner_id, SCOPE.session_id),
        KeyScope.joint(SCOPE.vessel_id, SCOPE.session_id),
    ],
    ids=["vessel", "owner", "kind", "joint"],
)
def test_a_wrapped_key_moved_to_another_vessel_owner_or_kind_does_not_unwrap(scope):
    with pytest.raises(WordsTampered):
        unwrap(wrap(KEY), KEY.id, scope)


def test_a_wrapped_key_moved_to_another_id_does_not_unwrap():
    with pytest.raises(WordsTampered):
        unwrap(wrap(KEY), uuid4(), SCOPE)


def test_no_byte_of_a_wrapped_key_can_be_changed():
    wrapped = wrap(KEY)
    for position in range(len(wrapped)):
        with pytest.raises((WordsTampered, MasterKeyMissing)):
            unwrap(flipped(wrapped, position), KEY.id, SCOPE)


def test_the_first_master_key_wraps_and_every_listed_one_unwraps(settings):
    old, new = new_material(), new_material()
    settings.MASTER_KEYS = [old]
    wrapped = wrap(KEY)
    settings.MASTER_KEYS = [new, old]
    assert unwrap(wrapped, KEY.id, SCOPE) == KEY
    assert wrapped_by(wrap(KEY)) == wrapping_fingerprint().hex() != wrapped_by(wrapped)
    settings.MASTER_KEYS = [new]
    with pytest.raises(MasterKeyMissing):
        unwrap(wrapped, KEY.id, SCOPE)


@pytest.mark.parametrize("keys", [[], [b"short"], [bytes(32), bytes(31)], ["x" * 32], None])
def test_useless_master_keys_are_reported_before_anything_is_written(settings, keys):
    settings.MASTER_KEYS = keys
    assert [error.id for error in master_keys_are_usable(None)] == ["crypto.E010"]


def test_good_master_keys_are_not_reported(settings):
    settings.MASTER_KEYS = [new_material()]
    assert master_keys_are_usable(None) == []
    settings.MASTER_KEYS = []
    with pytest.raises(ImproperlyConfigured):
        master_keys()


def test_a_key_shows_nothing_of_itself_and_stays_in_the_process():
    import pickle

    assert repr(KEY.material)[2:-1] not in repr(KEY) and KEY.material.hex() not in repr(KEY)
    with pytest.raises(TypeError):
        pickle.dumps(KEY)


@pytest.mark.parametrize("scope", [lambda i: KeyScope("JOINT", i, i, i), lambda i: KeyScope("PRIVATE", i, None, i)])
def test_only_a_joint_key_has_no_owner(scope):
    with pytest.raises(ValueError):
        scope(uuid4())


def test_a_scope_takes_uuids_only():
    with pytest.raises(TypeError):
        KeyScope.joint(str(uuid4()), uuid4())
