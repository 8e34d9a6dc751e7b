"""Where curators keep the library. Each page runs as the curator actor: the database shows it the library only."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from beheard.rls import Actor, no_actor
from library.actions import change_status, is_edited, save_item
from library.forms import ItemForm
from library.models import GlobalLibraryItem
from library.queries import like
from library.words import NeedCategory, Status

CHANGE = "library.change_globallibraryitem"


def curator_of(request) -> Actor | None:
    """Who acts on a library page: staff who may change it. Other staff are refused; anyone else is sent to sign in."""
    if not request.user.is_authenticated or not request.user.is_staff:
        return None
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    ContentType.objects.get_for_model(GlobalLibraryItem)  # remembered: the curator's role can't look it up
    return Actor.curator(request.user.pk)


class NeedFilter(admin.SimpleListFilter):
    title = _("need")
    parameter_name = "need"

    def lookups(self, request, model_admin):
        return NeedCategory.choices

    def queryset(self, request, queryset):
        return queryset.filter(need_categories__contains=[self.value()]) if self.value() else queryset


@admin.register(GlobalLibraryItem)
class GlobalLibraryItemAdmin(admin.ModelAdmin):
    form = ItemForm
    list_display = ["title", "needs_met", "situation", "for_whom", "effort", "status"]
    list_filter = [NeedFilter, "status", "situation", "effort", "setting", "solo", "source"]
    search_fields = ["title", "description", "plain", "slug"]
    ordering = ["situation", "title"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["publish", "retire", "back_to_draft"]
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 70})}}
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["source", "created_at", "updated_at", "edited", "much_alike"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "status", "description", "plain", "much_alike"]}),
        (_("How it goes"), {"fields": ["steps", ("duration_minutes", "duration_days"), "effort", "setting", "solo"]}),
        (_("What it is for"), {"fields": ["need_categories", "needs", "situation", "category", "measure"]}),
        (_("Care"), {"fields": ["cautions", "when_not", "citation"]}),
        (_("Where it comes from"), {"fields": ["source", "edited", "created_at", "updated_at"]}),
    ]

    @admin.display(description=_("needs"))
    def needs_met(self, item):
        return ", ".join(str(NeedCategory(category).label) for category in item.need_categories)

    @admin.display(description=_("for"), ordering="setting")
    def for_whom(self, item):
        return _("one person alone") if item.solo else item.get_setting_display()

    @admin.display(description=_("edited here"))
    def edited(self, item):
        if not item.content_version:
            return _("written here")
        return _("yes: newer files leave it as it is") if is_edited(item) else _("no: newer files renew it")

    @admin.display(description=_("much alike"))
    def much_alike(self, item):
        if item._state.adding:
            return "–"
        near = [(other.title, f"{likeness:.0%}") for other, likeness in like(item, limit=3)]
        return format_html_join("", "<div>{} ({})</div>", near) or "–"

    # --- writing: through the library's own actions ---------------------------------------------

    def save_model(self, request, obj, form, change):
        save_item(by=curator_of(request), item=obj, now=timezone.now())

    @admin.action(description=_("Publish"))
    def publish(self, request, queryset):
        self._change(request, queryset, Status.PUBLISHED)

    @admin.action(description=_("Retire"))
    def retire(self, request, queryset):
        self._change(request, queryset, Status.RETIRED)

    @admin.action(description=_("Take back to draft"))
    def back_to_draft(self, request, queryset):
        self._change(request, queryset, Status.DRAFT)

    def _change(self, request, queryset, status):
        ids = list(queryset.values_list("pk", flat=True))
        changed = change_status(by=curator_of(request), ids=ids, status=status, now=timezone.now())
        text = ngettext("%(count)s item is now %(status)s.", "%(count)s items are now %(status)s.", changed)
        self.message_user(request, text % {"count": changed, "status": status.label}, messages.SUCCESS)

    def has_delete_permission(self, request, obj=None):
        return False  # an agreement may rest on it: retire it

    # --- who asks: the library as the curator, the log of staff as nobody -----------------------

    def get_urls(self):
        urls = super().get_urls()
        for pattern in urls:
            pattern.callback.actor_for_request = curator_of
        return urls

    def log_addition(self, request, obj, message):
        with no_actor():
            return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        with no_actor():
            return super().log_change(request, obj, message)

    def get_paginator(self, request, queryset, *args, **kwargs):
        if getattr(queryset, "model", None) is LogEntry:
            with no_actor():
                queryset = list(queryset)
        return super().get_paginator(request, queryset, *args, **kwargs)
