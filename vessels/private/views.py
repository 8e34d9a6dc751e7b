"""My vessel: everything private a person has, each thing with what they may do about it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.pages import session_page
from vessels.private import actions, contents
from vessels.private.documents import SUFFIX_OF, file_of
from vessels.private.drafts import draft, forget_draft, save_draft
from vessels.private.forms import BoundaryForm, DocumentForm
from vessels.private.queries import places_of, readings_of
from vessels.private.reauthentication import asks_password

A_PAGE = 20
BOUNDARY_DRAFT = "boundary"


@require_safe
@asks_password
def vessels(request):
    """A vessel for each session. One alone is opened at once."""
    places = places_of(request.actor)
    if len(places) == 1:
        return redirect("private:vessel", session_id=places[0].session.pk)
    return render(request, "private/vessels.html", {"places": places})


@require_safe
@asks_password
def curves(request):
    """The person's own readings, session by session."""
    found = [{"place": place, "readings": readings_of(place)} for place in places_of(request.actor)]
    return render(request, "private/curves.html", {"curves": found})


@require_safe
@session_page
@asks_password
def vessel(request, place):
    """What is in it, by kind."""
    held = contents.counts(place)
    kinds = [{"section": section, "held": held.get(section.key, 0)} for section in contents.sections()]
    context = {
        "place": place,
        "full": [kind for kind in kinds if kind["held"]],
        "empty": [kind for kind in kinds if not kind["held"] and kind["section"].new_route],
    }
    return render(request, "private/vessel.html", context)


@require_safe
@session_page
@asks_password
def section(request, place, key: str):
    """Everything of one kind, newest first, by day, in plain pages."""
    kind = contents.section(key)
    page = Paginator(kind.items(place), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "section": kind,
        "page": page,
        "entries": [contents.Shown(item, kind) for item in page],
        "readings": readings_of(place) if key == "readings" else None,
    }
    return render(request, "private/section.html", context)


@require_POST
@session_page
@asks_password
def delete(request, place, key: str, item_id: UUID):
    contents.delete(place=place, key=key, item_id=item_id, now=timezone.now())
    messages.success(request, _("That is gone."))
    return redirect("private:section", session_id=place.session.pk, key=key)


# --- boundaries --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@session_page
@asks_password
def new_boundary(request, place):
    return _boundary(request, place, None, {"words": draft(place, BOUNDARY_DRAFT)})


@require_http_methods(["GET", "POST"])
@session_page
@asks_password
def boundary(request, place, item_id: UUID):
    item = contents.section("boundaries").item(place, item_id)
    return _boundary(request, place, item_id, {"words": item.description, "non_negotiable": item.non_negotiable})


def _boundary(request, place, boundary_id, initial):
    form = BoundaryForm(request.POST or None, initial=initial)
    if boundary_id is None:
        form.fields["words"].keep_draft(
            f"{place.session.pk}:{BOUNDARY_DRAFT}", reverse("private:draft", args=[place.session.pk])
        )
    if request.method == "POST" and form.is_valid():
        actions.write_boundary(
            place=place,
            words=form.cleaned_data["words"],
            non_negotiable=form.cleaned_data["non_negotiable"],
            boundary_id=boundary_id,
            now=timezone.now(),
        )
        if boundary_id is None:
            forget_draft(place, BOUNDARY_DRAFT)
        return redirect("private:section", session_id=place.session.pk, key="boundaries")
    return render(request, "private/boundary.html", {"place": place, "form": form, "is_new": boundary_id is None})


# --- documents ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@session_page
@asks_password
def new_document(request, place):
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        actions.keep_document(
            place=place,
            title=form.cleaned_data["title"] or form.file_name[:200],
            kept=form.cleaned_data["file"],
            now=timezone.now(),
        )
        return redirect("private:section", session_id=place.session.pk, key="documents")
    return render(request, "private/document.html", {"place": place, "form": form})


@require_safe
@session_page
@asks_password
def document_file(request, place, item_id: UUID):
    """The file itself, to its owner. Its name in the list of downloads says nothing."""
    document = contents.section("documents").item(place, item_id)
    response = HttpResponse(file_of(document), content_type=document.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="document{SUFFIX_OF[document.media_type]}"'
    return response


# --- unsent text -------------------------------------------------------------------------------------------------


@require_POST
@session_page
def keep_draft(request, place):
    """Unsent text, every few seconds (static/js/draft.js)."""
    save_draft(place, request.POST.get("key", ""), request.POST.get("text", ""))
    return HttpResponse(status=204)
