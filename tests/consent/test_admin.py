"""The admin as auditors, other staff, superusers and partners meet it."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from beheard.rls.declared import protected_tables
from consent import export, statistics
from consent.models import AuditLook, ConsentEvent, ConsentRecord
from consent.pseudonyms import Kind, kind_of, name_of, whose
from consent.queries import history_of
from stages.models import ContextLog
from tests import factories
from tests.consent.many import make_chains
from tests.consent.staff import SECRET, VERIFY, person, record_url, signed_in, text_of
from tests.furnished import furnished

LIST = reverse("admin:consent_consentrecord_changelist")
LOOKS = reverse("admin:consent_auditlook_changelist")
STATISTICS = reverse("admin:consent_statistics")
CONTEXT = reverse("admin:stages_contextlog_changelist")
CSV, JSON = (reverse("admin:consent_export", args=[form]) for form in ("csv", "json"))
PAGES = [LIST, LOOKS, STATISTICS, VERIFY, CONTEXT, CSV, JSON]
NOBODY = "00000000-0000-4000-8000-000000000000"


def rows_of(page: str) -> int:
    return page.count('class="field-kind"')


def looks() -> list:
    with transaction_as(Actor.auditor(uuid4())):
        return list(AuditLook.objects.order_by("at").values_list("page", "about"))


# --- finding records ---------------------------------------------------------------------------------------------


def test_an_auditor_sees_records_and_nobody(auditor, told):
    page = text_of(auditor.get(LIST))
    assert rows_of(page) == 2 and "taken back" in page and "kept private" in page
    assert person(told.ana) in page and person(told.ben) in page
    for hidden in (SECRET, "dog", "Ana", "ana@", str(told.ana.user_id), str(told.ana.session.pk)):
        assert hidden not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"decision": "REVOKED"}, 1),
        ({"decision": "UNDECIDED"}, 0),
        ({"content_type__exact": "OWNERSHIP_LINE"}, 2),
        ({"content_type__exact": "BOUNDARY"}, 0),
        ({"offered_at__gte": "2026-03-02 00:00:00+00:00", "offered_at__lt": "2026-03-03 00:00:00+00:00"}, 2),
        ({"offered_at__gte": "2026-03-03 00:00:00+00:00", "offered_at__lt": "2026-03-04 00:00:00+00:00"}, 0),
        ({"offered_at__year": "2026", "offered_at__month": "3"}, 2),
        ({"q": "p-aaaaaaaaaa"}, 0),
        ({"q": "nonsense"}, 0),
        ({"q": "' OR 1=1 --"}, 0),
        ({"q": "x" * 5000}, 0),
    ],
)
def test_records_are_filtered(auditor, query, found):
    assert rows_of(text_of(auditor.get(LIST, query))) == found


def test_records_are_found_by_person_session_and_record(auditor, told):
    now = timezone.now()
    assert rows_of(text_of(auditor.get(LIST, {"q": person(told.ana)}))) == 1
    assert rows_of(text_of(auditor.get(LIST, {"q": person(told.ana).upper()}))) == 1
    assert rows_of(text_of(auditor.get(LIST, {"q": name_of(Kind.SESSION, told.ana.session.pk, now)}))) == 2
    assert rows_of(text_of(auditor.get(LIST, {"q": name_of(Kind.RECORD, told.record_id, now)}))) == 1


def test_a_record_has_its_history_and_the_state_of_its_chain(auditor, told):
    page = text_of(auditor.get(record_url(told.record_id)))
    for said in ("offered", "granted", "crossed", "revoked", "chain is whole: 4 links"):
        assert said in page
    assert SECRET not in page and str(told.ana.user_id) not in page and "<input" not in page.split("content-main")[1]


def test_a_tampered_chain_is_told_on_its_records_page(auditor, told, tamper):
    tamper("UPDATE consent_consentevent SET action = 'EDITED' WHERE owner_id = %s AND sequence = 2", told.ana.user_id)
    page = text_of(auditor.get(record_url(told.record_id)))
    assert "not what it was: link 2 is changed" in page


@pytest.mark.parametrize(
    "path", [record_url(NOBODY), record_url("nonsense"), LIST + "export.exe", LOOKS + f"{NOBODY}/change/"]
)
def test_what_is_not_there_is_not_found(auditor, path):
    assert auditor.get(path).status_code in (302, 404)


def test_nothing_can_be_written(auditor, told):
    for path in (LIST + "add/", record_url(told.record_id) + "../delete/", LOOKS + "add/", CONTEXT + "add/"):
        assert auditor.post(path, {"post": "yes"}).status_code in (302, 403, 404)
    auditor.post(record_url(told.record_id), {"decision": "GRANTED"})
    with transaction_as(Actor.auditor(uuid4())):
        assert ConsentRecord.objects.get(pk=told.record_id).decision == "REVOKED"


# --- who gets in, and as whom ------------------------------------------------------------------------------------


@pytest.fixture
def roles():
    """Notes the database role of every statement of a request."""
    seen = []

    def note(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        with context["connection"].connection.cursor() as cursor:
            seen.append((cursor.execute("SELECT current_user").fetchone()[0], sql))
        return answer

    with connection.execute_wrapper(note):
        yield seen


@pytest.mark.parametrize("path", [*PAGES, "record"])
def test_audit_pages_ask_as_the_auditor_alone(auditor, told, roles, path):
    auditor.get(record_url(told.record_id) if path == "record" else path)
    asked = [(role, sql) for role, sql in roles if "consent_" in sql or "stages_" in sql]
    assert asked and {role for role, _sql in asked} == {"beheard_auditor"}
    assert not [sql for _role, sql in roles if "shared_" in sql or "private_" in sql or "stages_message" in sql]


def test_each_page_says_as_whom_the_database_answers(auditor, told):
    for path in (LIST, LOOKS, STATISTICS, VERIFY, CONTEXT, record_url(told.record_id)):
        assert "<code>beheard_auditor</code>" in text_of(auditor.get(path))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("groups", [(), ("curators",)])
def test_other_staff_are_refused(told, client, path, groups):
    assert signed_in(client, *groups).get(path).status_code == 403
    assert looks() == []


@pytest.mark.parametrize("path", PAGES)
def test_a_superuser_is_refused_like_other_staff(told, client, path):
    assert signed_in(client, is_superuser=True).get(path).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_a_partner_is_sent_to_sign_in(told, client, path):
    answer = signed_in(client, "auditors", is_staff=False).get(path)
    assert answer.status_code == 302 and "login" in answer.url


def test_the_admin_has_no_page_of_anything_private():
    """Every model with an admin page is either no person's, or without words."""
    with_pages = {model._meta.label for model in admin.site._registry}
    assert with_pages == {
        *("auth.Group", "account.EmailAddress"),  # accounts
        *("library.GlobalLibraryItem", "consent.ConsentRecord", "consent.AuditLook", "stages.ContextLog"),
        "library.ContributionReview",  # words given to the library; their giver is not among them
    }


def test_the_auditors_index_has_their_pages_alone(auditor):
    page = text_of(auditor.get(reverse("admin:index")))
    assert {LIST, LOOKS, CONTEXT} <= set(re.findall(r'href="([^"]+)"', page))
    assert "globallibraryitem" not in page and "auth/group" not in page


def test_a_superusers_index_has_no_audit_page(told, client):
    page = text_of(signed_in(client, is_superuser=True).get(reverse("admin:index")))
    assert LIST not in page and CONTEXT not in page


def test_a_superuser_sees_no_row_of_anybodys(transactional_db, client):
    """On their own pages they are a person like any other; no role of theirs shows more."""
    pair = furnished(factories.couple())
    superuser = signed_in(client, is_superuser=True)
    for path in ("", "vessel/", "shared/", "decisions/", "conversation/"):
        assert superuser.get(f"/s/{pair.a.session_id}/{path}").status_code in (302, 404)
    everyones = {"library_globallibraryitem", "library_libraryembedding"}
    for table in protected_tables().keys() - everyones:
        with transaction_as(Actor.user(superuser.user.pk)):
            try:
                with connection.cursor() as cursor:
                    key = protected_tables()[table].model._meta.pk_fields[0].column
                    cursor.execute(f'SELECT "{key}" FROM {table}')
                    assert cursor.fetchall() == [], table
            except DatabaseError as refused:
                assert "permission denied" in str(refused), table


# --- every look is noted -----------------------------------------------------------------------------------------


def test_every_look_is_noted_with_what_was_looked_at(auditor, told):
    auditor.get(LIST, {"decision": "REVOKED", "q": person(told.ana)})
    auditor.get(record_url(told.record_id))
    auditor.get(STATISTICS, {"days": "90"})
    auditor.get(CSV, {"decision": "DENIED"})
    auditor.get(VERIFY)
    auditor.get(CONTEXT)
    auditor.get(LOOKS)
    noted = looks()
    assert [page for page, _about in noted] == [
        "records",
        "record",
        "statistics",
        "export",
        "verify",
        "context",
        "looks",
    ]
    assert noted[0][1] == {"filters": {"decision": "REVOKED", "q": person(told.ana)}}
    assert noted[1][1] == {"record": str(told.record_id)}
    assert noted[3][1] == {"filters": {"decision": "DENIED"}, "form": "csv", "count": 1}
    page = text_of(auditor.get(LOOKS))
    assert str(auditor.user.pk) in page and str(told.record_id) in page


def test_a_page_whose_look_can_not_be_noted_is_not_shown(auditor, told, superuser_connection):
    superuser_connection.execute("ALTER TABLE consent_auditlook ADD CONSTRAINT full_up CHECK (page = '') NOT VALID")
    try:
        with pytest.raises(DatabaseError):
            auditor.get(LIST)
    finally:
        superuser_connection.execute("ALTER TABLE consent_auditlook DROP CONSTRAINT full_up")


@pytest.mark.parametrize("statement", ["UPDATE consent_auditlook SET page = ''", "DELETE FROM consent_auditlook"])
def test_a_look_is_never_changed_or_removed(auditor, owner_connection, statement):
    auditor.get(LIST)
    with pytest.raises(DatabaseError), transaction_as(Actor.auditor(auditor.user.pk)), connection.cursor() as cursor:
        cursor.execute(statement)
    owner_connection.execute("SET app.maintenance = 'on'")
    with pytest.raises(Exception, match="append-only"):
        owner_connection.execute(statement)


def test_nobody_notes_a_look_in_someone_elses_name(told):
    with pytest.raises(DatabaseError, match="row-level security"), transaction_as(Actor.auditor(uuid4())):
        AuditLook.objects.create(auditor_id=uuid4(), page="records")


# --- names that rotate -------------------------------------------------------------------------------------------


def test_names_hold_for_a_month_and_for_one_kind_of_thing():
    identity, march = uuid4(), datetime(2026, 3, 2, tzinfo=UTC)
    name = name_of(Kind.PERSON, identity, march)
    assert name == name_of(Kind.PERSON, identity, march + timedelta(days=20))
    assert name != name_of(Kind.PERSON, identity, march + timedelta(days=31))
    assert name[2:] != name_of(Kind.SESSION, identity, march)[2:]
    assert kind_of(name) == Kind.PERSON and kind_of("p-short") is None
    assert whose(name, [uuid4(), identity], march) == identity
    assert whose(name, [uuid4()], march) is None
    assert whose("p-short", [identity], march) is None


# --- to take away ------------------------------------------------------------------------------------------------


def test_records_are_exported_as_csv_and_json_with_the_same_filters(auditor, told):
    answer = auditor.get(CSV, {"decision": "REVOKED"})
    assert answer["Content-Disposition"].startswith('attachment; filename="consent-records-')
    (row,) = csv.DictReader(io.StringIO(text_of(answer)))
    assert row["person"] == person(told.ana) and row["decision"] == "REVOKED" and row["offered_on"] == "2026-03-02"
    found = json.loads(text_of(auditor.get(JSON)))
    assert len(found["records"]) == 2 and tuple(found["records"][0]) == export.COLUMNS
    for text in (text_of(auditor.get(CSV)), json.dumps(found)):
        assert SECRET not in text and str(told.ana.user_id) not in text and str(told.record_id) not in text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "|cmd", "%0a"])
def test_no_cell_is_a_formula(cell):
    assert export.as_text(cell) == f"'{cell}"
    assert export.as_text(f"a{cell}") == f"a{cell}"


# --- over time ---------------------------------------------------------------------------------------------------


def seen_on(superuser, day: datetime, count: int) -> None:
    make_chains(superuser, people=count, links=1)
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE consent_consentevent SET at = %s WHERE at < '2026-06-01'", [day])


def test_small_counts_and_the_day_that_is_not_over_are_not_told(transactional_db, superuser_connection):
    now = timezone.now()
    for days_ago, count in ((0, 9), (1, 4), (2, 5), (40, 7)):
        seen_on(superuser_connection, now - timedelta(days=days_ago), count)
    with transaction_as(Actor.auditor(uuid4())):
        offered, *others = statistics.charts(days=30, now=now)
        assert [bar.count for bar in offered.bars][-3:] == [None, 5, None]
        assert [bar.count for bar in offered.told] == [5] and offered.most == 5
        assert all(not chart.told for chart in others)
        assert [bar.count for bar in statistics.charts(days=90, now=now)[0].told] == [7, 5]
        assert not statistics.charts(days=30, content_type="PROPOSAL", now=now)[0].told


def test_charts_are_drawn_by_the_server(auditor, superuser_connection):
    seen_on(superuser_connection, timezone.now() - timedelta(days=2), 6)
    page = text_of(auditor.get(STATISTICS))
    assert page.count("<svg") >= 4 and page.count('class="bar"') == 1 and "style=" not in page.split("audit-form")[1]
    assert 'class="few"' in page and "fewer than 5" in page
    assert auditor.get(STATISTICS, {"days": "1; DROP", "kind": "NOPE"}).status_code == 200


# --- 10,000 records for one person -------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_person_with_very_many_links_has_a_history_that_is_found_quickly(told, superuser_connection, auditor):
    (owner,) = make_chains(superuser_connection, people=1, links=6000)
    with transaction_as(Actor.auditor(uuid4())):
        record = ConsentRecord.objects.get(pk=told.record_id)
        record.owner_id = owner
        record.pk = ConsentEvent.objects.filter(owner_id=owner).first().record_id
        begun = timezone.now()
        history = history_of(record)
    assert history.links == 6000 and len(history.steps) == 2 and history.is_whole
    assert timezone.now() - begun < timedelta(seconds=3)


def test_what_the_guide_looked_at_is_listed_without_content(transactional_db, client):
    pair = furnished(factories.couple())
    page = text_of(signed_in(client, "auditors").get(CONTEXT))
    assert 'class="field-item_type"' in page and "The dishes again" not in page and str(pair.a.user_id) not in page
    with transaction_as(Actor.auditor(uuid4())):
        assert ContextLog.objects.count() == 2
