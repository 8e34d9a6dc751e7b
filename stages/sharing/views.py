"""Starting a share from one's own vessel: private words on one side, the words that would cross on the other."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beheard.people.pages import posted, session_page
from beheard.rls import NotNow
from stages.sharing import actions
from stages.sharing.forms import WordsToShareForm
from stages.sharing.originals import original
from vessels.private.reauthentication import asks_password
from vessels.shared import bridge


@require_POST
@session_page
@asks_password
def start(request, place, key: str, item_id: UUID):
    """The person wants to share something of theirs: the guide is asked for words, and they come to the page below."""
    actions.ask_for_words(place=place, key=key, item_id=item_id)
    return redirect("share_words", session_id=place.session.pk, key=key, item_id=item_id)


@require_http_methods(["GET", "POST"])
@session_page
@asks_password
def words(request, place, key: str, item_id: UUID):
    """The private original, and the words that would cross; then the page that asks."""
    text = original(place, key, item_id)
    offered = actions.offered_words(place, item_id, text)
    form = WordsToShareForm(posted(request), initial={"words": offered.content["text"] if offered else ""})
    if request.method == "POST" and form.is_valid():
        try:
            content = actions.start(
                place=place, key=key, item_id=item_id, words=form.cleaned_data["words"], now=timezone.now()
            )
            return redirect(bridge.preview_url(content, next="shared:shared"))
        except NotNow as reason:
            form.add_error("words", str(reason))
    context = {"place": place, "form": form, "original": text, "offered": offered, "key": key, "item_id": item_id}
    return render(request, "sharing/words.html", context)


@require_safe
@session_page
@asks_password
def state(request, place, key: str, item_id: UUID):
    """204 until the guide's words are here; then they stand beside the box, which stays as it is."""
    offered = actions.offered_words(place, item_id, original(place, key, item_id))
    if offered is None:
        return HttpResponse(status=204)
    return render(request, "sharing/offered.html", {"place": place, "offered": offered, "key": key, "item_id": item_id})
