from django.urls import path

from stages.ending import giving, views

urlpatterns = [
    path("alone/", views.alone, name="alone"),
    path("alone/enough/", views.end_alone, name="end_alone"),
    path("alone/back/", views.come_back, name="come_back"),
    path("pass-on/", giving.give, name="give"),
    path("closing/", views.closure, name="closure"),
    path("closing/back/", views.not_closing, name="not_closing"),
]
