from django import forms
from django.utils.translation import gettext_lazy as _

from beheard.web.forms import Form, RadioCards, WordsField


class LetterForm(Form):
    letter = WordsField(
        label=_("A letter that need not be sent"),
        help_text=_("Say what you would say if nothing could go wrong. It stays here."),
        required=False,
    )


class RequestForm(Form):
    request = WordsField(
        label=_("One clear request"),
        help_text=_("Something a person could do, this week, and could also say no to."),
        max_length=2000,
        rows=3,
        required=False,
    )


class ExperimentForm(Form):
    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(str(item.pk), item.title) for item in items]
        hints = {str(item.pk): " ".join(filter(None, [item.plain, item.reason])) for item in items}
        self.fields["item"] = forms.ChoiceField(
            label=_("One thing to try by yourself"), choices=choices, required=False, widget=RadioCards(hints=hints)
        )


class ClosureForm(Form):
    needs = forms.MultipleChoiceField(
        label=_("Which of your needs stay unmet?"),
        help_text=_("Only for you. Naming them is not giving them up."),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )
    unmet = WordsField(
        label=_("What stays unmet, in your words"),
        help_text=_("Only for you."),
        max_length=4000,
        rows=3,
        required=False,
    )
    commitment = WordsField(
        label=_("What I will do anyway, for my own part"),
        help_text=_("Only for you."),
        max_length=2000,
        rows=3,
        required=False,
    )

    def __init__(self, *args, needs=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["needs"].choices = [(need, need) for need in needs]
        if not needs:
            del self.fields["needs"]
