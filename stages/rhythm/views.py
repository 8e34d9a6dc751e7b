"""When will you come back, which notices, the way one has come, and ending it for both."""

from django.conf import settings as site
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beheard.people import accounts
from beheard.people.pages import posted, session_page
from beheard.web.context import text_size_of, theme_of
from stages.journey import OVER, check_not_over
from stages.rhythm import actions, queries
from stages.rhythm.forms import ComeBackForm, SettingsForm
from stages.rhythm.models import BY_EMAIL

A_YEAR = 60 * 60 * 24 * 365


@require_http_methods(["GET", "POST"])
@session_page
def come_back_when(request, place):
    """The end of a sitting: a day, or "I don't know yet"."""
    check_not_over(place)
    form = ComeBackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        day = actions.day_meant(by=request.actor, answer=form.cleaned_data, now=now)
        actions.come_back_on(place=place, day=day, now=now)
        messages.success(
            request,
            _("All right. You are reminded once, on that day.")
            if day
            else _("All right. Come back whenever you like."),
        )
        return redirect("session", session_id=place.session.pk)
    coming = queries.coming_back(place, timezone.now())
    return render(request, "rhythm/come_back.html", {"place": place, "form": form, "coming": coming})


@require_safe
@session_page
def path(request, place):
    """The way one has come: one's own steps, and what both have reached."""
    return render(request, "rhythm/path.html", {"place": place, "marks": queries.path_of(place)})


@require_http_methods(["GET", "POST"])
@session_page
def end_for_both(request, place):
    """Two ways of ending it: for oneself, or for both."""
    if place.session.status in OVER:
        return redirect("ended", session_id=place.session.pk)
    if request.method == "POST":
        actions.end_for_both(place=place, now=timezone.now())
        return redirect("ended", session_id=place.session.pk)
    return render(request, "rhythm/end.html", {"place": place})


@require_http_methods(["GET", "POST"])
def settings(request):
    """Which notices come by e-mail, and when; light or dark."""
    kept = queries.notice_settings(request.actor)
    first = {
        "by_email": [kind for kind in BY_EMAIL if kind not in kept.not_by_email],
        "quiet_from": kept.quiet_from,
        "quiet_to": kept.quiet_to,
        "time_zone": kept.time_zone,
        "theme": theme_of(request),
        "text_size": text_size_of(request),
    }
    form = SettingsForm(posted(request), initial=first)
    if request.method == "POST" and form.is_valid():
        chosen = dict(form.cleaned_data)
        looks = {name: chosen.pop(name) for name in ("theme", "text_size")}
        wanted = chosen.pop("by_email")
        actions.choose_notices(
            by=request.actor, not_by_email=[kind for kind in BY_EMAIL if kind not in wanted], **chosen
        )
        messages.success(request, _("Kept."))
        response = redirect("settings")
        for name, value in looks.items():
            _keep_here(response, name, value)
        return response
    proven = accounts.proven_address(request.user.pk) is not None
    return render(request, "rhythm/settings.html", {"form": form, "proven": proven})


def _keep_here(response, name: str, value: str) -> None:
    """How things look is kept in this browser alone."""
    if value:
        response.set_cookie(
            name, value, max_age=A_YEAR, httponly=True, samesite="Lax", secure=site.SESSION_COOKIE_SECURE
        )
    else:
        response.delete_cookie(name, samesite="Lax")


@require_safe
def notices_count(request):
    """How many notices wait, for the menu."""
    return render(request, "rhythm/count.html", {"unseen": queries.unseen(request.actor)})
