"""What a bench says is what was measured, against a limit that can be broken."""

import sys

import pytest

from bench.measure import Failed, Line, measured

PYTHON = sys.executable


def _peak(code: str) -> float:
    """Peak memory of a program, measured from a parent as small as a bench's."""
    command = [PYTHON, "-c", code]
    call = f"from bench.measure import measured; print(measured({command}).peak)"
    return float(measured([PYTHON, "-c", call]).output)


def test_the_peak_of_a_process_is_its_own():
    assert _peak("pass") < 50
    assert 200 < _peak("x = b'1' * 200_000_000; print(len(x))") < 300


def test_cpu_seconds_count_the_work_and_not_the_waiting():
    waiting = measured([PYTHON, "-c", "import time; time.sleep(0.5)"])
    assert waiting.wall > 0.5
    assert waiting.cpu < 0.4


def test_a_process_that_fails_is_not_a_measure():
    with pytest.raises(Failed, match="no such thing"):
        measured([PYTHON, "-c", "raise SystemExit('no such thing')"])


def test_a_limit_can_be_kept_and_broken_on_both_sides():
    assert Line("rate", 2.6, 2.5, at_least=True).kept
    assert not Line("rate", 2.4, 2.5, at_least=True).kept
    assert Line("memory", 290, 300).kept
    assert not Line("memory", 310, 300).kept
