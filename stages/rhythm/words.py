"""What is said of a path: the marks along it, and the e-mails, which say no more than that there is something."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from beheard.people.mails import Letter
from stages.models import NoticeKind
from stages.steps import MeetingKind, StepKind

BEGUN = _("You put the first words down")
STEPS = {
    StepKind.HEARD: _("You felt heard"),
    StepKind.COMPACT_SIGNED: _("You signed the compact"),
    StepKind.WENT_ON_COMPACT: _("You went on by yourself"),
    StepKind.LETTER_READY: _("You made your letter ready"),
    StepKind.LETTER_OPENED: _("You opened the letter for you"),
    StepKind.UNDERSTOOD: _("You felt understood enough"),
    StepKind.SEEN_DIFFERENTLY: _("You said that you see it differently"),
    StepKind.WENT_ON_LETTERS: _("You went on without the letters"),
    StepKind.NEEDS_DONE: _("You chose which needs to share"),
    StepKind.NOTICED: _("You said what you notice in the two maps"),
    StepKind.COMMON_ANSWERED: _("You answered what may be common"),
    StepKind.WENT_ON_NEEDS: _("You went on with your own needs"),
    StepKind.IDEAS_READY: _("You made your ideas ready"),
    StepKind.PILES_DONE: _("You sorted the ideas"),
    StepKind.WENT_ON_IDEAS: _("You went on with what you can try by yourself"),
    StepKind.AGREED: _("You said yes to the words on the table"),
    StepKind.CHECKED_IN: _("You said how it went"),
    StepKind.MORE_IDEAS: _("You asked for other ideas"),
    StepKind.CLOSING: _("You closed it on your side"),
    StepKind.ENDED_ALONE: _("You ended it for yourself"),
    StepKind.ENDED_FOR_BOTH: _("You ended it for both of you"),
}
MEETINGS = {
    MeetingKind.COMPACT: _("You have both signed the compact"),
    MeetingKind.LETTERS: _("The letters crossed"),
    MeetingKind.NEEDS: _("Both maps of needs are here"),
    MeetingKind.COMMON_GROUND: _("You have both looked at what is common"),
    MeetingKind.POOL: _("The ideas were put together"),
    MeetingKind.OVERLAP: _("What you both would do was shown"),
    MeetingKind.AGREEMENT: _("You agreed"),
    MeetingKind.CHECK_IN: _("You have both looked back"),
    MeetingKind.ANOTHER_ROUND: _("You both looked for other ideas"),
    MeetingKind.CLOSED: _("You both closed it"),
    MeetingKind.RESUMED: _("You were both ready to go on"),
}

NOTICES = reverse_lazy("notices")
HOME = reverse_lazy("home")
WHY = _("You can choose which e-mails you get, and when, under “Settings”.")


def _about(link, label, *before, more=()) -> Letter:
    return Letter(before, label, link, (*more, WHY))


LETTERS = {
    NoticeKind.BOTH: _about(
        NOTICES, _("Have a look"), _("There is something new for you both. It waits until you have time for it.")
    ),
    NoticeKind.JOINED: _about(
        NOTICES,
        _("Have a look"),
        _("Someone has opened your invitation and come in."),
        _("Before anything can cross, please say whether it is the person you meant."),
    ),
    NoticeKind.REMINDER: _about(
        HOME,
        _("Come back"),
        _("You wanted to come back around now. If it isn't a good moment, leave it: we remind you only once."),
    ),
    NoticeKind.NUDGE: _about(
        HOME,
        _("Come back"),
        _("It has been quiet for a few days, and that is all right. What you began is still here for you."),
        more=(_("If this is not the time, there is nothing you need to do."),),
    ),
    NoticeKind.CHECK_IN: _about(
        NOTICES, _("Look again"), _("You wanted to look again around now. It takes about three minutes.")
    ),
    NoticeKind.ENDED: _about(
        NOTICES,
        _("Have a look"),
        _("Something here has come to a quiet end. That says nothing about anybody."),
        _("What you wrote is still there for you to read, and you can begin again whenever you like."),
    ),
}
