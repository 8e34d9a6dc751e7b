"""Something new with the same person: begun by one, found by the other when they come by."""

from uuid import uuid4

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from beheard.people.models import SessionStatus
from beheard.people.pages import posted, session_page
from beheard.rls import NotNow
from stages import actions
from stages.continuity.queries import Before, agreed_here, before
from stages.home.forms import FirstWordsForm
from stages.journey import Next, facts_of, next_thing
from vessels.private.drafts import draft, forget_draft

BOX = "again"


@require_http_methods(["GET", "POST"])
@session_page
def begin_again(request, place):
    """First words of something new, beside what was agreed. Only what both reached goes with it."""
    if place.session.status != SessionStatus.RESOLVED or place.partner_name is None:
        return redirect("session", session_id=place.session.pk)
    form = FirstWordsForm(posted(request), initial={"key": uuid4(), "words": draft(place, BOX)})
    form.fields["words"].keep_draft(f"{place.session.pk}:{BOX}", reverse("private:draft", args=[place.session.pk]))
    if request.method == "POST" and form.is_valid():
        try:
            words, key = form.cleaned_data["words"], str(form.cleaned_data["key"])
            new = actions.begin_again(place=place, words=words, key=key, now=timezone.now())
            forget_draft(place, BOX)
            return redirect("conversation", session_id=new.session.pk)
        except NotNow as reason:
            form.add_error("words", str(reason))
    context = {"place": place, "form": form, "before": Before(agreed_here(place))}
    return render(request, "home/begin_again.html", context)


@require_http_methods(["GET", "POST"])
@session_page
def sit_down(request, place):
    """The other has begun something new. Coming in is one's own press, and leaving it is nothing at all."""
    if next_thing(facts_of(place)) != Next.SIT_DOWN:
        return redirect("session", session_id=place.session.pk)
    if request.method == "POST":
        actions.sit_down(place=place, now=timezone.now())
        return redirect("conversation", session_id=place.session.pk)
    return render(request, "home/sit_down.html", {"place": place, "before": before(place)})
