"""Forms of the private vessel."""

from django import forms
from django.utils.translation import gettext_lazy as _

from beheard.rls import NotNow
from beheard.web.forms import Form, WordsField
from vessels.private.documents import SUFFIXES, read_file


class BoundaryForm(Form):
    words = WordsField(
        label=_("What must not happen, or not again?"),
        help_text=_("As plainly as you can. Only you see it."),
        max_length=2000,
    )
    non_negotiable = forms.BooleanField(label=_("For me this is not negotiable"), required=False)


class DocumentForm(Form):
    file = forms.FileField(
        label=_("The file"),
        help_text=_("Text, Markdown, PDF or Word, at most 5 MB."),
        error_messages={"required": _("Choose a file of at most 5 MB: text, Markdown, PDF or Word.")},
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )
    title = forms.CharField(
        label=_("What do you call it?"), help_text=_("You can leave it empty."), max_length=200, required=False
    )

    def clean_file(self):
        """The file as it will be kept (`documents.Kept`)."""
        uploaded = self.cleaned_data["file"]
        self.file_name = uploaded.name
        try:
            return read_file(uploaded.name, uploaded.read())
        except NotNow as reason:
            raise forms.ValidationError(str(reason)) from None
