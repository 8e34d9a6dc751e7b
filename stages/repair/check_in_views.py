"""Looking back on an agreement, and what comes next."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from beheard.people.pages import posted, session_page
from beheard.rls import NotNow
from beheard.rls.doors import door
from stages.journey import OVER, joint_is_open
from stages.progress import have_met, hot_hands, returned_steps, standing_step
from stages.repair import actions, check_ins, queries
from stages.repair.forms import CheckInForm, NextWordsForm, words_of
from stages.steps import MeetingKind, StepKind

LOOK_AGAIN_DAYS = 7


@require_http_methods(["GET", "POST"])
@session_page
def check_in(request, place):
    """How it went: private until both have answered."""
    agreed = queries.agreed(place)
    if agreed is None:
        return redirect("session", session_id=place.session.pk)
    mine = queries.my_check_in(place, agreed)
    names = ("happened", "helped", "in_the_way")
    form = CheckInForm(posted(request), initial={name: getattr(mine, name) for name in names} if mine else {})
    if request.method == "POST" and form.is_valid():
        try:
            both = check_ins.check_in(place=place, agreement_id=agreed.pk, now=timezone.now(), **form.cleaned_data)
            return redirect("what_next" if both else "check_in", session_id=place.session.pk)
        except NotNow as reason:
            form.add_error(None, str(reason))
    said = standing_step(place, StepKind.CHECKED_IN)
    context = {
        "place": place,
        "agreement": agreed,
        "form": form,
        "mine": mine,
        "said": said,
        "counts_later": said.counts_from if said and said.counts_from > timezone.now() else None,
        "came_back": StepKind.CHECKED_IN in returned_steps(place),
        "both": door("both_check_ins", agreed.pk),
        "good": check_ins.went_well(place),
        "over": place.session.status in OVER,
        "hot": hot_hands(place, timezone.now()),
    }
    return render(request, "repair/check_in.html", context)


@require_http_methods(["GET", "POST"])
@session_page
def what_next(request, place):
    """Go on with it, for longer, otherwise; try something else; or close. New words take both, like the first ones."""
    if not joint_is_open(place) or not have_met(place, MeetingKind.AGREEMENT):
        return redirect("session", session_id=place.session.pk)
    agreed, proposed, now = queries.agreed(place), queries.proposed(place), timezone.now()
    how = request.GET.get("how", "")
    how = how if how in NextWordsForm.KEPT else ""
    form = NextWordsForm(posted(request), how=how or "adjust", initial=_begin_with(agreed, proposed, how, now))
    if request.method == "POST" and form.is_valid():
        try:
            actions.propose_agreement(place=place, now=now, **form.cleaned_data)
            met = actions.settle_agreement(place=place, now=now) and queries.agreed(place) != agreed
            return redirect("agreement" if met else "what_next", session_id=place.session.pk)
        except NotNow as reason:
            form.add_error(None, str(reason))
    yes = standing_step(place, StepKind.AGREED)
    context = {
        "place": place,
        "agreement": agreed,
        "both": door("both_check_ins", agreed.pk),
        "proposed": proposed,
        "yes": yes,
        "counts_later": yes.counts_from if yes and yes.counts_from > now else None,
        "more": standing_step(place, StepKind.MORE_IDEAS),
        "looked_back": have_met(place, MeetingKind.CHECK_IN),
        "how": how,
        "form": form,
        "good": check_ins.went_well(place),
        "hot": hot_hands(place, now),
    }
    return render(request, "repair/what_next.html", context)


def _begin_with(agreed, proposed, how: str, now) -> dict:
    first = words_of(proposed if how == "adjust" and proposed else agreed)
    days = max(first["duration_days"] or LOOK_AGAIN_DAYS, LOOK_AGAIN_DAYS)
    return first | {"follow_up": timezone.localdate(now) + timedelta(days=days)}


@require_POST
@session_page
def more_ideas(request, place):
    """Another round, when both would."""
    try:
        both = check_ins.want_more_ideas(place=place, now=timezone.now())
    except NotNow as reason:
        messages.info(request, str(reason))
        both = False
    return redirect("ideas" if both else _table(place), session_id=place.session.pk)


@require_POST
@session_page
def no_more_ideas(request, place):
    check_ins.no_more_ideas(place=place)
    messages.success(request, _("Taken back."))
    return redirect(_table(place), session_id=place.session.pk)


def _table(place) -> str:
    return "what_next" if have_met(place, MeetingKind.AGREEMENT) else "overlap"
