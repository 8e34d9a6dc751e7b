"""What the guide looked at, and similar moments: one's own, behind the vessel's password, and nothing of the other's private."""

import pytest

from stages import embeddings
from stages.witness import actions as witness
from stages.witness.queries import thread
from tests.couple import ADA, BEN, Couple
from tests.pages import browser, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def couple():
    return Couple().until("joined")


def page(couple, name, route, **posted) -> str:
    client = browser(couple, name)
    where = url(couple, route)
    return (client.post(where, posted) if posted else client.get(where)).content.decode()


def test_each_answer_with_what_it_was_made_from(couple):
    seen = page(couple, ADA, "looked_at")
    assert "To answer you" in seen and "To say back what it heard" in seen
    assert "He never listens when I try to explain" in seen
    assert "nothing is ever enough" not in seen  # Ben's words
    assert "nothing is ever enough" in page(couple, BEN, "looked_at")


def test_what_was_deleted_since_is_said_to_be_gone(couple):
    with couple.acting(ADA) as place:
        mine = next(entry for entry in thread(place).entries if entry.role == "USER" and "listens" in entry.content)
        witness.delete_message(place=place, message_id=mine.pk)
    seen = page(couple, ADA, "looked_at")
    assert "You have deleted it since" in seen and "He never listens" not in seen


def test_moments_are_found_by_meaning_in_ones_own_words(couple):
    for name in (ADA, BEN):
        embeddings.catch_up(user_id=couple.actors[name].user_id, session_id=couple.session_id)
    assert "He never listens when I try to explain" in page(
        couple, ADA, "similar", words="being ignored, not listened to"
    )
    assert "Nothing like it yet" in page(couple, ADA, "similar", words="xylophone")
    found = page(couple, BEN, "similar", words="never listens")
    assert "when I try to explain" not in found
