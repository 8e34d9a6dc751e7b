"""The form under words that may be shared. Nothing in it is chosen beforehand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from beheard.web.forms import Form, WordsField

SHARE, PRIVATE, NOT_NOW, PRESSED, EDIT = "share", "private", "not_now", "pressed", "edit"

WAITS = [
    (0, _("It crosses at once")),
    (10, _("10 minutes")),
    (30, _("half an hour")),
    (60, _("one hour")),
    (180, _("three hours")),
    (720, _("twelve hours")),
    (1440, _("a day")),
]


def nearest(minutes: int) -> int:
    """The choice closest to a number of minutes."""
    return min((choice for choice, _label in WAITS), key=lambda choice: abs(choice - minutes))


class CoolingOffForm(Form):
    minutes = forms.TypedChoiceField(
        label=_("Before it crosses, what you share waits"), choices=WAITS, coerce=int, widget=forms.RadioSelect
    )


class PreviewForm(Form):
    """What came back from `shared/preview.html`: the words as they stood there, and one of the choices."""

    words = WordsField(label=_("The words that would cross"), max_length=20_000, required=False)
    digest = forms.CharField(max_length=64, required=False)
    made_from = forms.CharField(max_length=64, required=False)
    decision = forms.ChoiceField(choices=[(choice, choice) for choice in (SHARE, PRIVATE, NOT_NOW, PRESSED, EDIT)])
