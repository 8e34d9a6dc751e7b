"""Notices: that there is something, never what. Due in a daily slot, seen when the page is opened by a person's own press."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from stages.models import Notification
from stages.rhythm.actions import see_notices

SHOWN = 50


@require_safe
def notices(request):
    mine = Notification.objects.filter(owner_id=request.actor.user_id).order_by("-due_at", "-id")[:SHOWN]
    return render(request, "home/notices.html", {"notices": list(mine)})


@require_POST
def all_seen(request):
    see_notices(by=request.actor, now=timezone.now())
    return redirect("notices")
