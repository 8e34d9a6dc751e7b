"""The way itself: first words, the one next thing, resting, leaving."""

import logging
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.models import SessionStatus
from beheard.people.pages import posted, session_page
from beheard.rls import NotNow, no_actor
from beheard.web.context import exit_url
from stages import actions, progress
from stages.ending.actions import closure_of
from stages.first_draft import kept_first_words
from stages.home import actions as home_actions
from stages.home.forms import FirstWordsForm
from stages.home.queries import left_behind
from stages.home.words import WAITING, WORDS
from stages.journey import OVER, Next, awaited, facts_of, next_thing
from stages.rhythm.queries import coming_back
from stages.steps import MEETING_OF, MeetingKind, StepKind
from vessels.private.queries import places_of

logger = logging.getLogger(__name__)


@require_safe
def home(request):
    """Every session of this person with its one next thing; the box when there is none."""
    places, left = places_of(request.actor), left_behind(request.actor)
    if not places and not left:
        return redirect("begin")
    if len(places) == 1 and not left:
        return redirect("session", session_id=places[0].session.pk)
    return render(request, "home/home.html", {"cards": [_card(place) for place in places], "left": left})


@require_POST
def forget_left(request, vessel_id: UUID):
    home_actions.forget_left(by=request.actor, vessel_id=vessel_id)
    messages.success(request, _("That is gone for good."))
    return redirect("home")


@require_http_methods(["GET", "POST"])
def begin(request):
    """First words, before anything else is asked."""
    form = FirstWordsForm(posted(request), initial={"key": uuid4(), "words": kept_first_words(request.actor)})
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
    if next_thing(facts_of(place)) == Next.SIT_DOWN:
        return redirect("sit_down", session_id=place.session.pk)
    context = _card(place) | {
        "own": progress.stage_of(place),
        "partner": progress.partner_stone(place),
        "coming": coming_back(place, timezone.now()),
    }
    return render(request, "home/session.html", context)


@require_safe
@session_page
def waiting(request, place):
    """Nothing to do but what is good for oneself: one sentence, one useful thing, one date, a way on."""
    facts, now = facts_of(place), timezone.now()
    if next_thing(facts) != Next.WAITING:
        return redirect("session", session_id=place.session.pk)
    meeting = awaited(facts)
    step = next((step for kind, step in MEETING_OF.items() if kind == meeting), None)
    taken = progress.standing_step(place, step) if step else None
    context = {
        "place": place,
        "words": WAITING[meeting],
        "until": taken.returns_at if taken else None,
        "counts_later": progress.counts_later(place, taken, now),
        "coming": coming_back(place, now),
    }
    return render(request, "home/waiting.html", context)


@require_safe
@session_page
def paused(request, place):
    if next_thing(facts_of(place)) != Next.PAUSED:
        return redirect("session", session_id=place.session.pk)
    ready = progress.has_taken(place, StepKind.READY_AGAIN)
    context = {"place": place, "ready": ready, "coming": coming_back(place, timezone.now())}
    return render(request, "home/paused.html", context)


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
    facts = facts_of(place)
    if next_thing(facts) != Next.ENDED:
        return redirect("session", session_id=place.session.pk)
    context = {"place": place, "closure": closure_of(place)}
    context["may_begin_again"] = facts.status == SessionStatus.RESOLVED and place.partner_name is not None
    context["agreed"] = progress.have_met(place, MeetingKind.AGREEMENT)
    context["someone_came"] = facts.status not in OVER and facts.invitation == "joined"
    return render(request, "home/ended.html", context)


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
    actor = getattr(request, "actor", None)
    with no_actor():
        logout(request)
    if actor is not None:
        _keep_unsent(actor, request.POST)
    response = HttpResponse(status=200, content_type="text/html")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    response.headers["Refresh"] = f"0; url={exit_url()}"
    return response


def _keep_unsent(actor, posted) -> None:
    """Whatever becomes of the words, nobody stays signed in for them."""
    try:
        with transaction.atomic():
            actions.keep_unsent(
                by=actor,
                texts=dict(zip(posted.getlist("draft_key"), posted.getlist("draft_text"), strict=False)),
            )
    except Exception as trouble:
        logger.error("unsent words were not kept on leaving: %s", type(trouble).__name__)
