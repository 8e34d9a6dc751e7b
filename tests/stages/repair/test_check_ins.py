"""Looking back: said privately, shown together; then on with it, otherwise, something else, or an end. And the second round."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from beheard.rls import Actor, NotNow, NotYours, transaction_as
from beheard.rls.doors import door, door_value
from library.actions import HOUSE, load_curated
from stages.ending import actions as ending
from stages.journey import Next, facts_of, next_thing
from stages.models import Notification, Step
from stages.progress import has_taken, have_met
from stages.repair import actions, check_ins, pool, queries
from stages.repair.models import StrategyProposal
from stages.steps import MeetingKind, StepKind
from tests.couple import ADA, BEN, Couple
from tests.pages import browser, url
from vessels.shared.models import Agreement

pytestmark = pytest.mark.django_db
GOOD = {"happened": "YES", "helped": "A_LITTLE", "in_the_way": "The late train."}


def look_back(couple, name, **changes) -> bool:
    with couple.acting(name) as place:
        agreed = queries.agreed(place)
        return check_ins.check_in(place=place, agreement_id=agreed.pk, now=timezone.now(), **GOOD | changes)


def next_of(couple, name) -> Next:
    with couple.acting(name) as place:
        return next_thing(facts_of(place))


def agreed_words(couple, name=ADA) -> Agreement:
    with couple.acting(name) as place:
        return queries.agreed(place)


def bytes_of(client, address) -> str:
    """A page without the token that is another one each time."""
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", client.get(address).content.decode())


def both_said(couple, name) -> list:
    with couple.acting(name) as place:
        return door("both_check_ins", queries.agreed(place).pk)


def propose(couple, name, **changes):
    words = {"description": "We drink tea together after work.", "measure": "", "duration_days": 14}
    with couple.acting(name) as place:
        return actions.propose_agreement(
            place=place,
            now=timezone.now(),
            **{"follow_up": timezone.localdate() + timedelta(days=14)} | words | changes,
        )


def more(couple, name) -> bool:
    with couple.acting(name) as place:
        return check_ins.want_more_ideas(place=place, now=timezone.now())


@pytest.fixture
def couple():
    return Couple().until("agreed")


@pytest.fixture
def looked_back(couple):
    for name in (ADA, BEN):
        look_back(couple, name)
    return couple


# --- saying how it went ---------------------------------------------------------------------------
def test_what_one_says_shows_when_both_have_said_it_and_what_was_in_the_way_never(couple):
    assert not look_back(couple, ADA)
    ben = browser(couple, BEN)
    before = ben.get(url(couple, "check_in")).content.decode()
    assert both_said(couple, ADA) == both_said(couple, BEN) == []
    assert look_back(couple, BEN, helped="NO", in_the_way="Her mother.")
    assert {(row["mine"], row["helped"]) for row in both_said(couple, ADA)} == {(True, "A_LITTLE"), (False, "NO")}
    page = browser(couple, ADA).get(url(couple, "check_in")).content.decode()
    assert "it did not help." in page and "The late train." in page and "Her mother." not in page
    assert "helped" not in before.split("<form")[0]


def test_what_one_has_said_changes_no_byte_for_the_other(couple):
    pages = ("session", "check_in", "agreement", "what_next")
    ben = browser(couple, BEN)

    def seen():
        return [bytes_of(ben, url(couple, page)) for page in pages]

    before = seen()
    look_back(couple, ADA)
    assert seen() == before


def test_until_both_have_said_it_it_can_be_said_otherwise_and_then_it_stands(couple):
    look_back(couple, ADA)
    look_back(couple, ADA, happened="NO", helped="NO")
    look_back(couple, BEN)
    assert look_back(couple, ADA, happened="YES")  # too late: nothing changes
    assert {row["happened"] for row in both_said(couple, BEN) if not row["mine"]} == {"NO"}


def test_no_step_without_an_answer_opens_the_other_s(couple):
    look_back(couple, ADA)
    with couple.acting(BEN) as place:
        actions.take_step(place=place, kind=StepKind.CHECKED_IN, now=timezone.now())
        assert not actions.meet(place=place, kind=MeetingKind.CHECK_IN)
    assert both_said(couple, BEN) == []


def test_another_couple_s_agreement_is_not_there_to_look_back_on(couple):
    others = Couple().until("overlap")
    with others.acting(ADA) as place, pytest.raises(NotYours):
        check_ins.check_in(place=place, agreement_id=agreed_words(couple).pk, now=timezone.now(), **GOOD)


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_met_no_other_comes_back_on_its_date_and_can_be_given_anew(superuser_connection):
    couple = Couple().until("agreed")
    look_back(couple, ADA)
    assert next_of(couple, ADA) == Next.WAITING
    days_pass(superuser_connection, couple, 15)
    assert next_of(couple, ADA) == Next.CHECK_IN
    assert "has come back to you" in browser(couple, ADA).get(url(couple, "check_in")).content.decode()
    assert not look_back(couple, BEN)
    assert both_said(couple, BEN) == []
    assert look_back(couple, ADA)


def days_pass(superuser, couple, days):
    """As if all that this couple has done lay so many days further back; the database's own clock goes on as it is."""
    tables = {
        "stages_step": ("taken_at", "counts_from", "returns_at"),
        "stages_meeting": ("met_at",),
        "stages_checkin": ("answered_at",),
        "shared_agreement": ("created_at", "agreed_at", "follow_up_date", "reminded_at", "looked_back_at"),
    }
    for table, columns in tables.items():
        earlier = ", ".join(f"{column} = {column} - interval '{days} days'" for column in columns)
        superuser.execute(f"UPDATE {table} SET {earlier} WHERE session_id = %s", [couple.session_id])


@pytest.mark.django_db(transaction=True)
def test_on_the_day_each_who_has_not_said_it_is_reminded_once_in_a_daily_slot(superuser_connection):
    couple = Couple().until("agreed")
    assert sweep() == 0 and next_of(couple, ADA) == Next.AGREEMENT
    look_back(couple, BEN)
    days_pass(superuser_connection, couple, 9)
    assert next_of(couple, ADA) == Next.CHECK_IN
    assert [sweep(), sweep()] == [1, 0]
    with transaction_as(Actor.system()):
        reminders = Notification.objects.filter(kind="CHECK_IN").order_by("id")
        assert [one.owner_id for one in reminders] == [couple.actors[ADA].user_id]
        (one,) = reminders
        slot = door_value("next_slot", couple.session_id)
        assert one.due_at == slot > timezone.now()


def sweep() -> int:
    with transaction_as(Actor.system()):
        return door_value("sweep_check_ins")


# --- what next ------------------------------------------------------------------------------------
@pytest.mark.parametrize("changes", [{}, {"duration_days": 60}, {"description": "We walk after work."}])
def test_going_on_longer_or_otherwise_takes_both_and_what_stood_is_complete(looked_back, changes):
    first = agreed_words(looked_back)
    assert next_of(looked_back, ADA) == Next.WHAT_NEXT
    proposed = propose(looked_back, ADA, **changes)
    assert agreed_words(looked_back) == first
    with looked_back.acting(BEN) as place:
        actions.confirm_agreement(place=place, agreement_id=proposed.pk, now=timezone.now())
    assert agreed_words(looked_back) == proposed
    first = agreement_of(looked_back, first.pk)
    assert first.status == "COMPLETED" and first.completed_at
    assert next_of(looked_back, BEN) == Next.AGREEMENT
    assert both_said(looked_back, ADA) == []
    look_back(looked_back, ADA)
    assert look_back(looked_back, BEN)


def agreement_of(couple, pk) -> Agreement:
    with couple.acting(ADA):
        return Agreement.objects.get(pk=pk)


def test_a_yes_to_the_first_words_is_no_yes_to_later_ones(couple):
    """The step of the first yes is gone with the agreement: a text slipped in later is not agreed by it."""
    with couple.acting(BEN) as place:
        slipped = Agreement.objects.create(
            session_id=place.session.pk,
            shared_vessel_id=place.session.shared_vessel_id,
            description="Ada does everything.",
            created_at=timezone.now(),
        )
        actions.take_step(place=place, kind=StepKind.AGREED, now=timezone.now())
        assert door_value("confirm_agreement", slipped.pk) == "PROPOSED"
        assert queries.agreed(place).description != "Ada does everything."


def test_something_else_begins_when_both_would_and_nothing_shows_before(looked_back):
    ben = browser(looked_back, BEN)
    before = bytes_of(ben, url(looked_back, "what_next"))
    assert not more(looked_back, ADA)
    assert bytes_of(ben, url(looked_back, "what_next")) == before
    first = agreed_words(looked_back)
    assert more(looked_back, BEN)
    assert agreement_of(looked_back, first.pk).status == "COMPLETED"
    assert next_of(looked_back, ADA) == next_of(looked_back, BEN) == Next.IDEAS


def test_something_else_can_be_taken_back_and_needs_looking_back_first(couple):
    with pytest.raises(NotNow):
        more(couple, ADA)
    for name in (ADA, BEN):
        look_back(couple, name)
    more(couple, ADA)
    browser(couple, ADA).post(url(couple, "no_more_ideas"))
    assert not more(couple, BEN)


def test_closing_with_an_agreement_takes_both_and_completes_it(looked_back):
    first = agreed_words(looked_back)
    for name in (ADA, BEN):
        assert next_of(looked_back, name) == Next.WHAT_NEXT
        with looked_back.acting(name) as place:
            ended = ending.close(place=place, unmet="", commitment="Tea.", now=timezone.now())
    assert ended and next_of(looked_back, ADA) == Next.ENDED
    assert agreement_of(looked_back, first.pk).status == "COMPLETED"
    page = browser(looked_back, ADA).get(url(looked_back, "ended")).content.decode()
    assert url(looked_back, "agreement") in page
    with looked_back.acting(ADA) as place, pytest.raises(NotNow):
        check_ins.check_in(place=place, agreement_id=first.pk, now=timezone.now(), **GOOD)
    assert browser(looked_back, ADA).get(url(looked_back, "agreement")).status_code == 200


# --- nothing in common ----------------------------------------------------------------------------
def sorted_apart() -> Couple:
    couple = Couple().until("pool")
    couple.sort(ADA, "GLADLY")
    couple.sort(BEN, "NOT_NOW")
    return couple


def test_with_nothing_in_common_a_second_round_has_new_ideas_and_the_first_stays_private():
    with transaction_as(HOUSE):
        load_curated(by=HOUSE, now=timezone.now())
    couple = sorted_apart()
    assert "Nothing is in both piles" in browser(couple, ADA).get(url(couple, "overlap")).content.decode()
    with couple.acting(ADA) as place:
        first = {proposal.words for proposal in queries.pool(place)}
    more(couple, ADA)
    assert more(couple, BEN)
    for name in (ADA, BEN):
        with couple.acting(name) as place:
            assert queries.drafts(place) == [] and list(queries.slots(place)) == [4, 5, 6]
        second_round_idea(couple, name)
    pool.publish(couple.session_id)
    with couple.acting(ADA) as place:
        second = {proposal.words for proposal in queries.pool(place)}
        assert len(second) == 5 and not first & second
        assert StrategyProposal.objects.filter(round=1).exists()
    for name in (ADA, BEN):
        couple.sort(name)
    with couple.acting(BEN) as place:
        assert {one.words for one in queries.overlap(place)} == second


def test_a_second_round_after_something_in_common_ends_in_what_both_would_of_that_round():
    couple = Couple().until("overlap")
    for name in (ADA, BEN):
        more(couple, name)
    page = browser(couple, ADA).get(url(couple, "ideas")).content.decode()
    assert url(couple, "idea", 4) in page and url(couple, "idea", 1) not in page
    for name in (ADA, BEN):
        second_round_idea(couple, name)
    pool.publish(couple.session_id)
    for name in (ADA, BEN):
        couple.sort(name)
    with couple.acting(BEN) as place:
        assert {one.round for one in queries.overlap(place)} == {2}


def second_round_idea(couple, name):
    with couple.acting(name) as place:
        actions.write_idea(
            place=place,
            slot=4,
            idea=f"A walk, {name}",
            need="to be seen",
            duration_days=3,
            measure="",
            now=timezone.now(),
        )
        content = actions.say_plainly(
            place=place, slot=4, plain=f"For three days, we walk ({name}).", now=timezone.now()
        )
        actions.bridge.grant(
            place=place, content_id=content.pk, digest=actions.bridge.digest(content), now=timezone.now()
        )
        actions.ideas_ready(place=place, now=timezone.now())


def test_an_idea_of_an_earlier_round_can_not_be_changed_any_more():
    couple = sorted_apart()
    for name in (ADA, BEN):
        more(couple, name)
    assert browser(couple, ADA).get(url(couple, "idea", 1)).status_code == 404


def test_a_wish_for_other_ideas_goes_back_on_its_date():
    couple = sorted_apart()
    with couple.acting(ADA) as place:
        check_ins.want_more_ideas(place=place, now=timezone.now() - timedelta(days=15))
        assert not has_taken(place, StepKind.MORE_IDEAS)
    assert not more(couple, BEN)
    with couple.acting(BEN) as place:
        assert not have_met(place, MeetingKind.ANOTHER_ROUND)
        assert Step.objects.filter(kind=StepKind.MORE_IDEAS).count() == 1


def test_closing_names_needs_that_stay_unmet_for_oneself_alone():
    couple = sorted_apart()
    ada = browser(couple, ADA)
    answer = ada.post(
        url(couple, "closure"), {"needs": ["to be seen"], "unmet": "", "commitment": "I come home on time."}
    )
    assert answer.status_code == 302
    browser(couple, BEN).post(url(couple, "closure"), {"unmet": "Peace", "commitment": ""})
    assert "To be seen" in ada.get(url(couple, "ended")).content.decode()
    ended = browser(couple, BEN).get(url(couple, "ended")).content.decode()
    assert "To be seen" not in ended and "home on time" not in ended
