"""Files a person keeps with their words: in the database, encrypted, never on a disk of ours."""

import base64
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _

from beheard.crypto.fields import tidy
from beheard.rls import NotNow
from vessels.private.models import MAX_DOCUMENT_BYTES, MediaType, UserDocument

MOST_EXTRACTED = 500_000
SUFFIXES = {
    ".txt": MediaType.TXT,
    ".md": MediaType.MD,
    ".pdf": MediaType.PDF,
    ".docx": MediaType.DOCX,
}
SUFFIX_OF = {media_type: suffix for suffix, media_type in SUFFIXES.items()}
BEGINS = {MediaType.PDF: b"%PDF-", MediaType.DOCX: b"PK\x03\x04"}


@dataclass(frozen=True)
class Kept:
    """A file as it will be kept."""

    media_type: MediaType
    size: int  # bytes
    content: str  # base64
    extracted_text: str


def read_file(name: str, content: bytes) -> Kept:
    """What an uploaded file is. Raises NotNow when it is empty, too large, or not of a kind we keep."""
    media_type = SUFFIXES.get(PurePath(name).suffix.lower())
    if not content:
        raise NotNow(_("This file is empty."))
    if len(content) > MAX_DOCUMENT_BYTES:
        raise NotNow(_("This file is larger than 5 MB."))
    if media_type is None or not content.startswith(BEGINS.get(media_type, b"")):
        raise NotNow(_("This is not a text, Markdown, PDF or Word file."))
    return Kept(media_type, len(content), base64.b64encode(content).decode(), _text(media_type, content))


def file_of(document: UserDocument) -> bytes:
    return base64.b64decode(document.content)


def _text(media_type: MediaType, content: bytes) -> str:
    """The words of a text file; none yet of PDF and Word."""
    if media_type not in (MediaType.TXT, MediaType.MD):
        return ""
    if b"\0" in content:
        raise NotNow(_("This is not a text, Markdown, PDF or Word file."))
    return tidy(content.decode("utf-8-sig", "replace"))[:MOST_EXTRACTED]
