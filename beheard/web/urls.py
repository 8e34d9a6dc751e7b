from django.urls import path

from beheard.web import gallery, views

urlpatterns = [
    path("", views.landing, name="landing"),
    path("privacy/", views.privacy, name="privacy"),
    path("help/", views.help_now, name="help_now"),
    path("healthz", views.healthz, name="healthz"),
    path("outbox/", views.outbox, name="outbox"),
    path("gallery/", gallery.gallery, name="gallery"),
]
