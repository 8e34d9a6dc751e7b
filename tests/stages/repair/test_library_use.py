"""What comes of the library's ideas is counted: chosen, kept, helped. Never of whom or when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from beheard.rls import transaction_as
from library.actions import HOUSE, load_curated
from library.models import GlobalLibraryItem
from stages.ending import actions as ending
from stages.repair import actions, check_ins, queries
from tests.couple import ADA, BEN, Couple

pytestmark = pytest.mark.django_db(transaction=True)
COUNTED = "SELECT what, count FROM library_libraryusage WHERE what <> 'SHOWN' ORDER BY what"


@pytest.fixture
def couple():
    with transaction_as(HOUSE):
        load_curated(by=HOUSE, now=timezone.now())
    return Couple().until("overlap")


def agree(couple, *, library: bool, description="We try this for a week."):
    """On the words given, begun with an idea from the library or with a person's."""
    with couple.acting(ADA) as place:
        plain = set(GlobalLibraryItem.objects.values_list("plain", flat=True))
        idea = next(one for one in queries.overlap(place) if (one.words in plain) is library)
    with couple.acting(ADA) as place:
        agreement = propose(place, description, idea.pk)
    confirm(couple, agreement)
    return agreement


def propose(place, description, proposal_id=None):
    return actions.propose_agreement(
        place=place, description=description, measure="", duration_days=7, proposal_id=proposal_id,
        follow_up=timezone.localdate() + timedelta(days=8), now=timezone.now(),
    )  # fmt: skip


def confirm(couple, agreement):
    with couple.acting(BEN) as place:
        assert actions.confirm_agreement(place=place, agreement_id=agreement.pk, now=timezone.now())


def look_back(couple, **helped):
    for name, said in helped.items():
        with couple.acting({"ada": ADA, "ben": BEN}[name]) as place:
            answer = {"happened": "YES", "helped": said, "in_the_way": ""}
            agreed = queries.agreed(place)
            check_ins.check_in(place=place, agreement_id=agreed.pk, now=timezone.now(), **answer)


def go_on(couple, description="We try this for a week."):
    with couple.acting(ADA) as place:
        words = actions.propose_agreement(
            place=place, description=description, measure="", duration_days=14,
            follow_up=timezone.localdate() + timedelta(days=15), now=timezone.now(),
        )  # fmt: skip
    confirm(couple, words)


def counted(superuser) -> dict:
    return dict(superuser.execute(COUNTED).fetchall())


def test_chosen_kept_and_helped_are_counted_once_a_couple(couple, superuser_connection):
    agree(couple, library=True)
    assert counted(superuser_connection) == {"CHOSEN": 1}
    look_back(couple, ada="YES")
    assert counted(superuser_connection) == {"CHOSEN": 1}  # one alone has said how it went
    look_back(couple, ben="A_LITTLE")
    assert counted(superuser_connection) == {"CHOSEN": 1, "HELPED": 1}
    look_back(couple, ben="YES")
    go_on(couple)
    assert counted(superuser_connection) == {"CHOSEN": 1, "HELPED": 1, "KEPT": 1}


def test_what_helped_only_one_of_them_and_went_on_in_other_words_is_not_counted(couple, superuser_connection):
    agree(couple, library=True)
    look_back(couple, ada="YES", ben="NO")
    go_on(couple, "Something else.")
    assert counted(superuser_connection) == {"CHOSEN": 1}


def test_a_person_s_idea_counts_nowhere(couple, superuser_connection):
    agree(couple, library=False)
    look_back(couple, ada="YES", ben="YES")
    go_on(couple)
    assert counted(superuser_connection) == {}


def test_what_one_tries_alone_is_chosen_once(couple, superuser_connection):
    with couple.acting(ADA):
        item = GlobalLibraryItem.objects.filter(solo=True).order_by("slug").first()
    for _twice in range(2):
        with couple.acting(ADA) as place:
            ending.keep_solo(place=place, library_item_id=item.pk, now=timezone.now())
    assert counted(superuser_connection) == {"CHOSEN": 1}
