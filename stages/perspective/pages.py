"""What the pages of this room have in common: who may come in, and asking for consent to exact words."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from beheard.people.pages import Place, session_page
from beheard.rls import NotNow, NotYours
from stages.perspective import actions
from stages.progress import all_steps, hot_hands
from vessels.shared import bridge
from vessels.shared.models import ConsentedContent


def letter_page(view: Callable) -> Callable:
    """A session page of Stage 2, with the person's `request.steps`.

    Before its time, and while the session rests, it leads back to the one next thing.
    """

    @session_page
    @wraps(view)
    def wrapper(request, place, *args, **kwargs):
        try:
            actions.arrive(place=place, now=timezone.now())
        except NotNow:
            return redirect("session", session_id=place.session.pk)
        request.steps = all_steps(place)
        return view(request, place, *args, **kwargs)

    return wrapper


def partner_of(place: Place) -> str:
    return place.partner_name or _("the other person")


def to(route: str, place: Place):
    return redirect(route, session_id=place.session.pk)


def ask_consent(request, place: Place, content: ConsentedContent | None, words: dict, decide: Callable, back: str):
    """The exact words and three buttons. `decide(decision, content_id, digest)` acts and says where to go on."""
    if request.method == "POST":
        try:
            return decide(request.POST.get("decision"), _posted_id(request), request.POST.get("digest", ""))
        except NotNow as reason:
            messages.info(request, str(reason))
            return to(back, place)
    if content is None or bridge.standing(content) not in words["asks_about"]:
        return to(back, place)
    hot = hot_hands(place, timezone.now())
    context = {"place": place, "content": content, "digest": bridge.digest(content), "back": back, "hot": hot}
    return render(request, "perspective/preview.html", context | words)


def _posted_id(request) -> UUID:
    try:
        return UUID(request.POST.get("content", ""))
    except ValueError as malformed:
        raise NotYours from malformed
