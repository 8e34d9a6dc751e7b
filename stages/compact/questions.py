"""The private safety questions: about behaviour, not about guilt (DESIGN §8). A "yes" or "sometimes" closes joint stages."""

from django.utils.translation import gettext_lazy as _

QUESTIONS = {
    "afraid": _("Are you ever afraid of how the other person might react to what you say or do?"),
    "hurt": _("Has the other person hit, pushed, choked or hurt you, or thrown things at you?"),
    "threat": _("Has the other person threatened you, themselves, your children, other people or animals?"),
    "control": _("Does the other person keep you from money, friends, family, work, or from leaving the house?"),
    "watched": _("Does the other person read your messages or follow where you are, although you don't want it?"),
    "forced": _("Do you feel you have to do this because the other person wants you to?"),
}
ANSWERS = [("no", _("No")), ("sometimes", _("Sometimes, or I'm not sure")), ("yes", _("Yes"))]


def is_worrying(answers: dict[str, str]) -> bool:
    """Any answer but "no", or one that is missing, closes: fail closed."""
    return any(answers.get(key) != "no" for key in QUESTIONS)
