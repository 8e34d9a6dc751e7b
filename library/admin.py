"""Where curators keep the library. Each page runs as the curator actor: the database shows it the library only."""

from django import forms
from django.contrib import admin, messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from beheard.rls import Actor, no_actor
from library.actions import is_edited, save_item
from library.curating import jobs
from library.curating.filters import EmbeddingFilter, NeedFilter, UsageFilter
from library.curating.pages import CuratingPages, export, review_of
from library.forms import ItemForm
from library.models import GlobalLibraryItem
from library.queries import like
from library.usage import LEAST_TOLD, usage_of
from library.vectors import is_embedded
from library.words import JobKind, JobState, NeedCategory, Use, takes

admin.site.enable_nav_sidebar = False  # the room is for the list; the way back stands above it
admin.site.site_header = admin.site.site_title = "BeHeard"
CHANGE = "library.change_globallibraryitem"


def _in_order(told) -> int:
    return list(Use).index(told[0])


def curator_of(request) -> Actor | None:
    """Who acts on a library page: staff who may change it. Other staff are refused; anyone else is sent to sign in."""
    if not request.user.is_authenticated or not request.user.is_staff:
        return None
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    ContentType.objects.get_for_model(GlobalLibraryItem)  # remembered: the curator's role can't look it up
    return Actor.curator(request.user.pk)


@admin.register(GlobalLibraryItem)
class GlobalLibraryItemAdmin(CuratingPages, admin.ModelAdmin):
    form = ItemForm
    list_display = ["title", "status_chip", "needs_met", "situation", "for_whom", "used"]
    list_filter = [
        "status", NeedFilter, "situation", "effort", "setting", "solo", "source", UsageFilter, EmbeddingFilter,
    ]  # fmt: skip
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ["title", "description", "plain", "slug", "cues"]
    search_help_text = _("Words of the title, the description or the plain form")
    ordering = ["situation", "title"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["publish", "retire", "back_to_draft", "embed_anew", "export_csv", "export_json"]
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 70})}}
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["source", "created_at", "updated_at", "edited", "much_alike", "use", "embedding"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "status", "description", "plain", "much_alike"]}),
        (_("How it goes"), {"fields": ["steps", ("duration_minutes", "duration_days"), "effort", "setting", "solo"]}),
        (_("What it is for"), {"fields": ["need_categories", "needs", "cues", "situation", "category", "measure"]}),
        (_("Care"), {"fields": ["cautions", "when_not", "citation"]}),
        (_("How it fares"), {"fields": ["use", "embedding", "source", "edited", "created_at", "updated_at"]}),
    ]
    change_list_template = "library/curating/list.html"
    change_form_template = "library/curating/form.html"

    class Media:
        css = {"all": ["css/curating.css"]}
        js = ["js/curating.js"]

    # --- columns --------------------------------------------------------------------------------

    @admin.display(description=_("needs"))
    def needs_met(self, item):
        chips = ((category.lower(), NeedCategory(category).label) for category in item.need_categories)
        return format_html_join(" ", '<span class="chip chip-{}">{}</span>', chips)

    @admin.display(description=_("for, and takes"), ordering="setting")
    def for_whom(self, item):
        whom = _("one person alone") if item.solo else item.get_setting_display()
        return format_html("{}<br>{}", whom, takes(item.duration_minutes, item.duration_days))

    @admin.display(description=_("status"), ordering="status")
    def status_chip(self, item):
        return format_html('<span class="chip status-{}">{}</span>', item.status.lower(), item.get_status_display())

    @admin.display(description=_("how often"))
    def used(self, item):
        """In one narrow column: what never came to five is not named."""
        told = ((Use(what).label, count) for what, count in sorted(item.use_told.items(), key=_in_order))
        return format_html_join("", "<span>{} {}+</span><br>", told) or "–"

    def get_changelist_instance(self, request):
        """The figures of a page's items come with one question."""
        found = super().get_changelist_instance(request)
        found.result_list = list(found.result_list)
        usage = usage_of([item.pk for item in found.result_list])
        for item in found.result_list:
            item.use_told = usage.get(item.pk, {})
        return found

    # --- fields that are only read --------------------------------------------------------------

    @admin.display(description=_("edited here"))
    def edited(self, item):
        if not item.content_version:
            return _("written here")
        return _("yes: newer files leave it as it is") if is_edited(item) else _("no: newer files renew it")

    @admin.display(description=_("much alike"))
    def much_alike(self, item):
        if item._state.adding:
            return format_html('<div id="alike">{}</div>', "–")
        near = [
            (
                reverse("admin:library_globallibraryitem_change", args=[other.pk]),
                other.title,
                other.get_status_display(),
                f"{like_:.0%}",
            )
            for other, like_ in like(item, limit=3)
        ]
        rows = format_html_join("", '<li><a href="{}">{}</a> ({}, {})</li>', near)
        return format_html('<ul id="alike" class="alike">{}</ul>', rows or "–")

    @admin.display(description=_("use"))
    def use(self, item):
        found = usage_of([item.pk]).get(item.pk, {}) if not item._state.adding else {}
        said = ", ".join(f"{Use(what).label}: {count}+" for what, count in sorted(found.items()))
        return said or _("fewer than %(count)s times so far; smaller figures are not told") % {"count": LEAST_TOLD}

    @admin.display(description=_("embedding"))
    def embedding(self, item):
        if item._state.adding:
            return "–"
        return _("up to date") if is_embedded(item) else _("out of date: save, or make it anew from the list")

    # --- writing: through the library's own actions ---------------------------------------------

    def save_model(self, request, obj, form, change):
        save_item(by=curator_of(request), item=obj, now=timezone.now())

    @admin.action(description=_("Publish"))
    def publish(self, request, queryset):
        return self._start(request, queryset, JobKind.PUBLISH)

    @admin.action(description=_("Retire"))
    def retire(self, request, queryset):
        return self._start(request, queryset, JobKind.RETIRE)

    @admin.action(description=_("Take back to draft"))
    def back_to_draft(self, request, queryset):
        return self._start(request, queryset, JobKind.DRAFT)

    @admin.action(description=_("Make embeddings anew"))
    def embed_anew(self, request, queryset):
        return self._start(request, queryset, JobKind.EMBED)

    @admin.action(description=_("Export as CSV"))
    def export_csv(self, request, queryset):
        return export(queryset, "csv")

    @admin.action(description=_("Export as JSON"))
    def export_json(self, request, queryset):
        return export(queryset, "json")

    def _start(self, request, queryset, kind):
        ids = queryset.order_by("pk").values_list("pk", flat=True)
        job = jobs.start(by=curator_of(request), kind=kind, ids=ids, now=timezone.now())
        if job.state != JobState.DONE:
            return redirect("admin:library_work", job.pk)
        changed = job.counts.get("changed", 0)
        text = ngettext("%(what)s: %(count)s item.", "%(what)s: %(count)s items.", changed)
        self.message_user(request, text % {"what": kind.label, "count": changed}, messages.SUCCESS)
        return None

    def has_delete_permission(self, request, obj=None):
        return False  # an agreement may rest on it: retire it

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["review"] = review_of(obj) if obj else None
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    # --- who asks: the library as the curator, the log of staff as nobody -----------------------

    def get_urls(self):
        urls = self.pages() + super().get_urls()
        for pattern in urls:
            pattern.callback.actor_for_request = curator_of
        return urls

    def log_addition(self, request, obj, message):
        with no_actor():
            return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        with no_actor():
            return super().log_change(request, obj, message)


from library import contribution_admin  # noqa: E402, F401
