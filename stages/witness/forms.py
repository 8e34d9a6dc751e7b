from django import forms
from django.utils.translation import gettext_lazy as _

from beheard.web.forms import BarometerField, FeelingsField, Form, RadioCards, WordsField
from stages.witness.starters import feelings_as_words


class BreakForm(Form):
    says_optional = False  # one of the choices is none

    minutes = forms.TypedChoiceField(
        label=_("Shall there be a notice here when the time is up?"),
        help_text=_("Only in here; no e-mail."),
        choices=[
            ("20", _("In twenty minutes")),
            ("40", _("In forty minutes")),
            ("60", _("In an hour")),
            ("", _("No notice")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        initial="",
        widget=RadioCards(),
    )


class SayForm(Form):
    """A turn: words, or feelings tapped where words are few; and if the person likes, where they are on the barometer."""

    words = WordsField(label=_("What would you like to say?"), rows=4)
    feelings = FeelingsField(label=_("Is one of these there?"), help_text=_("They are said as your words."))
    intensity = BarometerField()
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound:
            tapped = self.fields["feelings"].widget.value_from_datadict(self.data, {}, self.add_prefix("feelings"))
            self.fields["words"].required = not tapped

    def clean(self):
        cleaned = super().clean()
        said = [cleaned.get("words"), feelings_as_words(cleaned.get("feelings", []))]
        if "words" in cleaned:
            cleaned["words"] = "\n\n".join(part for part in said if part)
        return cleaned


class EditForm(Form):
    words = WordsField(label=_("Your words"))


class BarometerForm(Form):
    intensity = BarometerField(required=True)
    context = WordsField(label=_("A few words about it"), rows=2, required=False)


class RecapForm(Form):
    answer = forms.ChoiceField(
        label=_("Is this right?"),
        choices=[
            ("right", _("Yes, that is it")),
            ("correct", _("Not quite")),
            ("own", _("I would rather say it myself")),
        ],
        widget=RadioCards(
            hints={
                "correct": _("Say what to put right. The guide tries again."),
                "own": _("What you write below stands in its place, word for word."),
            }
        ),
    )
    correction = WordsField(label=_("What to put right, or how you would say it"), rows=3, required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") == "correct" and not cleaned.get("correction"):
            self.add_error("correction", _("A few words about what is not right, please."))
        if cleaned.get("answer") == "own" and not cleaned.get("correction"):
            self.add_error("correction", _("Your own words for it, please."))
        return cleaned
