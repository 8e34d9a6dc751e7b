"""The conversation and what belongs to being heard."""

from uuid import UUID

from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from beheard.api.forms import body_of
from beheard.api.lists import Page
from beheard.api.operations import SessionView, operation
from beheard.rls import NotYours
from stages import actions as turns
from stages import progress
from stages.continuity.queries import opens_with
from stages.guide.registry import current_guide
from stages.guide.safety import points_to_help
from stages.journey import OVER, facts_of
from stages.models import Message, MessageRole
from stages.steps import StepKind
from stages.witness import actions, queries
from stages.witness.forms import BarometerForm, EditForm, RecapForm, SayForm
from stages.witness.models import Exercise
from vessels.private.drafts import forget_draft
from vessels.private.models import EmotionalReading

DRAFT = "conversation"


class MessageShown(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    role = serializers.ChoiceField(choices=MessageRole.choices)
    words = serializers.CharField(source="content", allow_blank=True)
    stage = serializers.IntegerField()
    at = serializers.DateTimeField(source="timestamp")
    edited_at = serializers.DateTimeField(allow_null=True)
    in_reply_to = serializers.UUIDField(allow_null=True)
    points_to_help = serializers.SerializerMethodField(help_text="The way to help stands beside it: GET /help/.")

    def get_points_to_help(self, message) -> bool:
        return message.role == MessageRole.AI and points_to_help(message.content)


class MessageWithReply(MessageShown):
    reply = serializers.SerializerMethodField()

    def get_reply(self, message) -> MessageShown(allow_null=True):
        return MessageShown(message.reply).data if message.reply else None


class Said(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    stream = serializers.SerializerMethodField(help_text="Server-sent events while the guide answers.")
    message = serializers.SerializerMethodField(help_text="Where the reply will be.")

    def get_stream(self, message) -> str:
        return f"/live/reply/{message.pk}"

    def get_message(self, message) -> str:
        return reverse("api:message", args=[message.session_id, message.pk])


class Messages(SessionView):
    @operation(gives=Page(MessageShown, "-timestamp,-id"))
    def get(self, place):
        """Your own conversation, newest first. Nobody else reads it."""
        return Message.objects.filter(for_user_id=place.user_id, session_id=place.session.pk)

    @operation(takes=body_of(SayForm), gives=Said, status=201)
    def post(self, place, sent):
        """Say something. It is kept before anything else happens; the guide's answer comes by itself."""
        message, _new = turns.say(
            place=place,
            words=sent["words"],
            stage=min(max(progress.stage_of(place), 1), 4),
            key=str(sent["key"]),
            intensity=sent["intensity"],
            now=timezone.now(),
        )
        forget_draft(place, DRAFT)
        return message


class OneMessage(SessionView):
    @operation(gives=MessageWithReply)
    def get(self, place, message_id: UUID):
        """Your words, and the guide's answer once it is there."""
        message = queries.my_message(place, message_id)
        message.reply = queries.answer_to(place, message_id)
        return message

    @operation(takes=body_of(EditForm))
    def put(self, place, message_id: UUID, sent):
        """Other words in the place of these."""
        actions.edit_message(place=place, message_id=message_id, words=sent["words"], now=timezone.now())

    @operation()
    def delete(self, place, message_id: UUID):
        """The words, the guide's answer and what was found in them: gone."""
        actions.delete_message(place=place, message_id=message_id)


class ConversationShown(serializers.Serializer):
    opening = serializers.CharField()
    turns = serializers.IntegerField()
    may_ask_recap = serializers.BooleanField()
    may_feel_heard = serializers.BooleanField()
    support = serializers.BooleanField(help_text="The last readings were high, or rose fast.")
    over = serializers.BooleanField()


class Conversation(SessionView):
    @operation(gives=ConversationShown)
    def get(self, place):
        """What can be done in the conversation now."""
        count = queries.turns(place)
        return {
            "opening": current_guide().opening(place.display_name, 1, opens_with(place)),
            "turns": count,
            "may_ask_recap": count >= queries.TURNS_BEFORE_HEARD,
            "may_feel_heard": queries.may_feel_heard(place) and not progress.has_taken(place, StepKind.HEARD),
            "support": queries.high_or_rising(place),
            "over": place.session.status in OVER,
        }


# --- recaps ----------------------------------------------------------------------------------------
class RecapShown(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    words = serializers.CharField(source="text")
    offered_at = serializers.DateTimeField()


class Recaps(serializers.Serializer):
    offered = RecapShown(allow_null=True)
    accepted = RecapShown(allow_null=True)


class Recap(SessionView):
    @operation(gives=Recaps)
    def get(self, place):
        """What the guide has heard: the recap that waits for your answer, and the last one that was right."""
        return {"offered": queries.open_recap(place), "accepted": queries.accepted_recap(place)}

    @operation()
    def post(self, place):
        """Ask for one. It comes by itself."""
        actions.ask_for_recap(place=place)


class RecapAnswer(SessionView):
    @operation(takes=body_of(RecapForm))
    def post(self, place, recap_id: UUID, sent):
        """Right, or what should be put right (then the guide tries again), or your own words in its place."""
        if sent["answer"] == "right":
            actions.accept_recap(place=place, recap_id=recap_id, now=timezone.now())
        elif sent["answer"] == "own":
            actions.own_recap(place=place, recap_id=recap_id, words=sent["correction"], now=timezone.now())
        else:
            words = sent["correction"]
            actions.correct_recap(place=place, recap_id=recap_id, correction=words, now=timezone.now())


class HeardBody(serializers.Serializer):
    answer = serializers.ChoiceField(
        choices=["yes", "no"], error_messages={"invalid_choice": _("Please choose one of these.")}
    )


class HeardFollows(serializers.Serializer):
    guide = serializers.CharField(allow_blank=True, help_text="After “not yet”: what the guide asks.")


class Heard(SessionView):
    @operation(takes=HeardBody, gives=HeardFollows)
    def post(self, place, sent):
        """ "I feel heard", or "not yet"."""
        if sent["answer"] == "no":
            return {"guide": current_guide().what_is_missing(queries.turns(place))}
        actions.feel_heard(place=place, now=timezone.now())
        return {"guide": ""}


# --- readings and exercises ------------------------------------------------------------------------
class ReadingShown(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    intensity = serializers.IntegerField()
    words = serializers.CharField(source="context", allow_blank=True)
    at = serializers.DateTimeField(source="timestamp")


class Barometer(SessionView):
    @operation(gives=Page(ReadingShown, "-timestamp,-id", size=50))
    def get(self, place):
        """Your readings, newest first."""
        return EmotionalReading.objects.filter(owner_id=place.user_id, session_id=place.session.pk)

    @operation(takes=body_of(BarometerForm))
    def post(self, place, sent):
        """How strong it is, right now."""
        turns.read_barometer(
            place=place,
            intensity=sent["intensity"],
            context=sent["context"],
            stage=facts_of(place).stage,
            now=timezone.now(),
        )


class ExerciseDone(SessionView):
    @operation()
    def post(self, place, kind: str):
        """An exercise was done (breathing, grounding, body-scan, break). Nothing else of it is kept."""
        name = kind.upper().replace("-", "_")
        if name not in Exercise.values:
            raise NotYours
        stage = facts_of(place).stage
        actions.finish_exercise(place=place, exercise=Exercise(name), stage=stage, now=timezone.now())


SESSION = "sessions/<uuid:session_id>/"
urlpatterns = [
    path(SESSION + "conversation/", Conversation.as_view(), name="conversation"),
    path(SESSION + "messages/", Messages.as_view(), name="messages"),
    path(SESSION + "messages/<uuid:message_id>/", OneMessage.as_view(), name="message"),
    path(SESSION + "recap/", Recap.as_view(), name="recap"),
    path(SESSION + "recap/<uuid:recap_id>/", RecapAnswer.as_view(), name="recap_answer"),
    path(SESSION + "heard/", Heard.as_view(), name="heard"),
    path(SESSION + "barometer/", Barometer.as_view(), name="barometer"),
    path(SESSION + "exercises/<slug:kind>/", ExerciseDone.as_view(), name="exercise"),
]
