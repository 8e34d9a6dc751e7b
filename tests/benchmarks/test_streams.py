import pytest

from tests.benchmarks.figures import Figure
from tests.benchmarks.streams import measure


@pytest.mark.bench
def test_a_thousand_open_streams(process_environment, board):
    figures = measure(process_environment)
    note = f"a word arrives after {figures.median_ms:.1f} ms (p95 {figures.p95_ms:.1f})"
    board.add(
        Figure(f"{figures.streams:,} open streams in one web process", figures.memory_mb, 200, unit="MB", note=note),
        Figure("  database connections they hold", figures.connections_held, 0, 0, unit="held"),
    )
    assert figures.meets_target
