"""Every address. Session pages begin `/s/<session_id>/`; nothing a person wrote is ever in an address."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("beheard.web.urls")),
    path("", include("stages.urls")),
    path("account/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]
