import numpy as np
import pytest

from beheard.crypto.envelope import new_material
from beheard.crypto.transform import DIMENSIONS, transform


@pytest.fixture
def vectors():
    found = np.random.default_rng(1).standard_normal((20, DIMENSIONS)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def test_cosines_inside_a_vessel_are_unchanged(vectors):
    turned = transform(new_material(), vectors)
    assert turned.dtype == np.float32 and turned.shape == vectors.shape
    np.testing.assert_allclose(turned @ turned.T, vectors @ vectors.T, atol=1e-6)


def test_across_vessels_a_text_no_longer_resembles_itself(vectors):
    one, other = transform(new_material(), vectors), transform(new_material(), vectors)
    cosines = np.sum(one * other, axis=1)
    assert np.abs(cosines).max() < 0.15


def test_a_stored_vector_does_not_resemble_the_text_it_came_from(vectors):
    assert np.abs(np.sum(transform(new_material(), vectors) * vectors, axis=1)).max() < 0.15


def test_one_vector_and_many_are_treated_alike(vectors):
    key = new_material()
    np.testing.assert_array_equal(transform(key, vectors[3]), transform(key, vectors)[3])


def test_the_transform_of_a_key_never_changes():
    """Stored vectors rest on this: were it to change, every similarity in every vessel would be lost."""
    turned = transform(bytes(range(32)), np.arange(1, DIMENSIONS + 1, dtype=np.float64))
    assert sorted(np.abs(turned)) == list(range(1, DIMENSIONS + 1))
    assert turned[:6].tolist() == EXPECTED


EXPECTED = [-1144.0, -1445.0, 1180.0, -1374.0, 1373.0, 594.0]


def test_only_vectors_of_the_right_length_are_taken():
    with pytest.raises(ValueError):
        transform(new_material(), np.zeros(3))
