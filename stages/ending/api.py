"""Going on by oneself, and closing without an agreement."""

from django.urls import path
from django.utils import timezone
from rest_framework import serializers

from beheard.api.forms import body_of
from beheard.api.operations import SessionView, operation
from library.queries import suggestions_for
from stages import progress
from stages.ending import actions
from stages.ending.forms import ClosureForm, RequestForm
from stages.ending.forms import LetterForm as UnsentForm
from stages.journey import LEFT, OVER
from stages.steps import StepKind


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
        needs = actions.own_needs(place)
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


class ClosureBody(body_of(ClosureForm)):
    needs = serializers.ListField(
        child=serializers.CharField(max_length=400),
        required=False,
        max_length=100,
        help_text="Which of your needs stay unmet, as GET names them.",
    )


class ClosureShown(serializers.Serializer):
    may_name = serializers.ListField(
        child=serializers.CharField(), help_text="Your needs, to name those that stay unmet."
    )
    needs = serializers.ListField(child=serializers.CharField())
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
            "may_name": actions.needs_to_name(place),
            "needs": (kept.needs or []) if kept else [],
            "unmet": kept.unmet if kept else "",
            "commitment": kept.commitment if kept else "",
            "closing_at": closing.taken_at if closing else None,
            "counts_from": closing.counts_from if closing else None,
        }

    def form_needs(self, place):
        return {"needs": actions.needs_to_name(place)}

    @operation(takes=ClosureBody)
    def post(self, place, sent):
        """Close on your side. It ends when both have."""
        actions.close(place=place, now=timezone.now(), **sent | {"needs": tuple(sent.get("needs", ()))})

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
