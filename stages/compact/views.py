"""Stage 0 pages: safety questions, topic, invitation, joining, the compact."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.pages import session_page
from beheard.rls import Actor, NotNow, NotYours, no_actor
from stages import progress, suggestions
from stages.compact import actions
from stages.compact.forms import InviteForm, JoinForm, SafetyForm, SignForm, TopicForm
from stages.compact.models import Outcome
from stages.compact.topics import topic_of
from stages.journey import facts_of, invitation_state
from stages.models import Purpose
from stages.steps import StepKind


@require_http_methods(["GET", "POST"])
@session_page
def safety(request, place):
    """A few private questions. What was answered is never shown again."""
    form = SafetyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = actions.answer_safety(place=place, answers=form.cleaned_data, now=timezone.now())
        return redirect("safety_closed" if outcome == Outcome.CLOSED else "session", session_id=place.session.pk)
    return render(request, "compact/safety.html", {"place": place, "form": form, "before": facts_of(place).safety})


@require_safe
@session_page
def safety_closed(request, place):
    return render(request, "compact/safety_closed.html", {"place": place})


@require_http_methods(["GET", "POST"])
@session_page
def topic(request, place):
    """A name for what this is about, approved word by word."""
    offered = suggestions.latest(place, Purpose.TOPIC, place.session.pk)
    first = place.session.topic or (offered.content["text"] if offered else "")
    form = TopicForm(request.POST or None, initial={"topic": first})
    if request.method == "POST" and form.is_valid():
        try:
            actions.approve_topic(place=place, topic=form.cleaned_data["topic"].strip(), now=timezone.now())
            return redirect("session", session_id=place.session.pk)
        except NotNow as reason:
            form.add_error("topic", str(reason))
    if request.method == "GET" and offered is None and not place.session.topic:
        suggestions.ask(place=place, purpose=Purpose.TOPIC, about_id=place.session.pk)
    return render(request, "compact/topic.html", {"place": place, "form": form, "waiting": offered is None})


@require_safe
@session_page
def topic_state(request, place):
    """204 until the guide's words are here; then the page reloads."""
    if suggestions.latest(place, Purpose.TOPIC, place.session.pk) is None:
        return HttpResponse(status=204)
    return HttpResponse(status=200, headers={"HX-Refresh": "true"})


@require_http_methods(["GET", "POST"])
@session_page
def invite(request, place):
    """The invitation: by link, by e-mail, sent again, withdrawn."""
    form = InviteForm(request.POST or None)
    link = None
    if request.method == "POST" and form.is_valid():
        try:
            link = actions.invite(place=place, email=form.cleaned_data["email"], now=timezone.now())
        except NotNow as reason:
            form.add_error(None, str(reason))
    place.session.refresh_from_db()
    context = {"place": place, "form": form, "link": link, "invitation": actions.open_invitation(place)}
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
    if request.method == "POST":
        actions.confirm_partner(place=place, is_them=request.POST.get("answer") == "yes")
        return redirect("session", session_id=place.session.pk)
    return render(request, "compact/confirm_partner.html", {"place": place})


@require_http_methods(["GET", "POST"])
@session_page
def compact(request, place):
    """The Curiosity Compact. Whether the other has signed shows only once both have."""
    form = SignForm(request.POST or None)
    signed = progress.has_taken(place, StepKind.COMPACT_SIGNED)
    if request.method == "POST" and (signed or form.is_valid()):
        both = actions.sign_compact(place=place, now=timezone.now())
        messages.success(request, _("You have both signed.") if both else _("Your signature is kept."))
        return redirect("session", session_id=place.session.pk)
    both = actions.settle_compact(place=place, now=timezone.now()) if signed else False
    hot = progress.hot_hands(place, timezone.now())
    return render(
        request, "compact/compact.html", {"place": place, "form": form, "signed": signed, "both": both, "hot": hot}
    )


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
    found = _found(token)
    if found["joined_by_actor"]:
        return redirect("session", session_id=found["session_id"])
    context = {"found": found, "token": token, "topic": topic_of(found), "form": JoinForm()}
    return render(request, "compact/invitation.html", context)


invitation.actor_for_request = _visitor


@login_not_required
@require_POST
def decline(request, token: str):
    actions.decline(token=token)
    return render(request, "compact/declined.html")


decline.actor_for_request = _visitor


@login_not_required
@require_POST
def join(request, token: str):
    """Joining is a POST by someone who is signed in."""
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_signup')}?next={reverse('invitation', args=[token])}")
    form = JoinForm(request.POST)
    found = _found(token)
    if form.is_valid():
        try:
            place = actions.join(by=request.actor, token=token, name=form.cleaned_data["name"], now=timezone.now())
            return redirect("session", session_id=place.session.pk)
        except NotNow as reason:
            form.add_error(None, str(reason))
    context = {"found": found, "token": token, "topic": topic_of(found), "form": form}
    return render(request, "compact/invitation.html", context)


join.actor_for_request = _visitor


def _found(token: str) -> dict:
    found = actions.invitation_by_token(token)
    if found is None:
        raise NotYours
    return found
