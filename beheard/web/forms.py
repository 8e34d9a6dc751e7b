"""How forms look: one template for every field, and the few kinds of field this product asks with.

A page writes `{{ form }}` (error summary and all fields) or `{{ form.words.as_field_group }}` (one). Label, hint and
error belong to the field template, so that none of them can be forgotten.
"""

from pathlib import Path

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

MAX_CHARACTERS = 20_000

CALM, ELEVATED, HIGH = "calm", "elevated", "high"

# DESIGN §5: 1–4 calm, 5–7 elevated, 8–10 high.
READINGS = [
    (1, _("Calm"), CALM),
    (2, _("Settled"), CALM),
    (3, _("Mostly calm"), CALM),
    (4, _("A bit unsettled"), CALM),
    (5, _("Tense"), ELEVATED),
    (6, _("Stirred up"), ELEVATED),
    (7, _("Very stirred up"), ELEVATED),
    (8, _("Flooded"), HIGH),
    (9, _("Nearly too much"), HIGH),
    (10, _("Overwhelmed"), HIGH),
]
BAND_NAMES = {CALM: _("Calm"), ELEVATED: _("Stirred"), HIGH: _("High")}

FEELINGS = [
    ("hurt", _("hurt")),
    ("sad", _("sad")),
    ("angry", _("angry")),
    ("afraid", _("afraid")),
    ("alone", _("alone")),
    ("ashamed", _("ashamed")),
    ("guilty", _("guilty")),
    ("tired", _("tired")),
    ("confused", _("confused")),
    ("unheard", _("unheard")),
    ("hopeful", _("hopeful")),
    ("tender", _("tender")),
]

PILES = [("gladly", _("Gladly")), ("could", _("I could")), ("not_now", _("Not now"))]


class FormRenderer(DjangoTemplates):
    """Django's widgets, our forms and fields. Looks in templates/ first; the admin's own widgets stay untouched."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    @cached_property
    def engine(self):
        built_in = Path(forms.__file__).parent / "templates"
        return self.backend(
            {
                "APP_DIRS": True,
                "DIRS": [settings.BASE_DIR / "templates", built_in],
                "NAME": "forms",
                "OPTIONS": {},
            }
        )


class BarometerInput(forms.RadioSelect):
    """Ten labelled choices in three bands."""


class FeelingChips(forms.CheckboxSelectMultiple):
    """Feelings as chips one taps on and off."""


class PileChoice(forms.RadioSelect):
    """One idea, three piles. The idea's words are the label."""


class RadioCards(forms.RadioSelect):
    """Choices as cards. `hints` maps a value to the quiet line under its label."""

    def __init__(self, attrs=None, choices=(), *, hints=None):
        super().__init__(attrs, choices)
        self.hints = hints or {}

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        option["hint"] = self.hints.get(str(value), "")
        return option


class WordsField(forms.CharField):
    """What a person writes: kept as typed, at most `max_words` words and 20,000 characters, never autocompleted.

    `draft=(key, url)` keeps unsent words on the server every few seconds (static/js/draft.js); the view puts the kept
    text into `initial`.
    """

    def __init__(self, *, max_words=None, rows=4, draft=None, placeholder="", **kwargs):
        self.max_words = max_words
        kwargs.setdefault("max_length", MAX_CHARACTERS)
        kwargs.setdefault("widget", forms.Textarea)
        super().__init__(**kwargs)
        self.widget.attrs.update({"rows": rows, "autocomplete": "off", "dir": "auto"})
        # The browser would cut a long text short without a word; the server says what is wrong and keeps it.
        self.widget.attrs.pop("maxlength", None)
        if placeholder:
            self.widget.attrs["placeholder"] = placeholder
        if max_words:
            self.widget.attrs["data-max-words"] = max_words
        if draft:
            self.keep_draft(*draft)

    def keep_draft(self, key, url):
        """Keep unsent words under `key` by posting them to `url`."""
        self.widget.attrs.update({"data-draft-key": key, "data-draft-url": url})

    def clean(self, value):
        words = super().clean(value)
        count = len(words.split())
        if self.max_words and count > self.max_words:
            message = ngettext(
                "This is %(count)d words long. Please make it %(most)d word at most.",
                "This is %(count)d words long. Please make it %(most)d words at most.",
                self.max_words,
            )
            raise ValidationError(message % {"count": count, "most": self.max_words}, code="too_many_words")
        return words


class BarometerField(forms.TypedChoiceField):
    """1 to 10, or None when left out. Cleans to an int."""

    widget = BarometerInput

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("How strong is it, right now?"))
        kwargs.setdefault("required", False)
        choices = [(value, label) for value, label, _band in READINGS]
        super().__init__(choices=choices, coerce=int, empty_value=None, **kwargs)


class FeelingsField(forms.MultipleChoiceField):
    """Any number of feeling words. Cleans to a list of their keys."""

    widget = FeelingChips

    def __init__(self, *, choices=FEELINGS, **kwargs):
        kwargs.setdefault("label", _("Which of these are there?"))
        kwargs.setdefault("required", False)
        super().__init__(choices=choices, **kwargs)


class PileField(forms.ChoiceField):
    """One idea to be put on one of three piles; the label is the idea's words."""

    widget = PileChoice

    def __init__(self, *, choices=PILES, **kwargs):
        super().__init__(choices=choices, **kwargs)


class FormMixin:
    """For every form of ours: plain words for what is missing, and no autocomplete on what is private.

    `autocomplete_fields` names the fields a browser may fill in (an e-mail address, a password).
    """

    autocomplete_fields = ()

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name not in self.autocomplete_fields:
                field.widget.attrs.setdefault("autocomplete", "off")
            _speak_plainly(field)


def _speak_plainly(field):
    """Our words for the commonest errors, unless the field has its own. None repeats what was typed."""
    choosing = isinstance(field, forms.ChoiceField)
    plain = {
        "required": _("Please choose one.") if choosing else _("Please fill this in."),
        "invalid_choice": _("Please choose one of these."),
    }
    for code, words in plain.items():
        if code in field.error_messages and field.error_messages[code] == _django_words(field, code):
            field.error_messages[code] = words


def _django_words(field, code):
    """The message a field of this class has when nobody gave it one."""
    messages = [vars(base).get("default_error_messages", {}) for base in type(field).__mro__]
    return next((found[code] for found in messages if code in found), None)


class Form(FormMixin, forms.Form):
    """A plain form in our look."""


class ModelForm(FormMixin, forms.ModelForm):
    """A model form in our look. It validates; an action writes."""
