"""The page that asks before anything is shared, what a person has shared, and their decisions."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.pages import session_page
from beheard.rls import NotNow
from consent import ledger
from vessels.private.queries import hot_hands, places_of
from vessels.shared import bridge, cooling
from vessels.shared.decisions import shown_links
from vessels.shared.forms import EDIT, NOT_NOW, PRESSED, PRIVATE, SHARE, CoolingOffForm, PreviewForm, nearest
from vessels.shared.originals import mark_of, original_of
from vessels.shared.resting import carries_agreement, last_agreed

A_PAGE = 30


@require_http_methods(["GET", "POST"])
@session_page
def preview(request, place, content_id: UUID):
    """The words and what they were made from, side by side, and three choices."""
    content = bridge.mine(place, content_id)
    if request.method == "POST":
        form = PreviewForm(request.POST)
        if form.is_valid():
            return _decided(request, place, content, form.cleaned_data)
        messages.error(request, _("Please choose one of the three."))
    return _preview(request, place, content)


def _preview(request, place, content, words=None, problem=""):
    context = {
        "place": place,
        "content": content,
        "original": original_of(place, content),
        "words": content.transformed_content if words is None else words,
        "problem": problem,
        "hot": hot_hands(place, timezone.now()),
        "waits": cooling.minutes_of(place.user_id),
        "rests": carries_agreement(content, last_agreed(place)),
        "next": _route_name(request),
    }
    return render(request, "shared/preview_page.html", context, status=200)


def _decided(request, place, content, posted):
    decision, now = posted["decision"], timezone.now()
    try:
        if decision == EDIT or (decision == SHARE and _edited(content, posted["words"])):
            return _offer_edited(request, place, content, posted["words"], now)
        if decision == SHARE:
            _check_original(place, content, posted["made_from"])
            bridge.grant(place=place, content_id=content.pk, digest=posted["digest"], now=now)
            messages.success(request, _("That is shared, in exactly these words. You can take it back at any time."))
        elif decision in (PRIVATE, PRESSED):
            bridge.keep_private(place=place, content_id=content.pk, now=now)
            if decision == PRESSED:
                return redirect("shared:pressed", session_id=place.session.pk)
            messages.success(request, _("It stays with you. Nobody learns that it was ever written."))
        elif decision == NOT_NOW:
            messages.success(request, _("Nothing has been decided. It waits here for you."))
    except NotNow as reason:
        return _preview(request, place, content, words=posted["words"] or None, problem=str(reason))
    return redirect(_next_url(request, place))


def _check_original(place, content, made_from: str) -> None:
    """Raises NotNow when the private words that stood beside these have changed since (a page may leave them out)."""
    if made_from and made_from != mark_of(original_of(place, content)):
        raise NotNow(
            _("What you wrote for yourself has changed since you read this. Please look again before you share it.")
        )


def _edited(content, words: str) -> bool:
    """Whether the words that came back are others than those on the page (a page may leave them out)."""
    return bool(words) and bridge.tidied(words) != content.transformed_content


def _offer_edited(request, place, content, words, now):
    """Other words are another offer: they are shown again before anything is shared."""
    offered = bridge.offer(
        place=place,
        content_type=content.content_type,
        item_id=content.item_id,
        words=words,
        round=content.round,
        now=now,
    )
    if offered.pk != content.pk:
        messages.success(request, _("Here are the words as they are now. Nothing has been shared yet."))
    return redirect(bridge.preview_url(offered, next=_route_name(request)))


# --- where to go afterwards --------------------------------------------------------------------------------------


def _route_name(request) -> str:
    return request.POST.get("next") or request.GET.get("next", "")


def _next_url(request, place) -> str:
    """The page of this session that `next` names. Names of routes only, never addresses: nobody is led elsewhere."""
    for name in (_route_name(request), "shared:shared"):
        try:
            return reverse(name, kwargs={"session_id": place.session.pk})
        except NoReverseMatch:
            continue
    raise NoReverseMatch("shared:shared")


# --- what is shared ----------------------------------------------------------------------------------------------


@require_safe
def everywhere(request):
    """What is shared, by session. One alone is opened at once."""
    places = places_of(request.actor)
    if len(places) == 1:
        return redirect("shared:shared", session_id=places[0].session.pk)
    return render(request, "shared/everywhere.html", {"places": places})


@require_safe
@session_page
def shared(request, place):
    """Each item in its exact words: when, to whom, and whether it still stands."""
    page = Paginator(bridge.shared_by_me(place), A_PAGE).get_page(request.GET.get("page"))
    agreed = last_agreed(place)
    items = [
        {"content": content, "standing": bridge.standing(content), "rests": carries_agreement(content, agreed)}
        for content in page
    ]
    return render(request, "shared/shared.html", {"place": place, "items": items, "page": page})


@require_safe
@session_page
def theirs(request, place):
    """What the other shares with this person now, and nothing that tells of anything else."""
    return render(request, "shared/theirs.html", {"place": place, "contents": bridge.all_from_partner(place)})


@require_http_methods(["GET", "POST"])
@session_page
def cooling_off(request, place):
    """How long what this person shares waits before it crosses: their own choice, in every session."""
    form = CoolingOffForm(request.POST or None, initial={"minutes": nearest(cooling.minutes_of(place.user_id))})
    if request.method == "POST" and form.is_valid():
        cooling.choose(by=place.actor, minutes=form.cleaned_data["minutes"])
        messages.success(request, _("So it is from now on. What waits already keeps its time."))
        return redirect("shared:shared", session_id=place.session.pk)
    return render(request, "shared/cooling_off.html", {"place": place, "form": form})


@require_POST
@session_page
def take_back(request, place, content_id: UUID):
    bridge.revoke(place=place, content_id=content_id, now=timezone.now())
    messages.success(request, _("That is taken back."))
    return redirect("shared:shared", session_id=place.session.pk)


@require_safe
@session_page
def pressed(request, place):
    """It was kept private. Someone who feels pressed is offered support, and asked nothing."""
    return render(request, "shared/pressed.html", {"place": place})


# --- my decisions ------------------------------------------------------------------------------------------------


@require_safe
def decisions(request):
    """The person's whole chain, newest first."""
    return _decisions(request, ledger.chain_of(request.actor.user_id))


@require_safe
@session_page
def decisions_here(request, place):
    """The links of this session. The head is that of the whole chain."""
    return _decisions(request, ledger.chain_of(place.user_id).filter(session_id=place.session.pk), place)


def _decisions(request, links, place=None):
    page = Paginator(links.order_by("-sequence"), A_PAGE).get_page(request.GET.get("page"))
    head = ledger.head_of(request.actor.user_id)
    context = {"place": place, "page": page, "links": shown_links(page), "head": head}
    return render(request, "consent/decisions.html", context)
