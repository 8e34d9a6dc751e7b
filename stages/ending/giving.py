"""Passing on what worked: written anew, looked at, agreed to; and what one has given, to look at and take back.

Nothing of the session goes with it: no id, no date, no word from the vessel. That something went well is asked of their own
check-in, and forgotten.
"""

from dataclasses import asdict
from hashlib import sha256

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.pages import posted, session_page
from beheard.rls import NotNow
from library import contributions
from library.contributions import GivenWords
from library.identifying import find_signs
from stages.ending.give_forms import AgreeForm, GiveForm
from stages.repair.check_ins import went_well


@require_http_methods(["GET", "POST"])
@session_page
def give(request, place):
    """Three looks at the same words: writing them, seeing them as others will, and agreeing to exactly these."""
    if not went_well(place):
        return redirect("session", session_id=place.session.pk)
    form = GiveForm(posted(request))
    if request.method != "POST" or not form.is_valid() or "change" in request.POST:
        return render(request, "ending/give.html", {"place": place, "form": form})
    words = form.words()
    agree = AgreeForm(posted(request) if "agree" in request.POST else None, initial={"digest": digest(words)})
    if "agree" in request.POST and agree.is_valid() and agree.cleaned_data["digest"] == digest(words):
        try:
            contributions.offer(by=request.actor, words=words, now=timezone.now())
            messages.success(request, _("Thank you. It is on its way, without your name."))
            return redirect("given")
        except NotNow as reason:
            agree.add_error(None, str(reason))
    names = [place.partner_name or "", place.display_name]
    context = {"place": place, "form": form, "words": words, "agree": agree, "signs": signs_in(words, names)}
    return render(request, "ending/give_preview.html", context)


def digest(words: GivenWords) -> str:
    """What the page that shows these words carries, so that exactly they are agreed to."""
    return sha256(repr(asdict(words)).encode()).hexdigest()


def signs_in(words: GivenWords, names: list[str]) -> list:
    """What could tell who wrote it, in their own new words only."""
    texts = [words.title, words.plain, words.description, words.measure]
    return find_signs("\n".join(filter(None, texts)), unspoken=filter(None, names))


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
