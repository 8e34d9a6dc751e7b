"""Reading the other's letter, answering it, and writing once more."""

from uuid import UUID

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from beheard.api.forms import body_of
from beheard.api.operations import operation
from beheard.rls import NotNow
from stages.perspective import actions, queries
from stages.perspective.api import Agreed, Declined, LetterView
from stages.perspective.forms import AnswerForm, RestateForm
from stages.perspective.models import Verdict
from stages.perspective.words import sentences_of
from stages.progress import have_met
from stages.steps import MeetingKind, StepKind
from vessels.shared.api import OfferShown


class Theirs(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    sentences = serializers.SerializerMethodField()

    def get_sentences(self, content) -> list[str]:
        return sentences_of(content.transformed_content)


class LetterReceived(serializers.Serializer):
    opened = serializers.BooleanField()
    letter = Theirs(allow_null=True, help_text="Once you have opened it, and while its writer shares it.")
    later = Theirs(many=True)


class TheirLetter(LetterView):
    @operation(gives=LetterReceived)
    def get(self, place):
        """The other's letter: sealed until you open it."""
        if not have_met(place, MeetingKind.LETTERS):
            raise NotNow(_("There is no letter here yet."))
        opened = StepKind.LETTER_OPENED in self.steps
        received = queries.received(place)
        shown = (received.letter, received.later) if opened else (None, [])
        return {"opened": opened, "letter": shown[0], "later": shown[1]}

    @operation()
    def post(self, place):
        """Open it, when you want to. Nobody is told."""
        actions.open_letter(place=place, now=timezone.now())


class AnswerKept(serializers.Serializer):
    landed = serializers.ListField(child=serializers.IntegerField())
    to_add = serializers.CharField(allow_blank=True)
    verdict = serializers.CharField(allow_blank=True, allow_null=True)


class AnswerShown(serializers.Serializer):
    kept = AnswerKept(allow_null=True)
    softer = serializers.CharField(allow_blank=True, help_text="The guide's words for the one thing to add.")
    offered = OfferShown(allow_null=True, help_text="“One thing to add”, as it was put before you last.")


class OpenedView(LetterView):
    """Once the letter is open."""

    def check(self, place):
        super().check(place)
        if StepKind.LETTER_OPENED not in self.steps:
            raise NotNow(_("Open the letter first, when you are ready."))
        self.letter = queries.received(place).latest

    def form_needs(self, **known):
        return {"words": self.letter.transformed_content if self.letter else ""}

    def kept(self, place):
        answer = queries.validation(place, self.letter)
        if answer is None:
            raise NotNow(_("Write one thing first."))
        return answer


class AnswerToLetter(OpenedView):
    @operation(gives=AnswerShown)
    def get(self, place):
        """What you marked, and one thing you may add."""
        kept = queries.validation(place, self.letter)
        said = actions.coaching_of_added(place, kept)
        return {"kept": kept, "softer": (said and said["softer"]) or "", "offered": queries.feedback(place, kept)}

    @operation(takes=body_of(AnswerForm, words=""))
    def put(self, place, sent):
        """What landed, as numbers of sentences, and one thing to add. Yours alone."""
        actions.keep_answer(
            place=place, letter_id=sent["letter"], landed=sent["landed"], to_add=sent["to_add"], now=timezone.now()
        )


class AddedCoaching(OpenedView):
    @operation()
    def post(self, place):
        """Let the guide read the one thing to add."""
        actions.ask_about_added(place=place, answer=self.kept(place))


class AddedSofter(OpenedView):
    @operation()
    def post(self, place):
        """Take the guide's softer words for it."""
        actions.take_softer(place=place, answer=self.kept(place))


class AddedOffer(OpenedView):
    @operation(gives=OfferShown)
    def post(self, place):
        """Put it before yourself, as it would be sent."""
        answer = self.kept(place)
        if not answer.to_add:
            raise NotNow(_("Write one thing first."))
        return actions.offer_added(place=place, answer=answer, now=timezone.now())


class ShareByItself(LetterView):
    """An answer, or a restatement."""

    @operation(takes=Agreed, gives=OfferShown)
    def post(self, place, sent):
        """Share exactly these words. They cross by themselves."""
        now = timezone.now()
        return actions.share_by_itself(place=place, content_id=sent["id"], digest=sent["digest"], now=now)


class KeepByItself(LetterView):
    @operation(takes=Declined)
    def post(self, place, sent):
        """It stays with you."""
        actions.keep_by_itself(place=place, content_id=sent["id"], now=timezone.now())


class Recall(LetterView):
    @operation()
    def delete(self, place, content_id: UUID):
        """Take back an answer or a restatement."""
        actions.recall(place=place, content_id=content_id, now=timezone.now())


class VerdictBody(serializers.Serializer):
    verdict = serializers.ChoiceField(
        choices=Verdict.choices, error_messages={"invalid_choice": _("Please choose one of these.")}
    )


class Closing(LetterView):
    @operation(takes=VerdictBody)
    def post(self, place, sent):
        """ "I feel understood enough", or "we see this differently"."""
        actions.close(place=place, verdict=Verdict(sent["verdict"]), now=timezone.now())


class Restatement(LetterView):
    def form_needs(self, **known):
        return {}

    @operation(takes=body_of(RestateForm), gives=OfferShown)
    def post(self, place, sent):
        """Once more, after each thing the other adds. Put before you first."""
        return actions.restate(place=place, guess=sent["guess"], now=timezone.now())


SESSION = "sessions/<uuid:session_id>/letter/"
urlpatterns = [
    path(SESSION + "theirs/", TheirLetter.as_view(), name="their_letter"),
    path(SESSION + "answer/", AnswerToLetter.as_view(), name="letter_answer"),
    path(SESSION + "answer/coaching/", AddedCoaching.as_view(), name="added_coaching"),
    path(SESSION + "answer/softer/", AddedSofter.as_view(), name="added_softer"),
    path(SESSION + "answer/offer/", AddedOffer.as_view(), name="added_offer"),
    path(SESSION + "again/", Restatement.as_view(), name="restatement"),
    path(SESSION + "later/share/", ShareByItself.as_view(), name="share_by_itself"),
    path(SESSION + "later/private/", KeepByItself.as_view(), name="keep_by_itself"),
    path(SESSION + "later/<uuid:content_id>/", Recall.as_view(), name="recall"),
    path(SESSION + "closing/", Closing.as_view(), name="letter_closing"),
]
