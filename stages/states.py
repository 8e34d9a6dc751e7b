"""docs/states.md, made from the transition tables: a session, what both have reached, a stage."""

from beheard.people.diagrams import diagram, meeting_diagram, session_diagram, session_reasons
from stages.gates import Gate
from stages.steps import MEETING_OF

OPENING = """# States

Drawn from the tables in the code by `manage.py draw_states`; a test fails when this page is out of date.
"""


def page() -> str:
    parts = [
        OPENING,
        "## A session\n",
        session_diagram() + "\n",
        "WAITING is derived on read and never stored: ACTIVE, for who has done their part.\n",
        session_reasons() + "\n",
        "## What both reach\n",
        "A private step of each makes a meeting of both (`door.meet`). COMMON_LOOKED, POOL, AGREEMENT and RESUMED are "
        "written by other doors; see `stages/steps.py`.\n",
        meeting_diagram(MEETING_OF) + "\n",
        "## A stage, for one person\n",
        diagram(STAGE) + "\n",
        "## The letters, for one person\n",
        diagram(LETTERS) + "\n",
        "Each thing the reader adds lets the writer restate once, by wish, nine rounds at most. Nothing waits for it: "
        "either closes it for themselves at any time after opening the letter, and the other is not told how.\n",
        f"Gate keys: {', '.join(f'`{gate}`' for gate in Gate)}.",
    ]
    return "\n".join(parts) + "\n"


# stages.perspective: LetterState up to the crossing; then rounds of one thing to add and one restatement.
LETTERS = [
    "    [*] --> WRITING: arrive",
    "    WRITING --> ON_ITS_WAY: share_letter",
    "    ON_ITS_WAY --> WRITING: take_letter_back",
    "    ON_ITS_WAY --> CAME_BACK: its date passes",
    "    CAME_BACK --> ON_ITS_WAY: wait_again",
    "    CAME_BACK --> WRITING: take_letter_back",
    "    WRITING --> WENT_ON: go_on_without / keep_letter_private",
    "    CAME_BACK --> WENT_ON: go_on_without",
    "    WENT_ON --> ON_ITS_WAY: share_letter",
    "    ON_ITS_WAY --> CROSSED: meet",
    "    CROSSED --> OPENED: open_letter",
    "    OPENED --> ADDED: offer_added, share_by_itself",
    "    ADDED --> RESTATED: the writer's restate, share_by_itself",
    "    RESTATED --> ADDED: offer_added, share_by_itself",
    "    OPENED --> CLOSED: close",
    "    ADDED --> CLOSED: close",
    "    RESTATED --> CLOSED: close",
    "    CLOSED --> ADDED: by wish, also afterwards",
    "    WENT_ON --> [*]",
    "    CLOSED --> [*]",
]

# stages.progress: enter_stage, wait_at_gate, complete_stage. Nothing leads back.
STAGE = [
    "    [*] --> IN_PROGRESS: enter_stage",
    "    IN_PROGRESS --> GATE_PENDING: wait_at_gate",
    "    IN_PROGRESS --> COMPLETED: complete_stage",
    "    GATE_PENDING --> COMPLETED: complete_stage",
    "    COMPLETED --> [*]",
]
