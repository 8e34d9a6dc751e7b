"""Vectors over real HTTP: always 1536 numbers of length 1, or a clear refusal."""

import numpy as np
import pytest

from beheard.ai.endpoint import endpoint
from beheard.ai.errors import ModelAway, ModelMisconfigured
from beheard.ai.interface import Embedder
from beheard.ai.openai_embedding import OpenAIEmbedder


@pytest.mark.parametrize("width", [1536, 768, 3])
def test_vectors_have_our_size_and_length_one(configured, width):
    configured.width = width
    embedder = OpenAIEmbedder(endpoint())
    assert isinstance(embedder, Embedder)
    found = embedder.embed(["one", "three", ""])
    assert found.shape == (3, 1536) and found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert not found[:, width:].any()


def test_larger_vectors_are_refused_in_words_an_operator_understands(configured):
    configured.width = 3072
    with pytest.raises(ModelMisconfigured, match="3072 numbers; BeHeard keeps 1536"):
        OpenAIEmbedder(endpoint()).embed(["one"])


def test_nothing_is_asked_for_nothing(configured):
    assert OpenAIEmbedder(endpoint()).embed([]).shape == (0, 1536)
    assert not configured.requests


def test_many_texts_are_asked_for_in_parts(configured):
    assert OpenAIEmbedder(endpoint()).embed(["x"] * 150).shape == (150, 1536)
    assert len(configured.requests) == 3


def test_a_server_that_is_away(configured):
    configured.stop()
    with pytest.raises(ModelAway):
        OpenAIEmbedder(endpoint()).embed(["one"])
