"""Every look that staff take is itself kept: who, when, at what. Before the page is made, so that no look goes unnoted."""

from beheard.rls import current_actor
from consent.models import AuditLook

MOST_CHARACTERS = 100  # of one filter


def note_look(page: str, **about) -> None:
    """Call as the auditor. `about` are ids, filters and numbers."""
    AuditLook.objects.create(auditor_id=current_actor().user_id, page=page, about=about)


def filters_of(request) -> dict[str, str]:
    return {name: value[:MOST_CHARACTERS] for name, value in sorted(request.GET.items()) if value}
