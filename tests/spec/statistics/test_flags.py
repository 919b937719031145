"""A flag is a bit of 63: those beyond the 31st travel as the first ones do."""

import narwhals as nw
import pytest

from boloci.stats import goals
from boloci.stats.coverage import (
    COUNT_FLAGS,
    TARGET_FLAGS,
    against_target,
    coverage,
)
from boloci.stats.programme import has
from boloci.stats.vocabulary import FLAGS
from tests.spec.statistics.conftest import Told
from tests.spec.statistics.said import said, words

HIGH = (len(FLAGS), 40, 62)
"""The first bit that is free, and bits beyond."""

COUNTS = """
place element period total female male sexed sexed_target expected received
1 7 202400 150 . . . . 12 9
"""
TARGETS = """
place period population target target_female target_male reporting_target
1 202400 0 100 50 50 100
"""


def test_there_is_a_bit_for_each_flag_and_none_is_the_sign():
    assert len(set(FLAGS.values())) == len(FLAGS)
    assert all(bit.bit_count() == 1 and bit < 1 << 63 for bit in FLAGS.values())


@pytest.mark.parametrize("bit", HIGH)
def test_a_flag_that_a_statistic_sets_may_be_any_bit(
    frame: Told, monkeypatch: pytest.MonkeyPatch, bit: int
):
    monkeypatch.setitem(FLAGS, "above_100", 1 << bit)
    [told] = said(coverage(beside(frame)))
    assert words(told) == {"above_100", "incomplete"}
    assert told["flags"] == (1 << bit) + FLAGS["incomplete"]


@pytest.mark.parametrize("bit", HIGH)
def test_a_flag_of_the_target_may_be_any_bit(
    frame: Told, monkeypatch: pytest.MonkeyPatch, bit: int
):
    monkeypatch.setitem(FLAGS, "scaled_to_shares", 1 << bit)
    [told] = said(coverage(beside(frame, source_flags=1 << bit)))
    assert words(told) == {"scaled_to_shares", "above_100", "incomplete"}


@pytest.mark.parametrize("bit", HIGH)
def test_a_high_bit_is_read_alone_and_beside_all_others(
    frame: Told, monkeypatch: pytest.MonkeyPatch, bit: int
):
    monkeypatch.setitem(FLAGS, "partial", 1 << bit)
    others = (1 << 63) - 1 - (1 << bit)
    rows = frame(f"place flags\n1 0\n2 {1 << bit}\n3 {others}\n4 {(1 << 63) - 1}")
    held = said(rows.select("place", held=has(nw.col("flags"), "partial")))
    assert [bool(row["held"]) for row in held] == [False, True, False, True]


@pytest.mark.parametrize("bit", HIGH)
def test_the_verdict_on_a_goal_may_be_any_bit(
    frame: Told, monkeypatch: pytest.MonkeyPatch, bit: int
):
    monkeypatch.setitem(FLAGS, "goal_met", 1 << bit)
    found = coverage(beside(frame)).with_columns(flags=nw.lit(0, nw.Int64))
    aims = frame("place first last goal\n1 202400 203000 90")
    [told] = said(goals.judged(found, aims, direction=goals.UP, of_places=False))
    assert words(told) == {"goal_met"}


def test_facts_hold_their_flags_in_64_bits(frame: Told):
    assert coverage(beside(frame)).collect_schema()["flags"] == nw.Int64


def beside(frame: Told, source_flags: int = 0) -> nw.LazyFrame:
    """150 doses for 100 children, 3 of 12 reports missing."""
    of_targets = dict.fromkeys(("sex_assumed", *TARGET_FLAGS), 0)
    return against_target(
        frame(COUNTS, **dict.fromkeys(COUNT_FLAGS, 0)),
        frame(TARGETS, **of_targets, source_flags=source_flags),
        frame("element population\n7 0"),
        complete_from=90.0,
    )
