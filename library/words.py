"""The fixed words of the library: the six need categories, statuses, sources, settings, efforts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NeedCategory(models.TextChoices):
    """DESIGN §5, universal needs."""

    SAFETY = "SAFETY", _("Safety")
    CONNECTION = "CONNECTION", _("Connection")
    AUTONOMY = "AUTONOMY", _("Autonomy")
    RECOGNITION = "RECOGNITION", _("Recognition")
    MEANING = "MEANING", _("Meaning")
    FAIRNESS = "FAIRNESS", _("Fairness")


class Source(models.TextChoices):
    CURATED = "CURATED", _("curated")
    CONTRIBUTED = "CONTRIBUTED", _("contributed")


class Status(models.TextChoices):
    DRAFT = "DRAFT", _("draft")
    PUBLISHED = "PUBLISHED", _("published")
    RETIRED = "RETIRED", _("retired")


class ReviewState(models.TextChoices):
    """Where a contribution stands with the curators. ASKED: the words were edited, and wait for their giver's yes."""

    NEW = "NEW", _("to be read")
    ASKED = "ASKED", _("asked again")
    AGREED = "AGREED", _("agreed again")
    ACCEPTED = "ACCEPTED", _("accepted")
    DECLINED = "DECLINED", _("declined")


class Setting(models.TextChoices):
    TOGETHER = "TOGETHER", _("together")
    APART = "APART", _("apart")
    EITHER = "EITHER", _("together or apart")


class Effort(models.IntegerChoices):
    SMALL = 1, _("small")
    MEDIUM = 2, _("medium")
    LARGER = 3, _("larger")


# What people say when they are in a situation: an item is also found by these.
SITUATION_WORDS = {
    "household": "chores, mess, dishes, laundry, cooking, cleaning, mental load, who does more at home",
    "money": "spending, saving, debts, bills, salary, earning less, buying without asking",
    "closeness": "affection, hugs, kissing, touch, sex, desire, being held, rejection, bed",
    "parenting": "children, kids, son, daughter, boys, girls, baby, bedtime, school, screen time, separated parents",
    "distance": "far away, abroad, another city or country, works away, long distance, calls, messages, missing you",
    "family": "in-laws, mother-in-law, parents, relatives, visits, criticism, taking sides, telling them everything",
    "digital life": "phone, screen, scrolling, games, social media, posts, laptop",
    "repair after a fight": "argument, shouting, exploding, silence, sulking, walking out, sorry, making up, row",
    "listening": "not listening, interrupting, advice, solutions, being understood, not daring to say",
    "appreciation": "thanks, noticed, taken for granted, praise, jokes about me",
    "time together": "bored, flatmates, routine, fun, date, nothing in common, living side by side",
    "time apart": "space, alone, friends, hobbies, clinging, suffocating",
    "health and tiredness": "exhausted, stress, work, sleep, ill, pain, depression, caring for somebody",
    "culture and festivals": "religion, faith, Christmas, Ramadan, Diwali, feast, language, traditions, background",
    "trust": "promises, lies, jealousy, reliable, late, secrets, doubt, cheating",
    "deciding together": "decisions, plans, having a say, future, dreams, choosing, control",
    "on my own": "alone, by myself, partner will not take part",
}
