"""Public pages, and what every page needs."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def landing(request):
    return render(request, "web/landing.html")


@require_safe
def privacy(request):
    return render(request, "web/privacy.html")


@require_safe
def help_now(request):
    return render(request, "web/help_now.html")


@require_safe
def healthz(request):
    return HttpResponse("ok", content_type="text/plain")
