"""Model fields whose words are sealed in the database and open when the attribute is read.

The model says whose key: `key_scope()` returns a KeyScope, computed from the row's own id columns only. Its primary
key must be known before the row is saved (a UUID default). Not for `bulk_create(update_conflicts=True)`: there the
words of one row would land in another and never open. Table and column names are part of the seal: renaming either
needs a data migration that seals anew, and SQL can't copy words from one row to another.
"""

from __future__ import annotations

import json

from django import forms
from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import ngettext_lazy
from django.views.decorators.debug import sensitive_variables

from beheard.crypto import envelope, keyring
from beheard.crypto.errors import WordsTampered
from beheard.crypto.sealed import CLOSED, Fitted, Held, Sealed, as_sealed, ids_of, teach, words_stay_closed

MAX_LENGTH = 20_000


def tidy(text: str) -> str:
    """The text without NUL, with line feeds only, and with characters that UTF-8 has no form for replaced."""
    return encodable(text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n"))


def encodable(text: str) -> str:
    """Joins surrogate pairs and replaces lone surrogates by U+FFFD, so that a page can always show the text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


class WordsAttribute(DeferredAttribute):
    """Opens the words at the moment they are read. Raises WordsUnavailable or WordsTampered."""

    def __get__(self, instance, cls=None):
        held = super().__get__(instance, cls)
        if isinstance(held, Held) and not words_stay_closed():
            return self.field.opened(instance, held)
        return held

    @sensitive_variables()
    def __set__(self, instance, value):
        loaded = instance.__dict__
        name = self.field.attname
        if value is None or isinstance(value, Held):
            loaded[name] = value
        elif isinstance(value, Sealed):
            loaded[name] = Held(Sealed(bytes(value)))
        elif not self.field.repeats(loaded.get(name), value):
            loaded[name] = Held(words=value)


class EncryptedField(models.Field):
    """What both encrypted fields share. Subclasses say how words become bytes and back."""

    descriptor_class = WordsAttribute

    def __init__(self, *args, max_length=MAX_LENGTH, **kwargs):
        super().__init__(*args, max_length=max_length, **kwargs)

    # subclasses
    def encode(self, words) -> bytes:
        raise NotImplementedError

    def decode(self, encoded: bytes):
        raise NotImplementedError

    def repeats(self, held, words) -> bool:
        """Whether assigning `words` changes nothing, so that the ciphertext can stay."""
        return isinstance(held, Held) and held.words is words

    # the model
    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only)
        if not cls._meta.abstract:
            teach(cls)

    def get_internal_type(self):
        return "BinaryField"

    def check(self, **kwargs):
        return [*super().check(**kwargs), *self._check_use()]

    def _check_use(self):
        if self.unique or self.db_index or self.primary_key:
            yield checks.Error("Sealed words can't be indexed or unique.", obj=self, id="crypto.E001")
        if self.has_db_default():
            yield checks.Error("Sealed words can't have a database default.", obj=self, id="crypto.E002")
        if not hasattr(self.model, "key_scope"):
            yield checks.Error("A model with sealed words needs key_scope().", obj=self, id="crypto.E003")
        if isinstance(self.model._meta.pk, models.AutoField):
            yield checks.Error("Sealed words need a primary key known before saving.", obj=self, id="crypto.E004")

    # opening
    @sensitive_variables()
    def opened(self, instance, held: Held):
        """The words of `held`, remembered there once they are open."""
        if held.words is CLOSED:
            row = as_sealed(instance, held)
            key = keyring.data_key(held.sealed.key_id)
            if key.scope.identity != row.key_scope().identity:
                raise WordsTampered
            held.encoded = envelope.unseal(key, bytes(held.sealed), *self._place(row))
            held.words = self.decode(held.encoded)
            if row is instance:
                held.origin = ids_of(instance)
        return held.words

    def _place(self, instance) -> tuple[str, str, str]:
        primary_key = instance._meta.pk.to_python(instance.pk)
        if primary_key is None:
            raise TypeError("A row with sealed words needs its primary key before it is saved.")
        return self.model._meta.db_table, self.column, str(primary_key)

    # saving
    @sensitive_variables()
    def pre_save(self, model_instance, add):
        held = self._held(model_instance)
        if held is None:
            return None
        if not add and self._still_fits(model_instance, held):
            return Fitted(bytes(held.sealed))
        return self._sealed_again(model_instance, held)

    def _held(self, instance) -> Held | None:
        if self.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.attname])
        return instance.__dict__[self.attname]

    def _still_fits(self, instance, held: Held) -> bool:
        """Whether the ciphertext may be written back as it is: same row, same key, same words."""
        if held.sealed is None or held.origin is None or self._edited(held):
            return False
        if not ids_of(instance).keys() <= held.origin.keys():
            return False
        before = as_sealed(instance, held)
        if before is not instance and not self._same_place(before, instance):
            return False
        if held.made_here:  # by a transaction that may have been rolled back, and its new key with it
            return keyring.data_key_for(instance.key_scope(), create=True).id == held.sealed.key_id
        return True

    def _edited(self, held: Held) -> bool:
        return held.words is not CLOSED and self.encode(held.words) != held.encoded

    def _same_place(self, before, instance) -> bool:
        return (
            self._place(before) == self._place(instance)
            and before.key_scope().identity == instance.key_scope().identity
        )

    @sensitive_variables()
    def _sealed_again(self, instance, held: Held) -> Fitted:
        words = self.opened(instance, held)
        encoded = self.encode(words)
        key = keyring.data_key_for(instance.key_scope(), create=True)
        ciphertext = envelope.seal(key, encoded, *self._place(instance))
        instance.__dict__[self.attname] = Held(Sealed(ciphertext), words, encoded, ids_of(instance), made_here=True)
        return Fitted(ciphertext)

    # the database
    def from_db_value(self, value, expression, connection):
        return None if value is None else Sealed(value)

    def get_db_prep_save(self, value, connection):
        if value is None:
            return None
        if not isinstance(value, Fitted):
            raise TypeError(f"{self.name} is sealed for its row: save() it. update() and bulk_update() can't.")
        return connection.Database.Binary(bytes(value))

    def get_db_prep_value(self, value, connection, prepared=False):
        # Constraints compare in the database on full_clean(); the words don't go there, only whether there are any.
        return None if value is None else connection.Database.Binary(b"")

    def get_lookup(self, lookup_name):
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is sealed: only isnull can be asked of it, not {lookup_name}.")

    def get_transform(self, lookup_name):
        raise FieldError(f"{self.name} is sealed: nothing in it can be queried.")

    def value_to_string(self, obj):
        raise TypeError(f"{self.name} is sealed and not serialised.")

    # validation
    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        length = self._length(value)
        if self.max_length is not None and length > self.max_length:
            # The value itself stays out of the error's parameters.
            raise ValidationError(
                ngettext_lazy(
                    "This is %(length)d characters long. There is room for %(limit)d character.",
                    "This is %(length)d characters long. There is room for %(limit)d characters.",
                    "limit",
                ),
                code="max_length",
                params={"length": length, "limit": self.max_length},
            )

    def _length(self, value) -> int:
        raise NotImplementedError


class WordsFormField(forms.CharField):
    """A text area that forgives what a person can't see: NUL, lone surrogates, carriage returns."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(tidy(str(value)) if value not in self.empty_values else value)


class EncryptedTextField(EncryptedField):
    """Text, at most `max_length` characters (20,000 unless told)."""

    description = "Sealed text"

    @sensitive_variables()
    def encode(self, words) -> bytes:
        if not isinstance(words, str):
            raise TypeError(f"{self.name} takes text.")
        return encodable(words).encode()

    def decode(self, encoded: bytes) -> str:
        return encoded.decode()

    def repeats(self, held, words) -> bool:
        return isinstance(held, Held) and isinstance(words, str) and held.words == words

    def to_python(self, value):
        return tidy(value) if isinstance(value, str) else value

    def _length(self, value) -> int:
        return len(value or "")

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": WordsFormField, "max_length": self.max_length, **kwargs})


class EncryptedJSONField(EncryptedField):
    """What JSON can say, at most `max_length` characters of it. Changes inside the value are noticed on saving."""

    description = "Sealed JSON"
    empty_strings_allowed = False

    @sensitive_variables()
    def encode(self, words) -> bytes:
        try:
            return json.dumps(words, allow_nan=False, separators=(",", ":")).encode("ascii")
        except (TypeError, ValueError, RecursionError):
            raise TypeError(f"{self.name} takes what JSON can say.") from None

    def decode(self, encoded: bytes):
        return json.loads(encoded)

    def validate(self, value, model_instance):
        try:
            self.encode(value)
        except TypeError as error:
            raise ValidationError(str(error), code="invalid") from None
        super().validate(value, model_instance)

    def _length(self, value) -> int:
        return len(self.encode(value))

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": forms.JSONField, **kwargs})
