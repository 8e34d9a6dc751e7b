"""The way itself: first words, the one next thing, resting, leaving."""

from uuid import uuid4

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.models import Session
from beheard.people.pages import place_of, session_page
from beheard.rls import NotNow, no_actor
from beheard.web.context import exit_url
from stages import actions, progress
from stages.first_draft import kept_first_words
from stages.home.forms import FirstWordsForm
from stages.home.words import WORDS
from stages.journey import facts_of, next_thing
from stages.models import Step
from stages.steps import StepKind


@require_safe
def home(request):
    """Every session of this person with its one next thing; the box when there is none."""
    sessions = Session.objects.order_by("-created_at")
    places = [place_of(request.actor, session.pk) for session in sessions]
    if not places:
        return redirect("begin")
    if len(places) == 1:
        return redirect("session", session_id=places[0].session.pk)
    return render(request, "home/home.html", {"cards": [_card(place) for place in places]})


@require_http_methods(["GET", "POST"])
def begin(request):
    """First words, before anything else is asked."""
    form = FirstWordsForm(request.POST or None, initial={"key": uuid4(), "words": kept_first_words(request.actor)})
    form.fields["words"].keep_draft(actions.FIRST_WORDS, reverse("first_draft"))
    if request.method == "POST" and form.is_valid():
        try:
            place = actions.begin(
                by=request.actor,
                words=form.cleaned_data["words"],
                display_name=_name_of(request),
                key=str(form.cleaned_data["key"]),
                now=timezone.now(),
            )
            return redirect("conversation", session_id=place.session.pk)
        except NotNow as reason:
            form.add_error("words", str(reason))
    return render(request, "home/begin.html", {"form": form})


@require_safe
@session_page
def session(request, place):
    """The one next thing, and the path."""
    context = _card(place) | {"own": progress.stage_of(place), "partner": progress.partner_stone(place)}
    return render(request, "home/session.html", context)


@require_safe
@session_page
def waiting(request, place):
    """Nothing to do but what is good for oneself: one sentence, one useful thing, one date."""
    until = (
        Step.objects.filter(owner_id=place.user_id, session_id=place.session.pk, returns_at__gt=timezone.now())
        .order_by("-taken_at")
        .values_list("returns_at", flat=True)
        .first()
    )
    context = {"place": place, "until": until, "stage": progress.stage_of(place)}
    return render(request, "home/waiting.html", context)


@require_safe
@session_page
def paused(request, place):
    ready = progress.has_taken(place, StepKind.READY_AGAIN)
    return render(request, "home/paused.html", {"place": place, "ready": ready})


@require_POST
@session_page
def pause(request, place):
    """A pause, for no reason that anyone is told."""
    actions.pause(place=place)
    return redirect("session", session_id=place.session.pk)


@require_POST
@session_page
def resume(request, place):
    actions.ready_again(place=place, now=timezone.now())
    return redirect("session", session_id=place.session.pk)


@require_safe
@session_page
def ended(request, place):
    return render(request, "home/ended.html", {"place": place})


def _card(place) -> dict:
    thing = next_thing(facts_of(place))
    return {"place": place, "next": thing, "words": WORDS[thing]}


def _name_of(request) -> str:
    with no_actor():
        return request.user.name or _("Someone")


@login_not_required
@csrf_exempt  # a stale token must not keep anyone here; the cookie is Lax, so no other site can sign a person out
@require_POST
def leave(request):
    """Quick exit: signed out, everything this site keeps in the browser cleared, a neutral site."""
    if request.user.is_authenticated:
        actions.keep_unsent(
            by=request.actor,
            texts=dict(zip(request.POST.getlist("draft_key"), request.POST.getlist("draft_text"), strict=False)),
        )
    with no_actor():
        logout(request)
    response = HttpResponse(status=200, content_type="text/html")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    response.headers["Refresh"] = f"0; url={exit_url()}"
    return response
