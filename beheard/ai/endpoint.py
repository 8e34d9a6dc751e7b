"""Which language model is configured, and where words go when it is asked."""

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings

HOSTED = "https://api.openai.com/v1"


class Whereabouts(StrEnum):
    """How far words travel to be answered."""

    MACHINE = "machine"  # they stay on the machine that runs BeHeard
    HOUSE = "house"  # a private address: the same network
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible server and the models on it. Times in seconds."""

    base_url: str
    api_key: str = field(repr=False)
    large: str
    small: str
    embedding: str  # empty: no model makes vectors
    silence: float
    longest: float
    retries: int

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def whereabouts(self) -> Whereabouts:
        """By the address alone. A name that is not plainly local counts as elsewhere: nobody is asked what it resolves to."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return Whereabouts.MACHINE
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return Whereabouts.HOUSE if self.host.endswith((".local", ".home.arpa")) else Whereabouts.ELSEWHERE
        if address.is_loopback:
            return Whereabouts.MACHINE
        local = address.is_private or address.is_link_local
        return Whereabouts.HOUSE if local and not address.is_unspecified else Whereabouts.ELSEWHERE

    @property
    def is_remote(self) -> bool:
        return self.whereabouts == Whereabouts.ELSEWHERE


def endpoint() -> Endpoint | None:
    """What the settings say; None without a large model, whatever else is set."""
    if not settings.GUIDE_LARGE_MODEL:
        return None
    return Endpoint(
        base_url=(settings.OPENAI_BASE_URL or HOSTED).rstrip("/"),
        api_key=settings.OPENAI_API_KEY,
        large=settings.GUIDE_LARGE_MODEL,
        small=settings.GUIDE_SMALL_MODEL or settings.GUIDE_LARGE_MODEL,
        embedding=settings.GUIDE_EMBEDDING_MODEL,
        silence=settings.GUIDE_SILENCE_SECONDS,
        longest=settings.GUIDE_CALL_SECONDS,
        retries=settings.GUIDE_RETRIES,
    )
