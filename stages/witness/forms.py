from django import forms
from django.utils.translation import gettext_lazy as _

from beheard.web.forms import BarometerField, Form, RadioCards, WordsField


class SayForm(Form):
    """A turn: words, and if the person likes, where they are on the barometer."""

    words = WordsField(label=_("What would you like to say?"), rows=4)
    intensity = BarometerField()
    key = forms.UUIDField(widget=forms.HiddenInput)


class EditForm(Form):
    words = WordsField(label=_("Your words"))


class BarometerForm(Form):
    intensity = BarometerField(required=True)
    context = WordsField(label=_("A few words about it"), rows=2, required=False)


class RecapForm(Form):
    answer = forms.ChoiceField(
        label=_("Is this right?"),
        choices=[("right", _("Yes, that is it")), ("correct", _("Not quite"))],
        widget=RadioCards(hints={"correct": _("Say what to put right. The guide tries again.")}),
    )
    correction = WordsField(label=_("What should be put right?"), rows=3, required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") == "correct" and not cleaned.get("correction"):
            self.add_error("correction", _("A few words about what is not right, please."))
        return cleaned
