from django.urls import path

from stages.sharing import views

urlpatterns = [
    path("share/<slug:key>/<uuid:item_id>/start/", views.start, name="start_share"),
    path("share/<slug:key>/<uuid:item_id>/words/", views.words, name="share_words"),
    path("share/<slug:key>/<uuid:item_id>/state/", views.state, name="share_state"),
]
