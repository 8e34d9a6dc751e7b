"""The form a curator edits a micro-experiment with: a list is one line each, as one would write it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from library.models import GlobalLibraryItem
from library.words import SITUATION_WORDS, NeedCategory, Status


class LinesField(forms.CharField):
    """A list of short texts, one a line; empty lines don't count."""

    widget = forms.Textarea(attrs={"rows": 5, "cols": 70})

    def __init__(self, *, longest=600, **kwargs):
        self.longest = longest
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value):
        return [line.strip() for line in super().to_python(value).splitlines() if line.strip()]

    def validate(self, value):
        super().validate(value)
        if any(len(line) > self.longest for line in value):
            raise forms.ValidationError(_("A line has at most %(count)s signs."), params={"count": self.longest})

    def run_validators(self, value):
        super().run_validators("\n".join(value))

    def has_changed(self, initial, data):
        return list(initial or []) != self.to_python(data)


class SituationInput(forms.TextInput):
    """Offers the situations there are and takes a new one."""

    template_name = "library/situation_input.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = "library-situations"
        return context | {"situations": sorted(SITUATION_WORDS)}


class ItemForm(forms.ModelForm):
    steps = LinesField(label=_("What to do"), help_text=_("One step a line."))
    needs = LinesField(label=_("Needs, in plain words"), help_text=_("One a line, such as “rest”."), required=False)
    need_categories = forms.MultipleChoiceField(
        label=_("Need categories"), choices=NeedCategory.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = GlobalLibraryItem
        exclude = ()  # the admin's fieldsets say which
        widgets = {"plain": forms.Textarea(attrs={"rows": 3, "cols": 70}), "situation": SituationInput}

    def clean_needs(self):
        return [need.lower() for need in self.cleaned_data["needs"]]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("duration_days") and not cleaned.get("duration_minutes"):
            self.add_error("duration_minutes", _("Say how long it takes: minutes each time, days, or both."))
        if cleaned.get("status") == Status.PUBLISHED and not cleaned.get("plain"):
            self.add_error("plain", _("It needs a plain form before it can be published."))
        return cleaned
