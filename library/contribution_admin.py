"""Where curators read what people gave: the exact words, three answers, and a kind word. Never whose they are."""

from django import forms
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from beheard.rls import no_actor
from library import contributions
from library.admin import CHANGE, curator_of
from library.models import ContributionReview

ACCEPT, ASK, DECLINE = "accept", "ask", "decline"


class ReviewForm(forms.ModelForm):
    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (ACCEPT, _("Publish it in these words")),
            (ASK, _("I have edited the words: ask again")),
            (DECLINE, _("Not for the library")),
        ],
        widget=forms.RadioSelect(),
    )

    class Meta:
        model = ContributionReview
        fields = ["reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3, "cols": 70})}

    def clean(self):
        cleaned = super().clean()
        agreed, answer = contributions.words_are_agreed(self.instance.item), cleaned.get("answer")
        if answer == DECLINE and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why, kindly: whoever gave it will read it."))
        elif answer == ACCEPT and not agreed:
            self.add_error("answer", _("Whoever gave this has not agreed to these words yet. Ask them first."))
        elif answer == ASK and agreed:
            self.add_error("answer", _("These are the words that were agreed to. There is nothing to ask."))
        return cleaned


@admin.register(ContributionReview)
class ContributionReviewAdmin(admin.ModelAdmin):
    """In the order of titles: no other order would say nothing of when it came."""

    form = ReviewForm
    list_display = ["title", "state", "words_agreed"]
    list_filter = ["state"]
    ordering = ["item__title", "pk"]
    list_select_related = ["item"]
    search_fields = ["item__title", "item__plain"]
    readonly_fields = ["state", "title", "plain", "description", "measure", "edit_words", "words_agreed"]
    fieldsets = [
        (None, {"fields": ["state", "title", "plain", "description", "measure", "words_agreed", "edit_words"]}),
        (_("What you say"), {"fields": ["answer", "reason"]}),
    ]
    actions = None

    @admin.display(description=_("title"), ordering="item__title")
    def title(self, review):
        return review.item.title

    @admin.display(description=_("plain form"))
    def plain(self, review):
        return review.item.plain

    @admin.display(description=_("what it is"))
    def description(self, review):
        return review.item.description or "–"

    @admin.display(description=_("how to know it helped"))
    def measure(self, review):
        return review.item.measure or "–"

    @admin.display(description=_("in the words that were agreed to"), boolean=True)
    def words_agreed(self, review):
        return contributions.words_are_agreed(review.item)

    @admin.display(description=_("the words"))
    def edit_words(self, review):
        address = reverse("admin:library_globallibraryitem_change", args=[review.pk])
        return format_html('<a href="{}">{}</a>', address, _("Edit the words, the needs, the situation"))

    def save_model(self, request, obj, form, change):
        given = {"by": curator_of(request), "item_id": obj.pk, "now": timezone.now()}
        answer, reason = form.cleaned_data["answer"], form.cleaned_data["reason"]
        if answer == ACCEPT:
            contributions.accept(**given)
        elif answer == ASK:
            contributions.ask_again(reason=reason, **given)
        else:
            contributions.decline(reason=reason, **given)

    # --- who asks: as on the library's own pages ------------------------------------------------------------------
    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(CHANGE)

    has_change_permission = has_view_permission

    def has_module_permission(self, request):
        return request.user.has_perm(CHANGE)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        urls = super().get_urls()
        for pattern in urls:
            pattern.callback.actor_for_request = _reviewer
        return urls

    def log_change(self, request, obj, message):
        with no_actor():
            return super().log_change(request, obj, message)

    def get_paginator(self, request, queryset, *args, **kwargs):
        if queryset.model is not ContributionReview:
            with no_actor():
                queryset = list(queryset)
        return super().get_paginator(request, queryset, *args, **kwargs)


def _reviewer(request):
    actor = curator_of(request)
    if actor is not None:
        ContentType.objects.get_for_model(ContributionReview)  # remembered: the curator's role can't look it up
    return actor
