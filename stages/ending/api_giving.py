"""Passing on what worked, in new words, and what one has given."""

from uuid import UUID

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from beheard.api.forms import body_of
from beheard.api.operations import ApiView, Made, SessionView, operation
from library import contributions
from library.contributions import GivenWords
from stages.ending import passing_on
from stages.ending.give_forms import GiveForm


class GiveBody(body_of(GiveForm)):
    def validate(self, sent):
        cleaned = super().validate(sent)
        words = {name: value.strip() if isinstance(value, str) else value for name, value in cleaned.items()}
        return {"words": GivenWords(**words | {"need_categories": tuple(words["need_categories"])})}


class AgreedBody(GiveBody):
    digest = serializers.CharField(max_length=64, help_text="Of the words as they were shown to you.")
    consent = serializers.BooleanField(help_text="That these exact words may be published, without your name.")

    def validate(self, sent):
        agreed_to, consent = sent.pop("digest"), sent.pop("consent")
        if not consent:
            raise serializers.ValidationError({"consent": [_("Nothing is given without your yes.")]})
        return super().validate(sent) | {"agreed_to": agreed_to}


class WordsShown(serializers.Serializer):
    title = serializers.CharField()
    plain = serializers.CharField()
    need_categories = serializers.ListField(child=serializers.CharField())
    description = serializers.CharField(allow_blank=True)
    measure = serializers.CharField(allow_blank=True)
    duration_minutes = serializers.IntegerField(allow_null=True)
    duration_days = serializers.IntegerField(allow_null=True)


class SignShown(serializers.Serializer):
    words = serializers.CharField(source="span")
    message = serializers.CharField()


class LookedShown(serializers.Serializer):
    words = WordsShown()
    signs = SignShown(
        many=True, help_text="What could tell who wrote it. Rules see little: an empty list promises nothing."
    )
    digest = serializers.CharField()


class LookBeforeGiving(SessionView):
    @operation(takes=GiveBody, gives=LookedShown)
    def post(self, place, sent):
        """The words as others would see them. Nothing is given by this."""
        return passing_on.look_at(place=place, words=sent["words"])


class Give(SessionView):
    @operation(takes=AgreedBody, gives=Made)
    def post(self, place, sent):
        """Give exactly these words to the library, without your name."""
        return passing_on.give(place=place, now=timezone.now(), **sent)


class EditedShown(WordsShown):
    """As a curator would publish it."""

    need_categories = None
    digest = serializers.CharField()


class GivenShown(serializers.Serializer):
    id = serializers.UUIDField(source="contribution.pk")
    words = WordsShown(source="contribution")
    state = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    edited = EditedShown(
        allow_null=True, help_text="The words as they would be published; nothing happens before your yes."
    )


class AllGiven(serializers.Serializer):
    given = GivenShown(many=True)


class GivenByMe(ApiView):
    @operation(gives=AllGiven)
    def get(self):
        """What you have passed on, and how it stands. Shown to nobody else."""
        return {"given": contributions.given_by(self.request._request.actor)}


class GivenOne(ApiView):
    @operation()
    def delete(self, contribution_id: UUID):
        """Take it back, for good. Nobody is offered it any more."""
        contributions.withdraw(by=self.request._request.actor, contribution_id=contribution_id, now=timezone.now())


class EditedDigest(serializers.Serializer):
    digest = serializers.CharField(max_length=64)


class YesToEdited(ApiView):
    @operation(takes=EditedDigest)
    def post(self, contribution_id: UUID, sent):
        """Yes to the words as they were changed, exactly as shown."""
        by = self.request._request.actor
        contributions.agree_again(by=by, contribution_id=contribution_id, digest=sent["digest"])


SESSION = "sessions/<uuid:session_id>/"
urlpatterns = [
    path(SESSION + "give/look/", LookBeforeGiving.as_view(), name="look_before_giving"),
    path(SESSION + "give/", Give.as_view(), name="give"),
    path("given/", GivenByMe.as_view(), name="given"),
    path("given/<uuid:contribution_id>/", GivenOne.as_view(), name="given_one"),
    path("given/<uuid:contribution_id>/yes/", YesToEdited.as_view(), name="given_yes"),
]
