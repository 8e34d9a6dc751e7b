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
]
