"""The whole ledger verified in a worker, because an auditor pressed a button. How far it is stands in Redis; ids, never words."""

import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from celery import current_app
from django.core.cache import cache
from django.utils import timezone
from kombu.exceptions import OperationalError

from consent.audit import Progress, audit

RUN = "consent:verification"
KEPT_SECONDS = 7 * 24 * 3600
BEAT_SECONDS = 0.5  # between two signs of progress
STALE = timedelta(minutes=2)  # a run that has given no sign for so long has ended badly
MOST_FINDINGS = 100


@dataclass(frozen=True)
class Run:
    state: str  # waiting, running, whole, broken, failed
    started_at: datetime
    seen_at: datetime
    done: int = 0
    total: int = 0
    count: int = 0  # of findings
    findings: list[dict] = field(default_factory=list)  # the first of them: owner_id, sequence, fault, record_id

    @property
    def is_under_way(self) -> bool:
        return self.state in ("waiting", "running")

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def last_run(now: datetime) -> Run | None:
    kept = cache.get(RUN)
    if kept is None:
        return None
    run = Run(**kept)
    if run.is_under_way and run.seen_at < now - STALE:
        return Run(**kept | {"state": "failed"})
    return run


def start(*, now: datetime) -> Run | None:
    """Begin, unless one is under way. None when no worker can be asked."""
    run = last_run(now)
    if run is not None and run.is_under_way:
        return run
    run = _keep(Run("waiting", now, now))
    try:
        current_app.send_task("consent.verify", retry=False, expires=STALE.total_seconds())
    except OperationalError:
        cache.delete(RUN)
        return None
    return run


def verify(*, now: datetime) -> Run:
    """Look through everything, as the auditor's role. Call inside a transaction. Whole or broken is kept for a week."""
    found, count = [], 0
    run = _keep(Run("running", now, now))
    for finding in audit(now=now, progress=_telling(run)):
        count += 1
        if len(found) < MOST_FINDINGS:
            found.append(asdict(finding))
    kept = Run(**cache.get(RUN) or asdict(run))
    ended = {"state": "broken" if count else "whole", "count": count, "findings": found, "seen_at": timezone.now()}
    return _keep(Run(**asdict(kept) | ended))


def _telling(run: Run) -> Progress:
    told = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal told
        if done < total and time.monotonic() - told < BEAT_SECONDS:
            return
        told = time.monotonic()
        _keep(Run(**asdict(run) | {"done": done, "total": total, "seen_at": timezone.now()}))

    return tell


def _keep(run: Run) -> Run:
    cache.set(RUN, asdict(run), KEPT_SECONDS)
    return run
