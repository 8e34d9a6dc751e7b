from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beheard.web.context import TEXT_SIZES, THEMES
from beheard.web.forms import Form, RadioCards
from stages.rhythm.models import BY_EMAIL

LATEST_DAYS = 366
KINDS = {
    "BOTH": _("Something both of you have reached"),
    "JOINED": _("Someone has joined you"),
    "REMINDER": _("The time you chose to come back"),
    "NUDGE": _("When it has been quiet for some days"),
    "CHECK_IN": _("The day for looking back on what you agreed"),
    "ENDED": _("When something has come to a quiet end"),
}


class ComeBackForm(Form):
    when = forms.ChoiceField(
        label=_("When will you come back?"),
        choices=[
            ("tomorrow", _("Tomorrow")),
            ("some_days", _("In three days")),
            ("week", _("In a week")),
            ("day", _("On another day")),
            ("unknown", _("I don't know yet")),
        ],
        widget=RadioCards(hints={"unknown": _("That is fine. We won't ask again today.")}),
    )
    day = forms.DateField(
        label=_("The other day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("when") == "day" and "day" in cleaned:
            day, today = cleaned["day"], timezone.localdate()
            if day is None:
                self.add_error("day", _("Which day? You can also choose “I don't know yet”."))
            elif not today < day <= today + timedelta(days=LATEST_DAYS):
                self.add_error("day", _("Please choose a day from tomorrow on, within a year."))
        return cleaned


def _hours():
    return [("", _("no quiet hours")), *((str(hour), f"{hour:02}:00") for hour in range(24))]


@cache
def zones() -> list[tuple[str, str]]:
    names = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))
    )
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class NoticesForm(Form):
    says_optional = False  # the page says it once

    by_email = forms.MultipleChoiceField(
        label=_("E-mails"),
        required=False,
        choices=[(kind, KINDS[kind]) for kind in BY_EMAIL],
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "An e-mail says only that there is something, never what. "
            "None goes out when somebody declines or takes something back."
        ),
    )
    quiet_from = forms.TypedChoiceField(
        label=_("Quiet from"), required=False, coerce=int, empty_value=None, choices=_hours
    )
    quiet_to = forms.TypedChoiceField(
        label=_("Quiet until"), required=False, coerce=int, empty_value=None, choices=_hours
    )
    time_zone = forms.ChoiceField(label=_("Where you are"), choices=zones)

    def clean(self):
        cleaned = super().clean()
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_to") is None):
            self.add_error("quiet_to", _("Please choose both hours, or neither."))
        return cleaned


class SettingsForm(NoticesForm):
    """With what is kept in this browser alone."""

    theme = forms.ChoiceField(
        label=_("Light or dark"),
        required=False,
        choices=[("", _("As this device has it")), *zip(THEMES, (_("Light"), _("Dark")), strict=True)],
    )
    text_size = forms.ChoiceField(
        label=_("Size of the text"),
        required=False,
        choices=[("", _("As it is")), *zip(TEXT_SIZES, (_("Larger"), _("Much larger")), strict=True)],
        help_text=_("This and the last are kept in this browser alone."),
    )
