from django.urls import path

from stages.repair import check_in_views, views

urlpatterns = [
    path("ideas/", views.ideas, name="ideas"),
    path("ideas/not-ready/", views.not_ready_yet, name="not_ready_yet"),
    path("ideas/without/", views.go_on_without_ideas, name="go_on_without_ideas"),
    path("ideas/<int:slot>/", views.idea, name="idea"),
    path("ideas/<int:slot>/plain/", views.idea_plain, name="idea_plain"),
    path("ideas/<int:slot>/state/", views.idea_state, name="idea_state"),
    path("ideas/<int:slot>/drop/", views.drop_idea, name="drop_idea"),
    path("my-part/", views.ownership, name="ownership"),
    path("piles/", views.piles, name="piles"),
    path("piles/later/", views.sort_later, name="sort_later"),
    path("both/", views.overlap, name="overlap"),
    path("both/<uuid:agreement_id>/yes/", views.confirm, name="confirm_agreement"),
    path("both/<uuid:agreement_id>/back/", views.take_yes_back, name="take_yes_back"),
    path("agreement/", views.agreement, name="agreement"),
    path("check-in/", check_in_views.check_in, name="check_in"),
    path("next/", check_in_views.what_next, name="what_next"),
    path("more-ideas/", check_in_views.more_ideas, name="more_ideas"),
    path("more-ideas/back/", check_in_views.no_more_ideas, name="no_more_ideas"),
]
