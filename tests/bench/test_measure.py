"""What a bench says is what was measured, against a limit that can be broken."""

import sys

import pytest

from bench.measure import Failed, Line, measured


def test_a_process_is_measured_by_itself_not_with_its_parent():
    small = measured([sys.executable, "-c", "print('done')"])
    large = measured([sys.executable, "-c", "x = b'1' * 200_000_000; print(len(x))"])
    assert small.output == "done\n"
    assert small.peak < 100
    assert 200 < large.peak < 300


def test_cpu_seconds_count_the_work_and_not_the_waiting():
    waiting = measured([sys.executable, "-c", "import time; time.sleep(0.5)"])
    assert waiting.wall > 0.5
    assert waiting.cpu < 0.4


def test_a_process_that_fails_is_not_a_measure():
    with pytest.raises(Failed, match="no such thing"):
        measured([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_a_limit_can_be_kept_and_broken_on_both_sides():
    assert Line("rate", 2.6, 2.5, at_least=True).kept
    assert not Line("rate", 2.4, 2.5, at_least=True).kept
    assert Line("memory", 290, 300).kept
    assert not Line("memory", 310, 300).kept
