"""When people come back, what they hear when they don't, and an ending that tells nothing about either."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beheard.people.models import Invitation, Session
from beheard.rls import Actor, NotNow, transaction_as
from beheard.rls.doors import door_value
from stages.actions import begin
from stages.compact import actions as compact
from stages.ending import actions as ending
from stages.journey import Next, facts_of, next_thing
from stages.models import NoticeSettings, Notification, Rhythm
from stages.rhythm import actions, queries, sweeps
from stages.witness.models import ExerciseCompletion
from tests.couple import ADA, BEN, Couple
from tests.pages import browser, url

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def notices(couple, name) -> list[str]:
    with transaction_as(Actor.system()):
        mine = Notification.objects.filter(owner_id=couple.actors[name].user_id).order_by("created_at", "id")
        return list(mine.values_list("kind", flat=True))


def age(superuser, days: float) -> None:
    """Everything that has happened, happened so many days earlier."""
    by = timedelta(days=days)
    for table, columns in {
        "people_session": ["created_at", "updated_at"],
        "people_relationshipmember": ["joined_at"],
        "people_invitation": ["last_sent_at"],
        "stages_stageprogress": ["started_at", "content_changed_at"],
        "stages_step": ["taken_at", "counts_from", "returns_at"],
        "stages_meeting": ["met_at"],
        "stages_rhythm": ["asked_at", "back_at", "nudged_at"],
        "stages_notification": ["due_at", "created_at"],
        "shared_agreement": ["follow_up_date"],
    }.items():
        changes = ", ".join(f"{column} = {column} - %s" for column in columns)
        superuser.execute(f"UPDATE {table} SET {changes}", [by] * len(columns))


def status(couple, name=ADA) -> str:
    with couple.acting(name) as place:
        return place.session.status


def back_in(couple, name, days) -> Rhythm:
    with couple.acting(name) as place:
        day = actions.in_days(days, by=couple.actors[name], now=timezone.now()) if days else None
        return actions.come_back_on(place=place, day=day, now=timezone.now())


# --- coming back
@pytest.mark.django_db(transaction=True)
def test_who_says_when_is_reminded_once_and_only_they(superuser_connection):
    couple = Couple().until("joined")
    back_in(couple, ADA, 3)
    sweeps.remind()
    assert "REMINDER" not in notices(couple, ADA)
    age(superuser_connection, 4)
    sweeps.remind()
    sweeps.remind()
    assert notices(couple, ADA).count("REMINDER") == 1 and "REMINDER" not in notices(couple, BEN)


def test_i_do_not_know_yet_is_respected_for_the_day():
    couple = Couple().until("began")
    with couple.acting(ADA) as place:
        assert queries.coming_back(place, timezone.now()).ask
    back_in(couple, ADA, None)
    with couple.acting(ADA) as place:
        assert queries.coming_back(place, timezone.now()) == (None, False)
        assert queries.coming_back(place, timezone.now() + 2 * DAY).ask


def test_the_page_keeps_the_day_and_the_next_page_says_it():
    couple = Couple().until("began")
    client = browser(couple, ADA)
    page = client.post(url(couple, "come_back_when"), {"when": "week"}, follow=True).content.decode()
    assert "reminded once" in page and "You wanted to come back on" in page
    refused = client.post(url(couple, "come_back_when"), {"when": "day", "day": "2020-01-01"}).content.decode()
    assert "from tomorrow on" in refused


# --- silence
@pytest.mark.django_db(transaction=True)
def test_a_nudge_after_three_days_and_after_seven_and_no_more(superuser_connection):
    couple = Couple().until("began")
    for days, expected in ((2, 0), (1.1, 1), (2, 1), (2, 2), (5, 2)):
        age(superuser_connection, days)
        sweeps.nudge()
        sweeps.nudge()
        assert notices(couple, ADA).count("NUDGE") == expected


@pytest.mark.django_db(transaction=True)
def test_who_comes_back_begins_a_new_silence(superuser_connection):
    couple = Couple().until("began")
    age(superuser_connection, 8)
    sweeps.nudge()
    couple.say(ADA, "I am here again.")
    sweeps.nudge()
    assert notices(couple, ADA).count("NUDGE") == 1
    age(superuser_connection, 3.5)
    sweeps.nudge()
    assert notices(couple, ADA).count("NUDGE") == 2


@pytest.mark.django_db(transaction=True)
def test_no_nudge_for_who_has_done_their_part_or_said_a_later_day(superuser_connection):
    couple = Couple().until("understood")
    couple.add_need(ADA)
    couple.share_need(ADA)
    couple.finish_needs(ADA)
    with couple.acting(ADA) as place:
        assert next_thing(facts_of(place)) == Next.WAITING
    back_in(couple, BEN, 20)
    age(superuser_connection, 8)
    sweeps.nudge()
    assert "NUDGE" not in notices(couple, ADA) + notices(couple, BEN)


# --- the quiet ending
@pytest.mark.django_db(transaction=True)
def test_after_thirty_days_without_either_it_ends_with_the_same_words_for_both(superuser_connection):
    couple = Couple().until("signed")
    age(superuser_connection, 29)
    sweeps.end_quietly()
    assert status(couple) == "ACTIVE"
    age(superuser_connection, 2)
    sweeps.end_quietly()
    sweeps.end_quietly()
    assert status(couple) == "ABANDONED"
    assert [notices(couple, name).count("ENDED") for name in (ADA, BEN)] == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_who_is_here_keeps_it_open_however_long_the_other_is_away(superuser_connection):
    couple = Couple().until("signed")
    age(superuser_connection, 40)
    couple.say(ADA, "I still come here to think.")
    sweeps.end_quietly()
    assert status(couple) == "ACTIVE"


@pytest.mark.django_db(transaction=True)
def test_a_day_that_is_still_to_come_keeps_it_open(superuser_connection):
    couple = Couple().until("agreed")
    age(superuser_connection, 31)
    superuser_connection.execute("UPDATE shared_agreement SET follow_up_date = now() + interval '9 days'")
    sweeps.end_quietly()
    assert status(couple) == "ACTIVE"
    superuser_connection.execute("UPDATE shared_agreement SET follow_up_date = now() - interval '31 days'")
    sweeps.end_quietly()
    assert status(couple) == "ABANDONED"


def ended_page(couple, name) -> str:
    return browser(couple, name).get(url(couple, "ended")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_by_will_it_ends_in_a_slot_and_reads_as_if_by_itself(superuser_connection):
    couple = Couple().until("signed")
    before = browser(couple, BEN).get(url(couple, "session")).status_code
    browser(couple, ADA).post(url(couple, "end_for_both"))
    with couple.acting(ADA) as place:
        assert next_thing(facts_of(place)) == Next.ENDED
    sweeps.end_quietly()
    assert status(couple, BEN) == "ACTIVE" and browser(couple, BEN).get(url(couple, "session")).status_code == before
    age(superuser_connection, 0.7)
    sweeps.end_quietly()
    assert status(couple, BEN) == "ABANDONED"
    assert notices(couple, BEN).count("ENDED") == 1 and "ENDED" not in notices(couple, ADA)
    by_will = main_of(ended_page(couple, BEN))

    other = Couple().until("signed")
    age(superuser_connection, 40)
    sweeps.end_quietly()
    assert main_of(ended_page(other, BEN)).replace(str(other.session_id), str(couple.session_id)) == by_will
    assert "quiet end" in by_will


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def test_until_the_slot_it_can_be_taken_back():
    couple = Couple().until("signed")
    with couple.acting(ADA) as place:
        actions.end_for_both(place=place, now=timezone.now())
    with couple.acting(ADA) as place:
        ending.come_back(place=place)
    with couple.acting(ADA) as place:
        assert next_thing(facts_of(place)) == Next.LETTER


@pytest.mark.django_db(transaction=True)
def test_an_ended_session_takes_nobody_in_any_more(superuser_connection):
    couple = Couple().until("heard")
    with couple.acting(ADA) as place:
        compact.approve_topic(place=place, topic="The work at home", now=timezone.now())
    with couple.acting(ADA) as place:
        token = compact.invite(place=place, email="", now=timezone.now()).rstrip("/").rsplit("/", 1)[-1]
    age(superuser_connection, 31)
    sweeps.end_quietly()
    actor = couple.sign_up(BEN)
    with pytest.raises(NotNow), transaction_as(actor):
        compact.join(by=actor, token=token, name=BEN, now=timezone.now())
    with couple.acting(ADA):
        assert Invitation.objects.get().withdrawn_at and Session.objects.get().status == "ABANDONED"


# --- e-mails of notices
def notify(couple, name, kind="BOTH", due=-1) -> None:
    with transaction_as(Actor.system()):
        Notification.objects.create(
            owner_id=couple.actors[name].user_id,
            session_id=couple.session_id,
            kind=kind,
            due_at=timezone.now() + timedelta(minutes=due),
        )


def choose(couple, name, **fields) -> NoticeSettings:
    chosen = {"not_by_email": [], "quiet_from": None, "quiet_to": None, "time_zone": "UTC"} | fields
    with couple.acting(name):
        return actions.choose_notices(by=couple.actors[name], **chosen)


def test_what_is_due_goes_out_once_and_several_of_a_kind_together():
    couple = Couple().until("began")
    notify(couple, ADA)
    notify(couple, ADA)
    notify(couple, ADA, due=60)
    assert sweeps.send_notices(now=timezone.now()) == 1 and len(mail.outbox) == 1
    assert mail.outbox[0].to == [couple.user(ADA).email]
    assert sweeps.send_notices(now=timezone.now()) == 0


def test_what_is_seen_or_switched_off_stays_away():
    couple = Couple().until("began")
    notify(couple, ADA)
    notify(couple, ADA, "NUDGE")
    choose(couple, ADA, not_by_email=["NUDGE"])
    browser(couple, ADA).post(reverse("notices_seen"))
    notify(couple, ADA, "NUDGE")
    notify(couple, ADA, "GUIDE")
    assert sweeps.send_notices(now=timezone.now()) == 0 and mail.outbox == []


def test_in_quiet_hours_nothing_goes_out_and_afterwards_it_does():
    couple = Couple().until("began")
    notify(couple, ADA)
    now = timezone.now()
    choose(couple, ADA, quiet_from=(now.hour - 1) % 24, quiet_to=(now.hour + 1) % 24)
    assert sweeps.send_notices(now=now) == 0
    assert sweeps.send_notices(now=now + timedelta(hours=2)) == 1


def test_quiet_hours_are_those_of_the_own_clock_and_may_run_over_midnight():
    late = timezone.now().replace(year=2026, month=1, day=5, hour=21, minute=30)  # 22:30 in Paris
    chosen = NoticeSettings(quiet_from=22, quiet_to=7, time_zone="Europe/Paris")
    assert queries.is_quiet(chosen, late) and queries.is_quiet(chosen, late + timedelta(hours=8))
    assert not queries.is_quiet(chosen, late - timedelta(hours=1))
    assert not queries.is_quiet(chosen, late + timedelta(hours=9))
    assert not queries.is_quiet(NoticeSettings(), late)


def test_a_mail_server_that_is_away_is_tried_again(settings):
    couple = Couple().until("began")
    notify(couple, ADA)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert sweeps.send_notices(now=timezone.now()) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert sweeps.send_notices(now=timezone.now()) == 1


def test_that_someone_joined_is_told_in_a_slot():
    couple = Couple().until("joined")
    with transaction_as(Actor.system()):
        joined = Notification.objects.get(kind="JOINED")
        assert joined.owner_id == couple.actors[ADA].user_id
        assert joined.due_at == door_value("next_slot", couple.session_id) > timezone.now()


def test_the_settings_page_keeps_what_is_chosen():
    couple = Couple().until("began")
    client = browser(couple, ADA)
    sent = {"by_email": ["BOTH"], "quiet_from": "22", "quiet_to": "7", "time_zone": "Europe/London", "theme": "dark"}
    answer = client.post(reverse("settings"), sent)
    assert answer.status_code == 302 and answer.cookies["theme"].value == "dark"
    with couple.acting(ADA):
        kept = NoticeSettings.objects.get()
    assert "BOTH" not in kept.not_by_email and "NUDGE" in kept.not_by_email and kept.quiet_from == 22
    page = client.post(reverse("settings"), sent | {"quiet_to": ""}).content.decode()
    assert "both hours, or neither" in page


def test_how_things_look_is_kept_in_the_browser_and_every_page_has_it():
    client = browser(Couple().until("began"), ADA)
    assert "data-text-size" not in client.get(reverse("settings")).content.decode()
    client.post(reverse("settings"), {"time_zone": "UTC", "text_size": "larger"})
    assert '<html lang="en-gb" dir="ltr" data-text-size="larger">' in client.get(reverse("settings")).content.decode()
    anybody = Client()
    anybody.cookies["text_size"] = "larger"
    assert "data-text-size" in anybody.get(reverse("privacy")).content.decode()
    client.cookies["text_size"] = '"><script>'
    assert "data-text-size" not in client.get(reverse("settings")).content.decode()


def test_settings_say_once_that_everything_is_by_choice():
    page = browser(Couple().until("began"), ADA).get(reverse("settings")).content.decode()
    assert "(if you like)" not in page and "Change only what you like to" in page


# --- a break
def test_after_a_break_there_is_a_notice_here_and_no_e_mail():
    couple = Couple().until("began")
    back_in(couple, ADA, 5)
    client = browser(couple, ADA)
    assert client.post(url(couple, "exercise", "break"), {"minutes": "20"}).url == url(couple, "session")
    with couple.acting(ADA) as place:
        assert queries.coming_back(place, timezone.now()).back_at, "the day that was chosen stays"
    sweeps.remind()
    assert "REMINDER" not in notices(couple, ADA)
    with couple.acting(ADA) as place:
        Rhythm.objects.filter(owner_id=place.user_id).update(break_until=timezone.now() - timedelta(minutes=1))
    for _time in range(2):
        sweeps.remind()
    assert notices(couple, ADA).count("REMINDER") == 1
    sweeps.send_notices(now=timezone.now())
    assert mail.outbox == []


@pytest.mark.parametrize("minutes", ["", "20"])
def test_a_break_asks_for_no_notice_unless_one_wants_it(minutes):
    couple = Couple().until("began")
    browser(couple, ADA).post(url(couple, "exercise", "break"), {"minutes": minutes})
    with couple.acting(ADA) as place:
        assert Rhythm.objects.filter(owner_id=place.user_id, break_until__isnull=False).exists() is bool(minutes)
        assert ExerciseCompletion.objects.filter(owner_id=place.user_id).count() == 1


# --- the path, and several sessions
def test_the_path_has_own_steps_and_what_both_reached():
    couple = Couple().until("signed")
    couple.share_letter(ADA)
    with couple.acting(ADA) as place:
        hers = [str(mark.words) for mark in queries.path_of(place)]
    with couple.acting(BEN) as place:
        his = [str(mark.words) for mark in queries.path_of(place)]
    assert "You made your letter ready" in hers and "You made your letter ready" not in his
    assert "You have both signed the compact" in hers and "You have both signed the compact" in his
    assert "You felt heard" in browser(couple, ADA).get(url(couple, "path")).content.decode()


def test_two_sessions_of_one_person_are_never_mixed():
    """Another conflict with somebody else: its steps, its day to come back and its stone stay in it."""
    couple = Couple().until("signed")
    back_in(couple, ADA, 5)
    second = Couple()
    second.actors[ADA] = couple.actors[ADA]
    with transaction_as(couple.actors[ADA]):
        place = begin(by=couple.actors[ADA], words="Something else", display_name=ADA, key="2", now=timezone.now())
        second.session_id = place.session.pk
    with second.acting(ADA) as place:
        assert [str(mark.words) for mark in queries.path_of(place)] == ["You put the first words down"]
        assert queries.coming_back(place, timezone.now()).ask
    client = browser(second, ADA)
    for route in ("session", "path", "conversation", "come_back_when", "end_for_both"):
        page = client.get(url(second, route)).content.decode()
        assert str(couple.session_id) not in page and BEN not in page and "The work at home" not in page
    assert "You signed the compact" in browser(couple, ADA).get(url(couple, "path")).content.decode()
