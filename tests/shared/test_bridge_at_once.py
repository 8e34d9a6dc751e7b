"""The bridge in many tabs, and from both sides, at the same instant."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from beheard.rls import NotNow, transaction_as
from consent import ledger
from stages.progress import meet, take_step
from stages.steps import MeetingKind, StepKind
from tests.shared.couple import couple, need_of, reach
from tests.shared.test_bridge import NEED, both, grant, offer, seen_by
from vessels.shared import bridge


@pytest.mark.slow
def test_grants_in_many_tabs_leave_three_needs_and_one_link_each(transactional_db):
    two = couple()
    with transaction_as(two.ana.actor):
        contents = []
        for number in range(5):
            need = need_of(two.ana, f"need {number}")
            contents.append(offer(two.ana, need.words, NEED, need.pk))

    def press(content):
        try:
            with transaction_as(two.ana.actor):
                grant(two.ana, content)
            return True
        except NotNow:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(press, contents * 2))
    with transaction_as(two.ana.actor):
        assert bridge.active_of_mine(two.ana, NEED).count() == 3
        granted = ledger.chain_of(two.ana.user_id).filter(action="GRANTED")
        assert granted.count() == 3


@pytest.mark.slow
def test_both_share_and_meet_at_the_same_instant_without_a_deadlock(transactional_db):
    two = couple()
    for place in (two.ana, two.ben):
        reach(place, 3)
    both(two, StepKind.COMPACT_SIGNED, MeetingKind.COMPACT)

    written = Barrier(2)

    def share_and_meet(place):
        try:
            with transaction_as(place.actor):
                need = need_of(place)
                content = offer(place, need.words, NEED, need.pk)
                written.wait(10)
                grant(place, content)
                take_step(place=place, kind=StepKind.NEEDS_DONE, now=timezone.now())
                return meet(place=place, kind=MeetingKind.NEEDS)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        met = list(threads.map(share_and_meet, (two.ana, two.ben)))
    assert any(met)
    assert len(seen_by(two.ben, NEED)) == len(seen_by(two.ana, NEED)) == 1
