"""Unsent first words, before there is a session: the first of them opens one."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from beheard.rls import no_actor
from stages.actions import FIRST_WORDS, open_first_vessel, unbegun
from vessels.private.drafts import draft, save_draft


@require_POST
def first_draft(request):
    """`key` and `text`, as for every other draft. Nothing is opened for an empty box."""
    text = request.POST.get("text", "")
    place = unbegun(request.actor)
    if place is None and text.strip():
        with no_actor():
            name = request.user.name or _("Someone")
        place = open_first_vessel(by=request.actor, display_name=name, now=timezone.now())
    if place is not None:
        save_draft(place, FIRST_WORDS, text)
    return HttpResponse(status=204)


def kept_first_words(by) -> str:
    """What stood in the box when the person left."""
    place = unbegun(by)
    return draft(place, FIRST_WORDS) if place else ""
