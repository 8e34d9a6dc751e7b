"""The curators' own pages beside the admin's list and form: import, work under way, preview, history, review."""

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from beheard.people.models import User
from beheard.rls import NotNow, NotYours, no_actor
from library import contributions
from library.curating import jobs, sheets
from library.models import ContributionReview, GlobalLibraryItem, ItemEdit, LibraryJob
from library.queries import near
from library.vectors import embed, words_of

REFRESH = 2  # seconds between two looks at work under way
LATEST = 50


class SheetForm(forms.Form):
    sheet = forms.FileField(label=_("A CSV or JSON file"))


class CuratingPages:
    """For the item's admin: `curator_of` says who acts."""

    def pages(self) -> list:
        def page(route, view, name):
            return path(route, self.admin_site.admin_view(view), name=f"library_{name}")

        return [
            page("import/", self.import_page, "import"),
            page("import/columns/", self.columns_page, "columns"),
            page("work/", self.works_page, "works"),
            page("work/<uuid:job_id>/", self.work_page, "work"),
            page("work/<uuid:job_id>/go/", require_POST(self.go_page), "work_go"),
            page("work/<uuid:job_id>/stop/", require_POST(self.stop_page), "work_stop"),
            page("alike/", require_POST(self.alike_page), "alike"),
            page("review/", self.review_page, "review"),
            page("<uuid:item_id>/preview/", self.preview_page, "preview"),
            page("<uuid:item_id>/decide/", require_POST(self.decide_page), "decide"),
        ]

    def _page(self, request, template: str, title: str, **context) -> HttpResponse:
        around = self.admin_site.each_context(request) | {"opts": self.model._meta, "title": title}
        return render(request, f"library/curating/{template}.html", around | context)

    # --- sheets and work ------------------------------------------------------------------------

    def import_page(self, request):
        form = SheetForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["sheet"]
            try:
                if file.size > sheets.MOST_BYTES:
                    raise sheets.SheetError(_("The file is too large."))
                job = jobs.look_through(by=request.actor, content=file.read(), name=file.name, now=timezone.now())
                return redirect("admin:library_work", job.pk)
            except sheets.SheetError as problem:
                form.add_error("sheet", str(problem))
        return self._page(request, "import", _("Import"), form=form, columns=sheets.FIELDS)

    def columns_page(self, request):
        """A sheet with the columns and one real item, to begin from."""
        items = GlobalLibraryItem.objects.order_by("slug")[:1]
        return _download(sheets.as_csv(items), "csv")

    def works_page(self, request):
        works = LibraryJob.objects.defer("payload").order_by("-started_at")[:LATEST]
        return self._page(request, "works", _("Imports and bulk work"), works=works)

    def work_page(self, request, job_id):
        work = LibraryJob.objects.defer("payload").filter(pk=job_id).first()
        if work is None:
            raise Http404
        answer = self._page(request, "work", str(work), work=work, counts=_counted(work))
        if work.is_under_way:
            answer["Refresh"] = str(REFRESH)
        return answer

    def go_page(self, request, job_id):
        return self._done(request, job_id, jobs.start_import)

    def stop_page(self, request, job_id):
        return self._done(request, job_id, jobs.stop)

    def _done(self, request, job_id, act):
        try:
            act(by=request.actor, job_id=job_id, now=timezone.now())
        except NotYours as absent:
            raise Http404 from absent
        except NotNow as reason:
            messages.warning(request, str(reason))
        return redirect("admin:library_work", job_id)

    # --- one item -------------------------------------------------------------------------------

    def preview_page(self, request, item_id):
        """The item as couples meet it, in the site's own frame."""
        return render(request, "library/curating/preview.html", {"item": _item(item_id)})

    def alike_page(self, request):
        """What the library has already that sounds like the words being written. Nothing is stored."""
        written = {
            name: request.POST.get(name, "")[:4_000] for name in ("title", "description", "plain", "situation", "cues")
        }
        item = GlobalLibraryItem(**written)
        others = near(embed([words_of(item)])[0].tolist(), 4, least=0.45) if any(written.values()) else []
        this = request.POST.get("this", "")
        return render(
            request, "library/curating/alike.html", {"alike": [(o, s) for o, s in others if str(o.pk) != this][:3]}
        )

    def history_view(self, request, object_id, extra_context=None):
        item = self.get_object(request, unquote(object_id))
        if item is None:
            raise Http404
        edits = list(ItemEdit.objects.filter(item=item).order_by("-at", "-pk")[:200])
        with no_actor():
            found = User.objects.filter(pk__in={edit.by_id for edit in edits}).order_by("pk")
            names = {user.pk: user.email for user in found}
        rows = [(edit, names.get(edit.by_id, ""), _shown(edit, self.model)) for edit in edits]
        return self._page(request, "history", _("History of “%(title)s”") % {"title": item}, item=item, rows=rows)

    # --- what people gave -----------------------------------------------------------------------

    def review_page(self, request):
        waiting = contributions.waiting_for_review()
        return self._page(request, "review", _("Given by people"), waiting=waiting)

    def decide_page(self, request, item_id):
        acts = {
            "accept": lambda **who: contributions.accept(**who),
            "ask": lambda **who: contributions.ask_again(**who, reason=request.POST.get("reason", "")[:1_000]),
            "decline": lambda **who: contributions.decline(**who, reason=request.POST.get("reason", "")[:1_000]),
        }
        act = acts.get(request.POST.get("decision", ""))
        if act is None:
            raise Http404
        try:
            act(by=request.actor, item_id=item_id, now=timezone.now())
            messages.success(request, _("That is decided."))
        except NotYours as absent:
            raise Http404 from absent
        except NotNow as reason:
            messages.warning(request, str(reason))
            return redirect("admin:library_globallibraryitem_change", item_id)
        return redirect("admin:library_review")


def review_of(item: GlobalLibraryItem) -> ContributionReview | None:
    return ContributionReview.objects.filter(pk=item.pk).first()


def export(items, kind: str) -> HttpResponse:
    return _download(sheets.as_csv(items) if kind == "csv" else sheets.as_json(items), kind)


def _download(content: bytes, kind: str) -> HttpResponse:
    types = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
    disposition = f'attachment; filename="micro-experiments.{kind}"'
    return HttpResponse(content, content_type=types[kind], headers={"Content-Disposition": disposition})


def _item(item_id) -> GlobalLibraryItem:
    item = GlobalLibraryItem.objects.filter(pk=item_id).first()
    if item is None:
        raise Http404
    return item


def _counted(work: LibraryJob) -> list[tuple[str, int]]:
    names = {"new": _("new"), "changed": _("changed"), "same": _("the same as now"), "problems": _("with a problem")}
    return [(name, work.counts[key]) for key, name in names.items() if key in work.counts]


def _shown(edit: ItemEdit, model) -> list[tuple[str, str, str]]:
    return [
        (model._meta.get_field(name).verbose_name, _text(old), _text(new)) for name, (old, new) in edit.changes.items()
    ]


def _text(value) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
