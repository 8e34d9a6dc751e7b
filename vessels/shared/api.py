"""Words before they cross, what a person shares, and their decisions."""

from uuid import UUID

from django.urls import path
from django.utils import timezone
from rest_framework import serializers

from beheard.api.lists import Page
from beheard.api.operations import ApiView, SessionView, operation
from consent import ledger
from consent.models import Action, ContentType
from vessels.private.queries import hot_hands
from vessels.shared import bridge, cooling
from vessels.shared.models import LONGEST_COOLING_OFF
from vessels.shared.originals import original_of


class OfferShown(serializers.Serializer):
    """Exact words before their owner. Share them by their `digest`: exactly these are granted, or none."""

    id = serializers.UUIDField(source="pk")
    kind = serializers.ChoiceField(source="content_type", choices=ContentType.choices)
    words = serializers.CharField(source="transformed_content")
    digest = serializers.SerializerMethodField()
    standing = serializers.SerializerMethodField()
    cools_until = serializers.DateTimeField(allow_null=True, help_text="Until then nobody can have seen them.")
    crosses_at = serializers.DateTimeField(allow_null=True)

    def get_digest(self, content) -> str:
        return bridge.digest(content)

    def get_standing(self, content) -> str:
        return bridge.standing(content).value


class PreviewShown(OfferShown):
    original = serializers.CharField(allow_blank=True, help_text="The private words these were made from.")
    crosses_later = serializers.BooleanField(help_text="After a high reading sharing waits twelve hours.")


class Digest(serializers.Serializer):
    digest = serializers.CharField(max_length=64)


class Words(serializers.Serializer):
    words = serializers.CharField(max_length=20_000, trim_whitespace=False)


class Shares(SessionView):
    @operation(gives=Page(OfferShown, "-consented_at,-id"))
    def get(self, place):
        """Everything you ever agreed to share here, taken back or not."""
        return bridge.shared_by_me(place)


class Share(SessionView):
    @operation(gives=PreviewShown)
    def get(self, place, content_id: UUID):
        """The words as they would cross, and what they were made from."""
        content = bridge.mine(place, content_id)
        content.original = original_of(place, content)
        content.crosses_later = hot_hands(place, timezone.now())
        return content

    @operation(takes=Digest, gives=OfferShown)
    def post(self, place, content_id: UUID, sent):
        """Share exactly these words."""
        return bridge.grant(place=place, content_id=content_id, digest=sent["digest"], now=timezone.now())

    @operation(takes=Words, gives=OfferShown)
    def put(self, place, content_id: UUID, sent):
        """Other words are another offer: nothing has been shared by this."""
        content = bridge.mine(place, content_id)
        return bridge.offer(
            place=place,
            content_type=content.content_type,
            item_id=content.item_id,
            words=sent["words"],
            round=content.round,
            now=timezone.now(),
        )

    @operation()
    def delete(self, place, content_id: UUID):
        """Take back what you shared. At once, without a word to anyone."""
        bridge.revoke(place=place, content_id=content_id, now=timezone.now())


class KeepPrivate(SessionView):
    @operation()
    def post(self, place, content_id: UUID):
        """It stays with you. Nobody learns that it was ever written."""
        bridge.keep_private(place=place, content_id=content_id, now=timezone.now())


class CoolingOffShown(serializers.Serializer):
    minutes = serializers.IntegerField(min_value=0, max_value=LONGEST_COOLING_OFF)


class CoolingOff(ApiView):
    @operation(gives=CoolingOffShown)
    def get(self):
        """How long what you share waits before it may cross, in minutes."""
        return {"minutes": cooling.minutes_of(self.request.user.pk)}

    @operation(takes=CoolingOffShown)
    def put(self, sent):
        """From now on it waits this long. What waits already keeps its time."""
        cooling.choose(by=self.request._request.actor, minutes=sent["minutes"])


# --- my decisions ------------------------------------------------------------------------------------------------
class DecisionShown(serializers.Serializer):
    sequence = serializers.IntegerField()
    action = serializers.ChoiceField(choices=Action.choices)
    kind = serializers.ChoiceField(source="content_type", choices=ContentType.choices)
    session = serializers.UUIDField(source="session_id")
    at = serializers.DateTimeField()
    hash = serializers.SerializerMethodField(help_text="Of this link and everything before it.")

    def get_hash(self, link) -> str:
        return bytes(link.hash).hex()


class Decisions(ApiView):
    @operation(gives=Page(DecisionShown, "-sequence", size=30))
    def get(self):
        """Your whole chain of decisions, newest first."""
        return ledger.chain_of(self.request._request.actor.user_id)


class DecisionsHere(SessionView):
    @operation(gives=Page(DecisionShown, "-sequence", size=30))
    def get(self, place):
        """The links of this session."""
        return ledger.chain_of(place.user_id).filter(session_id=place.session.pk)


# --- what has come from the other --------------------------------------------------------------------------------
class Received(serializers.Serializer):
    kind = serializers.ChoiceField(source="content_type", choices=ContentType.choices)
    words = serializers.CharField(source="transformed_content")


class AllReceived(serializers.Serializer):
    received = Received(many=True)


class FromPartner(SessionView):
    @operation(gives=AllReceived)
    def get(self, place):
        """What the other shares with you at this moment, and nothing that tells of anything else."""
        return {"received": bridge.all_from_partner(place)}


SESSION = "sessions/<uuid:session_id>/"
urlpatterns = [
    path(SESSION + "shares/", Shares.as_view(), name="shares"),
    path(SESSION + "shares/<uuid:content_id>/", Share.as_view(), name="share"),
    path(SESSION + "shares/<uuid:content_id>/private/", KeepPrivate.as_view(), name="keep_private"),
    path(SESSION + "decisions/", DecisionsHere.as_view(), name="decisions_here"),
    path(SESSION + "received/", FromPartner.as_view(), name="received"),
    path("cooling-off/", CoolingOff.as_view(), name="cooling_off"),
    path("decisions/", Decisions.as_view(), name="decisions"),
]
