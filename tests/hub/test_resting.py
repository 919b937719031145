"""Memory that a web process gives back while nobody reads."""

import time
from typing import Any

import pytest

from boloci import published as builds_read
from boloci.hub import resting
from boloci.hub.current import current
from boloci.lake import builds
from boloci.pipeline import tracing
from tests.hub.conftest import Hub


def held() -> int:
    """Bytes of the build that DuckDB keeps in memory."""
    rows = current().rows("SELECT sum(memory_usage_bytes) FROM duckdb_memory()")
    return int(rows[0][0])


def limit() -> Any:
    return current().rows("SELECT current_setting('memory_limit')")[0][0]


@pytest.fixture
def given_back(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Grows each time that memory is given back."""
    times: list[float] = []
    monkeypatch.setattr(resting, "give_back", lambda: times.append(0.0))
    return times


def test_pages_of_a_build_that_were_read_are_let_go(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builds, "RESTING_MEMORY", "1MB")
    before = limit()
    current().rows("SELECT count(*), sum(value) FROM fact")
    read = held()
    builds_read.let_go()
    assert held() < read
    assert limit() == before


def test_a_build_is_read_as_before_after_it(hub: Hub) -> None:
    query = "SELECT count(*), sum(value) FROM fact"
    before = current().rows(query)
    builds_read.let_go()
    assert current().rows(query) == before


def test_memory_is_given_back_when_the_last_reader_goes(
    given_back: list[float],
) -> None:
    readers = resting.Readers()
    readers.come()
    readers.come()
    readers.go()
    assert not given_back
    readers.go()
    assert len(given_back) == 1


def test_memory_is_not_given_back_again_at_once(given_back: list[float]) -> None:
    readers = resting.Readers()
    for _ in range(3):
        readers.come()
        readers.go()
    assert len(given_back) == 1


def test_what_the_sources_mean_is_kept_for_the_next_fact_and_then_let_go(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: Any = object()
    monkeypatch.setattr(tracing, "_last", {("a",): (known, time.monotonic())})
    tracing.let_go()
    assert tracing._last
    monkeypatch.setattr(tracing, "KEPT", -1.0)
    tracing.let_go()
    assert not tracing._last
