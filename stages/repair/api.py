"""Stage 4: ideas, the pool, piles, an agreement, looking again."""

from uuid import UUID

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from beheard.api.forms import body_of
from beheard.api.operations import Made, SessionView, operation
from beheard.rls import NotNow, NotYours
from beheard.rls.doors import door
from consent.models import ContentType
from stages import suggestions
from stages.models import Purpose
from stages.progress import counts_later, have_met, returned_steps, standing_step
from stages.repair import actions, check_ins, queries
from stages.repair.forms import AgreementForm, CheckInForm, IdeaForm, OwnershipForm, PlainForm
from stages.repair.models import Pile
from stages.steps import MeetingKind, StepKind
from vessels.shared import bridge
from vessels.shared.api import OfferShown, Received
from vessels.shared.resting import taken_back_since


class RepairView(SessionView):
    """Stage 4, for whoever has come to it, while the session is not at rest."""

    def check(self, place):
        actions.arrive(place=place, now=timezone.now())


# --- ideas -----------------------------------------------------------------------------------------
class IdeaShown(serializers.Serializer):
    slot = serializers.IntegerField()
    idea = serializers.CharField()
    need = serializers.CharField(allow_blank=True, help_text="What it is for.")
    duration_days = serializers.IntegerField(allow_null=True)
    measure = serializers.CharField(allow_blank=True)
    plain = serializers.CharField(allow_blank=True)
    plain_offered = serializers.CharField(allow_blank=True, help_text="The guide's plain words, once they are here.")
    offer = OfferShown(allow_null=True)


class IdeasShown(serializers.Serializer):
    ideas = IdeaShown(many=True)
    ready_at = serializers.DateTimeField(allow_null=True)
    counts_from = serializers.DateTimeField(allow_null=True)
    came_back = serializers.BooleanField()
    closed = serializers.BooleanField(help_text="Both are ready; ideas can't change any more.")
    common = serializers.ListField(child=serializers.CharField())
    from_partner = Received(many=True, help_text="What the other owns in this, if they share it.")


class Ideas(RepairView):
    @operation(gives=IdeasShown)
    def get(self, place):
        """Your ideas, and what goes with them."""
        ready, closed = standing_step(place, StepKind.IDEAS_READY), have_met(place, MeetingKind.IDEAS)
        offers = bridge.latest_by_item(place, ContentType.PROPOSAL)
        return {
            "ideas": [_shown(place, one, offers.get(one.pk)) for one in queries.drafts(place)],
            "ready_at": ready.taken_at if ready else None,
            "counts_from": None if closed else counts_later(place, ready, timezone.now()),
            "came_back": StepKind.IDEAS_READY in returned_steps(place),
            "closed": closed,
            "common": [one.need for one in queries.common_ground(place)],
            "from_partner": bridge.from_partner(place, ContentType.OWNERSHIP_LINE),
        }


def _shown(place, draft, offer):
    guide = suggestions.latest(place, Purpose.PLAIN_IDEA, draft.pk, since=draft.updated_at)
    draft.plain_offered, draft.offer = guide.content["text"] if guide else "", offer
    return draft


class IdeasReady(RepairView):
    @operation()
    def post(self, place):
        """ "I am ready for the pool", with three ideas, fewer or none."""
        actions.ideas_ready(place=place, now=timezone.now())

    @operation()
    def delete(self, place):
        """Not ready yet, as long as not both are."""
        actions.not_ready_yet(place=place)


class IdeaBody(body_of(IdeaForm)):
    need = serializers.CharField(
        required=False, allow_blank=True, max_length=400, help_text="What it is for: one of `common`, or nothing of it."
    )


class Idea(RepairView):
    def form_needs(self, place, slot):
        return {"needs": list(dict.fromkeys(one.need for one in queries.common_ground(place)))}

    @operation(takes=IdeaBody)
    def put(self, place, slot: int, sent):
        """An idea as you say it, in one of three places. The guide offers plain words for it."""
        actions.write_idea(place=place, slot=slot, now=timezone.now(), **sent)

    @operation()
    def delete(self, place, slot: int):
        """Drop it."""
        actions.drop_idea(place=place, slot=slot, now=timezone.now())


class PlainIdea(RepairView):
    @operation(takes=body_of(PlainForm), gives=OfferShown)
    def post(self, place, slot: int, sent):
        """The plain words you accept, put before you. The pool sees nothing by this."""
        return actions.say_plainly(place=place, slot=slot, plain=sent["plain"].strip(), now=timezone.now())


class WithoutIdeas(RepairView):
    @operation()
    def post(self, place):
        """Go on by yourself, without waiting."""
        actions.go_on_without_ideas(place=place, now=timezone.now())


class Ownership(RepairView):
    @operation(takes=body_of(OwnershipForm), gives=OfferShown)
    def post(self, place, sent):
        """ "What I own in this": kept, and put before you in exactly these words."""
        return actions.write_ownership(place=place, text=sent["text"].strip(), now=timezone.now())


# --- the pool --------------------------------------------------------------------------------------
class PoolIdea(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    words = serializers.CharField()
    pile = serializers.ChoiceField(choices=Pile.choices, allow_null=True)


class PoolShown(serializers.Serializer):
    ideas = PoolIdea(many=True, help_text="In an order of your own. Nobody is told whose they are.")
    sorted_at = serializers.DateTimeField(allow_null=True)
    counts_from = serializers.DateTimeField(allow_null=True)


class Sorted(serializers.Serializer):
    id = serializers.UUIDField()
    pile = serializers.ChoiceField(
        choices=Pile.choices, error_messages={"invalid_choice": _("Please choose one of these.")}
    )


class PilesBody(serializers.Serializer):
    piles = Sorted(many=True)


class Piles(SessionView):
    def check(self, place):
        actions.come_to_pool(place=place)

    @operation(gives=PoolShown)
    def get(self, place):
        """The whole pool, and how you sorted it."""
        mine, done = queries.piles(place), standing_step(place, StepKind.PILES_DONE)
        pool = queries.pool(place)
        for idea in pool:
            idea.pile = mine.get(idea.pk)
        times = {"sorted_at": done.taken_at, "counts_from": done.counts_from} if done else {}
        return {"ideas": pool, "sorted_at": None, "counts_from": None} | times

    @operation(takes=PilesBody)
    def post(self, place, sent):
        """Each idea on one of three piles. Nobody sees how you sorted, ever."""
        piles = {one["id"]: one["pile"] for one in sent["piles"]}
        pool = {one.pk: one for one in queries.pool(place)}
        if set(piles) - set(pool):
            raise NotYours
        chosen = {pool[pk]: pile for pk, pile in piles.items()}
        actions.sort_pool(place=place, piles=chosen, now=timezone.now())

    @operation()
    def delete(self, place):
        """Take your sorting back, as long as not both have sorted."""
        actions.sort_later(place=place)


# --- agreement -------------------------------------------------------------------------------------
class AgreementShown(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    description = serializers.CharField()
    measure = serializers.CharField(allow_blank=True)
    duration_days = serializers.IntegerField(allow_null=True)
    follow_up_at = serializers.DateTimeField(source="follow_up_date", allow_null=True)
    agreed_at = serializers.DateTimeField(allow_null=True)


class BothWould(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    words = serializers.CharField()


class TableShown(serializers.Serializer):
    both_would = BothWould(many=True)
    proposed = AgreementShown(allow_null=True)
    said_yes_at = serializers.DateTimeField(allow_null=True)
    counts_from = serializers.DateTimeField(allow_null=True)
    agreed = AgreementShown(allow_null=True)
    earlier = AgreementShown(many=True, help_text="What both said yes to before, newest first.")
    taken_back = serializers.ListField(
        child=serializers.CharField(), help_text="What of yours the other had when you agreed, and has no longer."
    )


class TableView(SessionView):
    def check(self, place):
        if not have_met(place, MeetingKind.OVERLAP):
            raise NotNow(_("What you both would do is not here yet."))


class Table(TableView):
    @operation(gives=TableShown)
    def get(self, place):
        """What both would do, the words on the table, and what both said yes to."""
        actions.settle_agreement(place=place, now=timezone.now())
        yes, agreed = standing_step(place, StepKind.AGREED), queries.agreed(place)
        taken_back = taken_back_since(place, agreed) if agreed else []
        return {
            "both_would": queries.overlap(place),
            "proposed": queries.proposed(place),
            "said_yes_at": yes.taken_at if yes else None,
            "counts_from": yes.counts_from if yes else None,
            "agreed": agreed,
            "earlier": queries.earlier_agreements(place),
            "taken_back": [content.transformed_content for content in taken_back],
        }

    @operation(takes=body_of(AgreementForm), gives=Made)
    def post(self, place, sent):
        """Put words on the table: the other sees them, and your yes to them."""
        return actions.propose_agreement(place=place, now=timezone.now(), **sent)


class Yes(TableView):
    @operation()
    def post(self, place, agreement_id: UUID):
        """Yes to exactly these words."""
        actions.confirm_agreement(place=place, agreement_id=agreement_id, now=timezone.now())

    @operation()
    def delete(self, place, agreement_id: UUID):
        """Take your yes back, as long as not both have said it."""
        actions.take_yes_back(place=place, agreement_id=agreement_id)


class MoreIdeas(TableView):
    @operation()
    def post(self, place):
        """You would look for other ideas. A new round begins when both would."""
        check_ins.want_more_ideas(place=place, now=timezone.now())

    @operation()
    def delete(self, place):
        """Take that back, as long as not both have said it."""
        check_ins.no_more_ideas(place=place)


class CheckInKept(serializers.Serializer):
    happened = serializers.CharField()
    helped = serializers.CharField()
    in_the_way = serializers.CharField(allow_blank=True, help_text="Yours alone, also afterwards.")


class CheckInsShown(serializers.Serializer):
    answered = serializers.BooleanField(help_text="You have.")
    mine = CheckInKept(allow_null=True)
    both = serializers.ListField(child=serializers.DictField(), help_text="What both said, once both have.")


class CheckIn(SessionView):
    @operation(gives=CheckInsShown)
    def get(self, place):
        """How it went: yours alone until both have answered."""
        agreed = self._agreed(place)
        mine = queries.my_check_in(place, agreed)
        return {"answered": mine is not None, "mine": mine, "both": door("both_check_ins", agreed.pk)}

    @operation(takes=body_of(CheckInForm))
    def post(self, place, sent):
        """How it went. It can be said otherwise until both have said it."""
        agreed = self._agreed(place)
        check_ins.check_in(place=place, agreement_id=agreed.pk, now=timezone.now(), **sent)

    def _agreed(self, place):
        agreed = queries.agreed(place)
        if agreed is None:
            raise NotNow(_("There is nothing to look at again yet."))
        return agreed


SESSION = "sessions/<uuid:session_id>/"
urlpatterns = [
    path(SESSION + "ideas/", Ideas.as_view(), name="ideas"),
    path(SESSION + "ideas/ready/", IdeasReady.as_view(), name="ideas_ready"),
    path(SESSION + "ideas/without/", WithoutIdeas.as_view(), name="without_ideas"),
    path(SESSION + "ideas/<int:slot>/", Idea.as_view(), name="idea"),
    path(SESSION + "ideas/<int:slot>/plain/", PlainIdea.as_view(), name="plain_idea"),
    path(SESSION + "my-part/", Ownership.as_view(), name="ownership"),
    path(SESSION + "piles/", Piles.as_view(), name="piles"),
    path(SESSION + "agreement/", Table.as_view(), name="agreement"),
    path(SESSION + "agreement/<uuid:agreement_id>/yes/", Yes.as_view(), name="yes"),
    path(SESSION + "more-ideas/", MoreIdeas.as_view(), name="more_ideas"),
    path(SESSION + "check-in/", CheckIn.as_view(), name="check_in"),
]
