"""What every page knows without asking the database."""

from django.conf import settings

from beheard.ai.endpoint import endpoint

DEFAULT_EXIT_URL = "https://www.bbc.co.uk/weather"
THEMES = ("light", "dark")
TEXT_SIZES = ("large", "larger")


def exit_url():
    """The neutral site a person lands on when leaving quickly."""
    return settings.EXIT_URL or DEFAULT_EXIT_URL


def theme_of(request):
    """Return "light" or "dark" if the person chose one, else "" (the device decides)."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""


def text_size_of(request):
    """Return "large" or "larger" if the person chose one, else ""."""
    chosen = request.COOKIES.get("text_size", "")
    return chosen if chosen in TEXT_SIZES else ""


def guide_at_work():
    """Which model is behind the guide and where words go when it is asked; None for the built-in guide."""
    configured = endpoint()
    if configured is None:
        return None
    return {"model": configured.large, "host": configured.host, "where": str(configured.whereabouts)}


def site(request):
    """`site` for templates. Never queries: pages for nobody and for errors use it too."""
    return {
        "site": {
            "exit_url": exit_url(),
            "theme": theme_of(request),
            "text_size": text_size_of(request),
            "guide": guide_at_work(),
            "has_sign_in": settings.SESSION_COOKIE_NAME in request.COOKIES,
        }
    }
