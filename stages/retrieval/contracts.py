"""The contracts: what a stage's guide may ask for. DESIGN §6 as data, enforced on every turn.

`turns_from`: of which stages the conversation may be read. A stage whose contract knows no messages still has the conversation at
hand, the turns written in that very stage: a guide must know what "yes" answers.
"""

from dataclasses import dataclass

from consent.models import ContentType
from stages.retrieval.queries import Ask
from vessels.private.queries import HIGH

NEEDS_ONLY = frozenset({ContentType.IDENTIFIED_NEED})
# Ideas are read in the unlabelled pool, which no contract opens.
CARRIED = frozenset(ContentType) - {ContentType.PROPOSAL}


class OutsideContract(RuntimeError):
    """Something would have gone before a guide that its contract does not know. Nothing of it is used; no words are in this."""


@dataclass(frozen=True)
class Contract:
    """`kinds`: queries that may be asked. `items`: types of what may come. `shared`: kinds of crossed words among them."""

    kinds: frozenset[str] = frozenset()
    turns_from: frozenset[int] = frozenset()
    shared: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()

    def allows(self, query: Ask) -> bool:
        return query.kind in self.kinds


def _contract(kinds: str, items: str, turns_from: set[int], shared: frozenset[str] = frozenset()) -> Contract:
    return Contract(frozenset(kinds.split()), frozenset(turns_from), shared, frozenset(items.split()))


CONTRACTS: dict[int, Contract] = {
    0: _contract("session relationship outcomes", "session relationship outcome", set()),
    1: _contract(
        "turns recap readings themes similar_moments",
        "message recap reading theme event",
        {0, 1},
    ),
    2: _contract(
        "turns recap readings themes similar_moments draft partner_shared similar_shared",
        "message recap reading theme event draft partner_shared",
        {0, 1, 2},
        CARRIED,
    ),
    3: _contract(
        "turns own_needs shared_needs similar_needs common_ground",
        "message need own_shared partner_shared common_ground",
        {3},
        NEEDS_ONLY,
    ),
    4: _contract(
        "turns active_shared common_ground agreements experiments library",
        "message own_shared partner_shared common_ground agreement experiment library",
        {4},
        CARRIED,
    ),
}
NOTHING = Contract()
# Every other use of a guide has the thing it was asked about and, where the contract of its stage knows them, the person's own
# words: nothing of the other's, nothing from the library. A purpose that is not here may look at nothing.
OWN_WORDS = "message reading boundary need document recap draft answer noticing ownership idea alone closing"
USES: dict[str, frozenset[str]] = {
    "RECAP": frozenset({"message", "recap"}),
    "TOPIC": frozenset({"message"}),
    "NEEDS": frozenset({"message"}),
    "GUESS": frozenset({"draft"}),
    "ADDED": frozenset({"answer"}),
    "PLAIN_IDEA": frozenset({"idea"}),
    "SOFTEN": frozenset({"event", "boundary", "reading"}),
    "SYNTHESIS": frozenset(OWN_WORDS.split()),
}


def contract_for(stage: int, intensity: int | None) -> Contract:
    """What may be asked now. At 8 and above on the barometer nothing from the past (DESIGN §5)."""
    return NOTHING if intensity is not None and intensity >= HIGH else CONTRACTS.get(stage, NOTHING)
