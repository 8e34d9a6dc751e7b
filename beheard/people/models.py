"""Accounts, and who is in a conflict with whom.

Only `User` is an account table. What a partner may see of a person lives on RelationshipMember.
"""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from beheard.crypto.fields import EncryptedTextField
from beheard.crypto.keys import KeyScope
from beheard.rls import sql
from beheard.rls.constraints import Policy, Protected, one_of, policies
from beheard.rls.models import UUIDModel


class UserManager(BaseUserManager):
    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        """Whoever has proven the address; else the account that has stood there longest."""
        with_address = self.filter(email=email.strip().lower()).order_by("created_at")
        user = with_address.filter(emailaddress__verified=True).first() or with_address.first()
        if user is None:
            raise self.model.DoesNotExist
        return user


class User(UUIDModel, AbstractBaseUser, PermissionsMixin):
    """An account. Outside row-level security: nobody is acting yet when someone signs in.

    Several accounts may stand at one address, so that beginning tells nobody whether there is one already. At most one of
    them has proven that the address is theirs (allauth's `EmailAddress`).
    """

    email = models.EmailField(db_index=True)
    name = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    sign_in_stamp = models.CharField(max_length=32, blank=True, default="")  # another one ends every sign-in and token
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = UserManager()
    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [CheckConstraint(condition=Q(email=Lower("email")), name="people_user_email_lower")]

    def __str__(self):
        return str(self.pk)

    def _get_session_auth_hash(self, secret=None):
        """What every sign-in and token carries: another password or another stamp ends them."""
        words = self.password + self.sign_in_stamp
        return salted_hmac("people.User.sign_in", words, secret=secret, algorithm="sha256").hexdigest()


# The guide works in one session and knows nobody from the person's other relationships.
GUIDED_RELATIONSHIP = f"ANY (ARRAY(SELECT s.relationship_id FROM people_session s WHERE {sql.guided_session('s.id')}))"


class Relationship(UUIDModel):
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            Protected(name="relationship_protected"),
            *policies("relationship", "user", "S", f"id = {sql.MY_RELATIONSHIPS}"),
            *policies("relationship", "ai", "S", f"id = {GUIDED_RELATIONSHIP}"),
            *policies("relationship", "door", "SID", "true"),
        ]


class Seat(models.TextChoices):
    A = "A", "invited"
    B = "B", "joined"


class RelationshipMember(UUIDModel):
    """A seat in a relationship. Two seats, each taken once: "exactly two" is a rule of the database."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+")
    seat = models.CharField(max_length=1, choices=Seat)
    display_name = models.CharField(max_length=60)
    role = models.CharField(max_length=20, default="member")
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["relationship", "user"], name="member_once"),
            UniqueConstraint(fields=["relationship", "seat"], name="member_seat_once"),
            one_of("seat", Seat, "member_seat_known"),
            Protected(name="member_protected"),
            *policies("member", "user", "S", f"relationship_id = {sql.MY_RELATIONSHIPS}"),
            Policy(
                name="member_user_update", role="user", op="UPDATE", using=sql.own("user_id"), columns=["display_name"]
            ),
            *policies("member", "ai", "S", f"relationship_id = {GUIDED_RELATIONSHIP}"),
            *policies("member", "door", "SID", "true"),
        ]


class SessionStatus(models.TextChoices):
    CREATED = "CREATED", "not yet invited"
    INVITED = "INVITED", "invited"
    ACTIVE = "ACTIVE", "both here"
    PAUSED = "PAUSED", "resting"
    WAITING = "WAITING", "one ahead"
    RESOLVED = "RESOLVED", "ended well"
    ABANDONED = "ABANDONED", "ended"


class Session(UUIDModel):
    """One conflict worked on by one relationship. It has no stage: a person's stage is in StageProgress.

    `WAITING` is derived on read and never stored. Status changes only through door functions.
    """

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="sessions")
    status = models.CharField(max_length=10, choices=SessionStatus, default=SessionStatus.CREATED)
    topic = EncryptedTextField(max_length=200, null=True, blank=True)
    topic_approved_at = models.DateTimeField(null=True, blank=True)
    shared_vessel_id = models.UUIDField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(status__in=[s for s in SessionStatus.values if s != "WAITING"]), name="session_status_known"
            ),
            CheckConstraint(
                condition=Q(status="RESOLVED", resolved_at__isnull=False)
                | (~Q(status="RESOLVED") & Q(resolved_at__isnull=True)),
                name="session_resolved_with_time",
            ),
            Protected(name="session_protected"),
            *policies("session", "user", "S", f"id = {sql.MY_SESSIONS}"),
            Policy(
                name="session_user_update",
                role="user",
                op="UPDATE",
                using=f"id = {sql.MY_SESSIONS} AND status = 'CREATED'",
                columns=["topic", "topic_approved_at", "updated_at"],
            ),
            *policies("session", "ai", "S", sql.guided_session("id")),
            *policies("session", "joint", "S", sql.current_session("id")),
            *policies("session", "system", "S", "true"),
            *policies("session", "door", "SIUD", "true"),
        ]

    def key_scope(self) -> KeyScope:
        return KeyScope.joint(self.shared_vessel_id, self.id)


class Invitation(UUIDModel):
    """One open hand. The link carries a token; only its hash is kept. Whether it was declined is not here."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="invitations")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+")
    vessel_id = models.UUIDField(editable=False)
    token_hash = models.BinaryField(max_length=32, unique=True)
    email = EncryptedTextField(max_length=254, blank=True, default="")
    expires_at = models.DateTimeField()
    sent_count = models.PositiveSmallIntegerField(default=0)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(sent_count__lte=4), name="invitation_sent_at_most"),
            UniqueConstraint(fields=["session"], condition=Q(withdrawn_at__isnull=True), name="invitation_one_open"),
            Protected(name="invitation_protected"),
            *policies("invitation", "user", "SIU", sql.own(), check=f"{sql.own()} AND session_id = {sql.MY_SESSIONS}"),
            *policies("invitation", "door", "SUD", "true"),
        ]

    def key_scope(self) -> KeyScope:
        return KeyScope.private(self.vessel_id, self.owner_id, self.session_id)


class InvitationAnswer(UUIDModel):
    """What the invited person did. No role but the door's reads it: an inviter sees "expired", never "declined"."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="+")
    joined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", null=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(joined_by__isnull=False, joined_at__isnull=False, declined_at__isnull=True)
                | Q(joined_by__isnull=True, joined_at__isnull=True, declined_at__isnull=False),
                name="answer_joined_or_declined",
            ),
            CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(joined_at__isnull=False), name="answer_confirmed_after_join"
            ),
            Protected(name="answer_protected"),
            *policies("answer", "door", "SIUD", "true"),
        ]
