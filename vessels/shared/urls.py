from django.urls import path

from vessels.shared import views

app_name = "shared"
SESSION = "s/<uuid:session_id>/"

urlpatterns = [
    path("shared/", views.everywhere, name="everywhere"),
    path("decisions/", views.decisions, name="decisions"),
    path(SESSION + "share/<uuid:content_id>/", views.preview, name="preview"),
    path(SESSION + "shared/", views.shared, name="shared"),
    path(SESSION + "shared/waits/", views.cooling_off, name="cooling_off"),
    path(SESSION + "shared-with-me/", views.theirs, name="theirs"),
    path(SESSION + "shared/<uuid:content_id>/take-back/", views.take_back, name="take_back"),
    path(SESSION + "kept/", views.pressed, name="pressed"),
    path(SESSION + "decisions/", views.decisions_here, name="decisions_here"),
]
