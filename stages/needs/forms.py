from django import forms
from django.utils.translation import gettext_lazy as _

from beheard.web.forms import Form, RadioCards, WordsField
from beheard.web.templatetags.page import NEED_KINDS
from stages.needs.cards import CARD_WORDS, plain_needs
from stages.needs.queries import MOST_CHARACTERS
from vessels.private.models import NeedCategory

FAMILIES = [(kind.value, NEED_KINDS[kind.value]) for kind in NeedCategory]
FAMILY_HINTS = {
    "SAFETY": _("calm, trust, rest"),
    "CONNECTION": _("closeness, being listened to"),
    "AUTONOMY": _("freedom, space, a say"),
    "RECOGNITION": _("being seen, respect"),
    "MEANING": _("purpose, growing, beliefs"),
    "FAIRNESS": _("balance, shared work"),
}


def _words(**kwargs):
    help_text = _("At most %(most)d words, beginning with “I need”, works best.") % {"most": CARD_WORDS}
    return WordsField(help_text=help_text, max_words=CARD_WORDS, max_length=MOST_CHARACTERS, rows=3, **kwargs)


class WordingForm(Form):
    """A need in the person's own words, in the family they put it in."""

    words = _words(label=_("In your words"))
    category = forms.ChoiceField(
        label=_("What kind of need is it?"), choices=FAMILIES, widget=RadioCards(hints=FAMILY_HINTS)
    )


class AddForm(Form):
    """A plain need word, own words, or both."""

    need = forms.ChoiceField(label=_("A plain word for it"), required=False)
    words = _words(label=_("Or in your own words"), required=False)
    category = forms.ChoiceField(
        label=_("What kind of need is it?"),
        help_text=_("Only needed for words of your own."),
        choices=FAMILIES,
        widget=RadioCards(hints=FAMILY_HINTS),
        required=False,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        grouped = [(NEED_KINDS[kind], [(word, word) for word in words]) for kind, words in plain_needs()]
        self.fields["need"].choices = [("", _("None of these")), *grouped]

    def clean(self):
        cleaned = super().clean()
        need, words = cleaned.get("need"), cleaned.get("words")
        if not self.errors and not need and not words:
            self.add_error("words", _("Choose a word, or write a few of your own."))
        if words and not need and not cleaned.get("category") and "category" not in self.errors:
            self.add_error("category", _("Please choose one."))
        return cleaned


class NoticeForm(Form):
    words = WordsField(
        label=_("What do you notice?"),
        help_text=_("Only you see this. It may stay empty."),
        max_length=4000,
        rows=4,
        required=False,
    )


class CommonForm(Form):
    """Yes or no to each of what may be common."""

    def __init__(self, *args, candidates=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.candidates = {f"common-{candidate.pk}": candidate for candidate in candidates}
        for name in self.candidates:
            self.fields[name] = forms.ChoiceField(
                label=_("Is this so for you too?"),
                choices=[("yes", _("Yes, I see it too")), ("no", _("No, not for me"))],
                widget=RadioCards(),
                error_messages={"required": _("Please choose one.")},
            )

    def rows(self):
        return [(candidate, self[name]) for name, candidate in self.candidates.items()]

    def answers(self):
        return {candidate.pk: self.cleaned_data[name] == "yes" for name, candidate in self.candidates.items()}
