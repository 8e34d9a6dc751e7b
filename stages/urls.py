from django.urls import include, path

SESSION = "s/<uuid:session_id>/"

urlpatterns = [
    path("", include("stages.home.urls")),
    path("", include("stages.mine.urls")),
    path("", include("stages.rhythm.urls")),
    path("", include("stages.compact.public_urls")),
    path("", include("stages.ending.given_urls")),
    path("", include("stages.shelf.urls")),
    path(SESSION, include("stages.compact.urls")),
    path(SESSION, include("stages.witness.urls")),
    path(SESSION, include("stages.perspective.urls")),
    path(SESSION, include("stages.needs.urls")),
    path(SESSION, include("stages.repair.urls")),
    path(SESSION, include("stages.ending.urls")),
    path(SESSION, include("stages.looking.urls")),
    path(SESSION, include("stages.sharing.urls")),
]
