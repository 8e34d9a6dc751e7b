"""What the guide looked at, for staff auditors: which kinds of things, from whom, in which state of consent; never a word."""

from django.contrib import admin
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.admin import AuditedAdmin, found_by_name, linked
from consent.pseudonyms import Kind, kind_of, name_of
from stages.models import ContextLog


@admin.register(ContextLog)
class ContextLogAdmin(AuditedAdmin):
    look = "context"
    change_list_template = "admin/consent/list.html"
    list_display = ["when", "stage", "purpose", "source", "item_type", "item", "consent", "person", "session_name"]
    list_display_links = None
    list_filter = ["source", "stage", "purpose", "consent_active", "created_at"]
    ordering = ["-pk"]
    search_fields = ["pk"]
    search_help_text = _("The name of a person (p-…) or a session (s-…).")

    @admin.display(description=_("when"))
    def when(self, row):
        return f"{timezone.localtime(row.created_at):%d %b %Y, %H:%M}"

    @admin.display(description=_("item"))
    def item(self, row):
        return name_of(Kind.ITEM, row.item_id, timezone.now())

    @admin.display(description=_("consent stood"), boolean=True)
    def consent(self, row):
        return row.consent_active

    @admin.display(description=_("person"))
    def person(self, row):
        return linked(name_of(Kind.PERSON, row.owner_id, timezone.now()))

    def get_search_results(self, request, queryset, search_term):
        text = search_term.strip().lower()
        known = kind_of(text) in (Kind.PERSON, Kind.SESSION)
        return (found_by_name(queryset, text if known else "", ContextLog) if text else queryset), False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        raise Http404
