"""The state diagrams of docs/states.md, drawn in mermaid from the tables that the code keeps to."""

from collections.abc import Mapping

from beheard.people.transitions import BEGINS, ENDS, TRANSITIONS


def session_diagram() -> str:
    lines = [f"    [*] --> {status}: begin_session ({why})" for status, why in BEGINS.items()]
    for (before, after), doors in TRANSITIONS.items():
        lines.append(f"    {before} --> {after}: {' / '.join(doors)}")
    lines += [f"    {status} --> [*]" for status in sorted(ENDS)]
    return diagram(lines)


def session_reasons() -> str:
    rows = ["| from | to | door | when |", "|---|---|---|---|"]
    for (before, after), doors in TRANSITIONS.items():
        rows += [f"| {before} | {after} | `{door}` | {why} |" for door, why in doors.items()]
    return "\n".join(rows)


def meeting_diagram(meeting_of: Mapping[str, str]) -> str:
    """Each meeting and the private step that both have to take."""
    return diagram([f"    {step} --> {meeting}: both" for meeting, step in meeting_of.items()])


def diagram(lines: list[str]) -> str:
    return "\n".join(["```mermaid", "stateDiagram-v2", *(line.replace(";", ",") for line in lines), "```"])
