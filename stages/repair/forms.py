from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beheard.web.forms import Form, PileField, RadioCards, WordsField
from stages.repair.models import Pile

PILES = [(Pile.GLADLY, _("Gladly")), (Pile.COULD, _("I could")), (Pile.NOT_NOW, _("Not now"))]
LATEST_FOLLOW_UP = timedelta(days=180)


class OwnershipForm(Form):
    text = WordsField(
        label=_("What I own in this"),
        help_text=_("One line about your own part. Not because you are to blame: because it is yours to change."),
        max_length=400,
        rows=3,
    )


class IdeaForm(Form):
    idea = WordsField(
        label=_("Your idea"),
        help_text=_("Small, clear, for a short time, easy to undo. As you would say it."),
        max_length=2000,
        rows=3,
    )
    duration_days = forms.IntegerField(label=_("For how many days?"), min_value=1, max_value=60, required=False)
    measure = WordsField(label=_("How would you both notice that it helped?"), max_length=600, rows=2, required=False)


class PlainForm(Form):
    plain = WordsField(
        label=_("In plain words"),
        help_text=_("At most 40 words, so that nobody can tell who wrote it. Change it until it is right."),
        max_words=40,
        max_length=600,
        rows=3,
    )


class PilesForm(Form):
    """One choice for each idea in the pool. Ideas that are not in the pool have no field, and are refused."""

    def __init__(self, *args, proposals, chosen=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.names = {}
        for proposal in proposals:
            name = f"idea-{proposal.pk}"
            self.names[name] = proposal
            self.fields[name] = PileField(choices=PILES, label=proposal.words, initial=(chosen or {}).get(proposal.pk))

    def clean(self):
        cleaned = super().clean()
        strangers = {name for name in self.data if name.startswith("idea-")} - self.names.keys()
        repeated = [name for name in self.names if hasattr(self.data, "getlist") and len(self.data.getlist(name)) > 1]
        if strangers or repeated:
            raise forms.ValidationError(_("Something about this list was not right. Please sort the ideas again."))
        return cleaned

    def piles(self) -> dict:
        return {proposal: self.cleaned_data[name] for name, proposal in self.names.items()}


class AgreementForm(Form):
    description = WordsField(label=_("What we will do"), max_length=2000, rows=3)
    measure = WordsField(label=_("How we will know that it helped"), max_length=600, rows=2, required=False)
    duration_days = forms.IntegerField(label=_("For how many days"), min_value=1, max_value=180, initial=7)
    follow_up = forms.DateField(
        label=_("When we will look at it again"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_follow_up(self):
        day = self.cleaned_data["follow_up"]
        today = timezone.localdate()
        if not today < day <= today + LATEST_FOLLOW_UP:
            raise forms.ValidationError(_("Choose a day from tomorrow on, within half a year."))
        return day


class CheckInForm(Form):
    happened = forms.ChoiceField(
        label=_("Did it happen?"),
        choices=[("YES", _("Yes")), ("PARTLY", _("Partly")), ("NO", _("No"))],
        widget=RadioCards(),
    )
    helped = forms.ChoiceField(
        label=_("Did it help?"),
        choices=[("YES", _("Yes")), ("A_LITTLE", _("A little")), ("NO", _("No"))],
        widget=RadioCards(),
    )
    in_the_way = WordsField(
        label=_("What got in the way?"), help_text=_("This stays with you."), max_length=2000, rows=3, required=False
    )
