from django import forms
from django.utils.translation import gettext_lazy as _

from beheard.api.tokens import DAYS
from beheard.web.forms import Form, RadioCards, WordsField


class FirstWordsForm(Form):
    words = WordsField(
        label=_("In your own words"),
        help_text=_("Start anywhere. A few words are enough. Only you and the guide see this."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class TokenForm(Form):
    name = forms.CharField(label=_("What is it for?"), help_text=_("A name you will know it by."), max_length=60)
    days = forms.TypedChoiceField(
        label=_("For how many days?"),
        choices=[(days, days) for days in DAYS],
        coerce=int,
        widget=RadioCards(),
        initial=7,
    )
