"""Stage 4 has a gate, also for those who type its address."""

import pytest
from django.utils import timezone

from beheard.rls import NotNow
from stages.needs import actions as needs
from stages.progress import stage_of
from stages.repair import actions
from tests.couple import ADA, BEN, Couple
from tests.shared.visiting import visit_as

pytestmark = pytest.mark.django_db(transaction=True)


def test_waiting_for_the_others_needs_is_not_yet_stage_four():
    couple = Couple().until("understood")
    with couple.acting(ADA) as place:
        needs.finish(place=place, now=timezone.now())
    with couple.acting(ADA) as place, pytest.raises(NotNow):
        actions.arrive(place=place, now=timezone.now())
    for page in ("", "1/", "1/plain/"):
        visit_as(couple.actors[ADA]).get(f"/s/{couple.session_id}/ideas/{page}")
    with couple.acting(ADA) as place:
        assert stage_of(place) == 3


def test_who_went_on_without_the_others_needs_comes_to_stage_four():
    couple = Couple().until("understood")
    with couple.acting(BEN) as place:
        needs.finish(place=place, now=timezone.now())
        needs.go_on_without(place=place, now=timezone.now())
        actions.arrive(place=place, now=timezone.now())
        assert stage_of(place) == 4
