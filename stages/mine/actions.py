"""A person takes everything of theirs away (docs/decisions/0011).

What can't be erased without breaking the ledger stays under an id that means nobody any more: which kinds of things were decided
when, and digests under a key that is gone.
"""

from datetime import datetime
from uuid import uuid4

from allauth.account.models import EmailAddress

from beheard.api import tokens
from beheard.api.models import AnsweredPost
from beheard.crypto import keyring
from beheard.people.models import Invitation, User
from beheard.rls import Actor, no_actor
from consent import ledger
from library import contributions
from stages.models import NoticeSettings, Notification
from vessels.private.models import UserVessel
from vessels.shared.models import CoolingOff


def erase_person(*, by: Actor, now: datetime) -> None:
    """Everything private goes, what is shared is taken back without a word, the keys are destroyed, the account is closed.

    Call as the person, in a transaction: all of it happens, or nothing. The person is signed out everywhere. Their chain of
    decisions still verifies.
    """
    with ledger.sealing(by.user_id):
        vessels = UserVessel.objects.filter(owner_id=by.user_id)
        vessels._raw_delete(vessels.db)  # the database cascades, and takes back what is shared
    keyring.destroy_keys_of(owner_id=by.user_id)
    Invitation.objects.filter(owner_id=by.user_id, withdrawn_at=None).update(withdrawn_at=now)
    Notification.objects.filter(owner_id=by.user_id, seen_at=None).update(seen_at=now)
    CoolingOff.objects.filter(owner_id=by.user_id).delete()
    NoticeSettings.objects.filter(owner_id=by.user_id).delete()
    AnsweredPost.objects.filter(owner_id=by.user_id).delete()
    for given in contributions.given_by(by):
        contributions.withdraw(by=by, contribution_id=given.contribution.pk, now=now)
    with no_actor():
        _close_account(User.objects.get(pk=by.user_id))


def _close_account(user: User) -> None:
    """The row stays, since consent records point at it; nothing in it names anyone. A new password ends every sign-in."""
    tokens.revoke_all(user=user)
    EmailAddress.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.email = f"{uuid4().hex}@erased.invalid"
    user.name = user.country = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
