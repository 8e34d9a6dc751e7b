from django.urls import path

from stages.rhythm import views

SESSION = "s/<uuid:session_id>/"

urlpatterns = [
    path(SESSION + "come-back/", views.come_back_when, name="come_back_when"),
    path(SESSION + "path/", views.path, name="path"),
    path(SESSION + "end/", views.end_for_both, name="end_for_both"),
    path("settings/", views.settings, name="settings"),
    path("notices/count/", views.notices_count, name="notices_count"),
]
