"""Stage 0 pages: safety questions, topic, invitation, joining, the compact."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.models import SessionStatus
from beheard.people.pages import place_of, posted, session_page
from beheard.rls import Actor, NotNow, NotYours, no_actor
from stages import progress, suggestions
from stages.compact import actions
from stages.compact.forms import InviteForm, JoinForm, SafetyForm, SignForm, TopicForm
from stages.compact.models import Outcome
from stages.compact.topics import topic_of
from stages.journey import invitation_state
from stages.models import Purpose
from stages.steps import StepKind


@require_http_methods(["GET", "POST"])
@session_page
def safety(request, place):
    """A few private questions. What was answered is never shown again."""
    form = SafetyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        outcome = actions.answer_safety(place=place, answers=form.cleaned_data, now=timezone.now())
        return redirect("safety_closed" if outcome == Outcome.CLOSED else "session", session_id=place.session.pk)
    return render(request, "compact/safety.html", {"place": place, "form": form, "before": progress.safety_of(place)})


@require_safe
@session_page
def safety_closed(request, place):
    return render(request, "compact/safety_closed.html", {"place": place})


@require_http_methods(["GET", "POST"])
@session_page
def topic(request, place):
    """A name for what this is about, approved word by word; read-only once the invitation carries it."""
    if place.seat != "A" or place.session.status != SessionStatus.CREATED:
        return render(request, "compact/topic_stands.html", {"place": place})
    offered = _offered_topic(place)
    first = offered if offered and ("offered" in request.GET or not place.session.topic) else place.session.topic
    form = TopicForm(posted(request), initial={"topic": first or ""})
    look_at = []
    if request.method == "POST" and form.is_valid():
        topic, looked_at = form.cleaned_data["topic"].strip(), request.POST.get("looked", "").strip()
        try:
            look_at = actions.name_topic(place=place, topic=topic, looked_at=looked_at, now=timezone.now())
            if not look_at:
                return redirect("session", session_id=place.session.pk)
        except NotNow as reason:
            form.add_error("topic", str(reason))
    if request.method == "GET" and not offered and not place.session.topic:
        actions.ask_for_topic(place=place)
    context = {"place": place, "form": form, "offered": offered, "waiting": not offered and not place.session.topic}
    return render(request, "compact/topic.html", context | {"look_at": look_at})


def _offered_topic(place) -> str:
    offered = suggestions.latest(place, Purpose.TOPIC, place.session.pk)
    return offered.content["text"] if offered else ""


@require_safe
@session_page
def topic_state(request, place):
    """204 until the guide's words are here; then they stand beside the box, which stays as it is."""
    offered = _offered_topic(place)
    if not offered:
        return HttpResponse(status=204)
    return render(request, "compact/topic_offered.html", {"place": place, "offered": offered})


@require_http_methods(["GET", "POST"])
@session_page
def invite(request, place):
    """The invitation: by link, by e-mail, sent again, withdrawn."""
    form = InviteForm(posted(request))
    link = None
    if request.method == "POST" and form.is_valid():
        try:
            link = actions.invite(place=place, email=form.cleaned_data["email"], now=timezone.now())
        except NotNow as reason:
            form.add_error(None, str(reason))
    invitation = actions.open_invitation(place)
    context = {"place": place, "form": form, "link": link, "invitation": invitation, "emails_left": None}
    if invitation and invitation.sent_count:
        context["emails_left"] = actions.emails_left(invitation)
        context["email_from"] = actions.email_from(invitation, timezone.now())
    return render(request, "compact/invite.html", context | {"state": invitation_state(place)})


@require_POST
@session_page
def withdraw(request, place):
    actions.withdraw_invitation(place=place, now=timezone.now())
    return redirect("invite", session_id=place.session.pk)


@require_http_methods(["GET", "POST"])
@session_page
def confirm_partner(request, place):
    """Someone has joined: is it them? Nothing crosses before the answer is yes."""
    if invitation_state(place) != "joined":
        return redirect("session", session_id=place.session.pk)
    answer = request.POST.get("answer")
    if answer in ("yes", "no"):
        actions.confirm_partner(place=place, is_them=answer == "yes")
        return redirect("session", session_id=place.session.pk)
    return render(request, "compact/confirm_partner.html", {"place": place})


@require_http_methods(["GET", "POST"])
@session_page
def compact(request, place):
    """The Curiosity Compact. Whether the other has signed shows only once both have."""
    now = timezone.now()
    form = SignForm(posted(request))
    signature = progress.standing_step(place, StepKind.COMPACT_SIGNED)
    if request.method == "POST" and (signature or form.is_valid()):
        if progress.safety_of(place) == "none":
            return redirect("safety", session_id=place.session.pk)
        both = actions.sign_compact(place=place, now=now)
        messages.success(request, _("You have both signed.") if both else _("Your signature is kept."))
        return redirect("compact" if progress.hot_hands(place, now) else "session", session_id=place.session.pk)
    context = {
        "place": place,
        "form": form,
        "signature": signature,
        "counts_later": signature.counts_from if signature and signature.counts_from > now else None,
        "both": actions.settle_compact(place=place, now=now) if signature else False,
        "hot": progress.hot_hands(place, now),
        "came_back": StepKind.COMPACT_SIGNED in progress.returned_steps(place),
        "went_on": progress.has_taken(place, StepKind.WENT_ON_COMPACT),
    }
    return render(request, "compact/compact.html", context)


@require_POST
@session_page
def take_signature_back(request, place):
    actions.take_signature_back(place=place)
    messages.success(request, _("Your signature is yours again."))
    return redirect("compact", session_id=place.session.pk)


@require_POST
@session_page
def go_on_without_compact(request, place):
    actions.go_on_without_compact(place=place, now=timezone.now())
    return redirect("session", session_id=place.session.pk)


# --- the invited person ---------------------------------------------------------------------------
def _visitor(request) -> Actor:
    """Whoever holds the link: themselves when signed in, nobody in particular otherwise."""
    with no_actor():
        signed_in = request.user.is_authenticated
    return Actor.user(request.user.pk) if signed_in else Actor.system()


@login_not_required
@require_safe
def invitation(request, token: str):
    """ "Just look": who invites, about what, what they can't see. Opening the link changes nothing."""
    found = actions.invitation_by_token(token)
    if found is None:  # as a rule an earlier link: a newer one took its place
        return render(request, "compact/no_longer_open.html", status=404)
    return _known_here(request, found) or _invited(request, token, found, JoinForm(initial={"name": _name(request)}))


invitation.actor_for_request = _visitor


@login_not_required
@require_POST
def decline(request, token: str):
    _found(token)
    actions.decline(token=token)
    return render(request, "compact/declined.html")


decline.actor_for_request = _visitor


@login_not_required
@require_POST
def join(request, token: str):
    """Joining is a POST by someone who is signed in."""
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_signup')}?next={reverse('invitation', args=[token])}")
    found = _found(token)
    if known := _known_here(request, found):
        return known
    form = JoinForm(request.POST)
    if form.is_valid():
        try:
            place = actions.join(by=request.actor, token=token, name=form.cleaned_data["name"], now=timezone.now())
            return redirect("session", session_id=place.session.pk)
        except NotNow as reason:
            form.add_error(None, str(reason))
    return _invited(request, token, found, form)


join.actor_for_request = _visitor


def _found(token: str) -> dict:
    found = actions.invitation_by_token(token)
    if found is None:
        raise NotYours
    return found


def _known_here(request, found: dict):
    """Where someone goes who sits in this session already, or has sat there; None for everyone else."""
    if not request.user.is_authenticated:
        return None
    try:
        seat = place_of(request.actor, found["session_id"]).seat
    except NotYours:
        return redirect("home") if found["joined_by_actor"] else None
    if seat == "A":
        return render(request, "compact/own_invitation.html", {"session_id": found["session_id"]})
    return redirect("session", session_id=found["session_id"])


def _invited(request, token: str, found: dict, form: JoinForm):
    context = {"found": found, "token": token, "topic": topic_of(found), "form": form}
    return render(request, "compact/invitation.html", context)


def _name(request) -> str:
    with no_actor():
        return request.user.name if request.user.is_authenticated else ""
