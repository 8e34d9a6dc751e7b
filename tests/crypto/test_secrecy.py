"""Nobody reads what is not theirs, nothing that was moved opens, and nothing shows what it should not."""

import io
import pickle
import traceback
from uuid import uuid4

import pytest
from django.core import serializers
from django.db import ProgrammingError, connection, transaction
from django.test import RequestFactory
from django.views.debug import ExceptionReporter

from beheard.crypto import KeyScope, WordsTampered, WordsUnavailable
from beheard.crypto.keyring import create_key, data_key, data_key_for, destroy_key, destroy_keys, opener, sealer
from beheard.crypto.models import VesselKey
from beheard.rls.actor import Actor, act_as, transaction_as
from tests.crypto.conftest import make_writer, overwrite, shared_vessel_of, stored
from tests.crypto.models import Letter, Postcard

SECRET = "I never told you about the lake"


def read(row, column="text"):
    return getattr(type(row).objects.get(pk=row.pk), column)


# --- moved, cut, changed ---------------------------------------------------------------------------
def test_words_do_not_open_in_another_row(ana):
    first, second = ana.writes(SECRET), ana.writes("other words")
    with ana.acting(), pytest.raises(WordsTampered):
        overwrite(second, "text", stored(first))
        read(second)


def test_words_do_not_open_in_another_column(ana):
    letter = ana.writes(SECRET, note="a note", noted=True)
    with ana.acting(), pytest.raises(WordsTampered):
        overwrite(letter, "note", stored(letter))
        read(letter, "note")


def test_words_do_not_open_in_another_table_even_under_the_same_id(ana):
    letter = ana.writes(SECRET)
    with ana.acting():
        card = Postcard.objects.create(pk=letter.pk, text="wish you were here", **ana.ids)
        overwrite(card, "text", stored(letter))
        with pytest.raises(WordsTampered):
            read(card)


def test_words_do_not_open_for_the_person_a_row_was_given_to(ana, ben):
    letter = ana.writes(SECRET)
    with ana.acting():
        overwrite(letter, "owner_id", ben.user_id)
        with pytest.raises(WordsTampered):
            read(letter)
    with ben.acting(), pytest.raises((WordsTampered, WordsUnavailable)):
        read(letter)


def test_words_do_not_open_in_another_vessel(ana):
    letter = ana.writes(SECRET)
    with ana.acting(), pytest.raises(WordsTampered):
        overwrite(letter, "vessel_id", uuid4())
        read(letter)


def test_words_do_not_open_in_somebody_elses_row(ana, ben):
    secret, target = ana.writes(SECRET), ben.writes("mine")
    with ben.acting(), pytest.raises(WordsUnavailable):
        overwrite(target, "text", stored(secret))
        read(target)


@pytest.mark.parametrize(
    "spoil", [lambda b: b[:-1], lambda b: b[:40], lambda b: b"", lambda b: b[:-1] + b"\0", bytes.upper]
)
def test_spoilt_words_do_not_open(ana, spoil):
    letter = ana.writes(SECRET)
    with ana.acting(), pytest.raises((WordsTampered, WordsUnavailable)):
        overwrite(letter, "text", spoil(stored(letter)))
        read(letter)


def test_the_wrapped_key_of_another_does_not_unwrap_in_ones_own_row(ana, ben):
    with ana.acting():
        wrapped = VesselKey.objects.get(owner_id=ana.user_id).wrapped
    with ben.acting():
        assert VesselKey.objects.filter(owner_id=ben.user_id).update(wrapped=wrapped) == 1
        with pytest.raises(WordsTampered):
            data_key_for(ben.scope)


# --- nobody else's ----------------------------------------------------------------------------------
def test_a_partner_finds_neither_the_key_nor_the_words(ana, ben):
    letter = ana.writes(SECRET)
    with ana.acting():
        key_id = data_key_for(ana.scope).id
    with ben.acting():
        assert not VesselKey.objects.filter(pk=key_id).exists()
        for reach in (lambda: data_key_for(ana.scope), lambda: data_key(key_id), lambda: read(letter)):
            with pytest.raises(WordsUnavailable):
                reach()


def test_a_partner_can_not_make_or_destroy_a_key_of_the_other(ana, ben):
    with ben.acting():
        assert destroy_key(ana.scope) == destroy_keys(vessel_id=ana.vessel_id) == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            create_key(KeyScope.shared(uuid4(), ana.user_id, ana.session_id))
    assert ana.writes("still mine")


def test_the_guide_opens_the_words_of_the_person_it_serves_and_no_others(ana, ben):
    with ana.acting():
        chunk = sealer(ana.scope, "r1")(SECRET.encode())
    with transaction_as(Actor.ai(ana.user_id, ana.session_id)):
        assert opener(ana.scope, "r1")(chunk) == SECRET.encode()
    for other in (Actor.ai(ben.user_id, ben.session_id), Actor.ai(ana.user_id, uuid4()), Actor.joint(ana.session_id)):
        with transaction_as(other), pytest.raises(WordsUnavailable):
            opener(ana.scope, "r1")


@pytest.mark.parametrize("role", [Actor.system(), Actor.curator(uuid4()), Actor.auditor(uuid4()), None])
def test_no_other_role_may_ask_for_a_key_at_all(ana, role):
    with act_as(role), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        data_key_for(ana.scope)


def test_what_both_wrote_opens_for_both_and_for_no_third(ana, ben):
    joint, third = KeyScope.joint(shared_vessel_of(ana), ana.session_id), make_writer()
    with ana.acting():
        create_key(joint)
        chunk = sealer(joint, "topic")(b"the dishes")
    with ben.acting():
        assert opener(joint, "topic")(chunk) == b"the dishes"
    with third.acting(), pytest.raises(WordsUnavailable):
        opener(joint, "topic")


# --- nothing shows ----------------------------------------------------------------------------------
def test_the_database_row_holds_no_word(ana):
    letter = ana.writes(SECRET, note="the lake", noted=True, facts={"place": "lake"})
    with ana.acting(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM crypto_tests.letter WHERE id = %s", [letter.pk])
        raw = b"|".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in cursor.fetchone())
    for word in (b"lake", b"never", b"place", SECRET.encode("utf-16-le")):
        assert word not in raw


def test_no_statement_carries_a_word(ana):
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        letter = ana.writes(SECRET)
        with ana.acting():
            read(letter)
    assert captured.captured_queries and "lake" not in str(captured.captured_queries)


@pytest.mark.parametrize("opened", [True, False])
def test_nothing_shows_in_what_is_printed_or_pickled(ana, opened):
    letter = ana.writes(SECRET)
    with ana.acting():
        letter = Letter.objects.get(pk=letter.pk)
        if opened:
            assert letter.text == SECRET
        values = Letter.objects.values("text").get()
        sealed = stored(letter).hex()[60:90]
    for shown in (
        repr(letter),
        str(letter),
        repr(vars(letter)),
        repr(values),
        str(values["text"]),
        f"{values['text']}",
    ):
        assert "lake" not in shown and sealed not in shown
    assert b"lake" not in pickle.dumps(letter) and b"lake" not in pickle.dumps(values)


def test_what_was_pickled_opens_again_for_those_who_may(ana):
    letter = ana.writes(SECRET, facts={"place": "lake"})
    again = Letter()
    again.__dict__.update(pickle.loads(pickle.dumps(letter.__getstate__())))
    with ana.acting():
        assert again.text == SECRET and again.facts == {"place": "lake"}


def test_words_that_were_never_sealed_are_not_pickled(ana):
    with pytest.raises(TypeError) as caught:
        pickle.dumps(Letter(text=SECRET, **ana.ids))
    assert "lake" not in str(caught.value)


@pytest.mark.parametrize("kind", ["json", "python", "xml"])
def test_words_are_not_serialised(ana, kind):
    letter = ana.writes(SECRET)
    with ana.acting(), pytest.raises(TypeError) as caught:
        serializers.serialize(kind, Letter.objects.filter(pk=letter.pk), stream=io.StringIO())
    assert "lake" not in str(caught.value)


def failures(ana, letter):
    """Each thing a programmer may get wrong with words in their hands."""
    yield lambda: Letter.objects.update(text=SECRET)
    yield lambda: Letter.objects.bulk_update([Letter(pk=letter.pk, text=SECRET, **ana.ids)], ["text"])
    yield lambda: Letter.objects.filter(text=SECRET).count()
    yield lambda: Letter.objects.filter(text__contains=SECRET).count()
    yield lambda: Letter(text=SECRET.encode(), **ana.ids).save()
    yield lambda: Letter(text="", facts={SECRET: object()}, **ana.ids).save()
    yield lambda: Letter(text=SECRET, **ana.ids | {"vessel_id": None}).save()
    yield lambda: Letter(text=SECRET * 2000, **ana.ids).full_clean()
    yield lambda: read(letter)


def test_no_failure_tells_a_word(ana):
    letter = ana.writes(SECRET)
    with ana.acting():
        overwrite(letter, "text", stored(letter)[:-1])
    for number, failure in enumerate(failures(ana, letter)):
        with pytest.raises(Exception) as caught, ana.acting():
            failure()
        error = caught.value
        told = "".join(traceback.format_exception(error)) + repr(error) + repr(getattr(error, "params", ""))
        assert "lake" not in told, number


def test_an_error_report_shows_no_word_of_our_own_frames(ana, settings):
    """Django's error e-mails show local variables: those of the functions that hold words or keys are hidden."""
    settings.DEBUG = False
    with pytest.raises(TypeError) as caught, ana.acting():
        Letter(text="", facts=[SECRET, {1, 2}], **ana.ids).save()
    frames = ExceptionReporter(RequestFactory().get("/"), *caught._excinfo).get_traceback_frames()
    ours = [frame for frame in frames if "/beheard/crypto/" in frame["filename"]]
    assert ours and "lake" not in repr([frame["vars"] for frame in ours])
