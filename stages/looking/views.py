"""What the guide looked at, and moments like this one: both in one's own vessel, behind its password."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beheard.people.pages import session_page
from stages.looking import queries, sought
from stages.looking.forms import SimilarForm
from vessels.private.reauthentication import asks_password

MOST_MOMENTS = 6


@require_safe
@session_page
@asks_password
def looked_at(request, place):
    page = Paginator(queries.uses(place), queries.A_PAGE).get_page(request.GET.get("page"))
    return render(request, "looking/looked_at.html", {"place": place, "page": page, "uses": queries.shown(place, page)})


@require_http_methods(["GET", "POST"])
@session_page
@asks_password
def similar(request, place):
    """Looked for by POST: what someone looks for stands in no address. Nothing of it is kept."""
    form = SimilarForm(request.POST or None)
    moments = None
    if request.method == "POST" and form.is_valid():
        if request.sought is None:
            form.add_error(None, _("It could not be looked for just now. Please try again later."))
        else:
            moments = queries.moments_like(place, request.sought, limit=MOST_MOMENTS)
    return render(request, "looking/similar.html", {"place": place, "form": form, "moments": moments})


similar.ahead_of_transaction = lambda request: sought.look_up(request, request.POST)
