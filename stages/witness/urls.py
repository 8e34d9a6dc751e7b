from django.urls import path

from stages.witness import views

urlpatterns = [
    path("conversation/", views.conversation, name="conversation"),
    path("conversation/before/<uuid:before>/", views.earlier, name="earlier"),
    path("conversation/<uuid:message_id>/reply/", views.reply, name="reply"),
    path("conversation/<uuid:message_id>/edit/", views.edit, name="edit_message"),
    path("conversation/<uuid:message_id>/delete/", views.delete, name="delete_message"),
    path("recap/", views.recap, name="recap"),
    path("recap/ask/", views.ask_recap, name="ask_recap"),
    path("recap/state/", views.recap_state, name="recap_state"),
    path("heard/", views.heard, name="heard"),
    path("heard/not-yet/", views.not_yet, name="not_yet"),
    path("heard/other-ways/", views.other_ways, name="other_ways"),
    path("barometer/", views.barometer, name="barometer"),
    path("exercises/", views.exercises, name="exercises"),
    path("exercises/<slug:kind>/", views.exercise, name="exercise"),
]
