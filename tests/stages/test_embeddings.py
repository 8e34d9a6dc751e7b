"""Similar moments: found in one's own vessel alone, made again when words change, gone when they go."""

import numpy as np
import pytest
from django.core.management import call_command
from django.utils import timezone

from beheard.ai.local_embedding import LocalEmbedder
from beheard.crypto import keyring
from stages import embeddings
from stages.models import Message, MessageEmbedding
from tests import factories as make
from tests.stages.crowd import at_once
from vessels.private.models import EventEmbedding, ReadingEmbedding, UserEvent, VesselEmbedding

pytestmark = pytest.mark.django_db(transaction=True)

DISHES = "We fought about the dirty dishes in the kitchen again."
MONEY = "He spent our savings without asking me."
SUNDAY = "On Sunday we walked by the river and laughed."


@pytest.fixture
def person():
    someone = make.alone()
    make.make_progress(someone, stage=1)
    return someone


def catch_up(person) -> int:
    return embeddings.catch_up(user_id=person.user_id, session_id=person.session_id)


def similar(person, text: str, limit: int = 5) -> list[str]:
    with person.acting():
        own = {"owner_id": person.user_id, "session_id": person.session_id}
        return [moment.words for moment in embeddings.near(embeddings.vectors_of([text])[text], limit=limit, **own)]


def stored(person, model) -> dict:
    with person.acting():
        return dict(model.objects.values_list("pk", "embedding"))


def test_the_most_similar_moment_comes_first(person):
    for words in (DISHES, MONEY, SUNDAY):
        make.make_message(person, content=words)
    make.make_event(person, description="The dishes stood in the kitchen for a week.")
    make.make_reading(person, context="because of the savings")
    make.make_reading(person, context="")
    assert catch_up(person) == 5
    assert catch_up(person) == 0
    assert set(similar(person, "dishes in the kitchen", 2)) == {DISHES, "The dishes stood in the kitchen for a week."}
    assert set(similar(person, "savings", 2)) == {MONEY, "because of the savings"}
    assert len(similar(person, "anything", 3)) == 3


def test_a_vessel_with_nothing_in_it_has_no_similar_moments(person):
    assert catch_up(person) == 0
    assert similar(person, DISHES) == []


def test_nobody_elses_moments_are_found(person):
    other = make.couple(("Cleo", "Dan"))
    for someone in (person, *other):
        make.make_message(someone, content=f"{DISHES} {someone.name}")
        assert catch_up(someone) == 1
    for someone in (person, *other):
        assert similar(someone, DISHES) == [f"{DISHES} {someone.name}"]


def test_what_is_stored_is_not_the_plain_vector_and_differs_from_vessel_to_vessel(person):
    other = make.alone("Cleo")
    for someone in (person, other):
        make.make_message(someone, content=DISHES)
        catch_up(someone)
    plain = LocalEmbedder().embed([DISHES])[0]
    (mine,), (theirs,) = (
        [np.asarray(vector) for vector in stored(someone, MessageEmbedding).values()] for someone in (person, other)
    )
    assert np.linalg.norm(mine) == pytest.approx(1, abs=0.01)
    for one, another in ((mine, plain), (theirs, plain), (mine, theirs)):
        assert abs(float(one @ another)) < 0.3


def test_words_that_change_are_found_by_the_new_ones(person):
    message = make.make_message(person, content=DISHES)
    event = make.make_event(person, description=DISHES)
    reading = make.make_reading(person, context=DISHES)
    catch_up(person)
    with person.acting():
        message.content, event.description, reading.context = MONEY, MONEY, MONEY
        for row in (message, event, reading):
            row.save()
    for model in (MessageEmbedding, EventEmbedding, ReadingEmbedding):
        assert not stored(person, model)
    assert catch_up(person) == 3
    assert similar(person, MONEY) == [MONEY] * 3


def test_a_change_of_something_else_keeps_the_vector(person):
    message = make.make_message(person, content=DISHES)
    catch_up(person)
    with person.acting():
        Message.objects.filter(pk=message.pk).update(edited_at=timezone.now())
    assert set(stored(person, MessageEmbedding)) == {message.pk}


def test_words_that_are_deleted_take_their_vector_with_them(person):
    message, event = make.make_message(person), make.make_event(person)
    catch_up(person)
    with person.acting():
        Message.objects.filter(pk=message.pk).delete()
        UserEvent.objects.filter(pk=event.pk).delete()
    assert not stored(person, MessageEmbedding) and not stored(person, EventEmbedding)


def test_words_that_change_while_their_vector_is_made_are_not_found_by_the_old_ones(person, monkeypatch):
    message = make.make_message(person, content=DISHES)
    embed = LocalEmbedder.embed

    def change_meanwhile(self, texts):
        with person.acting():
            mine = Message.objects.get(pk=message.pk)
            mine.content = MONEY
            mine.save()
        return embed(self, texts)

    monkeypatch.setattr(LocalEmbedder, "embed", change_meanwhile)
    assert catch_up(person) == 0
    monkeypatch.setattr(LocalEmbedder, "embed", embed)
    assert catch_up(person) == 1
    assert similar(person, MONEY) == [MONEY]


def test_two_workers_at_once_make_one_vector_each(person):
    for number in range(6):
        make.make_message(person, content=f"{DISHES} {number}")
    at_once([lambda: catch_up(person)] * 3)
    assert len(stored(person, MessageEmbedding)) == 6


def test_an_erased_vessel_is_left_alone(person):
    make.make_message(person)
    with person.acting():
        keyring.destroy_keys(vessel_id=person.vessel_id)
    assert catch_up(person) == 0


def test_the_sweep_finds_vessels_in_which_something_was_written_lately(person):
    make.make_message(person)
    mine = (person.user_id, person.session_id)
    assert mine in embeddings.behind(now=timezone.now())
    assert mine not in embeddings.behind(now=timezone.now() + embeddings.LOOK_BACK)


def whole(person):
    return stored(person, VesselEmbedding)


def test_the_vessel_has_a_vector_of_its_own_that_follows_its_moments(person):
    message = make.make_message(person, content=DISHES)
    make.make_event(person, description=MONEY)
    catch_up(person)
    (before,) = whole(person).values()
    assert np.linalg.norm(np.asarray(before)) == pytest.approx(1, abs=0.01)
    with person.acting():
        Message.objects.filter(pk=message.pk).delete()
    assert not whole(person)
    catch_up(person)
    (after,) = whole(person).values()
    assert abs(float(np.asarray(before) @ np.asarray(after))) < 0.99


def test_another_embedder_makes_all_anew_and_old_vectors_are_not_searched(person, monkeypatch):
    make.make_message(person, content=DISHES)
    catch_up(person)
    other = LocalEmbedder()
    other.name = "another"
    monkeypatch.setattr(embeddings, "current_embedder", lambda: other)
    assert similar(person, DISHES) == []
    assert catch_up(person) == 1
    assert similar(person, DISHES) == [DISHES]


def test_the_backfill_can_be_stopped_and_goes_on_where_it_was(person, monkeypatch, capsys):
    people = [person, make.alone("Cleo"), make.alone("Dan")]
    for number, someone in enumerate(people):
        if number:
            make.make_progress(someone, stage=1)
        make.make_message(someone, content=DISHES)
    once, done = embeddings.catch_up_wholly, []

    def stops_after_one(**ids):
        if done:
            raise KeyboardInterrupt
        done.append(ids)
        return once(**ids)

    monkeypatch.setattr(embeddings, "catch_up_wholly", stops_after_one)
    with pytest.raises(SystemExit):
        call_command("embed")
    mark = capsys.readouterr().err.rsplit("--after ", 1)[1].strip()
    assert sum(len(stored(someone, MessageEmbedding)) for someone in people) == 1
    monkeypatch.setattr(embeddings, "catch_up_wholly", once)
    call_command("embed", after=mark)
    assert "2 of 2 vessels, 2 vectors" in capsys.readouterr().out
    call_command("embed")
    out = capsys.readouterr().out
    assert "3 of 3 vessels, 0 vectors" in out and "dishes" not in out
    assert all(len(stored(someone, MessageEmbedding)) == 1 for someone in people)
