"""Months with too many doses: spikes, late reports, older children."""

import numpy as np
import pytest

from boloci.stats import surges

X = np.nan
RULE = surges.SpikeRule(
    modified_z=3.5,
    root_factor=3,
    least_doses=10,
    least_share=1.5,
    window=9,
    least_months=6,
)


def grid(*rows: str) -> np.ndarray:
    return np.array([[X if c == "x" else float(c) for c in r.split()] for r in rows])


def late(*antigens: str) -> list[list[float]]:
    found = surges.late_together(
        np.stack([grid(antigen) for antigen in antigens]), window=9, tolerance=1.5
    )
    return found[:, 0].tolist()


def test_a_month_with_a_zero_too_many_is_a_spike_of_its_doses_too_many():
    found = surges.spikes(grid("12 11 13 12 120 12 11 13 12 12 11 12"), RULE)
    assert found[0, 4] == 120 - 12
    assert np.count_nonzero(found) == 1


def test_a_month_of_twice_its_neighbours_is_chance_in_a_small_place():
    assert not surges.spikes(grid("12 11 13 12 25 12 11 13 12 12 11 12"), RULE).any()


def test_a_short_series_has_no_spike():
    assert not surges.spikes(grid("12 x x 120 12 x x x 11 x x x"), RULE).any()


def test_a_spike_needs_as_many_months_around_as_the_profile_says():
    assert surges.spikes(grid("12 11 13 120 12 11 13"), RULE)[0, 3] == 108
    assert not surges.spikes(grid("12 11 13 120 12 11 x"), RULE).any()


def test_three_months_in_one_report_are_two_months_late():
    found = late("20 20 20 20 x x 60 20 20 20", "30 30 30 30 x x 90 30 30 30")
    assert found[0][6] == 40
    assert found[1][6] == 60
    assert np.count_nonzero(found) == 2


def test_a_report_after_silence_with_its_own_month_only_is_not_late():
    assert not np.any(late("20 20 20 20 x x 22 20 20 20", "30 30 30 x x x 30 30 30 31"))


def test_one_antigen_alone_that_jumps_after_silence_is_not_late():
    found = late("20 20 20 20 x x 60 20 20 20", "30 30 30 30 x x 30 30 30 30")
    assert not np.any(found)


def test_one_large_antigen_does_not_make_a_report_late():
    """720 of a usual 240 is three months, but two of three antigens gave one."""
    found = late("20 20 20 20 x x 20 20 20 20", "20 20 20 20 x x 20 20 20 20",
                 "200 200 200 200 x x 680 200 200 200")  # fmt: skip
    assert not np.any(found)


def test_a_report_nearer_to_one_month_than_to_two_is_not_late():
    """192 of a usual 140 is 1.37 months: two antigens gave 1.45, most doses 1.34."""
    found = late("20 20 20 20 x 29 20 20", "20 20 20 20 x 29 20 20",
                 "100 100 100 100 x 134 100 100")  # fmt: skip
    assert not np.any(found)


def test_silence_before_the_first_report_is_no_silence():
    assert surges.silent_before(grid("x x 5 x 5")[None]).tolist() == [[0, 0, 0, 0, 1]]


def share(under: str, older: str, control: str) -> np.ndarray:
    return surges.wrong_age(
        grid(under),
        grid(older),
        grid(control),
        least_months=3,
        least_missing=5,
        sd_lift=0.08,
        prior_share=0.5,
    )[0]


USUAL = " ".join(["100"] * 8)


def test_older_children_who_vanish_while_the_others_rise_are_in_the_wrong_column():
    found = share(
        f"{USUAL} 130 130 130 130",
        f"{' '.join(['10'] * 8)} 0 0 0 0",
        f"{USUAL} 100 100 100 100",
    )
    assert not found[:8].any()
    # Between the unit's usual tenth and the rise of 30 %.
    assert 0.1 / 1.1 < found[8] < 0.3 / 1.3


def test_older_children_of_a_small_unit_may_be_none_by_chance():
    found = share("10 10 10 10 10 10 10 10 10 10 10 10", "1 1 1 1 1 1 1 1 1 0 0 0",
                  "10 10 10 10 10 10 10 10 10 10 10 10")  # fmt: skip
    assert not found.any()


@pytest.mark.parametrize(("months", "enough"), [(5, False), (6, True)])
def test_twice_as_many_months_with_older_children_say_what_is_usual(months, enough):
    usual = " ".join(["100"] * months)
    older = " ".join(["10"] * months)
    found = share(
        f"{usual} 130 130 130 130", f"{older} 0 0 0 0", f"{usual} {USUAL[:15]}"
    )
    assert found.any() == enough


def test_a_unit_that_never_counts_older_children_has_none_in_the_wrong_column():
    found = share(f"{USUAL} 130 130 130", "0 0 0 0 0 0 0 0 0 0 0", f"{USUAL} 90 90 90")
    assert not found.any()


def test_the_median_of_the_months_around_leaves_the_month_out():
    series = grid("1 2 100 4 5")
    middle, _ = surges.baselines(series, series == 100, 2)
    assert middle[0, 2] == pytest.approx(3)
