"""A page's form as the body of a post: the same fields, the same limits, the same words for what is missing.

The form stays the only place that knows what may be sent; the serializer made from it reads JSON and tells the OpenAPI document.
"""

from functools import cache

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

HIDDEN = ("key",)  # what makes a page's post one post: here it is the Idempotency-Key


class FormSerializer(serializers.Serializer):
    """`form_class` decides. What a form needs besides what was sent is given as `context["form"]`."""

    form_class: type[forms.Form]
    hidden: tuple[str, ...] = ()

    def validate(self, sent):
        files = {name: value for name, value in sent.items() if isinstance(value, UploadedFile)}
        form = self.form_class(data=sent | self.hidden_values(), files=files, **self.context.get("form", {}))
        if not form.is_valid():
            raise serializers.ValidationError({name: list(errors) for name, errors in form.errors.items()})
        return form.cleaned_data

    def hidden_values(self) -> dict:
        return dict.fromkeys(self.hidden, self.context.get("key"))


def body_of(form_class: type[forms.Form], **kwargs) -> type[FormSerializer]:
    """The serializer of a form. `kwargs` are what the form needs to be made at all (only its fields are looked at)."""
    return _made(form_class, tuple(kwargs.items()))


@cache
def _made(form_class, kwargs) -> type[FormSerializer]:
    fields = form_class(**dict(kwargs)).fields
    shown = {name: _field(field) for name, field in fields.items() if name not in HIDDEN}
    room = form_class.__module__.split(".")[-2].capitalize()
    name = room + form_class.__name__.removesuffix("Form") + "Body"
    hidden = tuple(name for name in fields if name in HIDDEN)
    return type(name, (FormSerializer,), {**shown, "form_class": form_class, "hidden": hidden, "__doc__": None})


def _field(field: forms.Field) -> serializers.Field:
    common = {"required": field.required, "help_text": field.help_text or None, "label": field.label or None}
    if isinstance(field, forms.TypedMultipleChoiceField):
        return serializers.ListField(child=serializers.IntegerField(min_value=0), max_length=500, **common)
    if isinstance(field, forms.MultipleChoiceField):
        return serializers.ListField(child=_choice(field), max_length=len(_keys(field)) + 1, **common)
    if isinstance(field, forms.TypedChoiceField):  # numbers in a row: the barometer, hours of the day
        keys = [int(key) for key in _keys(field)]
        return serializers.IntegerField(
            min_value=min(keys), max_value=max(keys), allow_null=not field.required, **common
        )
    if isinstance(field, forms.ChoiceField):
        return _choice(field, allow_blank=not field.required, **common)
    for kind, make in MADE_FROM.items():
        if isinstance(field, kind):
            return make(field, common)
    raise TypeError(f"no JSON for {type(field).__name__}")


def _text(field, common):
    most = {"max_length": field.max_length} if field.max_length else {}
    return serializers.CharField(allow_blank=not field.required, trim_whitespace=False, **most, **common)


def _number(field, common):
    limits = {"min_value": field.min_value, "max_value": field.max_value}
    return serializers.IntegerField(allow_null=not field.required, **limits, **common)


MADE_FROM = {
    forms.BooleanField: lambda field, common: serializers.BooleanField(**common),
    forms.IntegerField: _number,
    forms.DateField: lambda field, common: serializers.DateField(**common),
    forms.UUIDField: lambda field, common: serializers.UUIDField(**common),
    forms.EmailField: lambda field, common: serializers.EmailField(
        allow_blank=not field.required, max_length=254, **common
    ),
    forms.FileField: lambda field, common: serializers.FileField(**common),
    forms.CharField: _text,
}


def _choice(field, **kwargs) -> serializers.ChoiceField:
    plain = {"invalid_choice": _("Please choose one of these.")}  # the default repeats what was sent
    return serializers.ChoiceField(choices=_keys(field), error_messages=plain, **kwargs)


def _keys(field) -> list:
    """The values one may choose, out of their groups."""
    found = []
    for value, label in field.choices:
        found += [key for key, _label in label] if isinstance(label, list | tuple) else [value]
    return [key for key in found if key != ""]
