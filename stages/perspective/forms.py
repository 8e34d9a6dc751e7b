from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beheard.web.forms import Form, WordsField
from stages.perspective.words import MOST_LINES, lines_of, sentences_of

MOST_OF_A_GUESS, MOST_OF_THE_LINES, MOST_ADDED = 2600, 1200, 1200


class LetterForm(Form):
    """A guess, and up to three lines. Short enough that both fit into one letter."""

    guess = WordsField(
        label="",
        help_text=gettext_lazy("You may be wrong. It is a guess, and “maybe” is a good word in it. Only you see this."),
        rows=9,
        max_length=MOST_OF_A_GUESS,
    )
    want_known = WordsField(
        label=gettext_lazy("What I'd want you to know"),
        help_text=gettext_lazy("Up to three lines, one thing on each."),
        rows=3,
        required=False,
        max_length=MOST_OF_THE_LINES,
    )

    def __init__(self, *args, partner: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["guess"].label = _("What is it like to be %(name)s in this? Your guess") % {"name": partner}

    def clean_want_known(self):
        lines = lines_of(self.cleaned_data["want_known"])
        if len(lines) > MOST_LINES:
            raise ValidationError(_("That is more than three lines. Which three matter most?"), code="too_many_lines")
        return "\n".join(lines)


class RestateForm(Form):
    guess = WordsField(
        label=gettext_lazy("Now that you have read this: what may it be like?"),
        help_text=gettext_lazy("A few sentences are enough. Only you see this until you decide."),
        rows=7,
        max_length=MOST_OF_A_GUESS,
    )


class AnswerForm(Form):
    """What landed in the other's letter, and one thing to add."""

    letter = forms.UUIDField(widget=forms.HiddenInput)
    landed = forms.TypedMultipleChoiceField(
        label=gettext_lazy("What landed?"),
        help_text=gettext_lazy("Mark what felt right, as much or as little as it is. Only you see your marks."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"dir": "auto"}),
    )
    to_add = WordsField(
        label=gettext_lazy("One thing you would add"),
        help_text=gettext_lazy(
            "What would help to be understood a little better? It stays with you, unless you send it."
        ),
        rows=4,
        required=False,
        max_length=MOST_ADDED,
    )

    def __init__(self, *args, words: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["landed"].choices = list(enumerate(sentences_of(words)))
