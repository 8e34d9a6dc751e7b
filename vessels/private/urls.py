from django.urls import path

from vessels.private import views

app_name = "private"
SESSION = "s/<uuid:session_id>/"

urlpatterns = [
    path("vessel/", views.vessels, name="vessels"),
    path("curve/", views.curves, name="curves"),
    path(SESSION + "vessel/", views.vessel, name="vessel"),
    path(SESSION + "vessel/boundaries/new/", views.new_boundary, name="new_boundary"),
    path(SESSION + "vessel/boundaries/<uuid:item_id>/", views.boundary, name="boundary"),
    path(SESSION + "vessel/documents/new/", views.new_document, name="new_document"),
    path(SESSION + "vessel/documents/<uuid:item_id>/file/", views.document_file, name="document_file"),
    path(SESSION + "vessel/<slug:key>/", views.section, name="section"),
    path(SESSION + "vessel/<slug:key>/<uuid:item_id>/delete/", views.delete, name="delete"),
    path(SESSION + "draft/", views.keep_draft, name="draft"),
]
