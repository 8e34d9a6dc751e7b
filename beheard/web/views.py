"""Public pages, and what every page needs."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

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
    """E-mails of a development server, to read and click. Not there in production."""
    if settings.PRODUCTION:
        raise Http404
    return render(request, "web/outbox.html", {"mails": mail.kept()})
