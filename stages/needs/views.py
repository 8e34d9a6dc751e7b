"""Stage 3 pages: which needs are mine, what of them crosses, two maps, what is common."""

from functools import wraps
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.pages import session_page
from beheard.rls import NotNow
from stages import progress
from stages.needs import actions, queries, search
from stages.needs.cards import card_of
from stages.needs.forms import AddForm, CommonForm, NoticeForm, WordingForm
from stages.steps import MeetingKind, StepKind
from vessels.private.drafts import draft, forget_draft
from vessels.shared import bridge
from vessels.shared.bridge import Standing

NOTICING = "noticing"


def needs_page(view):
    """A page of Stage 3: whoever has not come to it goes to their one next thing. What can't be done now is said there."""

    @session_page
    @wraps(view)
    def wrapper(request, place, *args, **kwargs):
        try:
            actions.come(place=place)
        except NotNow:
            return redirect("session", session_id=place.session.pk)
        try:
            return view(request, place, *args, **kwargs)
        except NotNow as reason:
            messages.info(request, str(reason))
            return redirect("needs", session_id=place.session.pk)

    return wrapper


def _posted(request):
    """What was sent, also when nothing was."""
    return request.POST if request.method == "POST" else None


@require_safe
@needs_page
def needs(request, place):
    """The needs: one to look at, those that are mine, what of them is shown, and "I have chosen"."""
    now = timezone.now()
    actions.arrive(place=place, now=now)
    both = actions.settle(place=place, now=now)
    mine = queries.all_mine(place)
    undecided = [item for item in mine if not item.need.confirmed and item.need.rejected_at is None]
    done = progress.standing_step(place, StepKind.NEEDS_DONE)
    context = {
        "place": place,
        "looking": not queries.has_looked(place),
        "undecided": undecided,
        "current": _after(undecided, request.GET.get("after", "")),
        "confirmed": [item for item in mine if item.need.confirmed],
        "rejected": [item for item in mine if item.need.rejected_at is not None],
        "shared_count": sum(item.is_shared for item in mine),
        "most": bridge.MOST_ACTIVE,
        "done": done,
        "counts_later": None if both else progress.counts_later(place, done, now),
        "hot": progress.hot_hands(place, now),
        "both": both,
        "went_on": progress.has_taken(place, StepKind.WENT_ON_NEEDS),
    }
    return render(request, "needs/needs.html", context)


def _after(undecided: list, need_id: str):
    """The one to look at: the next after the one left for later, else the first."""
    places = {str(item.need.pk): position for position, item in enumerate(undecided)}
    if not undecided:
        return None
    return undecided[(places[need_id] + 1) % len(undecided)] if need_id in places else undecided[0]


@require_safe
@needs_page
def needs_state(request, place):
    """204 until the guide has looked; then the page reloads."""
    if not queries.has_looked(place):
        return HttpResponse(status=204)
    return HttpResponse(status=200, headers={"HX-Refresh": "true"})


@require_POST
@needs_page
def look_again(request, place):
    search.ask(place=place)
    messages.info(request, _("The guide is looking again. What it finds appears here in a moment."))
    return redirect("needs", session_id=place.session.pk)


@require_http_methods(["GET", "POST"])
@needs_page
def add(request, place):
    """A need the person names themselves."""
    form = AddForm(_posted(request), initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        actions.add(
            place=place,
            need=found["need"],
            words=found["words"],
            category=found["category"],
            key=str(found["key"]),
            now=timezone.now(),
        )
        return redirect("needs", session_id=place.session.pk)
    return render(request, "needs/add.html", {"place": place, "form": form})


@require_http_methods(["GET", "POST"])
@needs_page
def need(request, place, need_id: UUID):
    """One need: its words, its family, where it comes from."""
    found = queries.my_need(place, need_id)
    form = WordingForm(_posted(request), initial={"words": found.words or found.need, "category": found.category})
    if request.method == "POST" and form.is_valid():
        actions.reword(place=place, need_id=need_id, now=timezone.now(), **form.cleaned_data)
        return redirect("needs", session_id=place.session.pk)
    quotes = [item["quote"] for item in found.evidence]
    return render(request, "needs/need.html", {"place": place, "need": found, "form": form, "quotes": quotes})


@require_POST
@needs_page
def decide(request, place, need_id: UUID):
    """Mine, not mine, or open again."""
    answer, now = request.POST.get("answer"), timezone.now()
    if answer == "mine":
        actions.confirm(place=place, need_id=need_id, now=now)
    elif answer == "not_mine":
        actions.reject(place=place, need_id=need_id, now=now)
        messages.info(request, _("Put aside. You find it below, if you change your mind."))
    else:
        actions.reconsider(place=place, need_id=need_id)
    return redirect("needs", session_id=place.session.pk)


@require_POST
@needs_page
def offer(request, place, need_id: UUID):
    """Put the exact words before their owner."""
    content = actions.offer(place=place, need_id=need_id, now=timezone.now())
    return redirect("share_need", session_id=place.session.pk, content_id=content.pk)


@require_http_methods(["GET", "POST"])
@needs_page
def sharing(request, place, content_id: UUID):
    """The exact words beside the private original: share, keep private, or not now."""
    content, original = queries.offered(place, content_id)
    if request.method == "POST":
        _decide_sharing(request, place, content_id)
        pressed = request.POST.get("decision") == "pressed"
        return redirect("shared:pressed" if pressed else "needs", session_id=place.session.pk)
    if bridge.standing(content) != Standing.UNDECIDED:
        return redirect("needs", session_id=place.session.pk)
    context = {
        "place": place,
        "content": content,
        "card": card_of(content),
        "need": original,
        "quotes": [item["quote"] for item in original.evidence],
        "digest": bridge.digest(content),
        "hot": progress.hot_hands(place, timezone.now()),
        "met": progress.have_met(place, MeetingKind.NEEDS),
    }
    return render(request, "needs/sharing.html", context)


def _decide_sharing(request, place, content_id) -> None:
    decision, now = request.POST.get("decision"), timezone.now()
    if decision == "share":
        actions.share(place=place, content_id=content_id, digest=request.POST.get("digest", ""), now=now)
        messages.success(request, _("Chosen. You can take it back at any time."))
    elif decision in ("private", "pressed"):
        actions.keep(place=place, content_id=content_id, now=now)
        messages.success(request, _("It stays with you."))


@require_POST
@needs_page
def take_back(request, place, content_id: UUID):
    actions.take_back(place=place, content_id=content_id, now=timezone.now())
    messages.success(request, _("Taken back. It is yours alone again."))
    return redirect("needs", session_id=place.session.pk)


@require_POST
@needs_page
def done(request, place):
    """ "I have chosen." """
    both = actions.finish(place=place, now=timezone.now())
    return redirect("side_by_side" if both else "needs", session_id=place.session.pk)


@require_POST
@needs_page
def go_on(request, place):
    """The way out of waiting."""
    actions.go_on_without(place=place, now=timezone.now())
    return redirect("session", session_id=place.session.pk)


@require_http_methods(["GET", "POST"])
@needs_page
def side_by_side(request, place):
    """Both maps, each in its owner's order. The person says first what they notice."""
    if not actions.settle(place=place, now=timezone.now()):
        return redirect("needs", session_id=place.session.pk)
    said = queries.noticing(place)
    form = NoticeForm(_posted(request), initial={"words": said.text if said else draft(place, NOTICING)})
    form.fields["words"].keep_draft(f"{place.session.pk}:{NOTICING}", reverse("private:draft", args=[place.session.pk]))
    if request.method == "POST" and form.is_valid():
        actions.notice(place=place, text=form.cleaned_data["words"], now=timezone.now())
        forget_draft(place, NOTICING)
        return redirect("common_ground", session_id=place.session.pk)
    own, partner = queries.maps(place)
    noticed = progress.has_taken(place, StepKind.NOTICED)
    context = {"place": place, "form": form, "own": own, "partner": partner, "noticed": noticed}
    return render(request, "needs/side_by_side.html", context)


@require_http_methods(["GET", "POST"])
@needs_page
def common_ground(request, place):
    """Yes or no to what may be common; then, at the same moment for both, what is."""
    now = timezone.now()
    if not actions.settle(place=place, now=now):
        return redirect("needs", session_id=place.session.pk)
    if not progress.has_taken(place, StepKind.NOTICED):
        return redirect("side_by_side", session_id=place.session.pk)
    form = CommonForm(_posted(request), candidates=queries.unanswered(place))
    if request.method == "POST" and (form.is_valid() or not form.candidates):
        answers = form.answers() if form.candidates else {}
        actions.answer_common(place=place, answers=answers, now=now)
        return redirect("common_ground", session_id=place.session.pk)
    step = progress.standing_step(place, StepKind.COMMON_ANSWERED)
    context = {
        "place": place,
        "form": form,
        "looked": progress.have_met(place, MeetingKind.COMMON_LOOKED),
        "met": progress.have_met(place, MeetingKind.COMMON_GROUND),
        "confirmed": queries.confirmed(place),
        "answered": step,
        "counts_later": step.counts_from if step and step.counts_from > now else None,
    }
    return render(request, "needs/common_ground.html", context)


@require_safe
@needs_page
def common_ground_state(request, place):
    """204 until it has been looked for; then the page reloads."""
    if not progress.have_met(place, MeetingKind.COMMON_LOOKED):
        return HttpResponse(status=204)
    return HttpResponse(status=200, headers={"HX-Refresh": "true"})
