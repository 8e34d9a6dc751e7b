from django.urls import path

from stages.mine import views

urlpatterns = [
    path("export/", views.export, name="export"),
    path("export/file/", views.export_file, name="export_file"),
    path("erase/", views.erase, name="erase"),
]
