from django import forms
from django.utils.translation import gettext_lazy as _

from beheard.web.forms import Form, WordsField


class FirstWordsForm(Form):
    words = WordsField(
        label=_("In your own words"),
        help_text=_("Start anywhere. A few words are enough. Only you and the guide see this."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
