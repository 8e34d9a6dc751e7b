"""The words that would cross, as their owner puts them."""

from django.utils.translation import gettext_lazy as _

from beheard.web.forms import Form, WordsField


class WordsToShareForm(Form):
    words = WordsField(
        label=_("The words that would cross"),
        help_text=_(
            "What it is like for you, without the heat. You will see them once more before anything is shared."
        ),
        max_length=4000,
        rows=4,
    )
