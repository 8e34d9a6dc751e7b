from django.urls import path

from stages.home import again, devices, notices, views

urlpatterns = [
    path("s/<uuid:session_id>/again/", again.begin_again, name="begin_again"),
    path("s/<uuid:session_id>/sit-down/", again.sit_down, name="sit_down"),
    path("home/", views.home, name="home"),
    path("left/<uuid:vessel_id>/forget/", views.forget_left, name="forget_left"),
    path("begin/", views.begin, name="begin"),
    path("notices/", notices.notices, name="notices"),
    path("notices/seen/", notices.all_seen, name="notices_seen"),
    path("devices/", devices.devices, name="devices"),
    path("devices/<uuid:token_id>/remove/", devices.remove, name="remove_token"),
    path("devices/sign-out/", devices.sign_out_everywhere, name="sign_out_everywhere"),
    path("leave", views.leave, name="leave"),
    path("s/<uuid:session_id>/", views.session, name="session"),
    path("s/<uuid:session_id>/waiting/", views.waiting, name="waiting"),
    path("s/<uuid:session_id>/resting/", views.paused, name="paused"),
    path("s/<uuid:session_id>/pause/", views.pause, name="pause"),
    path("s/<uuid:session_id>/resume/", views.resume, name="resume"),
    path("s/<uuid:session_id>/ended/", views.ended, name="ended"),
]
