from django.urls import path

from stages.needs import views

urlpatterns = [
    path("needs/", views.needs, name="needs"),
    path("needs/state/", views.needs_state, name="needs_state"),
    path("needs/look/", views.look_again, name="look_for_needs"),
    path("needs/add/", views.add, name="add_need"),
    path("needs/done/", views.done, name="needs_done"),
    path("needs/go-on/", views.go_on, name="go_on_without_needs"),
    path("needs/<uuid:need_id>/", views.need, name="need"),
    path("needs/<uuid:need_id>/decide/", views.decide, name="decide_need"),
    path("needs/<uuid:need_id>/offer/", views.offer, name="offer_need"),
    path("needs/sharing/<uuid:content_id>/", views.sharing, name="share_need"),
    path("needs/sharing/<uuid:content_id>/back/", views.take_back, name="take_back_need"),
    path("side-by-side/", views.side_by_side, name="side_by_side"),
    path("common-ground/", views.common_ground, name="common_ground"),
    path("common-ground/state/", views.common_ground_state, name="common_ground_state"),
]
