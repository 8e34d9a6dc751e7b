"""What the web server runs: pages by Django, streams by beheard.live beside it."""

import os
import warnings

from django.core.asgi import get_asgi_application
from django.utils.module_loading import import_string

from beheard.live.app import LiveApp
from beheard.live.mount import Mount

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beheard.settings")
# WhiteNoise hands files over as plain iterators. Django reads them in a thread, and would say so at every start.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
django_application = get_asgi_application()
import_string("beheard.rls.checks.refuse_to_start_unprotected")()  # the settings are ready only now


def authorise(scope, message_id):
    """Imported at the first stream: beheard.live is ground floor, and what may be read is decided above it."""
    return import_string("stages.live.authorise_reply")(scope, message_id)


def still_signed_in(session_key):
    return import_string("stages.live.still_signed_in")(session_key)


application = Mount(live=LiveApp(authorise, still_signed_in=still_signed_in), django=django_application)
