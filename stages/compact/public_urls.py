from django.urls import path

from stages.compact import views

urlpatterns = [
    path("i/<str:token>/", views.invitation, name="invitation"),
    path("i/<str:token>/join/", views.join, name="join"),
    path("i/<str:token>/decline/", views.decline, name="decline_invitation"),
]
