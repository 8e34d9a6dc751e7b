from django.urls import path

from stages.ending import giving

urlpatterns = [
    path("given/", giving.given, name="given"),
    path("given/<uuid:contribution_id>/back/", giving.withdraw, name="given_back"),
    path("given/<uuid:contribution_id>/yes/", giving.agree_again, name="given_yes"),
]
