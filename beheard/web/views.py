"""Public pages, and what every page needs."""

from ipaddress import ip_address

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from beheard.people import accounts
from beheard.web import mail


@login_not_required
@require_safe
def landing(request):
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "web/landing.html")


@login_not_required
@require_safe
def privacy(request):
    return render(request, "web/privacy.html")


@login_not_required
@require_safe
def help_now(request):
    return render(request, "web/help_now.html")


@login_not_required
@require_safe
def healthz(request):
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def outbox(request):
    """E-mails of a development server, to read and click: links to sign in with are among them. Not there in production, nor for
    any other machine on the same network."""
    if settings.PRODUCTION or not ip_address(request.META.get("REMOTE_ADDR") or "0.0.0.0").is_loopback:
        raise Http404
    return render(request, "web/outbox.html", {"mails": mail.kept()})


@require_POST
def confirm_address(request):
    """The link that shows an address to be theirs, once more."""
    if accounts.ask_to_confirm(request):
        messages.success(request, _("It is on its way."))
    else:
        messages.info(request, _("It has been sent a moment ago. It may take a few minutes."))
    return redirect("settings")
