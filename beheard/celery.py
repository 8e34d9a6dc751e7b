"""The Celery app: tasks of every app, and what beat sweeps up."""

import os

from celery import Celery

from beheard import queue_transport

queue_transport.use()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beheard.settings")

# Task name: seconds between two runs. A sweep that no worker took expires before the next one, so none pile up.
BEAT = {
    "library.work_on_jobs": 4,
    "stages.sweep_outbox": 3,
    "stages.sweep_syntheses": 10,
    "stages.sweep_embeddings": 20,
    "stages.sweep_meetings": 30,
    "stages.sweep_check_ins": 60,
    "stages.sweep_invitations": 20,
    "stages.sweep_rhythm": 300,
    "stages.send_notices": 60,
    "shared.note_crossings": 60,
    "api.forget_answers": 3600,
    "library.release_contributions": 900,
    "library.embed": 600,
    "consent.checkpoint": 10,
}

app = Celery("beheard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}} for task, seconds in BEAT.items()
}
