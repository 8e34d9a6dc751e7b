"""Work on many items, in steps: each is a transaction of its own, so that it can be watched, stopped and resumed.

A job of a few items is done at once, in the request that asks for it; others by a worker, ten seconds at a time, so that nobody
waits for a reply because of them. A step that is done again changes nothing more.
"""

import json
import time
import zlib
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from beheard.rls import Actor, NotNow, NotYours, Role, transaction_as
from library.actions import HOUSE, change_status, store
from library.curating import sheets
from library.curating.rows import Checker
from library.models import GlobalLibraryItem, LibraryJob
from library.vectors import embed_anew
from library.words import EditKind, JobKind, JobState, Status

STEP, AT_ONCE = 200, 400  # items
TURN = 10.0  # seconds a worker gives to one job before others have their turn
LEASE = timedelta(minutes=2)
MOST_PROBLEMS = 500
STATUS = {JobKind.PUBLISH: Status.PUBLISHED, JobKind.RETIRE: Status.RETIRED, JobKind.DRAFT: Status.DRAFT}


def look_through(*, by: Actor, content: bytes, name: str, now: datetime) -> LibraryJob:
    """A dry run of an import: each row's problem, and nothing changed. Raises SheetError when it can't be read at all."""
    sheet = sheets.read(content, name)
    job = _made(by, JobKind.IMPORT, JobState.CHECKING, now, zlib.compress(content, 1), len(sheet.rows), name[:120])
    job.counts = {"notes": sheet.notes}
    job.save()
    return _at_once(job)


def start_import(*, by: Actor, job_id: UUID, now: datetime) -> LibraryJob:
    """Import the rows without a problem of a sheet that was looked through. Raises NotNow when it was not, or is under way."""
    job = _locked(by, job_id)
    if job.kind != JobKind.IMPORT or job.state != JobState.CHECKED:
        raise NotNow(_("This import is under way, or done."))
    job.state, job.done, job.problems, job.counts = JobState.RUNNING, 0, [], {"notes": job.counts.get("notes", [])}
    job.save()
    return _at_once(job)


def start(*, by: Actor, kind: JobKind, ids: Iterable[UUID], now: datetime) -> LibraryJob:
    """Publish, retire, take back or embed anew many items."""
    payload = json.dumps([str(pk) for pk in ids]).encode()
    job = _made(by, kind, JobState.RUNNING, now, zlib.compress(payload, 1), len(json.loads(payload)), "")
    job.save()
    return _at_once(job)


def stop(*, by: Actor, job_id: UUID, now: datetime) -> LibraryJob:
    """No further step. What is done stays."""
    job = _locked(by, job_id)
    if job.state not in (JobState.DONE, JobState.STOPPED):
        job.state, job.finished_at, job.payload = JobState.STOPPED, now, b""
        job.save()
    return job


def work_on_waiting() -> int:
    """What a worker does each few seconds: a turn for each job that nobody is at; how many there were."""
    with transaction_as(HOUSE):
        free = Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now())
        waiting = LibraryJob.objects.filter(free, state__in=[JobState.CHECKING, JobState.RUNNING])
        jobs = list(waiting.order_by("started_at").values_list("pk", "by_id")[:3])
    for pk, by_id in jobs:
        _turn(pk, Actor.curator(by_id), TURN)
    return len(jobs)


# --- steps --------------------------------------------------------------------------------------


def _made(by, kind, state, now, payload, total, name) -> LibraryJob:
    if by.role is not Role.CURATOR:
        raise NotYours
    return LibraryJob(
        kind=kind, state=state, by_id=by.user_id, started_at=now, payload=payload, total=total, file_name=name
    )


def _locked(by: Actor, job_id: UUID) -> LibraryJob:
    job = (
        LibraryJob.objects.select_for_update(no_key=True).filter(pk=job_id).first() if by.role is Role.CURATOR else None
    )
    if job is None:
        raise NotYours
    return job


def _at_once(job: LibraryJob) -> LibraryJob:
    if job.total <= AT_ONCE:
        _turn(job.pk, Actor.curator(job.by_id), None)
        job.refresh_from_db()
    return job


def _turn(job_id: UUID, by: Actor, seconds: float | None) -> None:
    """Steps until the job is done or the time is over; `seconds` None: to the end, inside the caller's transaction."""
    until = None if seconds is None else time.monotonic() + seconds
    prepared = None
    while until is None or time.monotonic() < until:
        with nullcontext() if seconds is None else transaction_as(by):
            job = LibraryJob.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=job_id).first()
            if job is None or not job.is_under_way:
                return
            prepared = prepared or _prepared(job)
            try:
                with transaction.atomic():
                    _step(job, prepared, by)
            except OperationalError:
                raise  # the database was away: again later
            except Exception as fault:  # what can't be done will not be done better the next time
                _give_up(job, fault)
            job.leased_until = timezone.now() + LEASE if job.is_under_way else None
            job.save()
    with transaction_as(by):
        LibraryJob.objects.filter(pk=job_id).update(leased_until=None)


def _prepared(job: LibraryJob):
    content = zlib.decompress(job.payload)
    if job.kind != JobKind.IMPORT:
        return [UUID(text) for text in json.loads(content)]
    sheet = sheets.read(content, job.file_name)
    return sheet, Checker(sheet)


def _step(job: LibraryJob, prepared, by: Actor) -> None:
    now = timezone.now()
    if job.kind == JobKind.IMPORT:
        _import_step(job, *prepared, by, now)
    else:
        _items_step(job, prepared[job.done : job.done + STEP], by, now)
    job.done = min(job.total, job.done + STEP)
    if job.done == job.total:
        _finish(job, now)


def _import_step(job: LibraryJob, sheet: sheets.Sheet, checker: Checker, by: Actor, now: datetime) -> None:
    rows = checker.check(sheet.rows[job.done : job.done + STEP])
    for row in rows:
        kind = "problems" if row.problems else "same" if row.is_same else "changed" if row.before else "new"
        job.counts[kind] = job.counts.get(kind, 0) + 1
        if row.problems and len(job.problems) < MOST_PROBLEMS:
            job.problems.append({"row": row.number, "title": row.title, "says": row.problems})
    if job.state == JobState.RUNNING:
        good = [(row.item, row.before) for row in rows if not row.problems and not row.is_same]
        store(by=by, items=good, now=now, kind=EditKind.IMPORTED)


def _items_step(job: LibraryJob, ids: list[UUID], by: Actor, now: datetime) -> None:
    if job.kind == JobKind.EMBED:
        changed = embed_anew(GlobalLibraryItem.objects.filter(pk__in=ids).order_by("pk"))
    else:
        changed = change_status(by=by, ids=ids, status=STATUS[job.kind], now=now)
    job.counts["changed"] = job.counts.get("changed", 0) + changed


def _give_up(job: LibraryJob, fault: Exception) -> None:
    said = _("Something in these rows could not be stored (%(kind)s). What was done before them stays.")
    job.problems.append({"row": job.done + 1, "title": "", "says": [said % {"kind": type(fault).__name__}]})
    job.state, job.finished_at, job.payload = JobState.STOPPED, timezone.now(), b""


def _finish(job: LibraryJob, now: datetime) -> None:
    if job.state == JobState.CHECKING:
        job.state = JobState.CHECKED
    else:
        job.state, job.finished_at, job.payload = JobState.DONE, now, b""
