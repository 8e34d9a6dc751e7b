"""Reading the other's letter, answering it, and writing once more."""

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
from consent.models import ContentType
from stages.perspective import actions, queries
from stages.perspective.forms import AnswerForm, RestateForm
from stages.perspective.models import Verdict
from stages.perspective.pages import ask_consent, letter_page, partner_of, to
from stages.progress import have_met
from stages.steps import MeetingKind, StepKind
from vessels.private.drafts import draft, forget_draft, save_draft
from vessels.shared import bridge

ADDED_BOX, AGAIN_BOX = "letter-added", "letter-again"


@require_http_methods(["GET", "POST"])
@letter_page
def letter_open(request, place):
    """A sealed letter, until its reader opens it; then their partner's words."""
    if not have_met(place, MeetingKind.LETTERS):
        return to("letter", place)
    if request.method == "POST":
        actions.open_letter(place=place, now=timezone.now())
        return to("letter_open", place)
    context = {"place": place, "partner": partner_of(place), "received": queries.received(place)}
    return render(request, "perspective/open.html", context | {"opened": StepKind.LETTER_OPENED in request.steps})


@require_http_methods(["GET", "POST"])
@letter_page
def answer(request, place):
    """What landed, one thing to add, and where this leaves the reader."""
    if StepKind.LETTER_OPENED not in request.steps:
        return to("letter_open", place)
    received = queries.received(place)
    given = queries.validation(place, received.latest)
    form = _answer_form(request, place, received.latest, given)
    if request.method == "POST":
        if form is None or str(received.latest.pk) != request.POST.get("letter"):
            save_draft(place, ADDED_BOX, request.POST.get("to_add", ""))
            return to("letter_answer", place)
        if form.is_valid() and (response := _keep(request, place, form)):
            return response
    sent = queries.feedback(place, given)
    context = {
        "place": place,
        "partner": partner_of(place),
        "received": received,
        "form": form,
        "given": given,
        "sent": sent,
        "sent_before": queries.sent_before(place, sent),
        "sent_standing": bridge.standing(sent) if sent else None,
        "steps": request.steps,
        "said": actions.coaching_of_added(place, given),
        "coming": "coming" in request.GET,
    }
    return render(request, "perspective/answer.html", context)


def _answer_form(request, place, letter, given) -> AnswerForm | None:
    if letter is None:
        return None
    initial = {
        "letter": letter.pk,
        "landed": given.landed if given else [],
        "to_add": draft(place, ADDED_BOX) or (given.to_add if given else ""),
    }
    form = AnswerForm(request.POST or None, initial=initial, words=letter.transformed_content)
    form.fields["to_add"].keep_draft(f"{place.session.pk}:{ADDED_BOX}", _draft_url(place))
    return form


def _keep(request, place: Place, form: AnswerForm):
    """Keep marks and words, and do what the pressed button says. None: the form says what is missing."""
    words, now, do = form.cleaned_data, timezone.now(), request.POST.get("do")
    given = actions.keep_answer(
        place=place, letter_id=words["letter"], landed=words["landed"], to_add=words["to_add"], now=now
    )
    forget_draft(place, ADDED_BOX)
    if do in ("guide", "send") and not given.to_add:
        form.add_error("to_add", _("Write one thing first."))
        return None
    if do == "guide":
        actions.ask_about_added(place=place, answer=given)
        return redirect(reverse("letter_answer", args=[place.session.pk]) + "?coming=1#guide")
    if do == "send":
        try:
            actions.offer_added(place=place, answer=given, now=now)
        except NotNow as reason:
            form.add_error("to_add", str(reason))
            return None
        return to("letter_answer_preview", place)
    messages.success(request, _("Kept, with you alone."))
    return to("letter_answer", place)


@require_safe
@letter_page
def coaching(request, place):
    """What the guide says of "one thing to add", as a fragment; 204 while there is nothing yet."""
    said = actions.coaching_of_added(place, queries.validation(place, queries.received(place).latest))
    if said is None:
        return HttpResponse(status=204)
    return render(request, "perspective/coaching_added.html", {"place": place, "said": said, "coming": False})


@require_POST
@letter_page
def softer(request, place):
    given = queries.validation(place, queries.received(place).latest)
    if given is not None:
        actions.take_softer(place=place, answer=given)
        forget_draft(place, ADDED_BOX)
    return to("letter_answer", place)


@require_http_methods(["GET", "POST"])
@letter_page
def preview(request, place):
    """The exact words of "one thing to add": send, keep private, or not now."""
    given = queries.validation(place, queries.received(place).latest)
    words = {"kind": "added", "partner": partner_of(place), "asks_about": (bridge.Standing.UNDECIDED,)}
    decide = _share_or_keep(place, "letter_answer")
    return ask_consent(request, place, queries.feedback(place, given), words, decide, "letter_answer")


@require_POST
@letter_page
def closing(request, place):
    """ "I feel understood enough", or "we see this differently"."""
    if request.POST.get("verdict") not in Verdict.values:
        return to("letter_answer", place)
    try:
        actions.close(place=place, verdict=Verdict(request.POST["verdict"]), now=timezone.now())
    except NotNow as reason:
        messages.info(request, str(reason))
        return to("letter_open", place)
    return to("session", place)


@require_http_methods(["GET", "POST"])
@letter_page
def restate(request, place):
    """Once more, after what the other added."""
    crossed = queries.crossed(place)
    if not crossed.may_restate:
        return to("letter", place)
    before = queries.attempt(place, crossed.next_round)
    form = RestateForm(
        request.POST or None, initial={"guess": draft(place, AGAIN_BOX) or (before.guess if before else "")}
    )
    form.fields["guess"].keep_draft(f"{place.session.pk}:{AGAIN_BOX}", _draft_url(place))
    if request.method == "POST" and form.is_valid():
        actions.restate(place=place, guess=form.cleaned_data["guess"], now=timezone.now())
        forget_draft(place, AGAIN_BOX)
        return to("restate_preview", place)
    context = {"place": place, "form": form, "partner": partner_of(place), "crossed": crossed}
    return render(request, "perspective/restate.html", context)


@require_http_methods(["GET", "POST"])
@letter_page
def restate_preview(request, place):
    words = {"kind": "again", "partner": partner_of(place), "asks_about": (bridge.Standing.UNDECIDED,)}
    round = queries.crossed(place).next_round
    content = queries.offered(place, round) if round else None
    return ask_consent(request, place, content, words, _share_or_keep(place, "letter"), "letter")


@require_POST
@letter_page
def recall(request, place, content_id: UUID):
    """Take back an answer or a restatement."""
    kind = actions.recall(place=place, content_id=content_id, now=timezone.now())
    messages.success(request, _("It is back with you."))
    return to("letter_answer" if kind == ContentType.EMPATHY_FEEDBACK else "letter", place)


def _share_or_keep(place: Place, back: str):
    def decide(decision, content_id, digest):
        now = timezone.now()
        if decision == "share":
            actions.share_by_itself(place=place, content_id=content_id, digest=digest, now=now)
        elif decision in ("private", "pressed"):
            actions.keep_by_itself(place=place, content_id=content_id, now=now)
        return to("shared:pressed" if decision == "pressed" else back, place)

    return decide


def _draft_url(place: Place) -> str:
    return reverse("private:draft", args=[place.session.pk])
