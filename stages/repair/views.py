"""Stage 4 pages."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.pages import session_page
from beheard.rls import NotNow, NotYours
from beheard.rls.doors import door
from consent.models import ContentType
from stages import suggestions
from stages.journey import Next, facts_of, next_thing
from stages.models import Purpose
from stages.needs.actions import settle as settle_needs
from stages.progress import enter_stage, have_met, hot_hands
from stages.repair import actions, queries
from stages.repair.forms import AgreementForm, CheckInForm, IdeaForm, OwnershipForm, PilesForm, PlainForm
from stages.steps import MeetingKind, StepKind
from vessels.shared import bridge

IN_REPAIR = {Next.IDEAS, Next.PILES, Next.OVERLAP, Next.AGREEMENT, Next.WAITING}


@require_http_methods(["GET", "POST"])
@session_page
def ideas(request, place):
    """Up to three ideas of one's own, and "I am ready for the pool"."""
    facts = facts_of(place)
    if next_thing(facts) not in IN_REPAIR:
        return redirect("session", session_id=place.session.pk)
    settle_needs(place=place, now=timezone.now())  # whoever answered first learns here what is common
    enter_stage(place=place, stage=4, now=timezone.now())
    if request.method == "POST":
        actions.ideas_ready(place=place, now=timezone.now())
        return redirect("session", session_id=place.session.pk)
    context = {
        "place": place,
        "drafts": [(draft, _standing(place, draft)) for draft in queries.drafts(place)],
        "free_slot": queries.free_slot(place),
        "ready": facts.took(StepKind.IDEAS_READY),
        "closed": facts.met(MeetingKind.IDEAS),
        "common": queries.common_ground(place),
        "theirs": bridge.from_partner(place, ContentType.OWNERSHIP_LINE),
        "hot": hot_hands(place, timezone.now()),
    }
    return render(request, "repair/ideas.html", context)


def _standing(place, draft) -> str:
    content = bridge.latest(place, ContentType.PROPOSAL, draft.pk)
    return bridge.standing(content) if content else ""


@require_http_methods(["GET", "POST"])
@session_page
def idea(request, place, slot: int):
    """An idea as its author says it."""
    draft = queries.draft(place, slot)
    first = {"idea": draft.idea, "duration_days": draft.duration_days, "measure": draft.measure} if draft else {}
    form = IdeaForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_idea(place=place, slot=slot, now=timezone.now(), **form.cleaned_data)
            return redirect("idea_plain", session_id=place.session.pk, slot=slot)
        except NotNow as reason:
            form.add_error(None, str(reason))
    return render(request, "repair/idea.html", {"place": place, "form": form, "draft": draft, "slot": slot})


@require_http_methods(["GET", "POST"])
@session_page
def idea_plain(request, place, slot: int):
    """One plain form, so that style does not tell. Accepted by its author, then offered word by word."""
    draft = _draft(place, slot)
    offered = suggestions.latest(place, Purpose.PLAIN_IDEA, draft.pk, since=draft.updated_at)
    form = PlainForm(
        request.POST or None, initial={"plain": draft.plain or (offered.content["text"] if offered else "")}
    )
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


@require_safe
@session_page
def idea_state(request, place, slot: int):
    """204 until the guide's plain form is here; then the page reloads."""
    draft = _draft(place, slot)
    if suggestions.latest(place, Purpose.PLAIN_IDEA, draft.pk, since=draft.updated_at) is None:
        return HttpResponse(status=204)
    return HttpResponse(status=200, headers={"HX-Refresh": "true"})


@require_POST
@session_page
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
@session_page
def ownership(request, place):
    """ "What I own in this": one line, shared only by consent."""
    line = queries.ownership(place)
    form = OwnershipForm(request.POST or None, initial={"text": line.text if line else ""})
    if request.method == "POST" and form.is_valid():
        content = actions.write_ownership(place=place, text=form.cleaned_data["text"].strip(), now=timezone.now())
        return redirect(bridge.preview_url(content, next="ideas"))
    return render(request, "repair/ownership.html", {"place": place, "form": form})


@require_http_methods(["GET", "POST"])
@session_page
def piles(request, place):
    """The whole pool, sorted privately."""
    if not have_met(place, MeetingKind.POOL):
        return redirect("session", session_id=place.session.pk)
    form = PilesForm(request.POST or None, proposals=queries.pool(place), chosen=queries.piles(place))
    if request.method == "POST" and form.is_valid():
        try:
            both = actions.sort_pool(place=place, piles=form.piles(), now=timezone.now())
            return redirect("overlap" if both else "session", session_id=place.session.pk)
        except NotNow as reason:
            form.add_error(None, str(reason))
    hot = hot_hands(place, timezone.now())
    return render(request, "repair/piles.html", {"place": place, "form": form, "hot": hot})


@require_http_methods(["GET", "POST"])
@session_page
def overlap(request, place):
    """What both would do, and the words on the table."""
    if not have_met(place, MeetingKind.OVERLAP):
        return redirect("session", session_id=place.session.pk)
    if actions.settle_agreement(place=place, now=timezone.now()):
        return redirect("agreement", session_id=place.session.pk)
    both_would = queries.overlap(place)
    form = AgreementForm(request.POST or None, initial=_first_words(request, both_would))
    if request.method == "POST" and form.is_valid():
        try:
            actions.propose_agreement(place=place, now=timezone.now(), **form.cleaned_data)
            return redirect("overlap", session_id=place.session.pk)
        except NotNow as reason:
            form.add_error(None, str(reason))
    proposed = queries.proposed(place)
    context = {"place": place, "both_would": both_would, "form": form, "proposed": proposed}
    context["said_yes"] = bool(proposed) and queries.said_yes(place, proposed)
    return render(request, "repair/overlap.html", context)


def _first_words(request, both_would) -> dict:
    chosen = request.GET.get("idea", "")
    words = next((one.words for one in both_would if str(one.pk) == chosen), "")
    return {"description": words} if words else {}


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
    return render(request, "repair/agreement.html", {"place": place, "agreement": agreed})


@require_http_methods(["GET", "POST"])
@session_page
def check_in(request, place):
    """How it went: private until both have answered."""
    agreed = queries.agreed(place)
    if agreed is None:
        return redirect("session", session_id=place.session.pk)
    mine = queries.my_check_in(place, agreed)
    form = CheckInForm(request.POST or None)
    if request.method == "POST" and mine is None and form.is_valid():
        actions.check_in(place=place, agreement_id=agreed.pk, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Kept. It shows to you both when both have answered."))
        return redirect("check_in", session_id=place.session.pk)
    context = {"place": place, "agreement": agreed, "form": form, "mine": mine}
    return render(request, "repair/check_in.html", context | {"both": door("both_check_ins", agreed.pk)})
