"""Children lost on the way: sums worked out by hand."""

import numpy as np
import pytest

from boloci.stats.priority import Months, Rule, bcg_tells, dispersion, lost, order

RULE = Rule(
    deviations=1.96,
    least_pairs=6,
    silent_months=6,
    weeks_start=6,
    weeks_finish=8,
    elsewhere_share=0.05,
    elsewhere_least=2,
    many_bcg=1.5,
)


def grid(*rows: list[float]) -> np.ndarray:
    return np.array(rows, float)


def year(value: float) -> list[float]:
    return [value] * 12


def told(bcg: np.ndarray, dtp1: np.ndarray, dtp3: np.ndarray) -> Months:
    return Months(bcg, dtp1, dtp3, np.ones(dtp1.shape, bool))


def test_parts_add_up_to_the_children():
    doses = told(
        grid(year(60) + year(50)), grid(year(60) + year(30)), grid(year(60) + year(25))
    )
    found = lost(doses, RULE, bcg=np.array([True]))
    # BCG 600, DTP1 360 after 720, DTP3 300: 240 + (360 - 240) + 60 = 420 of 720.
    parts = (found.not_started, found.fewer, found.not_finished, found.unknown)
    assert [part[0] for part in parts] == [240, 120, 60, 0]
    assert (found.children[0], found.seen[0]) == (420, 720)


def test_months_without_both_doses_are_left_out_of_a_difference():
    third = year(40)
    third[13 - 12] = np.nan
    doses = told(
        grid(year(np.nan) * 2), grid(year(np.nan) + year(50)), grid(year(0) + third)
    )
    found = lost(doses, RULE, bcg=np.array([False]))
    assert (found.not_finished[0], found.months[0]) == (110, 11)


def test_a_month_below_zero_counts_nobody_and_is_not_silent():
    first = year(50)
    first[3] = -5
    doses = told(*(grid(year(50) + months) for months in (year(60), first, year(40))))
    found = lost(doses, RULE, bcg=np.array([True]))
    # Eleven months: BCG 660, DTP1 550, DTP3 440.
    assert (found.not_started[0], found.not_finished[0]) == (110, 110)
    assert (found.seen[0], found.silent[0]) == (550 + 110, 0)
    alone = lost(
        told(*(grid(year(-5) * 2) for _ in range(3))), RULE, bcg=np.array([True])
    )
    assert (alone.children[0], alone.deviation[0]) == (0, 0)


def test_a_season_is_no_fall():
    season = [20.0, 40, 60, 80] * 3
    doses = told(*(grid(season + season) for _ in range(3)))
    assert lost(doses, RULE, bcg=np.array([True])).children[0] == 0


def test_without_any_report_for_two_years_nothing_is_told():
    nothing = grid(year(np.nan) * 2)
    found = lost(told(nothing, nothing, nothing), RULE, bcg=np.array([True]))
    assert np.isnan(found.children[0])
    assert found.silent[0] == 12


def test_months_before_a_place_opened_are_not_silent():
    months = grid(year(np.nan) + [np.nan] * 7 + [30.0] * 5)
    doses = Months(months, months, months, ~np.isnan(months))
    found = lost(doses, RULE, bcg=np.array([True]))
    assert (found.silent[0], found.unknown[0]) == (0, 0)


def test_the_deviation_is_that_of_the_children_at_both_ends():
    months = grid(year(100) * 2)
    found = lost(told(months, months, months), RULE, bcg=np.array([False]))
    # Nobody lost: 8 weeks of 100 children a month, before and after, vary by chance.
    weeks = 8 / (365.25 / 7 / 12)
    assert found.deviation[0] == pytest.approx(np.sqrt(2 * weeks * 100))


def test_bcg_tells_nothing_where_areas_give_less_of_it_than_of_dtp1():
    much, little, dtp1 = year(120) * 2, year(10) * 2, grid(*[year(50) * 2] * 3)
    assert not bcg_tells(told(grid(much, little, little), dtp1, dtp1), RULE)
    assert bcg_tells(told(grid(much, year(55) * 2, little), dtp1, dtp1), RULE)
    assert not bcg_tells(told(grid(*[year(np.nan) * 2] * 3), dtp1, dtp1), RULE)


def test_noisy_months_widen_and_steady_ones_never_narrow():
    found = dispersion(grid([10, 10, 10, 10], [0, 20, 0, 20], [np.nan] * 4))
    # mean 10, variance 400 / 3
    assert found == pytest.approx([1, 40 / 3, 1])


def test_a_fall_is_told_from_six_months_reported_in_both_years():
    """60 a month and then 30: six pairs give 180 fewer, five are too few."""
    for months, fewer in ((6, 180), (5, 0)):
        dtp1 = grid(year(60) + [30.0] * months + [np.nan] * (12 - months))
        found = lost(told(dtp1, dtp1, dtp1), RULE, bcg=np.array([False]))
        assert found.fewer[0] == fewer


def test_bcg_is_doubted_from_half_as_much_again_as_dtp1():
    dtp1 = grid(year(50) * 2, year(50) * 2)
    doses = told(grid(year(70) * 2, year(80) * 2), dtp1, dtp1)
    found = lost(doses, RULE, bcg=np.array([True, True]))
    assert found.many_bcg.tolist() == [False, True]


def test_a_tie_does_not_reach_on_from_one_area_to_the_next():
    """Two areas are apart from 1.96 x 7.07 = 13.9 children: 90 is tied, 80 is not."""
    found = order(np.array([100.0, 90, 80]), np.full(3, 5.0), deviations=1.96)
    assert found.tolist() == [1, 1, 3]


def test_areas_within_chance_of_the_first_of_a_tie_are_tied():
    children = np.array([10.0, 100, np.nan, 95, 50])
    found = order(children, np.full(5, 5.0), deviations=1.96)
    assert found.tolist() == [4, 1, 0, 1, 3]
