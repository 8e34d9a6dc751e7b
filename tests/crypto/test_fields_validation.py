"""Sealed words in validation, forms, constraints and migrations."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.forms import modelform_factory
from django.test.utils import CaptureQueriesContext

from beheard.crypto.fields import EncryptedJSONField, EncryptedTextField, tidy
from tests.crypto.models import Letter


def test_length_is_counted_in_characters(acting):
    letter = Letter(text="💔" * 20_000, note="x" * 50, noted=True, facts=["x" * 196], **acting.ids)
    letter.full_clean()
    letter.text, letter.note, letter.facts = "💔" * 20_001, "x" * 51, ["x" * 197]
    with pytest.raises(ValidationError) as caught:
        letter.full_clean()
    assert set(caught.value.message_dict) == {"text", "note", "facts"}
    assert "x" * 10 not in repr([error.params for errors in caught.value.error_dict.values() for error in errors])


def test_cleaning_takes_out_what_nobody_can_see(acting):
    letter = Letter(text="a\0b\r\nc\rd\ud800", **acting.ids)
    letter.full_clean()
    assert letter.text == "ab\nc\nd\ufffd" == tidy("a\0b\r\nc\rd\ud800")


def test_empty_words_are_allowed_only_where_blank_is(acting):
    with pytest.raises(ValidationError) as caught:
        Letter(text="", note="", noted=True, facts={}, **acting.ids).full_clean()
    assert list(caught.value.message_dict) == ["text"]


def test_words_in_an_expression_do_not_reach_the_database(acting):
    acting.writes()
    value = models.Value("secret words", output_field=EncryptedTextField())
    with CaptureQueriesContext(connection) as queries:
        list(Letter.objects.annotate(copied=value).values_list("opened"))
        list(Letter.objects.annotate(copied=value))
    asked = str([query["sql"] for query in queries])
    assert "secret" not in asked and b"secret".hex() not in asked


def test_constraints_may_ask_whether_there_are_words_and_never_see_them(acting):
    letter = Letter(text="secret words", note="a secret note", noted=True, **acting.ids)
    with CaptureQueriesContext(connection) as queries:
        letter.full_clean()
    asked = str([query["sql"] for query in queries])
    assert queries and "secret" not in asked and b"secret".hex() not in asked
    letter.noted = False
    with pytest.raises(ValidationError, match="go together"):
        letter.full_clean()


def test_a_form_reads_and_writes_the_words(acting):
    Form = modelform_factory(Letter, fields=["text", "note"])
    letter = acting.writes("before")
    assert Form(instance=letter).initial["text"] == "before"
    form = Form({"text": " a\0\r\nb ", "note": ""}, instance=letter)
    assert form.is_valid(), form.errors
    letter.noted = True
    form.save()
    assert Letter.objects.get(pk=letter.pk).text == "a\nb"
    assert "<textarea" in str(form["text"]) and not Form({"text": "x" * 20_001}).is_valid()


def test_migrations_describe_the_fields_and_always_alike():
    written = {MigrationWriter.serialize(field)[0] for field in (Letter._meta.get_field("note"),) * 3}
    assert written == {"beheard.crypto.fields.EncryptedTextField(blank=True, max_length=50, null=True)"}
    for field in (EncryptedTextField(), EncryptedJSONField(default=list)):
        _, path, args, kwargs = field.deconstruct()
        again = type(field)(*args, **kwargs)
        assert again.deconstruct()[1:] == (path, args, kwargs) and field.db_type(connection) == "bytea"
