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
    path("api/", include("beheard.api.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "beheard.api.problems.bad_request"
handler404 = "beheard.api.problems.page_not_found"
handler500 = "beheard.api.problems.server_error"
