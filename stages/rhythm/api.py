"""When one comes back, the way one has come, ending it for both, and what one hears of by e-mail."""

from django.urls import path
from django.utils import timezone
from rest_framework import serializers

from beheard.api.forms import body_of
from beheard.api.operations import ApiView, SessionView, operation
from stages.rhythm import actions, queries
from stages.rhythm.forms import ComeBackForm, NoticesForm
from stages.rhythm.models import BY_EMAIL


class ComingBackShown(serializers.Serializer):
    back_at = serializers.DateTimeField(allow_null=True, help_text="When you are reminded, once.")
    ask = serializers.BooleanField(help_text="Whether this is a good time to ask.")


class ComingBack(SessionView):
    @operation(gives=ComingBackShown)
    def get(self, place):
        """When you said you would come back."""
        return queries.coming_back(place, timezone.now())

    @operation(takes=body_of(ComeBackForm), gives=ComingBackShown)
    def put(self, place, sent):
        """A day, or that you don't know yet. You are reminded once, on that day."""
        now = timezone.now()
        day = actions.day_meant(by=place.actor, answer=sent, now=now)
        actions.come_back_on(place=place, day=day, now=now)
        return queries.coming_back(place, now)


class Minutes(serializers.Serializer):
    minutes = serializers.IntegerField(min_value=5, max_value=240)


class Break(SessionView):
    @operation(takes=Minutes)
    def post(self, place, sent):
        """A quiet notice in the app after so many minutes. No e-mail."""
        actions.take_a_break(place=place, minutes=sent["minutes"], now=timezone.now())


class WaymarkShown(serializers.Serializer):
    at = serializers.DateTimeField()
    words = serializers.CharField()
    together = serializers.BooleanField(help_text="Whether both of you have reached it.")


class WayShown(serializers.Serializer):
    marks = WaymarkShown(many=True)


class Way(SessionView):
    @operation(gives=WayShown)
    def get(self, place):
        """The way you have come: your own steps, and what both have reached. Oldest first."""
        return {"marks": queries.path_of(place)}


class EndForBoth(SessionView):
    @operation()
    def post(self, place):
        """End it for both. Over for you at once, for the other some hours later, as if it had ended by itself."""
        actions.end_for_both(place=place, now=timezone.now())


class NoticesBody(body_of(NoticesForm)):
    by_email = serializers.MultipleChoiceField(choices=BY_EMAIL, help_text="Which notices come by e-mail as well.")

    def validate(self, sent):
        return super().validate(sent | {"by_email": sorted(sent["by_email"])})


class NoticesShown(serializers.Serializer):
    by_email = serializers.SerializerMethodField()
    quiet_from = serializers.IntegerField(allow_null=True, help_text="In these hours no e-mail goes out.")
    quiet_to = serializers.IntegerField(allow_null=True)
    time_zone = serializers.CharField()

    def get_by_email(self, chosen) -> list[str]:
        return [kind for kind in BY_EMAIL if kind not in chosen.not_by_email]


class Settings(ApiView):
    @operation(gives=NoticesShown)
    def get(self):
        """Which notices come by e-mail, and when none does."""
        return queries.notice_settings(self.request._request.actor)

    @operation(takes=NoticesBody, gives=NoticesShown)
    def put(self, sent):
        """All of it anew. None ever goes out when somebody declines or takes something back."""
        wanted = sent.pop("by_email")
        unwanted = [kind for kind in BY_EMAIL if kind not in wanted]
        return actions.choose_notices(by=self.request._request.actor, not_by_email=unwanted, **sent)


SESSION = "sessions/<uuid:session_id>/"
urlpatterns = [
    path(SESSION + "coming-back/", ComingBack.as_view(), name="coming_back"),
    path(SESSION + "break/", Break.as_view(), name="break"),
    path(SESSION + "way/", Way.as_view(), name="way"),
    path(SESSION + "end/", EndForBoth.as_view(), name="end_for_both"),
    path("settings/", Settings.as_view(), name="settings"),
]
