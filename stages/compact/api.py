"""Stage 0: the private questions, the topic, the invitation from both ends, the compact."""

from django.urls import path
from django.utils import timezone
from rest_framework import serializers

from beheard.api import access
from beheard.api.forms import body_of
from beheard.api.operations import ApiView, SessionView, operation
from beheard.people.models import SessionStatus
from beheard.people.pages import Place, place_of
from beheard.rls import Actor, NotYours
from stages import progress, suggestions
from stages.compact import actions
from stages.compact.forms import InviteForm, JoinForm, SafetyForm, SignForm, TopicForm
from stages.compact.questions import QUESTIONS
from stages.compact.topics import topic_of
from stages.journey import invitation_state
from stages.models import Purpose
from stages.steps import StepKind


# --- is it safe ------------------------------------------------------------------------------------
class SafetyShown(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=["none", "OPEN", "CLOSED"])
    questions = serializers.DictField(
        child=serializers.CharField(), help_text="What is asked, by the name of its answer."
    )


class SafetyFollows(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=["OPEN", "CLOSED"])


class Safety(SessionView):
    @operation(gives=SafetyShown)
    def get(self, place):
        """What follows for you. What was answered is never shown again."""
        questions = {key: str(question) for key, question in QUESTIONS.items()}
        return {"outcome": progress.safety_of(place), "questions": questions}

    @operation(takes=body_of(SafetyForm), gives=SafetyFollows)
    def post(self, place, sent):
        """Answer the private questions, again if you like."""
        return {"outcome": actions.answer_safety(place=place, answers=sent, now=timezone.now())}


# --- the topic -------------------------------------------------------------------------------------
class TopicShown(serializers.Serializer):
    topic = serializers.CharField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    offered = serializers.CharField(allow_blank=True, help_text="The guide's words for it, once they are here.")
    may_change = serializers.BooleanField()


class TopicBody(body_of(TopicForm)):
    looked_at = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=400,
        help_text="Once more the same words, after what was said of them.",
    )

    def validate(self, sent):
        looked_at = sent.pop("looked_at", "")
        return super().validate(sent) | {"looked_at": looked_at}


class TopicFollows(serializers.Serializer):
    approved = serializers.BooleanField()
    look_at = serializers.ListField(
        child=serializers.CharField(),
        help_text="What may not sound neutral; send the words again as `looked_at` to keep them.",
    )


class Topic(SessionView):
    @operation(gives=TopicShown)
    def get(self, place):
        """A short name for what this is about."""
        mine = place.seat == "A"
        offered = suggestions.latest(place, Purpose.TOPIC, place.session.pk) if mine else None
        return {
            "topic": place.session.topic,
            "approved_at": place.session.topic_approved_at,
            "offered": offered.content["text"] if offered else "",
            "may_change": mine and place.session.status == SessionStatus.CREATED,
        }

    @operation(takes=TopicBody, gives=TopicFollows)
    def post(self, place, sent):
        """Approve it, word by word. What may not sound neutral is said once, and nothing is approved by that."""
        topic, looked_at = sent["topic"].strip(), sent["looked_at"].strip()
        look_at = actions.name_topic(place=place, topic=topic, looked_at=looked_at, now=timezone.now())
        return {"approved": not look_at, "look_at": look_at}


class TopicOffer(SessionView):
    @operation()
    def post(self, place):
        """Ask the guide for words. They come by themselves."""
        actions.ask_for_topic(place=place)


# --- the invitation, from its sender's side ----------------------------------------------------------
class InvitationShown(serializers.Serializer):
    state = serializers.ChoiceField(choices=["none", "open", "expired", "joined", "confirmed", "guest"])
    email = serializers.CharField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    sent_count = serializers.IntegerField()


class InvitationMade(serializers.Serializer):
    link = serializers.URLField(help_text="Shown once; kept nowhere.")


class InvitationOut(SessionView):
    @operation(gives=InvitationShown)
    def get(self, place):
        """How your invitation stands. Declined looks like expired."""
        found = actions.open_invitation(place)
        return {
            "state": invitation_state(place),
            "email": (found.email or None) if found else None,
            "expires_at": found.expires_at if found else None,
            "sent_count": found.sent_count if found else 0,
        }

    @operation(takes=body_of(InviteForm), gives=InvitationMade, status=201)
    def post(self, place, sent):
        """A new link; the one before stops working. With an address it is also sent there."""
        return {"link": actions.invite(place=place, email=sent["email"], now=timezone.now())}

    @operation()
    def delete(self, place):
        """The link stops working."""
        actions.withdraw_invitation(place=place, now=timezone.now())


class IsThem(serializers.Serializer):
    is_them = serializers.BooleanField()


class WhoJoined(SessionView):
    @operation(takes=IsThem)
    def post(self, place, sent):
        """Whether who joined is who you invited. Nothing crosses before a yes."""
        actions.confirm_partner(place=place, is_them=sent["is_them"])


# --- the invitation, from the other side -------------------------------------------------------------
class InvitationSeen(serializers.Serializer):
    state = serializers.ChoiceField(choices=["open", "expired", "used"])
    inviter = serializers.CharField(allow_blank=True)
    topic = serializers.CharField(allow_blank=True)
    expires_at = serializers.DateTimeField()


def visitor(request) -> Actor:
    """Whoever holds the link: themselves when signed in, nobody in particular otherwise."""
    return access.actor_for(request) or Actor.system()


class InvitationView(ApiView):
    """By the token of the link. Looking changes nothing."""

    permission_classes = []
    actor_for_request = staticmethod(visitor)

    def known(self, request, ids):
        found = actions.invitation_by_token(ids["token"])
        if found is None:
            raise NotYours
        return {"token": ids["token"], "found": found}

    def keeps_answers(self, request):
        return False


class InvitationIn(InvitationView):
    @operation(gives=InvitationSeen)
    def get(self, token, found):
        """Who invites, and about what."""
        inviter = found["inviter"] if found["state"] == "open" else ""
        return found | {"topic": topic_of(found) or "", "inviter": inviter}


class Decline(InvitationView):
    @operation()
    def post(self, token, found):
        """Rather not. To who invited it simply runs out."""
        actions.decline(token=token)


class Joined(serializers.Serializer):
    id = serializers.UUIDField(source="session.pk")


class Join(ApiView):
    @operation(takes=body_of(JoinForm), gives=Joined, status=201)
    def post(self, token, sent):
        """Sit down with them, under the name they shall see."""
        found, actor = actions.invitation_by_token(token), self.request._request.actor
        if found is None:
            raise NotYours
        self.place = _guest(actor, found) or actions.join(by=actor, token=token, name=sent["name"], now=timezone.now())
        return self.place


def _guest(actor: Actor, found: dict) -> Place | None:
    """Who has joined by this link already."""
    try:
        place = place_of(actor, found["session_id"])
    except NotYours:
        return None
    return place if place.seat == "B" else None


# --- the compact -----------------------------------------------------------------------------------
class CompactShown(serializers.Serializer):
    signed_at = serializers.DateTimeField(allow_null=True)
    counts_from = serializers.DateTimeField(allow_null=True, help_text="Later than signed after a high reading.")
    both = serializers.BooleanField(help_text="Shows once both have signed; until then nothing of the other does.")
    came_back = serializers.BooleanField()
    went_on = serializers.BooleanField()


class Compact(SessionView):
    @operation(gives=CompactShown)
    def get(self, place):
        """Your signature, and whether both stand."""
        signature = progress.standing_step(place, StepKind.COMPACT_SIGNED)
        return {
            "signed_at": signature.taken_at if signature else None,
            "counts_from": signature.counts_from if signature else None,
            "both": actions.settle_compact(place=place, now=timezone.now()) if signature else False,
            "came_back": StepKind.COMPACT_SIGNED in progress.returned_steps(place),
            "went_on": progress.has_taken(place, StepKind.WENT_ON_COMPACT),
        }

    @operation(takes=body_of(SignForm))
    def post(self, place, sent):
        """Sign it for yourself."""
        actions.sign_compact(place=place, now=timezone.now())

    @operation()
    def delete(self, place):
        """Take your signature back, as long as not both have signed."""
        actions.take_signature_back(place=place)


class WithoutCompact(SessionView):
    @operation()
    def post(self, place):
        """Go on with what needs nobody else."""
        actions.go_on_without_compact(place=place, now=timezone.now())


SESSION = "sessions/<uuid:session_id>/"
urlpatterns = [
    path(SESSION + "safety/", Safety.as_view(), name="safety"),
    path(SESSION + "topic/", Topic.as_view(), name="topic"),
    path(SESSION + "topic/offer/", TopicOffer.as_view(), name="topic_offer"),
    path(SESSION + "invitation/", InvitationOut.as_view(), name="invitation_out"),
    path(SESSION + "who-joined/", WhoJoined.as_view(), name="who_joined"),
    path(SESSION + "compact/", Compact.as_view(), name="compact"),
    path(SESSION + "compact/without/", WithoutCompact.as_view(), name="without_compact"),
    path("invitations/<str:token>/", InvitationIn.as_view(), name="invitation_in"),
    path("invitations/<str:token>/decline/", Decline.as_view(), name="decline"),
    path("invitations/<str:token>/join/", Join.as_view(), name="join"),
]
