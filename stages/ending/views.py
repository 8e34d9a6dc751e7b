"""Going on by oneself, and closing without an agreement."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from beheard.people.pages import posted, session_page
from library.models import GlobalLibraryItem
from library.queries import suggestions_for, with_reasons
from stages import progress
from stages.ending import actions
from stages.ending.forms import ClosureForm, ExperimentForm, LetterForm, RequestForm
from stages.journey import LEFT, OVER, joint_is_open
from stages.needs.queries import may_enter
from stages.repair.queries import drafts
from stages.steps import MeetingKind, StepKind
from stages.witness.queries import accepted_recap


@require_http_methods(["GET", "POST"])
@session_page
def alone(request, place):
    """Recap, needs, an unsent letter, one clear request, one experiment: a good ending that needs nobody."""
    ending = actions.solo(place)
    needs = actions.own_needs(place)
    items = _experiments(needs, ending)
    letter, wish, experiment = _forms(request, ending, items)
    part = {"letter": letter, "request": wish, "item": experiment}.get(request.POST.get("part"))
    if request.method == "POST" and part is not None and part.is_valid():
        _keep(place, part.cleaned_data)
        return redirect("alone", session_id=place.session.pk)
    context = {
        "place": place,
        "ending": ending,
        "recap": accepted_recap(place),
        "own_needs": needs,
        "may_look": bool(needs) or may_enter(place),
        "letter": letter,
        "wish": wish,
        "experiment": experiment,
        "chosen": next((item for item in items if ending and item.pk == ending.library_item_id), None),
        "ideas": drafts(place) if progress.stage_of(place) >= 4 else [],
        "ended": progress.has_taken(place, *LEFT),
        "over": place.session.status in OVER,
    }
    return render(request, "ending/alone.html", context)


def _forms(request, ending, items):
    part = request.POST.get("part")
    sent = {name: request.POST if part == name else None for name in ("letter", "request", "item")}
    return (
        LetterForm(sent["letter"], initial={"letter": ending.letter if ending else ""}, auto_id="letter_%s"),
        RequestForm(sent["request"], initial={"request": ending.request if ending else ""}, auto_id="request_%s"),
        ExperimentForm(
            sent["item"], items=items, initial={"item": ending and ending.library_item_id}, auto_id="item_%s"
        ),
    )


def _experiments(needs, ending) -> list:
    items = suggestions_for([need.category for need in needs], [need.need for need in needs], limit=3, solo=True)
    if ending and ending.library_item_id and ending.library_item_id not in {item.pk for item in items}:
        items += with_reasons(GlobalLibraryItem.objects.filter(pk=ending.library_item_id))
    return items


def _keep(place, cleaned: dict) -> None:
    kept = {name: cleaned[name] for name in ("letter", "request") if name in cleaned}
    if cleaned.get("item"):
        kept["library_item_id"] = cleaned["item"]
    actions.keep_solo(place=place, now=timezone.now(), **kept)


@require_POST
@session_page
def end_alone(request, place):
    actions.end_alone(place=place, now=timezone.now())
    return redirect("ended", session_id=place.session.pk)


@require_POST
@session_page
def come_back(request, place):
    actions.come_back(place=place)
    return redirect("session", session_id=place.session.pk)


@require_http_methods(["GET", "POST"])
@session_page
def closure(request, place):
    """Closing without an agreement: what stays unmet, and one's own commitments."""
    if progress.stage_of(place) < 4 or not joint_is_open(place):
        return redirect("session", session_id=place.session.pk)
    kept = actions.closure_of(place)
    first = {"unmet": kept.unmet, "commitment": kept.commitment, "needs": kept.needs or []} if kept else {}
    form = ClosureForm(posted(request), initial=first, needs=actions.needs_to_name(place))
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data | {"needs": tuple(form.cleaned_data.get("needs", ()))}
        both = actions.close(place=place, now=timezone.now(), **words)
        return redirect("ended" if both else "session", session_id=place.session.pk)
    now, closing = timezone.now(), progress.standing_step(place, StepKind.CLOSING)
    context = {
        "place": place,
        "form": form,
        "closing": closing,
        "counts_later": closing.counts_from if closing and closing.counts_from > now else None,
        "hot": progress.hot_hands(place, now),
        "agreed": progress.have_met(place, MeetingKind.AGREEMENT),
    }
    return render(request, "ending/closure.html", context)


@require_POST
@session_page
def not_closing(request, place):
    actions.not_closing(place=place)
    return redirect("session", session_id=place.session.pk)
