"""Looking through the library."""

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from library.words import takes
from stages.shelf import queries
from stages.shelf.forms import ShelfForm


@require_http_methods(["GET", "POST"])
def library(request):
    """Looked for by POST: what someone looks for stands in no address."""
    form = ShelfForm(request.POST or None)
    asked = request.method == "POST" and form.is_valid() and not form.is_open()
    items = queries.shelf(request.actor.user_id, **(form.cleaned_data if asked else queries.NOTHING))
    shown = items if not asked or "more" in request.POST else items[: queries.A_PAGE]
    for item in shown:
        item.takes = takes(item.duration_minutes, item.duration_days)
    context = {"form": form, "asked": asked, "items": shown, "left": len(items) - len(shown)}
    return render(request, "shelf/library.html", context)
