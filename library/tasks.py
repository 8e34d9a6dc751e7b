"""What the library leaves for later."""

from celery import shared_task

from library import actions, contributions
from library.curating import jobs


@shared_task(name="library.release_contributions")
def release_contributions() -> int:
    """What was given before this week comes before the curators. Late, or twice, does no harm."""
    return contributions.release()


@shared_task(name="library.embed")
def embed() -> int:
    """What has no vector gets one. Late, or twice, does no harm."""
    return actions.embed_library()


@shared_task(name="library.work_on_jobs")
def work_on_jobs() -> None:
    """A turn for each import or bulk change under way. Late, or twice, does no harm."""
    jobs.work_on_waiting()
