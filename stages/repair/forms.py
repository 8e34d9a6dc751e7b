from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beheard.web.forms import Form, PileField, RadioCards, WordsField
from stages.repair.models import Pile
from vessels.shared.models import AgreementType

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
    need = forms.ChoiceField(label=_("What is it for?"), required=False, widget=forms.RadioSelect())
    duration_days = forms.IntegerField(label=_("For how many days?"), min_value=1, max_value=60, required=False)
    measure = WordsField(label=_("How would you both notice that it helped?"), max_length=600, rows=2, required=False)

    def __init__(self, *args, needs=(), **kwargs):
        super().__init__(*args, **kwargs)
        if needs:
            self.fields["need"].choices = [*((need, need) for need in needs), ("", _("Something else"))]
        else:
            del self.fields["need"]


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
    proposal = forms.UUIDField(required=False, widget=forms.HiddenInput())
    description = WordsField(label=_("What we will do"), max_length=2000, rows=3)
    measure = WordsField(label=_("How we will know that it helped"), max_length=600, rows=2, required=False)
    duration_days = forms.IntegerField(label=_("For how many days"), min_value=1, max_value=180, initial=7)
    follow_up = forms.DateField(
        label=_("When we will look at it again"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    type = forms.ChoiceField(
        label=_("What kind of thing is it?"),
        choices=[
            (AgreementType.MICRO_EXPERIMENT, _("A small experiment")),
            (AgreementType.COMMITMENT, _("A longer commitment")),
            (AgreementType.CHECK_IN, _("A time to talk again")),
        ],
        initial=AgreementType.MICRO_EXPERIMENT,
        required=False,
        widget=RadioCards(
            hints={
                AgreementType.MICRO_EXPERIMENT: _("Short, and easy to undo."),
                AgreementType.COMMITMENT: _("Something you both mean to keep."),
                AgreementType.CHECK_IN: _("Nothing else yet: a moment for the two of you."),
            }
        ),
    )

    def clean_follow_up(self):
        day = self.cleaned_data["follow_up"]
        today = timezone.localdate()
        if not today < day <= today + LATEST_FOLLOW_UP:
            raise forms.ValidationError(_("Choose a day from tomorrow on, within half a year."))
        return day

    def clean(self):
        """What the action takes."""
        cleaned = super().clean()
        cleaned["type"] = cleaned.get("type") or AgreementType.MICRO_EXPERIMENT
        return cleaned | {"proposal_id": cleaned.pop("proposal", None)}


class NextWordsForm(AgreementForm):
    """The words that stand, to go on with: as they are, for longer, or otherwise."""

    KEPT = {
        "continue": ("description", "measure", "duration_days", "type"),
        "extend": ("description", "measure", "type"),
        "adjust": (),
    }

    def __init__(self, *args, how: str, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.KEPT[how]:
            self.fields[name].widget = forms.HiddenInput()
        if how == "extend":
            self.fields["duration_days"].label = _("For how many more days")


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


def words_of(agreement) -> dict:
    """The words of an agreement, as the form begins with them."""
    names = ("description", "measure", "duration_days", "type")
    first = {name: getattr(agreement, name) for name in names}
    return first | {"follow_up": agreement.follow_up_date and timezone.localdate(agreement.follow_up_date)}
