"""What the audit pages read."""

from dataclasses import dataclass

from django.db import connection

from consent.models import Action, ConsentRecord
from consent.verify import ChainCheck, Fault, Link, Seal, sealed_links


def database_role() -> str:
    """The role under which this page asks the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


@dataclass(frozen=True)
class Step:
    """A link about one record, and the fault in it."""

    link: Link
    seal: Seal
    fault: Fault | None

    @property
    def said(self) -> str:
        return Action(self.link.action).label


@dataclass(frozen=True)
class History:
    steps: list[Step]
    links: int  # in this person's whole chain
    first_fault: tuple[int, Fault] | None  # of the whole chain: number and what

    @property
    def is_whole(self) -> bool:
        return self.first_fault is None


def history_of(record: ConsentRecord) -> History:
    """The links about this record, and whether its person's chain is whole up to the last of its links.

    Checkpoints are not asked here: that is the verification of the whole ledger.
    """
    check, steps, links, first = ChainCheck(), [], 0, None
    for link, seal in sealed_links(record.owner_id):
        links += 1
        fault = check.fault(link, seal)
        first = first or (fault and (link.sequence, fault))
        if link.record_id == record.pk:
            steps.append(Step(link, seal, fault))
    return History(steps, links, first)
