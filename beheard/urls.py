"""Every address. Session pages begin `/s/<session_id>/`; nothing a person wrote is ever in an address."""

from django.contrib import admin
from django.urls import include, path

from stages.first_draft import first_draft

urlpatterns = [
    path("", include("beheard.web.urls")),
    path("", include("stages.urls")),
    path("", include("vessels.private.urls")),
    path("", include("vessels.shared.urls")),
    path("draft/", first_draft, name="first_draft"),
    path("account/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]
