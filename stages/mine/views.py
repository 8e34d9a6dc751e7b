"""What belongs to a person as a whole: taking a copy of it all, and taking it all away. Both ask for the password."""

from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent import ledger
from stages.mine.actions import erase_person
from stages.mine.exporting import exported
from stages.mine.forms import EraseForm
from vessels.private.reauthentication import asks_password


@require_safe
@asks_password
def export(request):
    """What is in the file, and a button."""
    return render(request, "mine/export.html", {"head": ledger.head_of(request.actor.user_id)})


@require_POST
@asks_password
def export_file(request):
    """The file. Its name in the list of downloads says nothing."""
    answer = HttpResponse(exported(by=request.actor, now=timezone.now()), content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="copy.zip"'
    return answer


@require_http_methods(["GET", "POST"])
@asks_password
def erase(request):
    form = EraseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        erase_person(by=request.actor, now=timezone.now())
        logout(request)
        answer = render(request, "mine/erased.html")
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer
    return render(request, "mine/erase.html", {"form": form})
