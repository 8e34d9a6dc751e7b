"""Pages only, for servers that speak WSGI. Streams need beheard.asgi."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beheard.settings")
application = get_wsgi_application()
import_string("beheard.rls.checks.refuse_to_start_unprotected")()  # the settings are ready only now
