from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.utils.translation import gettext_lazy as _


class SignupForm(AllauthSignupForm):
    """Three fields at most: the next thing is the box "What happened?"."""

    name = forms.CharField(
        label=_("What should we call you?"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("A first name is enough. You can leave it empty."),
    )

    field_order = ["email", "password1", "name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Your e-mail address")
        # One kind line; what exactly is wrong with a password is said when it is.
        self.fields["password1"].help_text = _("At least ten characters. A few plain words in a row are good.")

    def save(self, request):
        user = super().save(request)
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name", "updated_at"])
        # They have just given a password: the private vessel need not ask for it again in their first minutes.
        record_authentication(request, user, method="password")
        return user
