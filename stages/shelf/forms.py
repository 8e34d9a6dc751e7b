from django import forms
from django.utils.translation import gettext_lazy as _

from beheard.web.forms import FeelingChips, Form, WordsField
from library.words import SITUATION_WORDS, Effort, NeedCategory


class ShelfForm(Form):
    """What somebody looks for. Every part may stay open."""

    words = WordsField(
        label=_("In your words"),
        help_text=_("What is hard, or what you wish for. It is not kept."),
        rows=2,
        max_length=500,
        required=False,
    )
    needs = forms.MultipleChoiceField(
        label=_("What is it for?"), choices=NeedCategory.choices, required=False, widget=FeelingChips()
    )
    situation = forms.ChoiceField(label=_("Where in life?"), required=False)
    effort = forms.TypedChoiceField(
        label=_("How much may it ask?"),
        choices=[
            ("", _("Any")),
            (Effort.SMALL, _("A little at most")),
            (Effort.MEDIUM, _("Some at most")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        situations = [(name, name.capitalize()) for name in SITUATION_WORDS]
        self.fields["situation"].choices = [("", _("Anywhere")), *situations]

    def is_open(self) -> bool:
        """Whether nothing at all is asked for."""
        return not any(self.cleaned_data[name] for name in ("words", "needs", "situation", "effort"))
