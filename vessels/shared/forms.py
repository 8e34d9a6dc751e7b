"""The form under words that may be shared. Nothing in it is chosen beforehand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from beheard.web.forms import Form, WordsField

SHARE, PRIVATE, NOT_NOW, PRESSED, EDIT = "share", "private", "not_now", "pressed", "edit"


class PreviewForm(Form):
    """What came back from `shared/preview.html`: the words as they stood there, and one of the choices."""

    words = WordsField(label=_("The words that would cross"), max_length=20_000, required=False)
    digest = forms.CharField(max_length=64, required=False)
    decision = forms.ChoiceField(choices=[(choice, choice) for choice in (SHARE, PRIVATE, NOT_NOW, PRESSED, EDIT)])
