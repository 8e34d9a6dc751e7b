"""What the home page says about each next thing."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from stages.journey import Next
from stages.steps import MeetingKind as Meeting


class Invitation(NamedTuple):
    title: str
    text: str
    button: str
    minutes: int | None = None


WORDS = {
    Next.SIT_DOWN: Invitation(
        _("Something new"),
        _("The other person would like to begin something new with you. You may leave it."),
        _("Have a look"),
        1,
    ),
    Next.CONVERSATION: Invitation(
        _("Say what happened"), _("The guide listens. Nobody else reads it."), _("Go to your conversation"), 10
    ),
    Next.SAFETY: Invitation(
        _("A few private questions"),
        _(
            "Before anything is shared with anyone, a few questions about how safe things are. Only you see what follows."
        ),
        _("Answer them"),
        3,
    ),
    Next.TOPIC: Invitation(
        _("Find a name for it"),
        _("A short, neutral name for what this is about. You approve it word by word."),
        _("Choose the words"),
        3,
    ),
    Next.INVITE: Invitation(
        _("Invite the other person"),
        _("They will see your name and the topic you approved. Nothing you said."),
        _("Write an invitation"),
        3,
    ),
    Next.CONFIRM_PARTNER: Invitation(
        _("Someone has joined"),
        _("Before anything can cross, say whether it is the person you invited."),
        _("Have a look"),
        1,
    ),
    Next.COMPACT: Invitation(
        _("The Curiosity Compact"),
        _("A few promises about how you will go about this. You each sign for yourself."),
        _("Read the compact"),
        4,
    ),
    Next.LETTER: Invitation(
        _("Imagine the other side"),
        _("Write what you guess it is like to be them. It stays with you until you decide otherwise."),
        _("Begin a letter"),
        15,
    ),
    Next.OPEN_LETTER: Invitation(
        _("A letter is here for you"),
        _("It waits until you open it. Choose a quiet moment."),
        _("Go to the letter"),
        10,
    ),
    Next.ANSWER_LETTER: Invitation(
        _("What landed"), _("Mark what was right, and add one thing if you like."), _("Answer the letter"), 8
    ),
    Next.NEEDS: Invitation(
        _("What matters underneath"),
        _("Needs that may be behind what you said, with your own words beside them. You decide which are yours."),
        _("Look at the needs"),
        10,
    ),
    Next.SIDE_BY_SIDE: Invitation(
        _("Two maps, side by side"), _("Take your time with both. Then say what you notice."), _("Look at both"), 8
    ),
    Next.COMMON_GROUND: Invitation(
        _("What may be common"), _("Some needs look alike. Say for each whether you see it too."), _("Have a look"), 4
    ),
    Next.IDEAS: Invitation(
        _("Small things to try"), _("Up to three ideas: small, clear, easy to undo."), _("Write an idea"), 10
    ),
    Next.PILES: Invitation(
        _("The ideas are here"), _("Sort them for yourself. Nobody sees how you sorted."), _("Sort the ideas"), 6
    ),
    Next.OVERLAP: Invitation(_("What you both would do"), _("This is what is in both your piles."), _("See it"), 5),
    Next.AGREEMENT: Invitation(_("Your agreement"), _("The words you both said yes to."), _("Read it"), 2),
    Next.CHECK_IN: Invitation(
        _("How did it go?"),
        _("The day has come that you chose for looking back. Your answer stays with you until both have answered."),
        _("Say how it went"),
        3,
    ),
    Next.WHAT_NEXT: Invitation(
        _("You have both looked back"),
        _("See how it was for you both. Then go on with it, change it, try something else, or close."),
        _("See how it was"),
        5,
    ),
    Next.ALONE: Invitation(
        _("Going on by yourself"),
        _("A card of your needs, a letter that need not be sent, one clear request, one thing to try by yourself."),
        _("Go on"),
        15,
    ),
    Next.PAUSED: Invitation(
        _("This is resting"),
        _("Your own conversation stays open. The rest goes on when you are both ready."),
        _("Have a look"),
    ),
    Next.WAITING: Invitation(
        _("Your part is done for now"),
        _("The next step is one for both of you. It has not happened yet."),
        _("What you can do meanwhile"),
    ),
    Next.ENDED: Invitation(_("This has come to its end"), _("What you wrote is still here for you."), _("Look back")),
}


class Waiting(NamedTuple):
    """What the waiting page says: a sentence, a useful thing with its route, and a way on with its route."""

    sentence: str
    useful: str
    useful_route: str
    useful_label: str
    way_on: str
    way_on_route: str
    back: str = ""  # taking one's own part back, where there is a page for it
    back_route: str = ""


TALK = (
    _("You can go on talking with the guide. It is there for you, not for the step."),
    "conversation",
    _("Go on talking"),
)

WAITING = {
    Meeting.NEEDS: Waiting(
        _("The two maps are shown when you have both chosen."), *TALK, _("Go on without the other map"), "needs"
    ),
    Meeting.COMMON_GROUND: Waiting(
        _("What is common shows when you have both answered."), *TALK, _("Go on without it"), "common_ground"
    ),
    Meeting.IDEAS: Waiting(
        _("The pool opens when you are both ready."),
        _("Until then your ideas can still be changed, if you take “ready” back."),
        "ideas",
        _("Your ideas"),
        _("Go on with what you can try by yourself"),
        "ideas",
    ),
    Meeting.POOL: Waiting(
        _("The pool is being put together. It is here in a moment."), *TALK, _("Go on by yourself meanwhile"), "alone"
    ),
    Meeting.OVERLAP: Waiting(
        _("What you both would do shows when you have both sorted."),
        _("Until then you can sort again."),
        "piles",
        _("Look at the ideas again"),
        _("Go on with what you can try by yourself"),
        "piles",
    ),
    Meeting.CHECK_IN: Waiting(
        _("How it went shows to you both when you have both answered."),
        _("Until then you can say it otherwise."),
        "check_in",
        _("Look at your answer"),
        _("Close this, or end it for yourself"),
        "closure",
    ),
    Meeting.CLOSED: Waiting(
        _("You have closed on your side. It ends when you both have."),
        _("You can still change what you wrote, or take it back."),
        "closure",
        _("Look at it again"),
        _("End it for me, now"),
        "alone",
    ),
}
