from django import forms
from django.utils.translation import gettext_lazy as _

from beheard.web.forms import Form, WordsField
from library.contributions import GivenWords
from library.words import NeedCategory


class GiveForm(Form):
    """What worked, in new words. Nothing is filled in from anywhere."""

    title = forms.CharField(
        label=_("A short name for it"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    plain = WordsField(
        label=_("What you did, in one or two sentences"),
        help_text=_("“For one week, we … . We'll know it helped if … .” At most 40 words."),
        max_words=40,
        max_length=400,
        rows=3,
    )
    duration_days = forms.IntegerField(label=_("For how many days?"), min_value=1, max_value=180, required=False)
    duration_minutes = forms.IntegerField(
        label=_("How many minutes each time?"), min_value=1, max_value=600, required=False
    )
    need_categories = forms.MultipleChoiceField(
        label=_("What is it good for?"), choices=NeedCategory.choices, widget=forms.CheckboxSelectMultiple()
    )
    description = WordsField(label=_("Anything that helps others to do it"), max_length=2000, rows=3, required=False)
    measure = WordsField(label=_("How one notices that it helps"), max_length=600, rows=2, required=False)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("duration_days") and not cleaned.get("duration_minutes"):
            self.add_error("duration_days", _("Say how long it takes: days, minutes each time, or both."))
        return cleaned

    def words(self) -> GivenWords:
        cleaned = dict(self.cleaned_data)
        cleaned["need_categories"] = tuple(cleaned["need_categories"])
        return GivenWords(
            **{name: value.strip() if isinstance(value, str) else value for name, value in cleaned.items()}
        )


class AgreeForm(Form):
    digest = forms.CharField(widget=forms.HiddenInput())
    consent = forms.BooleanField(
        label=_("I agree that these exact words may be published, without my name, for anyone who uses BeHeard.")
    )
