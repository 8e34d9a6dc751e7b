from django.urls import path

from stages.compact import views

urlpatterns = [
    path("safety/", views.safety, name="safety"),
    path("safety/closed/", views.safety_closed, name="safety_closed"),
    path("topic/", views.topic, name="topic"),
    path("topic/state/", views.topic_state, name="topic_state"),
    path("invite/", views.invite, name="invite"),
    path("invite/withdraw/", views.withdraw, name="withdraw_invitation"),
    path("who-joined/", views.confirm_partner, name="confirm_partner"),
    path("compact/", views.compact, name="compact"),
    path("compact/back/", views.take_signature_back, name="take_signature_back"),
    path("compact/without/", views.go_on_without_compact, name="go_on_without_compact"),
]
