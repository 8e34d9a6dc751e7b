"""What can be seen of a wrong configuration without asking anybody."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Warning, register

from beheard.ai.endpoint import endpoint


@register()
def the_model_is_configured(app_configs, **kwargs):
    found = []
    configured = endpoint()
    if settings.OPENAI_BASE_URL and urlsplit(settings.OPENAI_BASE_URL).scheme not in ("http", "https"):
        found.append(Error("OPENAI_BASE_URL must begin with http:// or https://.", id="ai.E001"))
    if configured and configured.is_remote and configured.base_url.startswith("http://"):
        found.append(
            Error("OPENAI_BASE_URL is another machine without https: words would travel in the clear.", id="ai.E002")
        )
    if configured is None and (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL):
        found.append(
            Warning(
                "OPENAI_API_KEY or OPENAI_BASE_URL is set, but GUIDE_LARGE_MODEL is not: the built-in guide answers.",
                id="ai.W001",
            )
        )
    return found
