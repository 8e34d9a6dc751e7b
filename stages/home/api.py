"""The way itself: sessions with their one next thing, resting, notices, what stayed with a person."""

from uuid import UUID

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from beheard.api.forms import body_of
from beheard.api.lists import Page
from beheard.api.operations import ApiView, SessionView, operation
from beheard.rls import NotNow, no_actor
from stages import actions, progress
from stages.continuity.queries import before
from stages.home import actions as home_actions
from stages.home.forms import FirstWordsForm
from stages.home.queries import left_behind
from stages.home.words import WAITING
from stages.journey import Next, awaited, facts_of, next_thing
from stages.models import Notification
from stages.rhythm.actions import see_notices
from stages.rhythm.queries import unseen
from stages.steps import MEETING_OF, MeetingKind
from vessels.private.queries import places_of


class SessionShown(serializers.Serializer):
    id = serializers.UUIDField(source="session.pk")
    status = serializers.CharField(source="session.status")
    seat = serializers.ChoiceField(choices=["A", "B"])
    display_name = serializers.CharField()
    partner_name = serializers.CharField(allow_null=True)
    topic = serializers.CharField(source="session.topic", allow_null=True)
    begun_at = serializers.DateTimeField(source="session.created_at")
    next = serializers.SerializerMethodField(help_text="The one next thing: the name of what to do.")

    def get_next(self, place) -> str:
        return next_thing(facts_of(place)).value


class PathShown(SessionShown):
    own_stone = serializers.SerializerMethodField(help_text="0 to 4")
    partner_stone = serializers.SerializerMethodField(help_text="Where the other stands, and nothing more.")

    def get_own_stone(self, place) -> int:
        return progress.stage_of(place)

    def get_partner_stone(self, place) -> int | None:
        return progress.partner_stone(place)


class SessionsShown(serializers.Serializer):
    sessions = SessionShown(many=True)


class SessionBegun(serializers.Serializer):
    id = serializers.UUIDField(source="session.pk")


class Sessions(ApiView):
    @operation(gives=SessionsShown)
    def get(self):
        """Every session of this person, newest first, each with its one next thing."""
        return {"sessions": places_of(self.request._request.actor)}

    @operation(takes=body_of(FirstWordsForm), gives=SessionBegun, status=201)
    def post(self, sent):
        """First words: they begin a session."""
        with no_actor():
            name = self.request.user.name or _("Someone")
        self.place = actions.begin(
            by=self.request._request.actor,
            words=sent["words"],
            display_name=name,
            key=str(sent["key"]),
            now=timezone.now(),
        )
        return self.place


class Session(SessionView):
    @operation(gives=PathShown)
    def get(self, place):
        """A session, its one next thing, and the path."""
        return place


class OutcomeShown(serializers.Serializer):
    words = serializers.CharField(source="description")
    agreed_at = serializers.DateTimeField()
    both = serializers.ListField(
        child=serializers.DictField(), help_text="How it went for each, once both have said so."
    )


class BeforeShown(serializers.Serializer):
    agreements = OutcomeShown(many=True)
    themes = serializers.ListField(child=serializers.CharField(), help_text="Your own, from your earlier sessions.")


class FromBefore(SessionView):
    @operation(gives=BeforeShown)
    def get(self, place):
        """What the two of you agreed before this session, and how it went."""
        return before(place)


class Again(SessionView):
    @operation(takes=body_of(FirstWordsForm), gives=SessionBegun, status=201)
    def post(self, place, sent):
        """First words of something new with the same person, once both have closed this."""
        key, words = str(sent["key"]), sent["words"]
        self.place = actions.begin_again(place=place, words=words, key=key, now=timezone.now())
        return self.place


class SitDown(SessionView):
    @operation()
    def post(self, place):
        """Come into what the other has begun. Nobody is told, also if you leave it."""
        actions.sit_down(place=place, now=timezone.now())


class WaitingShown(serializers.Serializer):
    waits_for = serializers.ChoiceField(choices=MeetingKind.choices)
    sentence = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True, help_text="When it goes back to you, unrevealed.")
    counts_from = serializers.DateTimeField(allow_null=True, help_text="Later than now after a high reading.")


class WaitingFor(SessionView):
    @operation(gives=WaitingShown)
    def get(self, place):
        """What the next step waits for, while it waits for both."""
        facts = facts_of(place)
        if next_thing(facts) != Next.WAITING:
            raise NotNow(_("Nothing is waited for here just now."))
        meeting = awaited(facts)
        step = MEETING_OF.get(meeting)
        taken = progress.standing_step(place, step) if step else None
        return {
            "waits_for": meeting,
            "sentence": WAITING[meeting].sentence,
            "until": taken.returns_at if taken else None,
            "counts_from": progress.counts_later(place, taken, timezone.now()),
        }


class Pause(SessionView):
    @operation()
    def post(self, place):
        """A pause for both, for no reason that anyone is told."""
        actions.pause(place=place)


class Resume(SessionView):
    @operation()
    def post(self, place):
        """Quietly ready to go on. It goes on when both are."""
        actions.ready_again(place=place, now=timezone.now())


# --- what stayed -----------------------------------------------------------------------------------
class LeftEntry(serializers.Serializer):
    role = serializers.CharField()
    words = serializers.CharField(source="content")
    at = serializers.DateTimeField(source="timestamp")


class LeftShown(serializers.Serializer):
    vessel = serializers.UUIDField(source="vessel_id")
    entries = LeftEntry(many=True)


class AllLeft(serializers.Serializer):
    left = LeftShown(many=True)


class Left(ApiView):
    @operation(gives=AllLeft)
    def get(self):
        """What you said where the seat was not yours. It is yours and nobody else's."""
        return {"left": left_behind(self.request._request.actor)}


class LeftVessel(ApiView):
    @operation()
    def delete(self, vessel_id: UUID):
        """Erase it for good."""
        home_actions.forget_left(by=self.request._request.actor, vessel_id=vessel_id)


# --- notices ---------------------------------------------------------------------------------------
class NoticeShown(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    session = serializers.UUIDField(source="session_id", allow_null=True)
    kind = serializers.CharField()
    at = serializers.DateTimeField(source="due_at")
    seen_at = serializers.DateTimeField(allow_null=True)


class Notices(ApiView):
    @operation(gives=Page(NoticeShown, "-due_at,-id"))
    def get(self):
        """That there is something, never what."""
        return Notification.objects.filter(owner_id=self.request._request.actor.user_id)


class NoticesSeen(ApiView):
    @operation()
    def post(self):
        """All of them have been seen."""
        see_notices(by=self.request._request.actor, now=timezone.now())


class NoticesCounted(serializers.Serializer):
    unseen = serializers.IntegerField()


class NoticesCount(ApiView):
    @operation(gives=NoticesCounted)
    def get(self):
        """How many have not been seen."""
        return {"unseen": unseen(self.request._request.actor)}


SESSION = "sessions/<uuid:session_id>/"
urlpatterns = [
    path("sessions/", Sessions.as_view(), name="sessions"),
    path(SESSION, Session.as_view(), name="session"),
    path(SESSION + "before/", FromBefore.as_view(), name="before"),
    path(SESSION + "again/", Again.as_view(), name="again"),
    path(SESSION + "sit-down/", SitDown.as_view(), name="sit_down"),
    path(SESSION + "waiting/", WaitingFor.as_view(), name="waiting"),
    path(SESSION + "pause/", Pause.as_view(), name="pause"),
    path(SESSION + "resume/", Resume.as_view(), name="resume"),
    path("left/", Left.as_view(), name="left"),
    path("left/<uuid:vessel_id>/", LeftVessel.as_view(), name="left_vessel"),
    path("notices/", Notices.as_view(), name="notices"),
    path("notices/count/", NoticesCount.as_view(), name="notices_count"),
    path("notices/seen/", NoticesSeen.as_view(), name="notices_seen"),
]
