"""What a curator narrows the list by."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from library.models import LibraryEmbedding
from library.usage import usage_of
from library.vectors import model_name
from library.words import NeedCategory, Use


class NeedFilter(admin.SimpleListFilter):
    title = _("need")
    parameter_name = "need"

    def lookups(self, request, model_admin):
        return NeedCategory.choices

    def queryset(self, request, queryset):
        return queryset.filter(need_categories__contains=[self.value()]) if self.value() else queryset


class UsageFilter(admin.SimpleListFilter):
    """Figures begin at five: below, an item counts as not yet used."""

    title = _("use")
    parameter_name = "use"

    def lookups(self, request, model_admin):
        return [("unseen", _("hardly shown yet")), ("unchosen", _("shown, hardly chosen")), ("helped", _("helped"))]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        usage = usage_of()
        shown, chosen, helped = (
            {pk for pk, what in usage.items() if use in what} for use in (Use.SHOWN, Use.CHOSEN, Use.HELPED)
        )
        if self.value() == "unseen":
            return queryset.exclude(pk__in=shown)
        return queryset.filter(pk__in=shown - chosen if self.value() == "unchosen" else helped)


class EmbeddingFilter(admin.SimpleListFilter):
    title = _("embedding")
    parameter_name = "embedding"

    def lookups(self, request, model_admin):
        return [("current", _("made by the embedder in use")), ("missing", _("missing or of another embedder"))]

    def queryset(self, request, queryset):
        if self.value() not in ("current", "missing"):
            return queryset
        current = LibraryEmbedding.objects.filter(model_name=model_name()).values("item_id")
        return queryset.filter(pk__in=current) if self.value() == "current" else queryset.exclude(pk__in=current)
