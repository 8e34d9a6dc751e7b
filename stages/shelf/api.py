"""Looking through the library."""

from django.urls import path
from rest_framework import serializers

from beheard.api.forms import body_of
from beheard.api.operations import ApiView, operation
from library.models import GlobalLibraryItem
from stages.shelf import queries
from stages.shelf.forms import ShelfForm


class ShelfItem(serializers.ModelSerializer):
    reason = serializers.CharField(help_text="What speaks for it.")

    class Meta:
        model = GlobalLibraryItem
        fields = [
            "id", "title", "description", "plain", "steps", "measure", "cautions", "when_not", "citation",
            "duration_minutes", "duration_days", "reason",
        ]  # fmt: skip


class ShelfShown(serializers.Serializer):
    items = ShelfItem(many=True)


class Shelf(ApiView):
    @operation(takes=body_of(ShelfForm), gives=ShelfShown)
    def post(self, sent):
        """Small things to try, best first. With nothing asked for, some to begin with. What you look for is not kept."""
        return {"items": queries.shelf(self.request.user.pk, **sent)}

    def keeps_answers(self, request):
        return False


urlpatterns = [path("library/", Shelf.as_view(), name="library")]
