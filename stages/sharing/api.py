"""Starting a share of something in one's own vessel: the words that would cross, beside the private ones."""

from uuid import UUID

from django.urls import path
from django.utils import timezone
from rest_framework import serializers

from beheard.api.forms import body_of
from beheard.api.operations import operation
from stages.sharing import actions
from stages.sharing.forms import WordsToShareForm
from stages.sharing.originals import original
from vessels.private.api import VesselView
from vessels.shared.api import OfferShown


class WordsOffered(serializers.Serializer):
    original = serializers.CharField(help_text="Your own words. They stay where they are.")
    offered = serializers.CharField(allow_blank=True, help_text="The guide's words for it, once they are here.")


class ShareWords(VesselView):
    @operation(gives=WordsOffered, also=(403,))
    def get(self, place, key: str, item_id: UUID):
        """Your words (events, boundaries, readings, or the pattern of a vessel), and the guide's without the heat."""
        text = original(place, key, item_id)
        offered = actions.offered_words(place, item_id, text)
        return {"original": text, "offered": offered.content["text"] if offered else ""}

    @operation()
    def post(self, place, key: str, item_id: UUID):
        """Ask the guide for words. They come by themselves; nothing crosses."""
        actions.ask_for_words(place=place, key=key, item_id=item_id)


class StartShare(VesselView):
    @operation(takes=body_of(WordsToShareForm), gives=OfferShown)
    def post(self, place, key: str, item_id: UUID, sent):
        """Put exact words before yourself. Nothing crosses by this."""
        return actions.start(place=place, key=key, item_id=item_id, words=sent["words"], now=timezone.now())


ITEM = "sessions/<uuid:session_id>/share/<slug:key>/<uuid:item_id>/"
urlpatterns = [
    path(ITEM + "words/", ShareWords.as_view(), name="share_words"),
    path(ITEM + "start/", StartShare.as_view(), name="start_share"),
]
