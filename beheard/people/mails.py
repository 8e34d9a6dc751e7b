"""E-mails: every one has the subject "BeHeard", a few plain lines and one link, and no content (docs/decisions/0006).

Text and HTML are made of the same parts, so that they say the same.
"""

import re
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

SUBJECT = "BeHeard"
# A name that is a name, and not words or an address that a stranger would be made to read.
NAME = re.compile(r"[^\W\d_][\w'’-]*\.?( [^\W\d_][\w'’-]*\.?){0,3}")


@dataclass(frozen=True)
class Letter:
    """`before` and `after` are paragraphs around a link or a code. A link that begins with "/" is on this site."""

    before: tuple[str, ...]
    label: str = ""
    link: str = ""
    after: tuple[str, ...] = ()
    code: str = ""


def name_or_someone(name: str) -> str:
    return name if len(name) <= 60 and NAME.fullmatch(name) else _("Someone")


def made(letter: Letter, address: str) -> EmailMultiAlternatives:
    link = str(letter.link)
    parts = {"letter": letter, "link": settings.BASE_URL + link if link.startswith("/") else link, "subject": SUBJECT}
    message = EmailMultiAlternatives(SUBJECT, render_to_string("mail/letter.txt", parts), None, [address])
    message.attach_alternative(render_to_string("mail/letter.html", parts), "text/html")
    return message


def send(letter: Letter, address: str) -> None:
    """Raises what the mail server's absence raises."""
    made(letter, address).send()
