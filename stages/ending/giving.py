"""The pages of passing on what worked, and of what one has given."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.pages import posted, session_page
from beheard.rls import NotNow
from library import contributions
from stages.ending import passing_on
from stages.ending.give_forms import AgreeForm, GiveForm


@require_http_methods(["GET", "POST"])
@session_page
def give(request, place):
    """Three looks at the same words: writing them, seeing them as others will, and agreeing to exactly these."""
    if not passing_on.may_give(place):
        return redirect("session", session_id=place.session.pk)
    form = GiveForm(posted(request))
    if request.method != "POST" or not form.is_valid() or "change" in request.POST:
        return render(request, "ending/give.html", {"place": place, "form": form})
    looked = passing_on.look_at(place=place, words=form.words())
    agree = AgreeForm(posted(request) if "agree" in request.POST else None, initial={"digest": looked.digest})
    if "agree" in request.POST and agree.is_valid():
        try:
            agreed_to = agree.cleaned_data["digest"]
            passing_on.give(place=place, words=looked.words, agreed_to=agreed_to, now=timezone.now())
            messages.success(request, _("Thank you. It is on its way, without your name."))
            return redirect("given")
        except NotNow as reason:
            agree = AgreeForm(initial={"digest": looked.digest})
            messages.info(request, str(reason))
    context = {"place": place, "form": form, "words": looked.words, "agree": agree, "signs": looked.signs}
    return render(request, "ending/give_preview.html", context)


@require_safe
def given(request):
    """What this person has given, from whichever time of theirs, and how it stands. Shown to nobody else."""
    return render(request, "ending/given.html", {"given": contributions.given_by(request.actor)})


@require_POST
def withdraw(request, contribution_id):
    contributions.withdraw(by=request.actor, contribution_id=contribution_id, now=timezone.now())
    messages.success(request, _("Taken back. Nobody is offered it any more."))
    return redirect("given")


@require_POST
def agree_again(request, contribution_id):
    try:
        contributions.agree_again(
            by=request.actor, contribution_id=contribution_id, digest=request.POST.get("digest", "")
        )
        messages.success(request, _("Thank you. It goes on in these words."))
    except NotNow as reason:
        messages.info(request, str(reason))
    return redirect("given")
