"""My vessel: everything private a person has. It opens for a while after the password was given, here as on the pages."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers

from beheard.api import access
from beheard.api.forms import body_of
from beheard.api.lists import Page
from beheard.api.operations import Made, SessionView, operation
from beheard.api.parsers import OnlyForm
from vessels.private import actions, contents
from vessels.private.documents import file_of
from vessels.private.drafts import draft, save_draft
from vessels.private.forms import BoundaryForm, DocumentForm


class VesselView(SessionView):
    """Asks for the password again after a while (POST /api/v1/password)."""

    def check(self, place):
        access.ask_password(self.request)


class SectionHeld(serializers.Serializer):
    key = serializers.CharField()
    title = serializers.CharField()
    held = serializers.IntegerField()


class VesselShown(serializers.Serializer):
    sections = SectionHeld(many=True)


class Vessel(VesselView):
    @operation(gives=VesselShown, also=(403,))
    def get(self, place):
        """What is in it, by kind."""
        held = contents.counts(place)
        kinds = [{"key": one.key, "title": str(one.title), "held": held.get(one.key, 0)} for one in contents.sections()]
        return {"sections": kinds}


class Line(serializers.Serializer):
    label = serializers.CharField(allow_blank=True)
    words = serializers.CharField()


class ItemShown(serializers.Serializer):
    id = serializers.UUIDField(source="item.pk")
    at = serializers.DateTimeField()
    lines = serializers.SerializerMethodField()
    may_delete = serializers.BooleanField(source="deletable")

    def get_lines(self, shown) -> Line(many=True):
        return [{"label": str(label), "words": str(words)} for label, words in shown.lines]


class SectionItem(ItemShown):
    """An item as its section shows it."""

    def to_representation(self, item):
        section = next(one for one in contents.sections() if one.model is type(item))
        return super().to_representation(contents.Shown(item, section))


class SectionItems(Page):
    """In the order of each section's own time."""

    def answer(self, request, found):
        section, items = found
        return Page(SectionItem, f"-{section.time},-pk").answer(request, items)


class Section(VesselView):
    @operation(gives=SectionItems(SectionItem, ""), also=(403,))
    def get(self, place, key: str):
        """Everything of one kind, newest first."""
        section = contents.section(key)
        return section, section.items(place)


class Item(VesselView):
    @operation()
    def delete(self, place, key: str, item_id: UUID):
        """Erase it, and take back what was shared of it."""
        contents.delete(place=place, key=key, item_id=item_id, now=timezone.now())


class Boundaries(VesselView):
    @operation(takes=body_of(BoundaryForm), gives=Made)
    def post(self, place, sent):
        """What must not happen, or not again."""
        return _write(place, sent, None)


class Boundary(VesselView):
    @operation(takes=body_of(BoundaryForm))
    def put(self, place, item_id: UUID, sent):
        """Say it anew."""
        _write(place, sent, item_id)


def _write(place, sent, boundary_id):
    words, firm = sent["words"], sent["non_negotiable"]
    return actions.write_boundary(
        place=place, words=words, non_negotiable=firm, boundary_id=boundary_id, now=timezone.now()
    )


# --- documents ---------------------------------------------------------------------------------------------------
class Documents(VesselView):
    parser_classes = [OnlyForm]

    @operation(takes=body_of(DocumentForm), gives=Made)
    def post(self, place, sent):
        """Put a file beside your words: text, Markdown, PDF or Word, at most 5 MB."""
        title = sent["title"] or self.request.data["file"].name[:200]
        return actions.keep_document(place=place, title=title, kept=sent["file"], now=timezone.now())


class DocumentFile(VesselView):
    @operation(gives=("application/octet-stream", OpenApiTypes.BINARY), also=(403,))
    def get(self, place, item_id: UUID):
        """The file itself."""
        document = contents.section("documents").item(place, item_id)
        headers = {"Content-Disposition": 'attachment; filename="document"'}
        return HttpResponse(file_of(document), content_type="application/octet-stream", headers=headers)


# --- unsent text -------------------------------------------------------------------------------------------------
class DraftBody(serializers.Serializer):
    text = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=40_000)


class Draft(SessionView):
    @operation(gives=DraftBody)
    def get(self, place, key: str):
        """What stood in this box, unsent. Empty when nothing did."""
        return {"text": draft(place, key)}

    @operation(takes=DraftBody)
    def put(self, place, key: str, sent):
        """Keep what stands in a box now. An empty text keeps nothing."""
        save_draft(place, key, sent["text"])


SESSION = "sessions/<uuid:session_id>/"
urlpatterns = [
    path(SESSION + "vessel/", Vessel.as_view(), name="vessel"),
    path(SESSION + "vessel/boundaries/new/", Boundaries.as_view(), name="new_boundary"),
    path(SESSION + "vessel/boundaries/<uuid:item_id>/", Boundary.as_view(), name="boundary"),
    path(SESSION + "vessel/documents/new/", Documents.as_view(), name="new_document"),
    path(SESSION + "vessel/documents/<uuid:item_id>/file/", DocumentFile.as_view(), name="document_file"),
    path(SESSION + "vessel/<slug:key>/", Section.as_view(), name="section"),
    path(SESSION + "vessel/<slug:key>/<uuid:item_id>/delete/", Item.as_view(), name="item"),
    path(SESSION + "drafts/<str:key>/", Draft.as_view(), name="draft"),
]
