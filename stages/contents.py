"""What the rooms keep in a person's vessel, for the page "my vessel", and the originals of what is shared from them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.models import ContentType
from stages.compact.models import Outcome, SafetyOutcome
from stages.continuity.models import CarriedOver
from stages.ending.models import Closure, SoloEnding
from stages.models import Message, MessageRole
from stages.needs.models import Noticing
from stages.perspective.models import EmpathyAttempt, EmpathyDraft, EmpathyValidation
from stages.repair.models import CheckIn, OwnershipLine, Pile, StrategyDraft, StrategyRanking
from stages.witness.models import ExerciseCompletion, Recap
from vessels.private.contents import Ours, Section, always, register
from vessels.shared import originals

PILES = {
    Pile.GLADLY: gettext_lazy("gladly"),
    Pile.COULD: gettext_lazy("I could"),
    Pile.NOT_NOW: gettext_lazy("not now"),
}


def _message(item):
    if item.role == MessageRole.USER:
        yield "", item.content
    else:
        yield _("The guide"), Ours(item.content)


def _recap(item):
    yield _("The guide"), Ours(item.text)
    yield _("What you put right"), item.correction


def _exercise(item):
    yield "", Ours(item.get_exercise_display())


def _safety(item):
    closed = item.outcome == Outcome.CLOSED
    said = _("The steps for both of you are closed for you.") if closed else _("The steps for both of you are open.")
    yield "", Ours(said)


def _letter(item):
    yield _("What it may be like for them"), item.guess
    yield _("What you'd want them to know"), item.want_known


def _answer(item):
    yield _("What landed"), "\n".join(str(line) for line in item.landed)
    yield _("What you would add"), item.to_add
    yield _("Where you ended"), Ours(item.get_verdict_display() if item.verdict else "")


def _text(item):
    yield "", item.text


def _idea(item):
    yield "", item.idea
    yield _("In plain words"), item.plain
    yield _("For the need"), item.need
    yield _("How you would know it helped"), item.measure


def _pile(item):
    yield str(PILES[Pile(item.pile)]), item.proposal.words


def _check_in(item):
    yield _("Did it happen?"), Ours(item.get_happened_display())
    yield _("Did it help?"), Ours(item.get_helped_display())
    yield _("What was in the way"), item.in_the_way


def _alone(item):
    yield _("The letter you did not send"), item.letter
    yield _("What you would ask for"), item.request


def _closure(item):
    yield _("Needs that stay unmet"), ", ".join(item.needs or [])
    yield _("What stays unmet"), item.unmet
    yield _("What you will do anyway"), item.commitment


def own_words(message: Message) -> bool:
    """The guide's answer goes with the words it answers."""
    return message.role == MessageRole.USER


SECTIONS = [
    Section(
        key="messages",
        title=gettext_lazy("Your conversation"),
        model=Message,
        time="timestamp",
        lines=_message,
        owner="for_user_id",
        deletable=own_words,
        edit_route="edit_message",
        order=0,
        about=gettext_lazy("When you delete your words, the guide's answer to them goes too."),
    ),
    Section(
        key="recaps",
        title=gettext_lazy("Recaps"),
        model=Recap,
        time="offered_at",
        lines=_recap,
        deletable=always,
    ),
    Section(
        key="exercises",
        title=gettext_lazy("Exercises"),
        model=ExerciseCompletion,
        time="completed_at",
        lines=_exercise,
        deletable=always,
    ),
    Section(
        key="safety",
        title=gettext_lazy("The private questions"),
        model=SafetyOutcome,
        time="created_at",
        lines=_safety,
        about=gettext_lazy(
            "What followed from your answers. The answers themselves are never shown again, not even to you."
        ),
    ),
    Section(
        key="letter-drafts",
        title=gettext_lazy("Drafts of your letter"),
        model=EmpathyDraft,
        time="created_at",
        lines=_letter,
        deletable=always,
    ),
    Section(
        key="letters",
        title=gettext_lazy("Letters you finished"),
        model=EmpathyAttempt,
        time="created_at",
        lines=_letter,
        deletable=always,
    ),
    Section(
        key="answers",
        title=gettext_lazy("What landed in their letter"),
        model=EmpathyValidation,
        time="created_at",
        lines=_answer,
        deletable=always,
    ),
    Section(
        key="noticed",
        title=gettext_lazy("What you noticed"),
        model=Noticing,
        time="created_at",
        lines=_text,
        deletable=always,
    ),
    Section(
        key="own",
        title=gettext_lazy("What you own in this"),
        model=OwnershipLine,
        time="created_at",
        lines=_text,
        deletable=always,
    ),
    Section(
        key="ideas",
        title=gettext_lazy("Your ideas"),
        model=StrategyDraft,
        time="created_at",
        lines=_idea,
        deletable=always,
    ),
    Section(
        key="piles",
        title=gettext_lazy("How you sorted the ideas"),
        model=StrategyRanking,
        time="ranked_at",
        lines=_pile,
        related=("proposal",),
        about=gettext_lazy("Yours alone, for ever."),
    ),
    Section(
        key="check-ins",
        title=gettext_lazy("Check-ins"),
        model=CheckIn,
        time="answered_at",
        lines=_check_in,
    ),
    Section(
        key="alone",
        title=gettext_lazy("Going on by yourself"),
        model=SoloEnding,
        time="created_at",
        lines=_alone,
        deletable=always,
    ),
    Section(
        key="carried",
        title=gettext_lazy("From earlier"),
        model=CarriedOver,
        time="created_at",
        lines=_text,
        deletable=always,
        about=gettext_lazy(
            "Themes of your earlier sessions and what was agreed in them, so that you need not begin anew."
        ),
    ),
    Section(
        key="closing",
        title=gettext_lazy("Closing without an agreement"),
        model=Closure,
        time="created_at",
        lines=_closure,
        deletable=always,
    ),
]


def register_all() -> None:
    for section in SECTIONS:
        register(section)
    originals.register(ContentType.EMPATHY_ATTEMPT, originals.field_reader(EmpathyAttempt, "guess"))
    originals.register(ContentType.EMPATHY_FEEDBACK, originals.field_reader(EmpathyValidation, "to_add"))
    originals.register(ContentType.OWNERSHIP_LINE, originals.field_reader(OwnershipLine, "text"))
    originals.register(ContentType.PROPOSAL, originals.field_reader(StrategyDraft, "idea"))
