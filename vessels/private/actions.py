"""Opening a private vessel, and erasing what is in it."""

from uuid import UUID

from beheard.crypto import keyring
from beheard.crypto.keys import KeyScope
from beheard.people.models import Session
from beheard.rls import Actor
from vessels.private.models import UserVessel


def open_vessel(*, by: Actor, session: Session) -> UserVessel:
    """This person's vessel in this session, with its keys: their private one, and the one for words they may share.

    Idempotent. The joint key is made by whoever is first.
    """
    vessel, made = UserVessel.objects.get_or_create(owner_id=by.user_id, session_id=session.pk)
    if made:
        for scope in scopes_of(vessel=vessel, session=session):
            keyring.data_key_for(scope, create=True)
    return vessel


def scopes_of(*, vessel: UserVessel, session: Session) -> tuple[KeyScope, KeyScope, KeyScope]:
    shared: UUID = session.shared_vessel_id
    return (
        vessel.key_scope(),
        KeyScope.shared(shared, vessel.owner_id, session.pk),
        KeyScope.joint(shared, session.pk),
    )
