"""Pages only, for servers that speak WSGI. Streams need beheard.asgi."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beheard.settings")
application = get_wsgi_application()
