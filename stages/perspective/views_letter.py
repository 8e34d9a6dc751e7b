"""Writing one's own letter, up to its crossing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.pages import Place
from beheard.rls import NotNow
from stages import progress, suggestions
from stages.guide.registry import current_guide
from stages.models import Purpose
from stages.perspective import actions, queries
from stages.perspective.forms import LetterForm
from stages.perspective.models import EmpathyDraft
from stages.perspective.pages import ask_consent, letter_page, partner_of, to
from stages.perspective.queries import LETTER, LetterState
from stages.steps import MeetingKind, StepKind
from vessels.private.drafts import forget_draft
from vessels.shared import bridge

BOXES = {"guess": "letter-guess", "want_known": "letter-lines"}


@require_http_methods(["GET", "POST"])
@letter_page
def letter(request, place):
    """Wherever one's own letter stands: being written, on its way, back again, left aside, crossed."""
    if request.method == "POST":
        return _write(request, place)
    state = _state(request, place)
    if state == LetterState.WRITING or (state == LetterState.WENT_ON and "again" in request.GET):
        versions = queries.drafts(place)
        return render(
            request, "perspective/letter.html", _desk(request, place, _form(request, place, versions), versions)
        )
    context = {"place": place, "partner": partner_of(place)}
    if state == LetterState.CROSSED:
        return render(request, "perspective/letters.html", context | {"crossed": queries.crossed(place)})
    step = request.steps.get(StepKind.LETTER_READY)
    context |= {"step": step, "letter": queries.shared_letter(place)}
    context["counts_later"] = progress.counts_later(place, step, timezone.now())
    return render(request, f"perspective/{state}.html", context)


def _state(request, place: Place) -> LetterState:
    state = queries.state_of(place, timezone.now(), request.steps)
    if state == LetterState.ON_ITS_WAY and progress.meet(place=place, kind=MeetingKind.LETTERS):
        return LetterState.CROSSED
    return state


def _write(request, place):
    """Keep what is in the boxes, and do what the pressed button says."""
    form = _form(request, place, [])
    if not form.is_valid():
        return render(request, "perspective/letter.html", _desk(request, place, form, queries.drafts(place)))
    now, words = timezone.now(), form.cleaned_data
    version = actions.keep_draft(place=place, now=now, **words)
    for box in BOXES.values():
        forget_draft(place, box)
    if request.POST.get("do") == "guide":
        actions.ask_to_read(place=place, draft=version)
        return redirect(_desk_url(place, "coming=1") + "#guide")
    if request.POST.get("do") == "ready":
        try:
            actions.finish_letter(place=place, now=now, **words)
        except NotNow as reason:
            messages.info(request, str(reason))
            return to("letter", place)
        return to("letter_preview", place)
    messages.success(request, _("Kept, with you alone."))
    return redirect(_desk_url(place))


def _desk_url(place: Place, query: str = "") -> str:
    """The page with the boxes, also for someone who went on without the exchange and writes after all."""
    went_on = queries.state_of(place, timezone.now()) == LetterState.WENT_ON
    query = "&".join(part for part in (query, "again=1" if went_on else "") if part)
    return reverse("letter", args=[place.session.pk]) + (f"?{query}" if query else "")


def _form(request, place, versions: list[EmpathyDraft]) -> LetterForm:
    """The boxes: with an earlier version if one is asked for, else with what was typed last, kept or not."""
    if request.method == "POST":
        form = LetterForm(request.POST, partner=partner_of(place))
    else:
        form = LetterForm(initial=_initial(request, place, versions), partner=partner_of(place))
    for name, box in BOXES.items():
        form.fields[name].keep_draft(f"{place.session.pk}:{box}", reverse("private:draft", args=[place.session.pk]))
    return form


def _initial(request, place, versions: list[EmpathyDraft]) -> dict[str, str]:
    number = request.GET.get("version", "")
    asked_for = queries.version(place, int(number)) if _is_number(number) else None
    shown = asked_for or (versions[0] if versions else None)
    initial = {name: getattr(shown, name) if shown else "" for name in BOXES}
    return initial if asked_for else initial | queries.unsent(place, BOXES)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def _desk(request, place, form, versions: list[EmpathyDraft]) -> dict:
    latest = versions[0] if versions else None
    return {
        "place": place,
        "form": form,
        "partner": partner_of(place),
        "opening": current_guide().opening(place.display_name, 2, "empathy"),
        "versions": versions[1:],
        "taken": queries.questions_taken(place, latest) if latest else [],
        "hints": queries.hints(place),
        **_coaching(place, latest, coming="coming" in request.GET),
    }


def _coaching(place: Place, version: EmpathyDraft | None, *, coming: bool) -> dict:
    """What the guide said of this version, its questions kept as they are shown; or that it is on its way."""
    said = suggestions.latest(place, Purpose.GUESS, version.pk) if version else None
    if said is None:
        return {"said": None, "questions": [], "coming": coming and version is not None, "version": version}
    actions.show_questions(place=place, draft=version, found=said.content["judgments"], now=timezone.now())
    return {"said": said.content, "questions": queries.open_questions(version), "coming": False, "version": version}


@require_safe
@letter_page
def coaching(request, place, number: int):
    """What the guide says of a version, as a fragment; 204 while there is nothing yet."""
    context = _coaching(place, queries.version(place, number), coming=True)
    if context["said"] is None:
        return HttpResponse(status=204)
    return render(request, "perspective/coaching.html", {"place": place} | context)


@require_POST
@letter_page
def question(request, place, reframe_id: UUID):
    """A question of the guide, taken along or left."""
    actions.answer_question(place=place, reframe_id=reframe_id, taken=request.POST.get("taken") == "yes")
    return redirect(_desk_url(place) + "#guide")


@require_http_methods(["GET", "POST"])
@letter_page
def hint(request, place):
    """What a hint is, and yes to one. What stands in the boxes of the letter has been kept as a draft."""
    if request.method == "POST":
        slot = request.POST.get("slot", "")
        slot = int(slot) if _is_number(slot) and int(slot) else queries.hints(place).next_slot
        if actions.use_hint(place=place, now=timezone.now(), slot=slot) is None:
            messages.info(request, _("There is no hint to take just now."))
        return redirect(_desk_url(place) + "#hints")
    context = {"place": place, "partner": partner_of(place), "hints": queries.hints(place)}
    return render(request, "perspective/hint.html", context)


@require_http_methods(["GET", "POST"])
@letter_page
def preview(request, place):
    """The exact words of the letter: share, keep private, or not now."""

    def decide(decision, content_id, digest):
        now = timezone.now()
        if decision == "share":
            met = actions.share_letter(place=place, content_id=content_id, digest=digest, now=now)
            return to("letter_open" if met else "letter", place)
        if decision in ("private", "pressed"):
            actions.keep_letter_private(place=place, content_id=content_id, now=now)
        return to("shared:pressed" if decision == "pressed" else "letter", place)

    shown = queries.state_of(place, timezone.now()) in (LetterState.WRITING, LetterState.WENT_ON)
    if request.method == "GET" and not shown:
        return to("letter", place)
    # Agreed to on the page of what is shared, but not said to be ready here: then it is asked again.
    asks_about = (bridge.Standing.UNDECIDED, bridge.Standing.WAITING)
    words = {"kind": "letter", "partner": partner_of(place), "asks_about": asks_about}
    return ask_consent(request, place, queries.offered(place, LETTER), words, decide, "letter")


@require_POST
@letter_page
def take_back(request, place):
    try:
        actions.take_letter_back(place=place, now=timezone.now())
        messages.success(request, _("Your letter is back with you. Nobody has read it."))
    except NotNow as reason:
        messages.info(request, str(reason))
    return to("letter", place)


@require_POST
@letter_page
def wait_again(request, place):
    met = actions.wait_again(place=place, now=timezone.now())
    return to("letter_open" if met else "letter", place)


@require_POST
@letter_page
def go_on(request, place):
    """The way out."""
    actions.go_on_without(place=place, now=timezone.now())
    return to("session", place)
