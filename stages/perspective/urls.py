from django.urls import path

from stages.perspective import views_answer, views_letter

urlpatterns = [
    path("letter/", views_letter.letter, name="letter"),
    path("letter/guide/<int:number>/", views_letter.coaching, name="letter_coaching"),
    path("letter/question/<uuid:reframe_id>/", views_letter.question, name="letter_question"),
    path("letter/hint/", views_letter.hint, name="letter_hint"),
    path("letter/ready/", views_letter.preview, name="letter_preview"),
    path("letter/take-back/", views_letter.take_back, name="letter_take_back"),
    path("letter/wait-again/", views_letter.wait_again, name="letter_wait_again"),
    path("letter/go-on/", views_letter.go_on, name="letter_go_on"),
    path("letter/open/", views_answer.letter_open, name="letter_open"),
    path("letter/answer/", views_answer.answer, name="letter_answer"),
    path("letter/answer/guide/", views_answer.coaching, name="letter_answer_coaching"),
    path("letter/answer/softer/", views_answer.softer, name="letter_answer_softer"),
    path("letter/answer/ready/", views_answer.preview, name="letter_answer_preview"),
    path("letter/closing/", views_answer.closing, name="letter_closing"),
    path("letter/again/", views_answer.restate, name="restate"),
    path("letter/again/ready/", views_answer.restate_preview, name="restate_preview"),
    path("letter/recall/<uuid:content_id>/", views_answer.recall, name="letter_recall"),
]
