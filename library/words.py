"""The fixed words of the library: the six need categories, statuses, sources, settings, efforts."""

from collections.abc import Iterable
from pathlib import Path

from django.db import models
from django.utils.translation import gettext, ngettext
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


class Use(models.TextChoices):
    """What can happen to a micro-experiment out there; counted, never by whom or when."""

    SHOWN = "SHOWN", _("shown")
    CHOSEN = "CHOSEN", _("chosen")
    KEPT = "KEPT", _("kept")
    HELPED = "HELPED", _("helped")


class EditKind(models.TextChoices):
    WRITTEN = "WRITTEN", _("written")
    CHANGED = "CHANGED", _("changed")
    IMPORTED = "IMPORTED", _("imported")


class JobKind(models.TextChoices):
    """What is done to many items at once."""

    IMPORT = "IMPORT", _("Import")
    PUBLISH = "PUBLISH", _("Publish")
    RETIRE = "RETIRE", _("Retire")
    DRAFT = "DRAFT", _("Take back to draft")
    EMBED = "EMBED", _("Make embeddings anew")


class JobState(models.TextChoices):
    CHECKING = "CHECKING", _("being looked through")
    CHECKED = "CHECKED", _("looked through, nothing changed yet")
    RUNNING = "RUNNING", _("under way")
    DONE = "DONE", _("done")
    STOPPED = "STOPPED", _("stopped")


def reason(categories: Iterable[str]) -> str:
    """ "For Connection and Fairness": what something is for, as a person reads it."""
    names = [str(NeedCategory(category).label) for category in categories]
    if len(names) < 2:
        return gettext("For %(needs)s") % {"needs": "".join(names)} if names else ""
    return gettext("For %(needs)s and %(last)s") % {"needs": ", ".join(names[:-1]), "last": names[-1]}


def takes(minutes: int | None, days: int | None) -> str:
    """ "20 min, 7 days": how long something takes."""
    said = [gettext("%(n)s min") % {"n": minutes}] if minutes else []
    said += [ngettext("%(n)s day", "%(n)s days", days) % {"n": days}] if days else []
    return ", ".join(said)


def _situation_words() -> dict[str, str]:
    lines = (Path(__file__).parent / "data" / "situations.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))


SITUATION_WORDS = _situation_words()  # situation: what people say when they are in it
