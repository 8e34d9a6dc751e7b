"""The whole ledger looked through: chains, seals, decisions, and what stands outside the database."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import Lag

from beheard.rls import Actor
from consent.checkpoints import Checkpoints, Head
from consent.models import ConsentEvent, ConsentHead, ConsentSeal
from consent.verify import ChainCheck, Fault, Finding, Link, Seal, decisions_without_link, sealed_links

HOUSE = Actor.auditor(UUID(int=0))  # who verifies when no auditor sits there
CHUNK = 2000  # links held at once
OLD_ENOUGH = timedelta(minutes=10)  # a sealed link is in a checkpoint within seconds; later than this it should be

Progress = Callable[[int, int], None]  # links looked at, links in all


def audit(owner_id: UUID | None = None, *, now: datetime, progress: Progress | None = None) -> Iterator[Finding]:
    """Everything wrong with one person's chain, or with the ledger, as far as the current actor sees it.

    Of each person the first wrong link, then what the checkpoints miss of them. Call inside a transaction. Memory does not grow
    with the ledger. People may go on deciding: what the database says stands outside is asked first, then the files are read,
    then the links, so that each knows at least what the one before it knows.
    """
    total = number_of_links(owner_id)
    with Checkpoints(said_to_stand(owner_id)) as known:
        yield from (Finding(None, number, Fault.CHECKPOINT) for number in known.faults)
        check = _Walk(known, owner_id, now)
        for done, (link, seal) in enumerate(sealed_links(owner_id, chunk=CHUNK), 1):
            yield from check.findings(link, seal)
            if progress and done % CHUNK == 0:
                progress(done, max(total, done))
        yield from check.rest()
        yield from (Finding(owner, length, Fault.LOST) for owner, length in known.lost())
    yield from decisions_without_link(owner_id)
    if progress:
        progress(total, total)


def number_of_links(owner_id: UUID | None = None) -> int:
    links = ConsentEvent.objects.all()
    return (links.filter(owner_id=owner_id) if owner_id else links).count()


class _Walk:
    """Two streams in one order, links and the ends that checkpoints know, walked side by side."""

    def __init__(self, known: Checkpoints, owner_id: UUID | None, now: datetime):
        self.chain, self.now = ChainCheck(), now
        self.anchors = known.heads(owner_id)
        self.anchor: Head | None = next(self.anchors, None)
        self.anchored = 0  # of the person being looked at
        self.last: Link | None = None
        self.overdue: int | None = None  # the first link that should be in a checkpoint and may not be
        self.told: UUID | None = None  # whose missing end has been told

    def findings(self, link: Link, seal: Seal) -> Iterator[Finding]:
        if self.last is not None and link.owner_id != self.last.owner_id:
            yield from self._missed(up_to=(link.owner_id.bytes, 0))
            yield from self._unanchored()
        if self.last is None or link.owner_id != self.last.owner_id:
            yield from self._missed(up_to=(link.owner_id.bytes, 0))
            self.anchored, self.overdue = 0, None
        fault = self.chain.fault(link, seal)
        if fault:
            yield Finding(link.owner_id, link.sequence, fault, link.record_id)
        yield from self._missed(up_to=(link.owner_id.bytes, link.sequence))
        self.last = link
        yield from self._compared(link)
        if self.overdue is None and seal.sealed_at and seal.sealed_at < self.now - OLD_ENOUGH:
            self.overdue = link.sequence if link.sequence > self.anchored else None

    def rest(self) -> Iterator[Finding]:
        yield from self._missed(up_to=(b"\xff" * 17, 0))
        yield from self._unanchored()

    def _compared(self, link: Link) -> Iterator[Finding]:
        anchor = self.anchor
        if anchor is None or (anchor.owner_id, anchor.length) != (link.owner_id, link.sequence):
            return
        self.anchored, self.overdue = anchor.length, None
        self.anchor = next(self.anchors, None)
        if bytes(link.hash) != anchor.hash and self.told != link.owner_id:
            self.told = link.owner_id
            yield Finding(link.owner_id, link.sequence, Fault.REPLACED, link.record_id)

    def _missed(self, up_to: tuple[bytes, int]) -> Iterator[Finding]:
        """Ends that come before this place and were not met on the way."""
        while self.anchor is not None and (self.anchor.owner_id.bytes, self.anchor.length) < up_to:
            owner_id = self.anchor.owner_id
            if self.told != owner_id:
                self.told = owner_id
                left = self.last.sequence if self.last is not None and self.last.owner_id == owner_id else 0
                yield Finding(owner_id, left + 1, Fault.CUT if left else Fault.GONE)
            self.anchored = self.anchor.length
            self.anchor = next(self.anchors, None)

    def _unanchored(self) -> Iterator[Finding]:
        if self.overdue is not None and self.told != self.last.owner_id:
            yield Finding(self.last.owner_id, self.overdue, Fault.UNANCHORED)


def said_to_stand(owner_id: UUID | None = None) -> Iterator[tuple[UUID, int]]:
    """How much of each chain the database says is written down outside."""
    heads = ConsentHead.objects.filter(anchored_length__gt=0).order_by("owner_id")
    heads = heads.filter(owner_id=owner_id) if owner_id else heads
    return heads.values_list("owner_id", "anchored_length").iterator(chunk_size=CHUNK)


def clock_steps(owner_id: UUID | None = None) -> int:
    """How many links were sealed at an earlier time than the link before them: no fault, and told. Order is by number."""
    seals = ConsentSeal.objects.all() if owner_id is None else ConsentSeal.objects.filter(owner_id=owner_id)
    before = Window(Lag("sealed_at"), partition_by="owner_id", order_by="sequence")
    return seals.annotate(before=before).filter(sealed_at__lt=F("before")).count()
