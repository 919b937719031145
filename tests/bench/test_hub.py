"""The benches of the hub count what readers got, and hide no page that failed."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench import hub_peers_served
from bench.hub import ROUNDS, RUNS, Asked
from bench.hub_served import cpu, share, stopped_after
from bench.measure import Failed


def _page(path: str, warm: float, *, role: str = "public", status: int = 200):
    return {
        "role": role,
        "path": path,
        "status": status,
        "first": warm * 10,
        "warm": [warm] * RUNS * ROUNDS,
    }


def test_the_95th_percentile_is_slower_than_95_of_100_answers():
    assert share(range(100), 0.95) == 95
    assert share([7.0], 0.95) == 7


def test_a_page_that_was_not_there_is_counted_and_not_timed():
    asked = Asked([_page("/", 0.010), _page("/place/a", 9.0, status=404)])
    assert asked.warm() == pytest.approx(10)
    assert "1 pages (1 not compared)" in asked.told()


def test_two_hubs_are_compared_on_the_kinds_of_pages_that_both_have():
    one = Asked([_page("/place/a", 0.010), _page("/learning-hub", 5.0)])
    other = Asked([_page("/place/b?from=2", 0.015)])
    both = one.kinds & other.kinds
    assert both == {("public", "/place")}
    assert other.warm(both) / one.warm(both) == pytest.approx(1.5)
    assert other.first(both) / one.first(both) == pytest.approx(1.5)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux")
def test_cpu_of_a_served_hub_counts_the_processes_that_it_started():
    work = """
import time
while time.process_time() < 0.5:
    pass
print("worked", flush=True)
time.sleep(60)
"""
    started = 'trap \'kill $!\' TERM; "$0" -c "$1" & wait'
    command = ["sh", "-c", started, sys.executable, work]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    with process, stopped_after(process):
        process.stdout.readline()
        assert 0.4 < cpu(process.pid) < 2


def test_a_peer_that_cannot_be_installed_says_so(monkeypatch, tmp_path):
    def refuse(_command):
        raise Failed("pip: exit 1\nno such package")

    monkeypatch.setattr(hub_peers_served, "measured", refuse)
    told = dict(hub_peers_served.peers(tmp_path, tmp_path / "facts.csv", lambda *_: []))
    assert told == dict.fromkeys(
        ("Dash", "Streamlit"), "could not run: no such package"
    )
