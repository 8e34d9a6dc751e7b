"""What a plan on an owned table must not hold (DESIGN §10)."""

from collections.abc import Iterator


def plan_of(connection, query: str, params=()) -> dict:
    return connection.execute(f"EXPLAIN (FORMAT JSON, VERBOSE) {query}", params).fetchone()[0][0]["Plan"]


def nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def defects(plan: dict, tables: set[str]) -> list[str]:
    """A sentence for each thing in the plan that would not stay fast as `tables` (those with an owner) grow."""
    found = []
    for node in nodes(plan):
        kind, table = node["Node Type"], node.get("Relation Name")
        if "Seq Scan" in kind and table in tables:
            found.append(f"Seq Scan on {table}")
        if kind == "BitmapAnd":
            found.append("BitmapAnd")
        found += ["hashed SubPlan" for value in node.values() if isinstance(value, str) and "hashed SubPlan" in value]
    return found
