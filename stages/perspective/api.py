"""One's own letter, up to its crossing."""

from uuid import UUID

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from beheard.api.forms import body_of
from beheard.api.lists import Page
from beheard.api.operations import SessionView, operation
from beheard.rls import NotNow
from stages import progress, suggestions
from stages.models import Purpose
from stages.perspective import actions, queries
from stages.perspective.forms import LetterForm
from stages.perspective.models import EmpathyDraft
from stages.perspective.pages import partner_of
from stages.perspective.queries import LETTER, LetterState
from stages.progress import all_steps
from stages.steps import MeetingKind, StepKind
from vessels.shared.api import OfferShown

LetterBody = body_of(LetterForm, partner="")


class LetterView(SessionView):
    """Stage 2: after "I feel heard" and the compact, while the session is not at rest."""

    def check(self, place):
        actions.arrive(place=place, now=timezone.now())
        self.steps = all_steps(place)

    def form_needs(self, place, **known):
        return {"partner": partner_of(place)}


class StepShown(serializers.Serializer):
    taken_at = serializers.DateTimeField()
    counts_from = serializers.DateTimeField(help_text="Later than taken after a high reading.")
    returns_at = serializers.DateTimeField(allow_null=True, help_text="When it comes back to you, unread.")


class LetterShown(serializers.Serializer):
    state = serializers.ChoiceField(choices=[state.value for state in LetterState])
    ready = StepShown(allow_null=True)
    offered = OfferShown(allow_null=True, help_text="The words that were put before you last.")
    shared = OfferShown(allow_null=True)
    added = serializers.ListField(child=serializers.CharField(), help_text="What the other added, and chose to send.")
    restated = OfferShown(many=True, help_text="What you wrote again, oldest first.")
    may_restate = serializers.BooleanField()


class HintsShown(serializers.Serializer):
    taken = serializers.SerializerMethodField(
        help_text="Words the other shares, that you chose to see beside your letter."
    )
    left = serializers.IntegerField(help_text="How many could be taken now. Two at most, ever.")

    def get_taken(self, hints) -> list[str]:
        return [content.transformed_content for content in hints.taken]


class Hints(LetterView):
    @operation(gives=HintsShown)
    def get(self, place):
        """The hints you have taken."""
        return queries.hints(place)

    @operation(gives=HintsShown)
    def post(self, place):
        """Take one hint from what the other shares already. It is noted among your decisions; nobody else learns of it."""
        if actions.use_hint(place=place, now=timezone.now()) is None:
            raise NotNow(_("There is no hint to take just now."))
        return queries.hints(place)


class Letter(LetterView):
    @operation(gives=LetterShown)
    def get(self, place):
        """Where your letter stands."""
        state = queries.state_of(place, timezone.now(), self.steps)
        if state == LetterState.ON_ITS_WAY and progress.meet(place=place, kind=MeetingKind.LETTERS):
            state = LetterState.CROSSED
        crossed = queries.crossed(place) if state == LetterState.CROSSED else None
        return {
            "state": state.value,
            "ready": self.steps.get(StepKind.LETTER_READY),
            "offered": queries.offered(place, LETTER),
            "shared": queries.shared_letter(place),
            "added": [content.transformed_content for content in crossed.added] if crossed else [],
            "restated": crossed.later if crossed else [],
            "may_restate": bool(crossed and crossed.may_restate),
        }

    @operation(takes=LetterBody, gives=OfferShown)
    def post(self, place, sent):
        """ "This is ready": the exact words, put before you. Nothing crosses by this."""
        now = timezone.now()
        actions.keep_draft(place=place, now=now, **sent)
        return actions.finish_letter(place=place, now=now, **sent)


# --- drafts ----------------------------------------------------------------------------------------
class DraftShown(serializers.Serializer):
    version = serializers.IntegerField()
    guess = serializers.CharField(allow_blank=True)
    want_known = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(source="created_at")


class QuestionShown(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    phrase = serializers.CharField()
    question = serializers.CharField()


class DraftRead(DraftShown):
    read = serializers.BooleanField(help_text="Whether the guide has answered.")
    questions = QuestionShown(many=True)


class Drafts(LetterView):
    @operation(gives=Page(DraftShown, "-version"))
    def get(self, place):
        """Every version you kept, newest first."""
        return EmpathyDraft.objects.filter(owner_id=place.user_id, session_id=place.session.pk)

    @operation(takes=LetterBody, gives=DraftShown, status=201)
    def post(self, place, sent):
        """Keep a version, with you alone."""
        return actions.keep_draft(place=place, now=timezone.now(), **sent)


class LetterDraft(LetterView):
    @operation(gives=DraftRead)
    def get(self, place, number: int):
        """A version, and what the guide asks about it."""
        version = queries.version(place, number)
        said = suggestions.latest(place, Purpose.GUESS, version.pk)
        if said:
            found = said.content["judgments"]
            actions.show_questions(place=place, draft=version, found=found, now=timezone.now())
        version.read, version.questions = said is not None, queries.open_questions(version)
        return version

    @operation()
    def post(self, place, number: int):
        """Let the guide read it. Its answer comes by itself."""
        actions.ask_to_read(place=place, draft=queries.version(place, number))


class Taken(serializers.Serializer):
    taken = serializers.BooleanField()


class Question(LetterView):
    @operation(takes=Taken)
    def post(self, place, reframe_id: UUID, sent):
        """A question of the guide, taken along or left."""
        actions.answer_question(place=place, reframe_id=reframe_id, taken=sent["taken"])


# --- its crossing ----------------------------------------------------------------------------------
class Agreed(serializers.Serializer):
    """The offer that was shown, and its digest."""

    id = serializers.UUIDField()
    digest = serializers.CharField(max_length=64)


class Declined(serializers.Serializer):
    id = serializers.UUIDField()


class ShareLetter(LetterView):
    @operation(takes=Agreed)
    def post(self, place, sent):
        """Consent to exactly these words. They cross when there are two letters."""
        now = timezone.now()
        actions.share_letter(place=place, content_id=sent["id"], digest=sent["digest"], now=now)

    @operation()
    def delete(self, place):
        """Take it back, before it has crossed: as if it had never been ready."""
        actions.take_letter_back(place=place, now=timezone.now())


class KeepLetter(LetterView):
    @operation(takes=Declined)
    def post(self, place, sent):
        """Not to be shared. The way goes on without the exchange, and nobody learns why."""
        actions.keep_letter_private(place=place, content_id=sent["id"], now=timezone.now())


class WaitAgain(LetterView):
    @operation()
    def post(self, place):
        """A letter that came back may wait once more."""
        actions.wait_again(place=place, now=timezone.now())


class WithoutLetters(LetterView):
    @operation()
    def post(self, place):
        """Go on without the exchange."""
        actions.go_on_without(place=place, now=timezone.now())


SESSION = "sessions/<uuid:session_id>/letter/"
urlpatterns = [
    path(SESSION + "hints/", Hints.as_view(), name="letter_hints"),
    path(SESSION, Letter.as_view(), name="letter"),
    path(SESSION + "drafts/", Drafts.as_view(), name="letter_drafts"),
    path(SESSION + "drafts/<int:number>/", LetterDraft.as_view(), name="letter_draft"),
    path(SESSION + "questions/<uuid:reframe_id>/", Question.as_view(), name="letter_question"),
    path(SESSION + "share/", ShareLetter.as_view(), name="share_letter"),
    path(SESSION + "private/", KeepLetter.as_view(), name="keep_letter"),
    path(SESSION + "wait-again/", WaitAgain.as_view(), name="wait_again"),
    path(SESSION + "without/", WithoutLetters.as_view(), name="without_letters"),
]
