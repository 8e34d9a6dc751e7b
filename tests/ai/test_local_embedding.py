import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beheard.ai.interface import Embedder
from beheard.ai.local_embedding import LocalEmbedder, stem

embedder = LocalEmbedder()


def nearness(first: str, second: str) -> float:
    vectors = embedder.embed([first, second])
    return float(vectors[0] @ vectors[1])


def test_it_is_an_embedder_of_1536_normalised_float32_dimensions():
    vectors = embedder.embed(["He never listens.", "", "💔", "x" * 50_000])
    assert isinstance(embedder, Embedder)
    assert vectors.shape == (4, 1536) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_an_empty_matrix():
    assert embedder.embed([]).shape == (0, 1536)


@pytest.mark.parametrize(
    ("text", "kindred", "other"),
    [
        ("I feel ignored", "he does not listen to me", "we argue about money"),
        ("She spends too much", "debts on the credit card", "the dishes again"),
        ("nobody helps me clean", "I do all the housework", "he drinks every night"),
        ("I feel so alone in the evenings", "lonely at night", "her mother interferes"),
        ("He shouted at me", "she was yelling again", "we never touch"),
        ("my husband lied to me", "I was betrayed", "bedtime with the children"),
        ("we never hug any more", "no affection between us", "late for dinner"),
    ],
)
def test_kindred_words_come_nearer_than_others(text, kindred, other):
    assert nearness(text, kindred) > nearness(text, other) + 0.15


def test_the_vectors_are_the_same_in_another_process_with_another_hash_seed():
    code = (
        "from beheard.ai.local_embedding import LocalEmbedder;"
        "print(LocalEmbedder().embed(['I feel ignored, and tired.'])[0].tobytes().hex())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout
        for seed in ("1", "2")
    }
    here = embedder.embed(["I feel ignored, and tired."])[0].tobytes().hex()
    assert runs == {here + "\n"}


def test_a_thousand_short_texts_take_less_than_a_second():
    texts = [f"We argued about the dishes on day {number}" for number in range(1000)]
    started = time.process_time()
    embedder.embed(texts)
    assert time.process_time() - started < 1


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_gives_a_finite_unit_vector(text):
    vector = embedder.embed([text])[0]
    assert np.isfinite(vector).all() and abs(float(np.linalg.norm(vector)) - 1) < 1e-4


@pytest.mark.parametrize(
    ("word", "root"), [("listening", "listen"), ("listens", "listen"), ("told", "tell"), ("worries", "worry")]
)
def test_forms_of_a_word_share_a_root(word, root):
    assert stem(word) == stem(root)
