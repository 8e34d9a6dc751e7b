"""What a person does about what stayed with them."""

from uuid import UUID

from beheard.rls import Actor, NotYours
from consent import ledger
from stages.home.queries import left_behind
from vessels.private.models import UserVessel


def forget_left(*, by: Actor, vessel_id: UUID) -> None:
    """Erase a vessel of a session in which the person has no seat, with everything in it; what is shared of it is taken back."""
    if vessel_id not in {left.vessel_id for left in left_behind(by)}:
        raise NotYours
    vessels = UserVessel.objects.filter(pk=vessel_id, owner_id=by.user_id)
    with ledger.sealing(by.user_id):
        vessels._raw_delete(vessels.db)  # the database cascades; Django would ask for children it may not see
