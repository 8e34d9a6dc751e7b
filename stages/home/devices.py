"""Where else one is signed in: tokens for programs, and the way to end everything at once."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from beheard.api import tokens
from beheard.people.pages import posted
from beheard.rls import NotNow, no_actor
from stages.home.forms import TokenForm
from vessels.private.reauthentication import asks_password


@require_http_methods(["GET", "POST"])
@asks_password
def devices(request):
    """The tokens there are, and a new one, shown this once."""
    form, secret = TokenForm(posted(request)), ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = tokens.make(user=request.user, now=timezone.now(), **form.cleaned_data)
            form = TokenForm()
        except NotNow as reason:
            form.add_error(None, str(reason))
    context = {"form": form, "secret": secret, "tokens": tokens.all_of(request.user)}
    return render(request, "home/devices.html", context)


@require_POST
def remove(request, token_id: UUID):
    tokens.revoke(user=request.user, token_id=token_id)
    messages.success(request, _("That token is gone."))
    return redirect("devices")


@require_POST
def sign_out_everywhere(request):
    """Everywhere but here."""
    tokens.end_everything(user=request.user)
    with no_actor():
        update_session_auth_hash(request, request.user)
    messages.success(request, _("You are signed out everywhere else, and every token is gone."))
    return redirect("devices")
