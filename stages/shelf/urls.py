from django.urls import path

from stages.shelf import views

urlpatterns = [path("library/", views.library, name="library")]
