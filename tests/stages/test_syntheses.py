"""Syntheses: every change ends up in one, none is made twice for the same version."""

import random
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from stages import own_words, syntheses
from stages.guide.interface import SynthesisContent, Theme
from stages.models import Message, StageProgress, Synthesis
from tests import factories as make
from tests.stages.crowd import at_once
from vessels.private.models import EmotionalReading

pytestmark = pytest.mark.django_db(transaction=True)


class Guide:
    """Counts what it is asked to make, and remembers which words went into it."""

    def __init__(self, seconds: float = 0.0):
        self.seconds = seconds
        self.asked = []
        self.begun = threading.Event()
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.fails = False

    def synthesise(self, words):
        self.asked.append(frozenset(said.text for said in words))
        self.begun.set()
        assert self.may_go_on.wait(30)
        time.sleep(self.seconds)
        if self.fails:
            raise RuntimeError("no answer")
        themes = tuple(Theme(name=said.text[:80], weight=1.0) for said in words)
        return SynthesisContent(themes=themes, words_counted=len(words))


@pytest.fixture
def guide(monkeypatch):
    standing_in = Guide()
    monkeypatch.setattr(syntheses, "current_guide", lambda: standing_in)
    return standing_in


@pytest.fixture
def person():
    someone = make.alone()
    make.make_progress(someone, stage=1)
    return someone


def ids(person, stage: int = 1) -> dict:
    return {"user_id": person.user_id, "session_id": person.session_id, "stage": stage}


def themes(content: SynthesisContent) -> set[str]:
    return {theme.name for theme in content.themes}


def progress(person, stage: int = 1) -> StageProgress:
    with person.acting():
        return StageProgress.objects.get(stage=stage)


def kept(person, stage: int = 1) -> Synthesis:
    with person.guided():
        return Synthesis.objects.get(stage=stage)


def move(person, **columns) -> None:
    with person.guided():
        StageProgress.objects.filter(stage=1).update(**columns)


def test_a_reader_who_finds_it_dirty_gets_a_fresh_one(person, guide):
    make.make_message(person, content="The dishes.")
    assert themes(syntheses.fresh(**ids(person))) == {"The dishes."}
    make.make_message(person, content="The children.")
    assert themes(syntheses.fresh(**ids(person))) == {"The dishes.", "The children."}
    assert len(guide.asked) == 2


def test_a_clean_one_is_not_made_again(person, guide):
    make.make_message(person)
    for _ in range(3):
        syntheses.fresh(**ids(person))
    assert not syntheses.regenerate(**ids(person))
    assert len(guide.asked) == 1


def test_who_has_not_come_to_a_stage_has_no_synthesis_of_it(person, guide):
    assert syntheses.fresh(**ids(person, stage=3)) is None
    assert not guide.asked


def test_who_has_just_come_to_a_stage_brings_what_was_said_before(person, guide):
    make.make_message(person, content="The dishes.")
    make.make_progress(person, stage=3)
    assert themes(syntheses.fresh(**ids(person, stage=3))) == {"The dishes."}


def test_sixteen_readers_of_a_dirty_one_make_it_once(person, guide):
    make.make_message(person, content="The dishes.")
    guide.seconds = 0.5
    contents = at_once([lambda: syntheses.fresh(**ids(person))] * 16)
    assert len(guide.asked) == 1
    assert [themes(content) for content in contents] == [{"The dishes."}] * 16


def test_a_change_while_the_guide_thinks_is_not_lost(person, guide):
    make.make_message(person, content="The dishes.")
    guide.may_go_on.clear()
    reader = threading.Thread(target=lambda: at_once([lambda: syntheses.regenerate(**ids(person))]), daemon=True)
    reader.start()
    assert guide.begun.wait(10)
    make.make_message(person, content="The children.")
    guide.may_go_on.set()
    reader.join(20)
    assert progress(person).is_synthesis_dirty
    assert progress(person).synthesis_claimed_until is None
    assert themes(syntheses.fresh(**ids(person))) == {"The dishes.", "The children."}


def test_words_that_are_deleted_leave_the_synthesis(person, guide):
    gone = make.make_message(person, content="The dishes.")
    syntheses.fresh(**ids(person))
    with person.acting():
        Message.objects.filter(pk=gone.pk).delete()
    assert themes(syntheses.fresh(**ids(person))) == set()


def test_a_dead_workers_claim_runs_out(person, guide):
    make.make_message(person)
    assert syntheses._claim(Actor.ai(person.user_id, person.session_id), 1, now=timezone.now())
    assert not syntheses.regenerate(**ids(person))
    with pytest.raises(TimeoutError):
        syntheses.fresh(**ids(person), patience=0.3)
    later = timezone.now() + syntheses.CLAIM + timedelta(seconds=1)
    assert syntheses._claim(Actor.ai(person.user_id, person.session_id), 1, now=later)


def test_a_claim_is_kept_alive_while_the_guide_thinks(person, guide, monkeypatch):
    monkeypatch.setattr(syntheses, "CLAIM", timedelta(seconds=1))
    monkeypatch.setattr(syntheses, "RENEW_SECONDS", 0.2)
    guide.seconds = 2.5
    make.make_message(person)
    assert sorted(at_once([lambda: syntheses.regenerate(**ids(person)), lambda: slow_second(person)])) == [False, True]
    assert len(guide.asked) == 1


def slow_second(person) -> bool:
    """Another worker, again and again, while the first is at it."""
    time.sleep(0.5)
    until, wrote = time.monotonic() + 1.5, False
    while time.monotonic() < until:
        wrote = syntheses.regenerate(**ids(person)) or wrote
        time.sleep(0.1)
    return wrote


def test_a_worker_thought_dead_does_not_release_anothers_claim(person, guide):
    make.make_message(person)
    actor = Actor.ai(person.user_id, person.session_id)
    first = syntheses._claim(actor, 1, now=timezone.now())
    second = syntheses._claim(actor, 1, now=timezone.now() + timedelta(seconds=60))
    make.make_message(person)
    assert not syntheses._write(first, SynthesisContent(), now=timezone.now())
    syntheses._release(first, until=None)
    assert progress(person).synthesis_claimed_until == second.until


def test_a_guide_that_fails_is_asked_again_after_a_rest(person, guide):
    make.make_message(person)
    guide.fails = True
    with pytest.raises(RuntimeError):
        syntheses.regenerate(**ids(person))
    assert not syntheses.regenerate(**ids(person))
    guide.fails = False
    move(person, synthesis_claimed_until=timezone.now() - timedelta(seconds=1))
    assert syntheses.regenerate(**ids(person))
    assert len(guide.asked) == 2


def test_what_changed_a_moment_ago_is_left_alone_and_swept_later(person, guide):
    make.make_message(person)
    now = timezone.now()
    mine = (person.user_id, person.session_id, 1)
    assert mine not in syntheses.dirty(now=now)
    assert mine in syntheses.dirty(now=now + syntheses.DEBOUNCE + timedelta(seconds=1))
    move(person, synthesis_claimed_until=now + timedelta(hours=1))
    assert mine not in syntheses.dirty(now=now + syntheses.DEBOUNCE + timedelta(seconds=1))
    move(person, synthesis_claimed_until=None)
    syntheses.fresh(**ids(person))
    assert mine not in syntheses.dirty(now=now + syntheses.DEBOUNCE + timedelta(seconds=1))


def test_making_one_changes_no_content(person, guide):
    """Else it would be made again and again."""
    make.make_message(person)
    before = progress(person).content_version
    syntheses.fresh(**ids(person))
    assert progress(person).content_version == before


def test_everything_a_person_said_goes_into_it(person):
    make.make_message(person, content="in a message")
    make.make_reading(person, context="beside a number")
    make.make_boundary(person, description="a line I drew")
    make.make_boundary(person, description="in an offer nobody took", saved=False)
    make.make_empathy_draft(person, version=1, want_known="an older line", stage=1)
    make.make_empathy_draft(person, version=2, want_known="a newer line", guess="about the other", stage=1)
    make.make_noticing(person, text="later than this stage", stage=3)
    with person.guided():
        said = own_words.own_words(Actor.ai(person.user_id, person.session_id), 1)
    assert {words.text for words in said} == {"in a message", "beside a number", "a line I drew", "a newer line"}


def test_writers_and_workers_at_once_lose_nothing_and_make_nothing_twice(person, guide, superuser_connection):
    """Inserts, edits and deletes, some by raw SQL, against four workers; then the last synthesis holds exactly what is there."""
    guide.seconds = 0.02
    written = Counter()
    monkey = syntheses._write

    def counted(claim, content, *, now):
        done = monkey(claim, content, now=now)
        written[claim.version] += done
        return done

    syntheses._write = counted
    stop = threading.Event()

    def worker() -> None:
        while not stop.is_set():
            syntheses.regenerate(**ids(person))
            time.sleep(random.uniform(0, 0.02))

    def writer(number: int) -> None:
        chance = random.Random(number)
        for turn in range(12):
            mine = make.make_message(person, content=f"{number}/{turn}")
            if chance.random() < 0.3:
                with person.acting():
                    Message.objects.filter(pk=mine.pk).delete()
            elif chance.random() < 0.3:
                with person.acting():
                    mine.content = f"{number}/{turn} again"
                    mine.save()

    def teller() -> None:
        for turn in range(12):
            row = make.make_reading(person, context=f"reading {turn}")
            if turn % 3 == 0:
                with transaction_as(Actor.user(person.user_id)):
                    EmotionalReading.objects.filter(pk=row.pk).delete()

    def finishing(work):
        def run() -> None:
            try:
                work()
            finally:
                done.release()

        return run

    done = threading.Semaphore(0)
    writers = [finishing(lambda n=n: writer(n)) for n in range(3)] + [finishing(teller)]

    def ender() -> None:
        for _ in writers:
            assert done.acquire(timeout=60)
        stop.set()

    try:
        at_once([*writers, worker, worker, worker, ender], seconds=90)
        content = syntheses.fresh(**ids(person))
    finally:
        syntheses._write = monkey
    with person.acting():
        said = {row.content for row in Message.objects.filter(role="USER")}
        said |= {row.context for row in EmotionalReading.objects.all()}
    assert themes(content) == said
    assert set(written.values()) <= {0, 1}, "written twice for the same version"
    row = progress(person)
    assert (row.synthesis_version, row.is_synthesis_dirty) == (row.content_version, False)
    assert kept(person).content_version == row.content_version
    # four inserts or changes a turn at least, and each was one version
    assert row.content_version >= 48
