"""Going on by oneself, and closing without an agreement."""

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from beheard.api.forms import body_of
from beheard.api.operations import SessionView, operation
from beheard.rls import NotNow
from library.queries import suggestions_for
from stages import progress
from stages.ending import actions
from stages.ending.forms import ClosureForm, RequestForm
from stages.ending.forms import LetterForm as UnsentForm
from stages.journey import LEFT, OVER, joint_is_open
from stages.steps import StepKind
from vessels.private.models import IdentifiedNeed


class Experiment(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    title = serializers.CharField()
    words = serializers.CharField(source="plain")
    reason = serializers.CharField()


class AloneShown(serializers.Serializer):
    letter = serializers.CharField(allow_blank=True)
    request = serializers.CharField(allow_blank=True)
    experiment = serializers.UUIDField(allow_null=True)
    experiments = Experiment(many=True)
    ended = serializers.BooleanField()
    over = serializers.BooleanField()


class Chosen(serializers.Serializer):
    id = serializers.UUIDField()


class Alone(SessionView):
    @operation(gives=AloneShown)
    def get(self, place):
        """An unsent letter, one clear request, one thing to try: a good ending that needs nobody."""
        ending = actions.solo(place)
        needs = list(
            IdentifiedNeed.objects.filter(owner_id=place.user_id, session_id=place.session.pk, confirmed=True).order_by(
                "confirmed_at"
            )
        )
        kinds, names = [need.category for need in needs], [need.need for need in needs]
        return {
            "letter": ending.letter if ending else "",
            "request": ending.request if ending else "",
            "experiment": ending.library_item_id if ending else None,
            "experiments": suggestions_for(kinds, names, limit=3, solo=True),
            "ended": progress.has_taken(place, *LEFT),
            "over": place.session.status in OVER,
        }


class UnsentLetter(SessionView):
    @operation(takes=body_of(UnsentForm))
    def put(self, place, sent):
        """A letter that need not be sent."""
        actions.keep_solo(place=place, letter=sent["letter"], now=timezone.now())


class OneRequest(SessionView):
    @operation(takes=body_of(RequestForm))
    def put(self, place, sent):
        """One clear request."""
        actions.keep_solo(place=place, request=sent["request"], now=timezone.now())


class OneExperiment(SessionView):
    @operation(takes=Chosen)
    def put(self, place, sent):
        """One thing to try by yourself."""
        actions.keep_solo(place=place, library_item_id=sent["id"], now=timezone.now())


class EndAlone(SessionView):
    @operation()
    def post(self, place):
        """ "This is enough for me." """
        actions.end_alone(place=place, now=timezone.now())

    @operation()
    def delete(self, place):
        """Come back, and go on where you were."""
        actions.come_back(place=place)


class ClosureShown(serializers.Serializer):
    unmet = serializers.CharField(allow_blank=True)
    commitment = serializers.CharField(allow_blank=True)
    closing_at = serializers.DateTimeField(allow_null=True)
    counts_from = serializers.DateTimeField(allow_null=True)


class Closure(SessionView):
    @operation(gives=ClosureShown)
    def get(self, place):
        """What you wrote for closing without an agreement."""
        kept, closing = actions.closure_of(place), progress.standing_step(place, StepKind.CLOSING)
        return {
            "unmet": kept.unmet if kept else "",
            "commitment": kept.commitment if kept else "",
            "closing_at": closing.taken_at if closing else None,
            "counts_from": closing.counts_from if closing else None,
        }

    @operation(takes=body_of(ClosureForm))
    def post(self, place, sent):
        """Close on your side. It ends when both have."""
        if not joint_is_open(place):
            raise NotNow(_("This part is for both of you, and it is resting now. What is yours stays here for you."))
        actions.close(place=place, now=timezone.now(), **sent)

    @operation()
    def delete(self, place):
        """Not closing after all."""
        actions.not_closing(place=place)


SESSION = "sessions/<uuid:session_id>/"
urlpatterns = [
    path(SESSION + "alone/", Alone.as_view(), name="alone"),
    path(SESSION + "alone/letter/", UnsentLetter.as_view(), name="unsent_letter"),
    path(SESSION + "alone/request/", OneRequest.as_view(), name="one_request"),
    path(SESSION + "alone/experiment/", OneExperiment.as_view(), name="one_experiment"),
    path(SESSION + "alone/enough/", EndAlone.as_view(), name="end_alone"),
    path(SESSION + "closing/", Closure.as_view(), name="closure"),
]
