"""Stage 3: which needs are mine, what of them crosses, two maps, what is common."""

from uuid import UUID

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from beheard.api.forms import body_of
from beheard.api.operations import Made, SessionView, operation
from beheard.rls import NotNow
from stages import progress
from stages.needs import actions, queries, search
from stages.needs.forms import AddForm, NoticeForm, WordingForm
from stages.steps import MeetingKind, StepKind
from vessels.private.drafts import forget_draft
from vessels.private.models import NeedCategory
from vessels.shared import bridge
from vessels.shared.api import Digest, OfferShown

NOTICING = "noticing"


class NeedsView(SessionView):
    """Stage 3, for whoever has come to it."""

    def check(self, place):
        actions.come(place=place)


class CardShown(serializers.Serializer):
    category = serializers.ChoiceField(choices=NeedCategory.choices)
    words = serializers.CharField(allow_blank=True)


class NeedShown(serializers.Serializer):
    id = serializers.UUIDField(source="need.pk")
    need = serializers.CharField(source="need.need")
    card = CardShown()
    quotes = serializers.ListField(child=serializers.CharField())
    guide_words = serializers.CharField(source="need.guide_words", allow_blank=True)
    confirmed = serializers.BooleanField(source="need.confirmed")
    rejected = serializers.SerializerMethodField()
    offer = OfferShown(source="content", allow_null=True)
    words_gone = serializers.BooleanField(help_text="The words it came from have been changed or deleted since.")
    words_differ = serializers.BooleanField(help_text="Shared in earlier words than the card has now.")

    def get_rejected(self, mine) -> bool:
        return mine.need.rejected_at is not None


class NeedsShown(serializers.Serializer):
    looking = serializers.BooleanField(help_text="The guide has not looked yet.")
    needs = NeedShown(many=True)
    most = serializers.IntegerField(help_text="As many may be shared at once.")
    chosen_at = serializers.DateTimeField(allow_null=True)
    counts_from = serializers.DateTimeField(allow_null=True)
    both = serializers.BooleanField()
    went_on = serializers.BooleanField()


class Needs(NeedsView):
    @operation(gives=NeedsShown)
    def get(self, place):
        """Your needs, and what of them stands on the other side."""
        now = timezone.now()
        actions.arrive(place=place, now=now)
        both = actions.settle(place=place, now=now)
        done = progress.standing_step(place, StepKind.NEEDS_DONE)
        return {
            "looking": not queries.has_looked(place),
            "needs": queries.all_mine(place),
            "most": bridge.MOST_ACTIVE,
            "chosen_at": done.taken_at if done else None,
            "counts_from": None if both else progress.counts_later(place, done, now),
            "both": both,
            "went_on": progress.has_taken(place, StepKind.WENT_ON_NEEDS),
        }

    @operation(takes=body_of(AddForm), gives=Made)
    def post(self, place, sent):
        """A need you name yourself: a plain word, your own words, or both."""
        key = str(sent.pop("key"))
        return actions.add(place=place, key=key, now=timezone.now(), **sent)


class LookAgain(NeedsView):
    @operation()
    def post(self, place):
        """Let the guide look again."""
        search.ask(place=place)


class Need(NeedsView):
    @operation(takes=body_of(WordingForm))
    def put(self, place, need_id: UUID, sent):
        """In your own words and family. That makes it yours."""
        actions.reword(place=place, need_id=need_id, now=timezone.now(), **sent)


class DecisionBody(serializers.Serializer):
    answer = serializers.ChoiceField(
        choices=["mine", "not_mine", "open"], error_messages={"invalid_choice": _("Please choose one of these.")}
    )


class DecideNeed(NeedsView):
    @operation(takes=DecisionBody)
    def post(self, place, need_id: UUID, sent):
        """Mine, not mine, or open again."""
        now = timezone.now()
        if sent["answer"] == "mine":
            actions.confirm(place=place, need_id=need_id, now=now)
        elif sent["answer"] == "not_mine":
            actions.reject(place=place, need_id=need_id, now=now)
        else:
            actions.reconsider(place=place, need_id=need_id)


class OfferNeed(NeedsView):
    @operation(gives=OfferShown)
    def post(self, place, need_id: UUID):
        """The exact words that would cross, put before you. Nothing crosses by this."""
        return actions.offer(place=place, need_id=need_id, now=timezone.now())


class ShareNeed(NeedsView):
    @operation(takes=Digest)
    def post(self, place, content_id: UUID, sent):
        """Share exactly these words."""
        actions.share(place=place, content_id=content_id, digest=sent["digest"], now=timezone.now())

    @operation()
    def delete(self, place, content_id: UUID):
        """Take it back: gone for the other at once."""
        actions.take_back(place=place, content_id=content_id, now=timezone.now())


class KeepNeed(NeedsView):
    @operation()
    def post(self, place, content_id: UUID):
        """It stays with you."""
        actions.keep(place=place, content_id=content_id, now=timezone.now())


class NeedsChosen(NeedsView):
    @operation()
    def post(self, place):
        """ "I have chosen": some, or none."""
        actions.finish(place=place, now=timezone.now())


class WithoutNeeds(NeedsView):
    @operation()
    def post(self, place):
        """Go on without waiting for the other map."""
        actions.go_on_without(place=place, now=timezone.now())


# --- what both see ---------------------------------------------------------------------------------
class MapsShown(serializers.Serializer):
    own = CardShown(many=True)
    partner = CardShown(many=True)
    noticed = serializers.CharField(allow_null=True, help_text="What you said you notice; yours alone.")


class MapsView(NeedsView):
    """Once both maps are here."""

    def check(self, place):
        super().check(place)
        if not actions.settle(place=place, now=timezone.now()):
            raise NotNow(_("The two maps are not here yet."))


class SideBySide(MapsView):
    @operation(gives=MapsShown)
    def get(self, place):
        """Both maps, each in its owner's order."""
        own, partner = queries.maps(place)
        said = queries.noticing(place)
        return {"own": own, "partner": partner, "noticed": said.text if said else None}

    @operation(takes=body_of(NoticeForm))
    def post(self, place, sent):
        """What you notice. It may stay empty."""
        actions.notice(place=place, text=sent["words"], now=timezone.now())
        forget_draft(place, NOTICING)


class CandidateShown(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    need = serializers.CharField()
    category = serializers.ChoiceField(choices=NeedCategory.choices)
    own = CardShown()
    partner = CardShown()


class CommonShown(serializers.Serializer):
    looked = serializers.BooleanField(help_text="It has been looked for.")
    unanswered = CandidateShown(many=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    counts_from = serializers.DateTimeField(allow_null=True)
    met = serializers.BooleanField(help_text="Both have answered.")
    confirmed = CandidateShown(many=True, help_text="What both said yes to, once both have answered.")


class CommonAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    yes = serializers.BooleanField()


class CommonAnswers(serializers.Serializer):
    answers = CommonAnswer(many=True, allow_empty=True)


class CommonGround(MapsView):
    def check(self, place):
        super().check(place)
        if not progress.has_taken(place, StepKind.NOTICED):
            raise NotNow(_("Say first what you notice."))

    @operation(gives=CommonShown)
    def get(self, place):
        """What may be common; then, at the same moment for both, what is."""
        step = progress.standing_step(place, StepKind.COMMON_ANSWERED)
        return {
            "looked": progress.have_met(place, MeetingKind.COMMON_LOOKED),
            "unanswered": queries.unanswered(place),
            "answered_at": step.taken_at if step else None,
            "counts_from": step.counts_from if step else None,
            "met": progress.have_met(place, MeetingKind.COMMON_GROUND),
            "confirmed": queries.confirmed(place),
        }

    @operation(takes=CommonAnswers)
    def post(self, place, sent):
        """Yes or no to each, once and for all. The other learns only of what both said yes to."""
        answers = {one["id"]: one["yes"] for one in sent["answers"]}
        actions.answer_common(place=place, answers=answers, now=timezone.now())


SESSION = "sessions/<uuid:session_id>/"
urlpatterns = [
    path(SESSION + "needs/", Needs.as_view(), name="needs"),
    path(SESSION + "needs/look/", LookAgain.as_view(), name="look_again"),
    path(SESSION + "needs/chosen/", NeedsChosen.as_view(), name="needs_chosen"),
    path(SESSION + "needs/without/", WithoutNeeds.as_view(), name="without_needs"),
    path(SESSION + "needs/<uuid:need_id>/", Need.as_view(), name="need"),
    path(SESSION + "needs/<uuid:need_id>/decision/", DecideNeed.as_view(), name="decide_need"),
    path(SESSION + "needs/<uuid:need_id>/offer/", OfferNeed.as_view(), name="offer_need"),
    path(SESSION + "needs/offers/<uuid:content_id>/", ShareNeed.as_view(), name="share_need"),
    path(SESSION + "needs/offers/<uuid:content_id>/private/", KeepNeed.as_view(), name="keep_need"),
    path(SESSION + "side-by-side/", SideBySide.as_view(), name="side_by_side"),
    path(SESSION + "common-ground/", CommonGround.as_view(), name="common_ground"),
]
