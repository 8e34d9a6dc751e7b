"""What a model with sealed words does: saving, loading, changing, copying."""

import copy
from uuid import uuid4

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db import models, transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beheard.crypto import WordsTampered, WordsUnavailable
from beheard.crypto.fields import EncryptedTextField
from beheard.crypto.keyring import destroy_key
from beheard.crypto.sealed import Sealed
from tests.crypto.conftest import stored
from tests.crypto.models import Letter

inside_one_test = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(text=st.text(alphabet=st.characters()))
@inside_one_test
def test_any_text_comes_back(acting, text):
    letter = Letter.objects.create(text=text, **acting.ids)
    assert Letter.objects.get(pk=letter.pk).text == tidy_surrogates(text)


def tidy_surrogates(text):
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)


@pytest.mark.parametrize(
    "text", ["", "x" * 20_000, "👩🏽‍🚀💔", "שלום, أهلا", "a\0b", "<script>alert(1)</script>", "  \n "]
)
def test_awkward_text_comes_back(acting, text):
    assert Letter.objects.get(pk=acting.writes(text).pk).text == text


def test_surrogates_are_joined_or_replaced_so_that_a_page_can_show_them(acting):
    assert Letter.objects.get(pk=acting.writes("\ud83d\ude00 \ud800!").pk).text == "😀 \ufffd!"


@given(facts=json_values.filter(lambda value: value is not None))
@inside_one_test
def test_any_json_comes_back(acting, facts):
    letter = Letter.objects.create(text="", facts=facts, **acting.ids)
    assert Letter.objects.get(pk=letter.pk).facts == facts


def test_no_words_are_null_in_the_database(acting):
    letter = acting.writes()
    assert stored(letter, "note") is None
    assert list(Letter.objects.filter(note__isnull=True)) == [letter]
    assert Letter.objects.get(pk=letter.pk).note is None


def test_changed_words_are_sealed_anew(acting):
    letter = acting.writes("before")
    sealed = stored(letter)
    letter = Letter.objects.get(pk=letter.pk)
    letter.text = "after"
    letter.save()
    assert stored(letter) != sealed and Letter.objects.get(pk=letter.pk).text == "after"


def test_a_change_inside_json_is_noticed(acting):
    letter = Letter.objects.get(pk=acting.writes(facts={"said": ["one"]}).pk)
    letter.facts["said"].append("two")
    letter.save()
    assert Letter.objects.get(pk=letter.pk).facts == {"said": ["one", "two"]}


def test_unread_words_are_written_back_as_they_are_without_the_key(acting):
    letter = acting.writes("kept")
    sealed = stored(letter)
    destroy_key(acting.scope)
    letter = Letter.objects.get(pk=letter.pk)
    letter.opened = True
    letter.save()
    letter.refresh_from_db()
    assert letter.opened and stored(letter) == sealed


@pytest.mark.parametrize("look", [lambda letter: letter.text, lambda letter: letter.full_clean(), lambda letter: None])
def test_saving_without_a_change_keeps_the_bytes(acting, look):
    letter = acting.writes("kept", facts={"a": [1, 2.5]})
    letter.save()
    first = stored(letter), stored(letter, "facts")
    letter.save()
    loaded = Letter.objects.get(pk=letter.pk)
    look(loaded)
    loaded.save()
    assert (stored(letter), stored(letter, "facts")) == first


def test_update_fields_writes_what_it_names(acting):
    letter = acting.writes("before")
    letter = Letter.objects.get(pk=letter.pk)
    letter.text, letter.opened = "after", True
    letter.save(update_fields=["opened"])
    assert Letter.objects.get(pk=letter.pk).text == "before"
    letter.save(update_fields=["text"])
    assert Letter.objects.get(pk=letter.pk).text == "after"


def test_many_rows_are_created_at_once(acting):
    Letter.objects.bulk_create([Letter(text=f"word {n}", **acting.ids) for n in range(3)])
    assert sorted(letter.text for letter in Letter.objects.all()) == ["word 0", "word 1", "word 2"]


def test_a_page_of_rows_needs_the_key_once(acting, django_assert_num_queries):
    Letter.objects.bulk_create([Letter(text="word", **acting.ids) for _ in range(5)])
    with acting.acting(), django_assert_num_queries(2):
        assert [letter.text for letter in Letter.objects.all()] == ["word"] * 5


def test_refreshing_brings_the_new_words_and_needs_no_key(acting):
    letter, twin = (lambda found: (found, Letter.objects.get(pk=found.pk)))(acting.writes("before"))
    letter.text = "after"
    letter.save()
    twin.refresh_from_db()
    assert twin.text == "after"
    destroy_key(acting.scope)
    twin.refresh_from_db()
    with pytest.raises(WordsUnavailable):
        twin.text  # noqa: B018


@pytest.mark.parametrize("rows", [lambda all_: all_.defer("text"), lambda all_: all_.only("opened")])
def test_deferred_words_are_fetched_when_they_are_read(acting, rows):
    letter = rows(Letter.objects).get(pk=acting.writes("later").pk)
    assert "text" in letter.get_deferred_fields()
    assert letter.text == "later"
    sealed = stored(letter)
    letter.save()
    assert stored(letter) == sealed


def test_only_the_words_can_be_fetched(acting):
    letter = Letter.objects.only("text").get(pk=acting.writes("alone").pk)
    assert letter.text == "alone"
    letter.text = "changed"
    letter.save()
    assert Letter.objects.get(pk=letter.pk).text == "changed"


def test_words_whose_owner_is_changed_before_they_were_ever_read_stay_unharmed(acting):
    letter = Letter.objects.get(pk=acting.writes("mine").pk)
    letter.refresh_from_db(fields=["text"])
    letter.owner_id = uuid4()
    with pytest.raises(WordsTampered), transaction.atomic():
        letter.save()
    assert Letter.objects.get(pk=letter.pk).text == "mine"


def test_words_follow_their_row_to_another_primary_key(acting):
    letter = Letter.objects.get(pk=acting.writes("copied").pk)
    first, letter.pk = letter.pk, uuid4()
    letter.save(force_insert=True)
    assert {row.text for row in Letter.objects.all()} == {"copied"} and first != letter.pk


def test_words_follow_their_row_to_another_vessel(acting):
    """One person moves a row between two of their vessels: it is sealed anew with the second one's key."""
    letter = Letter.objects.get(pk=acting.writes("moved").pk)
    sealed = Sealed(stored(letter)).key_id
    letter.vessel_id = uuid4()
    assert letter.text == "moved"
    letter.save()
    assert Sealed(stored(letter)).key_id != sealed
    assert Letter.objects.get(pk=letter.pk).text == "moved"


def test_a_save_that_was_rolled_back_can_be_repeated(acting):
    """The first attempt made the key as well; the second must not seal with a key that is no more."""
    letter = Letter(text="not lost", **acting.ids | {"vessel_id": uuid4()})
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        letter.save()
        raise ZeroDivisionError
    letter.save()
    with acting.acting():
        assert Letter.objects.get(pk=letter.pk).text == "not lost"


def test_a_change_that_was_rolled_back_can_be_repeated(acting):
    """Here the row stands, and only the key it was to be sealed with has gone."""
    letter = Letter.objects.get(pk=acting.writes("not lost").pk)
    letter.vessel_id = uuid4()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        letter.save()
        raise ZeroDivisionError
    letter.save()
    with acting.acting():
        assert Letter.objects.get(pk=letter.pk).text == "not lost"


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy])
def test_a_copy_has_its_own_words(acting, make, monkeypatch):
    monkeypatch.setattr("django.db.models.base.model_unpickle", lambda model_id: Letter.__new__(Letter))
    letter = Letter.objects.get(pk=acting.writes("one", facts={"a": [1]}).pk)
    assert letter.facts == {"a": [1]}
    twin = make(letter)
    twin.text = "two"
    assert (letter.text, twin.text, twin.facts) == ("one", "two", {"a": [1]})


# --- what is refused -------------------------------------------------------------------------------
def test_updating_in_the_database_is_refused(acting):
    letter = acting.writes("before")
    for value in ("after", b"after", F("note"), Sealed(stored(letter)), models.Value("after")):
        with pytest.raises(TypeError, match="save"), transaction.atomic():
            Letter.objects.update(text=value)
    assert Letter.objects.get(pk=letter.pk).text == "before"


def test_words_may_be_emptied_in_the_database(acting):
    letter = acting.writes(note="x", noted=True)
    Letter.objects.update(note=None, noted=False)
    assert Letter.objects.get(pk=letter.pk).note is None


def test_bulk_update_is_refused(acting):
    letter = acting.writes("before")
    letter.text = "after"
    with pytest.raises(TypeError, match="save"):
        Letter.objects.bulk_update([letter], ["text"])


@pytest.mark.parametrize(
    "asked",
    [
        {"text": "x"},
        {"text__icontains": "x"},
        {"text": None},
        {"text__in": ["x"]},
        {"facts__a": 1},
        {"facts__has_key": "a"},
    ],
)
def test_words_can_not_be_searched(acting, asked):
    with pytest.raises(FieldError, match="sealed"):
        list(Letter.objects.filter(**asked))


@pytest.mark.parametrize("words", [5, b"bytes", object(), ["list"]])
def test_only_text_is_taken_as_text(acting, words):
    with pytest.raises(TypeError, match="text takes text"):
        Letter(text=words, **acting.ids).save()


@pytest.mark.parametrize("facts", [float("nan"), object(), {"a": {1, 2}}])
def test_only_json_is_taken_as_json(acting, facts):
    letter = Letter(text="x", facts=facts, **acting.ids)
    with pytest.raises(TypeError, match="JSON"), transaction.atomic():
        letter.save()
    with pytest.raises(ValidationError) as caught:
        letter.full_clean()
    assert list(caught.value.message_dict) == ["facts"]


def test_a_row_without_a_primary_key_is_not_sealed(acting):
    letter = Letter(text="x", **acting.ids)
    letter.pk = None
    with pytest.raises(TypeError, match="primary key"):
        Letter._meta.get_field("text").pre_save(letter, add=True)


def test_a_model_that_can_not_hold_sealed_words_is_reported():
    class Careless(models.Model):
        id = models.BigAutoField(primary_key=True)
        text = EncryptedTextField(unique=True, db_default="x")

        class Meta:
            app_label = "crypto_tests"
            managed = False

    found = {error.id for error in Careless._meta.get_field("text").check()}
    assert {"crypto.E001", "crypto.E002", "crypto.E003", "crypto.E004"} <= found
    assert Letter._meta.get_field("text").check() == []
