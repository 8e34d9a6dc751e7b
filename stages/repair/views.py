"""Stage 4 pages."""

from functools import wraps

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.pages import posted, session_page
from beheard.rls import NotNow, NotYours
from consent.models import ContentType
from stages import suggestions
from stages.journey import OVER, joint_is_open
from stages.models import Purpose
from stages.progress import counts_later, have_met, hot_hands, returned_steps, standing_step
from stages.repair import actions, queries
from stages.repair.forms import AgreementForm, IdeaForm, OwnershipForm, PilesForm, PlainForm, words_of
from stages.steps import MeetingKind, StepKind
from vessels.private.drafts import draft, forget_draft, save_draft
from vessels.shared import bridge
from vessels.shared.resting import taken_back_since

WORDS = "agreement"


def repair_page(view):
    """A page of Stage 4: whoever has not come to it goes to their one next thing."""

    @session_page
    @wraps(view)
    def wrapper(request, place, *args, **kwargs):
        try:
            actions.arrive(place=place, now=timezone.now())
        except NotNow:
            return redirect("session", session_id=place.session.pk)
        return view(request, place, *args, **kwargs)

    return wrapper


@require_http_methods(["GET", "POST"])
@repair_page
def ideas(request, place):
    """Up to three ideas of one's own, and "I am ready for the pool"."""
    now, closed = timezone.now(), have_met(place, MeetingKind.IDEAS)
    if request.method == "POST":
        actions.ideas_ready(place=place, now=now)
        return redirect("session", session_id=place.session.pk)
    ready = standing_step(place, StepKind.IDEAS_READY)
    drafts, offers = queries.drafts(place), bridge.latest_by_item(place, ContentType.PROPOSAL)
    context = {
        "place": place,
        "drafts": [(draft, _standing(offers.get(draft.pk))) for draft in drafts],
        "free_slot": queries.free_slot(place, drafts),
        "round": queries.round_of(place),
        "ready": ready,
        "counts_later": None if closed else counts_later(place, ready, now),
        "came_back": StepKind.IDEAS_READY in returned_steps(place),
        "closed": closed,
        "common": queries.common_ground(place),
        "theirs": bridge.from_partner(place, ContentType.OWNERSHIP_LINE),
        "hot": hot_hands(place, now),
    }
    return render(request, "repair/ideas.html", context)


@require_POST
@repair_page
def not_ready_yet(request, place):
    actions.not_ready_yet(place=place)
    return redirect("ideas", session_id=place.session.pk)


@require_POST
@repair_page
def go_on_without_ideas(request, place):
    """The way out of waiting for the pool, or for the other's piles."""
    actions.go_on_without_ideas(place=place, now=timezone.now())
    return redirect("alone", session_id=place.session.pk)


def _standing(offer) -> str:
    return bridge.standing(offer) if offer else ""


@require_http_methods(["GET", "POST"])
@repair_page
def idea(request, place, slot: int):
    """An idea as its author says it."""
    draft = queries.draft(place, slot)
    names = ("idea", "need", "duration_days", "measure")
    first = {name: getattr(draft, name) for name in names} if draft else {}
    needs = dict.fromkeys(one.need for one in queries.common_ground(place))
    form = IdeaForm(posted(request), initial=first, needs=list(needs))
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_idea(place=place, slot=slot, now=timezone.now(), **form.cleaned_data)
            return redirect("idea_plain", session_id=place.session.pk, slot=slot)
        except NotNow as reason:
            form.add_error(None, str(reason))
    return render(request, "repair/idea.html", {"place": place, "form": form, "draft": draft, "slot": slot})


@require_http_methods(["GET", "POST"])
@repair_page
def idea_plain(request, place, slot: int):
    """One plain form, so that style does not tell. Accepted by its author, then offered word by word."""
    draft = _draft(place, slot)
    offered = suggestions.latest(place, Purpose.PLAIN_IDEA, draft.pk, since=draft.updated_at)
    form = PlainForm(posted(request), initial={"plain": _first_plain(request, draft, offered)})
    if request.method == "POST" and form.is_valid():
        try:
            content = actions.say_plainly(
                place=place, slot=slot, plain=form.cleaned_data["plain"].strip(), now=timezone.now()
            )
            return redirect(bridge.preview_url(content, next="ideas"))
        except NotNow as reason:
            form.add_error("plain", str(reason))
    context = {"place": place, "form": form, "draft": draft, "offered": offered, "slot": slot}
    return render(request, "repair/idea_plain.html", context)


def _first_plain(request, draft, offered) -> str:
    guide = offered.content["text"] if offered else ""
    return guide if "offered" in request.GET else draft.plain or guide


@require_safe
@repair_page
def idea_state(request, place, slot: int):
    """204 until the guide's plain form is here; then it stands beside the box, which stays as it is."""
    draft = _draft(place, slot)
    offered = suggestions.latest(place, Purpose.PLAIN_IDEA, draft.pk, since=draft.updated_at)
    if offered is None:
        return HttpResponse(status=204)
    return render(request, "repair/plain_offered.html", {"place": place, "offered": offered, "slot": slot})


@require_POST
@repair_page
def drop_idea(request, place, slot: int):
    try:
        actions.drop_idea(place=place, slot=slot, now=timezone.now())
    except NotNow as reason:
        messages.info(request, str(reason))
    return redirect("ideas", session_id=place.session.pk)


def _draft(place, slot: int):
    draft = queries.draft(place, slot)
    if draft is None:
        raise NotYours
    return draft


@require_http_methods(["GET", "POST"])
@repair_page
def ownership(request, place):
    """ "What I own in this": one line, shared only by consent."""
    line = queries.ownership(place)
    form = OwnershipForm(posted(request), initial={"text": line.text if line else ""})
    if request.method == "POST" and form.is_valid():
        content = actions.write_ownership(place=place, text=form.cleaned_data["text"].strip(), now=timezone.now())
        return redirect(bridge.preview_url(content, next="ideas"))
    return render(request, "repair/ownership.html", {"place": place, "form": form})


@require_http_methods(["GET", "POST"])
@session_page
def piles(request, place):
    """The whole pool, sorted privately."""
    try:
        actions.come_to_pool(place=place)
    except NotNow:
        return redirect("session", session_id=place.session.pk)
    if have_met(place, MeetingKind.OVERLAP):
        return redirect("overlap", session_id=place.session.pk)
    form = PilesForm(posted(request), proposals=queries.pool(place), chosen=queries.piles(place))
    if request.method == "POST" and form.is_valid():
        try:
            both = actions.sort_pool(place=place, piles=form.piles(), now=timezone.now())
            return redirect("overlap" if both else "session", session_id=place.session.pk)
        except NotNow as reason:
            form.add_error(None, str(reason))
    context = {"place": place, "form": form, "hot": hot_hands(place, timezone.now())}
    context["sorted"] = standing_step(place, StepKind.PILES_DONE)
    return render(request, "repair/piles.html", context)


@require_POST
@session_page
def sort_later(request, place):
    actions.sort_later(place=place)
    return redirect("piles", session_id=place.session.pk)


@require_http_methods(["GET", "POST"])
@session_page
def overlap(request, place):
    """What both would do, and the words on the table."""
    now = timezone.now()
    if not joint_is_open(place) or not have_met(place, MeetingKind.OVERLAP):
        return redirect("session", session_id=place.session.pk)
    if actions.settle_agreement(place=place, now=now):
        return redirect("agreement", session_id=place.session.pk)
    both_would = queries.overlap(place)
    proposed = queries.proposed(place)
    form = AgreementForm(posted(request), initial=_first_words(request, place, both_would, proposed))
    form.fields["description"].keep_draft(
        f"{place.session.pk}:{WORDS}", reverse("private:draft", args=[place.session.pk])
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.propose_agreement(place=place, now=now, **form.cleaned_data)
            forget_draft(place, WORDS)
            return redirect("overlap", session_id=place.session.pk)
        except NotNow as reason:
            save_draft(place, WORDS, form.cleaned_data["description"])
            form.add_error(None, str(reason))
    yes = standing_step(place, StepKind.AGREED)
    context = {
        "place": place,
        "both_would": both_would,
        "form": form,
        "proposed": proposed,
        "more": standing_step(place, StepKind.MORE_IDEAS),
        "yes": yes,
        "counts_later": yes.counts_from if yes and yes.counts_from > now else None,
        "hot": hot_hands(place, now),
    }
    return render(request, "repair/overlap.html", context)


def _first_words(request, place, both_would, proposed) -> dict:
    """An idea to begin with, or what was being written, or what is on the table: a change begins with it."""
    chosen = next((one for one in both_would if str(one.pk) == request.GET.get("idea", "")), None)
    if chosen:
        return {"description": chosen.words, "proposal": chosen.pk}
    if unsent := draft(place, WORDS):
        return {"description": unsent}
    return words_of(proposed) if proposed else {}


@require_POST
@session_page
def take_yes_back(request, place, agreement_id):
    actions.take_yes_back(place=place, agreement_id=agreement_id)
    return redirect("overlap", session_id=place.session.pk)


@require_POST
@session_page
def confirm(request, place, agreement_id):
    try:
        both = actions.confirm_agreement(place=place, agreement_id=agreement_id, now=timezone.now())
    except NotNow as reason:
        messages.info(request, str(reason))
        return redirect("overlap", session_id=place.session.pk)
    return redirect("agreement" if both else "overlap", session_id=place.session.pk)


@require_safe
@session_page
def agreement(request, place):
    """The words both said yes to, to read and to print."""
    actions.settle_agreement(place=place, now=timezone.now())
    agreed = queries.agreed(place)
    if agreed is None:
        return redirect("session", session_id=place.session.pk)
    context = {"place": place, "agreement": agreed, "over": place.session.status in OVER}
    context["taken_back"] = taken_back_since(place, agreed)
    return render(request, "repair/agreement.html", context | {"earlier": queries.earlier_agreements(place)})
