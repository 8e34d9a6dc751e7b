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
        f"Gate keys: {', '.join(f'`{gate}`' for gate in Gate)}.",
    ]
    return "\n".join(parts) + "\n"


# stages.progress: enter_stage, wait_at_gate, complete_stage. Nothing leads back.
STAGE = [
    "    [*] --> IN_PROGRESS: enter_stage",
    "    IN_PROGRESS --> GATE_PENDING: wait_at_gate",
    "    IN_PROGRESS --> COMPLETED: complete_stage",
    "    GATE_PENDING --> COMPLETED: complete_stage",
    "    COMPLETED --> [*]",
]
