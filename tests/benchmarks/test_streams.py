import pytest

from tests.benchmarks.streams import measure


@pytest.mark.bench
def test_a_thousand_open_streams(process_environment):
    figures = measure(process_environment)
    print(f"\n{figures}")
    assert figures.meets_target
