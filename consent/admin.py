"""Where staff auditors look. Each page runs under the database role `beheard_auditor`, which sees no words, private or shared.

Only members of the group `auditors` get in; to be a superuser is not enough, and makes nothing more visible.
"""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from beheard.rls import Actor, no_actor
from consent import export, verification
from consent.apps import AUDITORS
from consent.looks import filters_of, note_look
from consent.models import AuditLook, ConsentRecord, ContentType, Decision
from consent.pseudonyms import Kind, kind_of, name_of, period, whose
from consent.queries import database_role, history_of
from consent.statistics import FEWEST, PERIODS, charts

IS_AUDITOR = "_is_auditor"


def auditor_of(request) -> Actor | None:
    """Who acts on an audit page: staff of the group. Other staff are refused; anyone else is sent to sign in."""
    if not request.user.is_authenticated or not request.user.is_staff:
        return None
    if not is_auditor(request):
        raise PermissionDenied
    return Actor.auditor(request.user.pk)


def is_auditor(request) -> bool:
    if not hasattr(request, IS_AUDITOR):
        with no_actor():
            belongs = request.user.is_active and request.user.groups.filter(name=AUDITORS).exists()
        setattr(request, IS_AUDITOR, request.user.is_staff and belongs)
    return getattr(request, IS_AUDITOR)


class AuditedAdmin(admin.ModelAdmin):
    """Pages to look at, for auditors, under the auditor's role; each look is noted under `look`."""

    look = ""
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None
    list_per_page = 50

    def get_urls(self):
        urls = super().get_urls()
        for pattern in urls:
            pattern.callback.actor_for_request = auditor_of
        return urls

    def has_module_permission(self, request):
        return request.user.is_active and is_auditor(request)

    def has_view_permission(self, request, obj=None):
        return is_auditor(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        note_look(self.look, filters=filters_of(request))
        about = {"database_role": database_role(), "names_of": period(timezone.now())}
        return super().changelist_view(request, (extra_context or {}) | about)

    def history_view(self, request, object_id, extra_context=None):
        raise Http404

    # --- what is shown instead of ids
    @admin.display(description=_("person"))
    def person(self, row):
        return linked(name_of(Kind.PERSON, row.owner_id, timezone.now()))

    @admin.display(description=_("session"))
    def session_name(self, row):
        return linked(name_of(Kind.SESSION, row.session_id, timezone.now()))


def linked(name: str) -> str:
    return format_html('<a href="?q={}">{}</a>', name, name)


def found_by_name(queryset, text: str, model):
    """Rows of the person, session or record with this name; none when nobody has it."""
    kind, now = kind_of(text), timezone.now()
    if kind == Kind.PERSON:
        owners = model.objects.order_by().values_list("owner_id", flat=True).distinct()
        return queryset.filter(owner_id=whose(text, owners.iterator(), now))
    if kind == Kind.SESSION:
        sessions = model.objects.order_by().values_list("session_id", flat=True).distinct()
        return queryset.filter(session_id=whose(text, sessions.iterator(), now))
    if kind == Kind.RECORD:
        return queryset.filter(pk=whose(text, model.objects.order_by().values_list("pk", flat=True).iterator(), now))
    return queryset.none()


class DecisionFilter(admin.SimpleListFilter):
    title = _("decision")
    parameter_name = "decision"

    def lookups(self, request, model_admin):
        return [*Decision.choices, ("UNDECIDED", _("not decided"))]

    def queryset(self, request, queryset):
        if self.value() == "UNDECIDED":
            return queryset.filter(decision=None)
        return queryset.filter(decision=self.value()) if self.value() else queryset


@admin.register(ConsentRecord)
class ConsentRecordAdmin(AuditedAdmin):
    look = "records"
    change_list_template = "admin/consent/records.html"
    list_display = ["offered", "kind", "decided", "decided_when", "person", "session_name"]
    list_filter = [DecisionFilter, "content_type", "offered_at", "decided_at", "revoked_at"]
    date_hierarchy = "offered_at"
    ordering = ["-pk"]  # made by time; an index on the time alone would let a plan count other people's rows
    search_fields = ["pk"]
    search_help_text = _("The name of a person (p-…), a session (s-…) or a record (r-…).")

    @admin.display(description=_("offered"))
    def offered(self, record):
        return f"{timezone.localtime(record.offered_at):%d %b %Y, %H:%M}"

    @admin.display(description=_("what"), ordering="content_type")
    def kind(self, record):
        return record.get_content_type_display()

    @admin.display(description=_("decision"), ordering="decision")
    def decided(self, record):
        return record.get_decision_display() or _("not decided")

    @admin.display(description=_("when"))
    def decided_when(self, record):
        moment = record.revoked_at or record.decided_at
        return f"{timezone.localtime(moment):%d %b %Y, %H:%M}" if moment else "–"

    def get_search_results(self, request, queryset, search_term):
        text = search_term.strip().lower()
        return (found_by_name(queryset, text, ConsentRecord) if text else queryset), False

    def get_urls(self):
        own = [
            path("statistics/", self.admin_site.admin_view(self.statistics), name="consent_statistics"),
            path("export.<slug:form>", self.admin_site.admin_view(self.export), name="consent_export"),
            path("verify/", self.admin_site.admin_view(self.verify), name="consent_verify"),
        ]
        for pattern in own:
            pattern.callback.actor_for_request = auditor_of
        return own + super().get_urls()

    def _page(self, request, template, title, **context):
        about = {"title": title, "opts": self.opts, "database_role": database_role()}
        return render(request, template, self.admin_site.each_context(request) | about | context)

    # --- one record
    def change_view(self, request, object_id, form_url="", extra_context=None):
        record = self.get_object(request, object_id)
        if record is None:
            raise Http404
        note_look("record", record=str(record.pk))
        now = timezone.now()
        names = {kind.name.lower(): name for kind, name in _names(record, now).items()}
        context = {"record": record, "names": names, "history": history_of(record), "names_of": period(now)}
        return self._page(request, "admin/consent/record.html", _("One record and its history"), **context)

    # --- numbers
    def statistics(self, request):
        days = int(request.GET["days"]) if request.GET.get("days") in map(str, PERIODS) else PERIODS[0]
        kind = request.GET.get("kind") if request.GET.get("kind") in ContentType.values else ""
        note_look("statistics", filters={"days": days, "kind": kind})
        context = {
            "charts": charts(days=days, content_type=kind, now=timezone.now()),
            "days": days,
            "kind": kind,
            "periods": PERIODS,
            "kinds": ContentType.choices,
            "fewest": FEWEST,
        }
        return self._page(request, "admin/consent/statistics.html", _("Decisions over time"), **context)

    # --- to take away
    def export(self, request, form):
        write = {"csv": export.as_csv, "json": export.as_json}.get(form)
        if write is None:
            raise Http404
        now = timezone.now()
        records = self.get_changelist_instance(request).get_queryset(request)[: export.MOST]
        note_look("export", filters=filters_of(request), form=form, count=records.count())
        answer = HttpResponse(write(records.iterator(), now), content_type=export.MEDIA_TYPES[form])
        answer.headers["Content-Disposition"] = f'attachment; filename="consent-records-{now:%Y-%m-%d}.{form}"'
        return answer

    # --- whether it is whole
    def verify(self, request):
        now = timezone.now()
        if request.method == "POST":
            note_look("verify", asked=True)
            if verification.start(now=now) is None:
                self.message_user(request, _("No worker can be asked just now. Please try again."), messages.ERROR)
            return redirect(reverse("admin:consent_verify"))
        note_look("verify")
        run = verification.last_run(now)
        findings = [_named(finding, now) for finding in run.findings] if run else []
        return self._page(request, "admin/consent/verify.html", _("Is the ledger whole?"), run=run, findings=findings)


def _names(record: ConsentRecord, now) -> dict[Kind, str]:
    ids = {
        Kind.PERSON: record.owner_id,
        Kind.SESSION: record.session_id,
        Kind.RECORD: record.pk,
        Kind.ITEM: record.item_id,
    }
    return {kind: name_of(kind, identity, now) for kind, identity in ids.items()}


def _named(finding: dict, now) -> dict:
    owner = finding["owner_id"]
    return finding | {"person": name_of(Kind.PERSON, owner, now) if owner else ""}


@admin.register(AuditLook)
class AuditLookAdmin(AuditedAdmin):
    """Who looked at what. Looking here is noted too."""

    look = "looks"
    change_list_template = "admin/consent/list.html"
    list_display = ["when", "who", "page", "what"]
    list_display_links = None
    list_filter = ["page", "at"]
    ordering = ["-at"]

    @admin.display(description=_("when"))
    def when(self, look):
        return f"{timezone.localtime(look.at):%d %b %Y, %H:%M:%S}"

    @admin.display(description=_("auditor"))
    def who(self, look):
        return str(look.auditor_id)

    @admin.display(description=_("at what"))
    def what(self, look):
        return ", ".join(f"{name}: {value}" for name, value in look.about.items() if value) or "–"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        raise Http404
