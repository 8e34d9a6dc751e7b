"""The conversation and what belongs to being heard."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.pages import posted, session_page
from beheard.rls import NotNow
from stages import actions as turns
from stages import progress
from stages.continuity.queries import before, brought, opens_with
from stages.guide.registry import current_guide
from stages.journey import OVER, facts_of
from stages.rhythm.actions import take_a_break
from stages.rhythm.queries import coming_back
from stages.steps import StepKind
from stages.witness import actions, queries
from stages.witness.forms import BarometerForm, BreakForm, EditForm, RecapForm, SayForm
from stages.witness.models import Exercise
from stages.witness.starters import STARTERS, begun, feelings_as_words
from vessels.private.drafts import draft, forget_draft, save_draft

DRAFT = "conversation"
SENSES = [
    {"words": gettext_lazy("Five things you can see"), "boxes": range(1, 6)},
    {"words": gettext_lazy("Four things you can feel: the chair, the floor, your sleeves"), "boxes": range(1, 5)},
    {"words": gettext_lazy("Three things you can hear"), "boxes": range(1, 4)},
    {"words": gettext_lazy("Two things you can smell"), "boxes": range(1, 3)},
    {"words": gettext_lazy("One thing you can taste, or one slow breath"), "boxes": range(1, 2)},
]


@require_http_methods(["GET", "POST"])
@session_page
def conversation(request, place):
    """The last ten turns and the box."""
    form = SayForm(posted(request), initial={"key": uuid4(), "words": draft(place, DRAFT)})
    form.fields["words"].keep_draft(f"{place.session.pk}:{DRAFT}", reverse("private:draft", args=[place.session.pk]))
    if request.method == "POST" and request.POST.get("start"):
        return _begin_sentence(request, place)
    if request.method == "POST" and form.is_valid() and _say(place, form):
        return redirect(reverse("conversation", args=[place.session.pk]) + "#latest")
    return render(request, "witness/conversation.html", _conversation(place, form))


def _begin_sentence(request, place):
    """A beginning, put below what stands in the box: nothing typed is lost, nothing is said yet."""
    words = request.POST.get("words", draft(place, DRAFT))
    parts = [words, feelings_as_words(request.POST.getlist("feelings"))]
    words = begun("\n\n".join(part for part in parts if part), request.POST["start"])
    save_draft(place, DRAFT, words)
    return redirect(reverse("conversation", args=[place.session.pk]) + "#say")


def _say(place, form) -> bool:
    try:
        turns.say(
            place=place,
            words=form.cleaned_data["words"],
            stage=min(max(progress.stage_of(place), 1), 4),
            key=str(form.cleaned_data["key"]),
            intensity=form.cleaned_data["intensity"],
            now=timezone.now(),
        )
    except NotNow as reason:
        form.add_error("words", str(reason))
        return False
    forget_draft(place, DRAFT)
    return True


def _conversation(place, form) -> dict:
    thread, guide = queries.thread(place), current_guide()
    away = queries.was_away(thread.entries, timezone.now())
    return {
        "place": place,
        "form": form,
        "thread": thread,
        "welcome": guide.opening(place.display_name, 1, "return") if away and not thread.waiting else "",
        "accepted": queries.accepted_recap(place) if away else None,
        "starters": STARTERS,
        "writes_little": queries.writes_little(thread.entries),
        "reads_along": queries.reads_along(place, thread.entries),
        "recap": queries.open_recap(place),
        "may_feel_heard": queries.may_feel_heard(place) and not progress.has_taken(place, StepKind.HEARD),
        "may_ask_recap": queries.turns(place) >= queries.TURNS_BEFORE_HEARD,
        "support": queries.high_or_rising(place),
        **({} if thread.earlier_than else _beginning(place, guide)),
        "over": place.session.status in OVER,
        "coming": coming_back(place, timezone.now()),
    }


def _beginning(place, guide) -> dict:
    """What stands above the first words: what both reached before, and the guide's own beginning."""
    return {
        "before": before(place) if brought(place) else None,
        "opening": guide.opening(place.display_name, 1, opens_with(place)),
    }


@require_safe
@session_page
def earlier(request, place, before: UUID):
    return render(request, "witness/earlier.html", {"place": place, "thread": queries.thread(place, before)})


@require_safe
@session_page
def reply(request, place, message_id: UUID):
    """The answer as a fragment, or 204 while there is none."""
    answer = queries.answer_to(place, message_id)
    if answer is None:
        return HttpResponse(status=204)
    return render(request, "witness/reply.html", {"answer": answer})


@require_http_methods(["GET", "POST"])
@session_page
def edit(request, place, message_id: UUID):
    message = queries.my_message(place, message_id)
    form = EditForm(posted(request), initial={"words": message.content})
    if request.method == "POST" and form.is_valid():
        actions.edit_message(place=place, message_id=message_id, words=form.cleaned_data["words"], now=timezone.now())
        return redirect("conversation", session_id=place.session.pk)
    return render(request, "witness/edit.html", {"place": place, "form": form, "message": message})


@require_POST
@session_page
def delete(request, place, message_id: UUID):
    actions.delete_message(place=place, message_id=message_id)
    messages.success(request, _("That is gone, and the guide's answer to it."))
    return redirect("conversation", session_id=place.session.pk)


@require_http_methods(["GET", "POST"])
@session_page
def recap(request, place):
    """What the guide has heard, put right by the person until it is right."""
    offered = queries.open_recap(place)
    form = RecapForm(posted(request))
    if request.method == "POST" and offered and form.is_valid():
        return _answer_recap(request, place, offered, form)
    accepted = None if offered else queries.accepted_recap(place)
    context = {"place": place, "recap": offered, "accepted": accepted, "form": form}
    context["may_feel_heard"] = queries.may_feel_heard(place) and not progress.has_taken(place, StepKind.HEARD)
    return render(request, "witness/recap.html", context)


def _answer_recap(request, place, offered, form):
    if form.cleaned_data["answer"] == "right":
        actions.accept_recap(place=place, recap_id=offered.pk, now=timezone.now())
        return redirect("recap", session_id=place.session.pk)
    words = form.cleaned_data["correction"]
    if form.cleaned_data["answer"] == "own":
        actions.own_recap(place=place, recap_id=offered.pk, words=words, now=timezone.now())
        return redirect("recap", session_id=place.session.pk)
    actions.correct_recap(place=place, recap_id=offered.pk, correction=words, now=timezone.now())
    return redirect(reverse("recap", args=[place.session.pk]) + "?coming=1")


@require_POST
@session_page
def ask_recap(request, place):
    try:
        actions.ask_for_recap(place=place)
    except NotNow as reason:
        messages.info(request, str(reason))
        return redirect("conversation", session_id=place.session.pk)
    return redirect(reverse("recap", args=[place.session.pk]) + "?coming=1")


@require_safe
@session_page
def recap_state(request, place):
    """204 while the recap is being written; then the page reloads (HX-Refresh)."""
    if queries.open_recap(place) is None:
        return HttpResponse(status=204)
    return HttpResponse(status=200, headers={"HX-Refresh": "true"})


@require_POST
@session_page
def heard(request, place):
    """ "I feel heard", or "not yet": then the guide asks what is missing."""
    if request.POST.get("answer") not in ("yes", "no"):
        return redirect("recap", session_id=place.session.pk)
    if request.POST["answer"] == "yes":
        try:
            actions.feel_heard(place=place, now=timezone.now())
        except NotNow as reason:
            messages.info(request, str(reason))
        return redirect("session", session_id=place.session.pk)
    return redirect("not_yet", session_id=place.session.pk)


@require_safe
@session_page
def not_yet(request, place):
    """ "Not yet": what is missing, a box for it, and other ways to be heard."""
    form = SayForm(initial={"key": uuid4(), "words": draft(place, DRAFT)})
    form.fields["words"].keep_draft(f"{place.session.pk}:{DRAFT}", reverse("private:draft", args=[place.session.pk]))
    asked = current_guide().what_is_missing(queries.turns(place))
    context = {"place": place, "form": form, "asked": asked, "over": place.session.status in OVER}
    return render(request, "witness/not_yet.html", context)


@require_safe
@session_page
def other_ways(request, place):
    """When telling it to the guide does not help, or not any more."""
    over = place.session.status in OVER
    return render(request, "witness/other_ways.html", {"place": place, "starters": STARTERS, "over": over})


@require_http_methods(["GET", "POST"])
@session_page
def barometer(request, place):
    form = BarometerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        turns.read_barometer(
            place=place,
            intensity=form.cleaned_data["intensity"],
            context=form.cleaned_data["context"],
            stage=facts_of(place).stage,
            now=timezone.now(),
        )
        return redirect("barometer", session_id=place.session.pk)
    context = {"place": place, "form": form, "readings": queries.readings(place)}
    return render(request, "witness/barometer.html", context | {"support": queries.high_or_rising(place)})


@require_http_methods(["GET", "POST"])
@session_page
def exercise(request, place, kind: str):
    """Breathing, grounding, a body scan or a break. What is typed here is not kept."""
    if kind.upper().replace("-", "_") not in Exercise.values:
        raise Http404
    chosen = Exercise(kind.upper().replace("-", "_"))
    form = BreakForm(posted(request)) if chosen == Exercise.BREAK else None
    if request.method == "POST" and (form is None or form.is_valid()):
        stage = facts_of(place).stage
        actions.finish_exercise(place=place, exercise=chosen, stage=stage, now=timezone.now())
        over = place.session.status in OVER
        if form and form.cleaned_data["minutes"] and not over:
            take_a_break(place=place, minutes=form.cleaned_data["minutes"], now=timezone.now())
            messages.success(request, _("Until later. A notice will stand here when the time is up."))
            return redirect("session", session_id=place.session.pk)
        after = "come_back_when" if chosen == Exercise.BREAK and not over else "conversation"
        return redirect(after, session_id=place.session.pk)
    return render(
        request, f"witness/exercise_{chosen.value.lower()}.html", {"place": place, "senses": SENSES, "form": form}
    )


@require_safe
@session_page
def exercises(request, place):
    return render(request, "witness/exercises.html", {"place": place})
