"""Opening a private vessel, and what a person puts into it by hand."""

from datetime import datetime
from uuid import UUID

from beheard.crypto import keyring
from beheard.crypto.keys import KeyScope
from beheard.people.models import Session
from beheard.people.pages import Place
from beheard.rls import Actor, NotYours
from vessels.private.documents import Kept
from vessels.private.models import Boundary, UserDocument, UserVessel
from vessels.private.queries import locked_vessel, vessel_of


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


def write_boundary(
    *, place: Place, words: str, non_negotiable: bool, now: datetime, boundary_id: UUID | None = None
) -> Boundary:
    """Say what must not happen, or say it anew; the same words twice are one. One the guide only offered becomes theirs."""
    if boundary_id:
        boundary = _boundary(place, boundary_id)
    else:
        boundary = _said_so(place, words) or _new(Boundary, place, created_at=now)
    boundary.description, boundary.non_negotiable, boundary.saved = words, non_negotiable, True
    boundary.save()
    return boundary


def keep_document(*, place: Place, title: str, kept: Kept, now: datetime) -> UserDocument:
    """Put a file beside the person's words."""
    document = _new(UserDocument, place, created_at=now, title=title)
    document.media_type, document.size = kept.media_type, kept.size
    document.content, document.extracted_text = kept.content, kept.extracted_text
    document.save(force_insert=True)
    return document


def _boundary(place: Place, boundary_id: UUID) -> Boundary:
    found = Boundary.objects.filter(pk=boundary_id, owner_id=place.user_id, session_id=place.session.pk).first()
    if found is None:
        raise NotYours
    return found


def _said_so(place: Place, words: str) -> Boundary | None:
    """A boundary in these words, if there is one; the vessel is held, so that two clicks take turns."""
    locked_vessel(place)
    mine = Boundary.objects.filter(owner_id=place.user_id, session_id=place.session.pk).order_by("created_at", "id")
    return next((boundary for boundary in mine if boundary.description == words), None)


def _new(model, place: Place, **fields):
    return model(owner_id=place.user_id, session_id=place.session.pk, vessel=vessel_of(place), **fields)
