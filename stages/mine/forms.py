"""The yes that erases everything."""

from django import forms
from django.utils.translation import gettext_lazy as _

from beheard.rls import no_actor
from beheard.web.forms import Form


class EraseForm(Form):
    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        max_length=1000,
        strip=False,
    )
    sure = forms.BooleanField(label=_("I know that it can't be brought back."))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        with no_actor():
            right = self.user.check_password(self.cleaned_data["password"])
        if not right:
            raise forms.ValidationError(_("This is not your password."))
        return self.cleaned_data["password"]
