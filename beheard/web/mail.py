"""E-mail in development: printed, and kept as files that `/outbox/` shows."""

import email
import email.policy
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail.backends.console import EmailBackend as ConsoleBackend
from django.utils import timezone


def folder() -> Path:
    return Path(settings.OUTBOX_FOLDER)


class DevelopmentBackend(ConsoleBackend):
    def write_message(self, message):
        super().write_message(message)
        folder().mkdir(parents=True, exist_ok=True)
        name = f"{timezone.now():%Y%m%d-%H%M%S-%f}-{uuid4().hex[:6]}.eml"
        (folder() / name).write_bytes(message.message().as_bytes())


def kept(limit: int = 50) -> list[dict]:
    """The latest e-mails, newest first: to, subject, at, text."""
    files = sorted(folder().glob("*.eml"), reverse=True)[:limit] if folder().exists() else []
    return [_read(path) for path in files]


def _read(path: Path) -> dict:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    return {
        "to": message["To"],
        "subject": message["Subject"],
        "at": message["Date"],
        "text": body.get_content() if body else "",
    }
