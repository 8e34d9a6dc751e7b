from django.contrib.auth.decorators import login_not_required
from django.urls import path

from beheard.web import gallery, views

urlpatterns = [
    path("", views.landing, name="landing"),
    path("privacy/", views.privacy, name="privacy"),
    path("help/", views.help_now, name="help_now"),
    path("healthz", views.healthz, name="healthz"),
    path("account/email/", views.confirm_address, name="confirm_address"),  # in the place of allauth's
    path("outbox/", views.outbox, name="outbox"),
    path("gallery/", login_not_required(gallery.gallery), name="gallery"),
]
