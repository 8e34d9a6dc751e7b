"""What is taken back is in no prompt from that moment on, nor is anything that was made of it."""

import pytest

from beheard.people.actions import begin_session
from beheard.rls import Actor, NotYours, transaction_as
from beheard.rls.doors import door_value
from stages import actions, planning, retrieval, turn
from stages.guide.builtin.guide import BuiltinGuide
from stages.models import CarriedOver, ContextLog, Message
from tests import factories as make
from tests.furnished import CURATOR
from tests.stages.crowd import at_once
from vessels.shared import bridge

pytestmark = pytest.mark.django_db(transaction=True)


class Guide(BuiltinGuide):
    is_model = True

    def __init__(self, meanwhile=lambda: None):
        self.meanwhile, self.bundles = meanwhile, []

    def reply(self, bundle):
        self.bundles.append(bundle)
        at_once([self.meanwhile])
        return super().reply(bundle)


@pytest.fixture
def pair():
    pair = make.couple()
    for person in pair:
        make.make_progress(person, stage=2)
    return pair


def answered(monkeypatch, person, guide, text="I try to see it."):
    for module in (turn, planning):
        monkeypatch.setattr(module, "current_guide", lambda: guide)
    message = make.make_message(person, content=text, stage=2)
    assert turn.answer(message_id=message.pk, user_id=person.user_id, session_id=person.session_id)
    with person.acting():
        return Message.objects.get(in_reply_to=message.pk)


def test_an_answer_that_rests_on_what_is_taken_back_meanwhile_is_made_anew(pair, monkeypatch):
    shared = make.make_shared(pair.b, words="I was afraid.")
    guide = Guide()

    def once():
        if len(guide.bundles) == 1:
            make.revoke(pair.b, shared)

    guide.meanwhile = once
    reply = answered(monkeypatch, pair.a, guide)
    assert [[item.text for item in bundle.shared] for bundle in guide.bundles] == [["I was afraid."], []]
    assert reply.drawn_from == []


def test_an_answer_leaves_the_conversation_with_what_it_rested_on(pair, monkeypatch):
    shared, guide = make.make_shared(pair.b, words="I was afraid."), Guide()
    first = answered(monkeypatch, pair.a, guide)
    second = answered(monkeypatch, pair.a, guide, "And then?")
    assert first.drawn_from == second.drawn_from == [shared.pk]
    assert first.pk in {words.id for words in guide.bundles[1].thread}
    make.revoke(pair.b, shared)
    third = answered(monkeypatch, pair.a, guide, "I still think of it.")
    known = {words.id for words in guide.bundles[2].thread}
    assert not known & {first.pk, second.pk} and known
    assert guide.bundles[2].shared == () and third.drawn_from == []


def test_the_log_is_written_before_the_guide_speaks_and_tells_no_time_of_the_others_own(pair, monkeypatch):
    shared, seen = make.make_shared(pair.b, words="I was afraid."), []

    def look():
        with pair.a.acting():
            seen.extend(ContextLog.objects.filter(item_type="partner_shared"))

    answered(monkeypatch, pair.a, Guide(look))
    (row,) = seen
    assert (row.item_id, row.consent_active, row.source) == (shared.pk, True, "SHARED")
    assert row.item_created_at == shared.crosses_at != shared.created_at


def test_the_log_says_nothing_of_what_is_taken_back_even_to_sql(pair):
    """Neither the row nor the time in it; to the auditor it stays. What is one's own stays one's own."""
    ground = make.make_common_ground(pair)
    theirs, mine = make.make_shared(pair.b), make.make_shared(pair.a)
    message = make.make_message(pair.a, stage=2)
    for item_type, item in (("partner_shared", theirs), ("common_ground", ground), ("own_shared", mine)):
        make.make_context_log(pair.a, message, source="SHARED", item_type=item_type, item_id=item.pk)

    def told() -> set[str]:
        with pair.a.acting():
            return set(ContextLog.objects.values_list("item_type", flat=True))

    assert told() == {"partner_shared", "common_ground", "own_shared"}
    with pair.b.acting():
        needs = list(bridge.active_of_mine(make.place(pair.b), "IDENTIFIED_NEED"))
    for content in (theirs, mine, *needs):
        make.revoke(pair.a if content is mine else pair.b, content)
    assert told() == {"own_shared"}
    with transaction_as(Actor.auditor(CURATOR)):
        assert ContextLog.objects.count() == 3


def test_nobody_asks_the_log_s_door_about_another_couple(pair):
    theirs = make.make_shared(pair.b)
    stranger = make.alone()
    for person, answer in ((pair.a, True), (stranger, False)):
        with person.acting():
            assert door_value("may_look_back_at", pair.a.session_id, "partner_shared", theirs.pk) is answer


def test_only_the_person_s_own_guide_executes_a_plan(pair):
    message = make.make_message(pair.a, stage=2)
    with pair.a.guided():
        occasion = retrieval.occasion_of(message.pk, now=make.now())
    for acting in (pair.a.acting, pair.b.guided, pair.a.jointly):
        with acting(), pytest.raises(NotYours):
            retrieval.execute(retrieval.bare_plan(occasion), occasion, now=make.now())


def test_a_new_session_begins_with_at_most_three_themes_of_the_earlier_ones():
    person = make.alone()
    for need in ("rest", "to be seen", "calm", "play"):
        make.make_need(person, need=need)
    by = Actor.user(person.user_id)
    with transaction_as(by):
        place = actions.arrive(by=by, session=begin_session(by=by, display_name="Ana"), now=make.now())
        themes = list(CarriedOver.objects.filter(session_id=place.session.pk, kind="THEME").order_by("place"))
        assert [theme.text for theme in themes] == ["play", "calm", "to be seen"]
        actions.arrive(by=by, session=place.session, now=make.now())
        assert CarriedOver.objects.count() == 3
