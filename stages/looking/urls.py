from django.urls import path

from stages.looking import views

urlpatterns = [
    path("looked-at/", views.looked_at, name="looked_at"),
    path("similar/", views.similar, name="similar"),
]
