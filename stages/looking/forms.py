from django.utils.translation import gettext_lazy as _

from beheard.web.forms import Form, WordsField


class SimilarForm(Form):
    words = WordsField(
        label=_("What are you thinking of?"),
        help_text=_("A word, a feeling, a sentence. It is not kept."),
        rows=2,
        max_length=500,
    )
