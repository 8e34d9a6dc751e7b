"""What the guide looked at, and moments like this one. Both in one's own vessel, behind its password."""

from django.urls import path
from django.utils.translation import gettext as _
from rest_framework import serializers

from beheard.api.forms import body_of
from beheard.api.lists import Page
from beheard.api.operations import operation
from beheard.api.parsers import read_ahead
from beheard.rls import NotNow
from stages.looking import queries, sought
from stages.looking.forms import SimilarForm
from vessels.private.api import VesselView

MOST_MOMENTS = 6


class ThingShown(serializers.Serializer):
    id = serializers.UUIDField(source="item_id")
    called = serializers.CharField(allow_blank=True)
    words = serializers.CharField(allow_blank=True, help_text="Empty once it is gone.")
    section = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)


class UseShown(serializers.Serializer):
    said = serializers.CharField(help_text="What the guide looked at it for.")
    at = serializers.DateTimeField()
    asked = serializers.CharField(allow_blank=True, help_text="Your words that it answered, while they are there.")
    things = ThingShown(many=True)


class Uses(Page):
    """In pages of uses; their things are asked for by the page."""

    def answer(self, request, found):
        place, uses = found
        return super().answer(request, uses, lambda page: queries.shown(place, page))


class LookedAt(VesselView):
    @operation(gives=Uses(UseShown, "-at,use_id", size=queries.A_PAGE), also=(403,))
    def get(self, place):
        """Each use of the guide, the latest first, with what it looked at."""
        return place, queries.uses(place)


class MomentShown(serializers.Serializer):
    id = serializers.UUIDField(source="item.pk")
    words = serializers.CharField()
    section = serializers.CharField()
    at = serializers.DateTimeField()


class MomentsShown(serializers.Serializer):
    moments = MomentShown(many=True)


class Similar(VesselView):
    @operation(takes=body_of(SimilarForm), gives=MomentsShown)
    def post(self, place, sent):
        """Moments of your own like this, the likest first. What you look for is not kept."""
        vector = self.request.sought
        if vector is None:
            raise NotNow(_("It could not be looked for just now. Please try again later."))
        return {"moments": queries.moments_like(place, vector, limit=MOST_MOMENTS)}

    @staticmethod
    def ahead_of_transaction(request):
        if request.method == "POST":
            sought.look_up(request, read_ahead(request))

    def keeps_answers(self, request):
        return False


SESSION = "sessions/<uuid:session_id>/"
urlpatterns = [
    path(SESSION + "looked-at/", LookedAt.as_view(), name="looked_at"),
    path(SESSION + "similar/", Similar.as_view(), name="similar"),
]
