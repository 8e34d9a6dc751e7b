"""The sections of a vessel that belong to this floor: readings, what happened, needs, boundaries, documents, unsent text."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vessels.private.contents import Ours, Section, always, register
from vessels.private.models import Boundary, Draft, EmotionalReading, IdentifiedNeed, UserDocument, UserEvent


def _reading(item):
    yield "", Ours(f"{item.intensity} / 10")
    yield _("In your words"), item.context


def _event(item):
    yield "", item.description
    yield _("Felt"), Ours(", ".join(str(feeling) for feeling in item.emotions))


def _need(item):
    yield "", item.need
    yield _("On your card"), item.words if item.words != item.need else ""
    yield _("How the guide first put it"), Ours(item.guide_words if item.guide_words != item.need else "")
    yield "", Ours(_("You confirmed it.") if item.confirmed else _("You set it aside.") if item.rejected_at else "")
    for evidence in item.evidence:
        yield _("You said"), evidence.get("quote", "")


def _boundary(item):
    yield "", item.description
    yield "", Ours(_("For you this is not negotiable.") if item.non_negotiable else "")
    yield "", Ours("" if item.saved else _("The guide offered this. You have not saved it."))


def _document(item):
    yield "", item.title
    yield "", Ours(_("%(size)d kB") % {"size": max(1, item.size // 1000)})


def _draft(item):
    yield "", item.text


def register_all() -> None:
    register(
        Section(
            key="needs",
            title=gettext_lazy("Needs"),
            model=IdentifiedNeed,
            time="created_at",
            lines=_need,
            deletable=always,
        )
    )
    register(
        Section(
            key="boundaries",
            title=gettext_lazy("Boundaries"),
            model=Boundary,
            time="created_at",
            lines=_boundary,
            share_route="start_share",
            deletable=always,
            edit_route="private:boundary",
            new_route="private:new_boundary",
            new_label=gettext_lazy("Note a boundary"),
            about=gettext_lazy("What must not happen, or not again. Nobody else sees it."),
        )
    )
    register(
        Section(
            key="events",
            title=gettext_lazy("What happened"),
            model=UserEvent,
            time="timestamp",
            lines=_event,
            share_route="start_share",
            deletable=always,
            about=gettext_lazy("What the guide has noted from your words, so that it does not ask twice."),
        )
    )
    register(
        Section(
            key="readings",
            title=gettext_lazy("How strong it was"),
            model=EmotionalReading,
            time="timestamp",
            lines=_reading,
            share_route="start_share",
            deletable=always,
        )
    )
    register(
        Section(
            key="documents",
            title=gettext_lazy("Documents"),
            model=UserDocument,
            time="created_at",
            lines=_document,
            deletable=always,
            file_route="private:document_file",
            new_route="private:new_document",
            new_label=gettext_lazy("Keep a document here"),
            about=gettext_lazy("Text, Markdown, PDF or Word, up to 5 MB each, encrypted."),
        )
    )
    register(
        Section(
            key="unsent",
            title=gettext_lazy("Unsent text"),
            model=Draft,
            time="updated_at",
            lines=_draft,
            deletable=always,
            about=gettext_lazy("Kept while you write, until you send it or delete it."),
        )
    )
