"""Errors that others made with outliers and adjustments: boloci must not."""

import numpy as np
import pytest

from boloci.catalogue import load
from boloci.pipeline.adjusting import adjusted, find
from boloci.stats.adjustment import Reported

NAN = float("nan")
PROFILES = ("boloci", "countdown", "dhis2", "fastr")


def flagged(series, profile):
    """Months that a profile's rule flags, and the scenarios made of them."""
    values = np.array([series], np.float64)
    years = 2019 + np.arange(values.shape[1]) // 12
    chosen = load().profiles[profile]
    found = find(values, years, chosen, blank=np.isnan(values))
    rates = np.full(values.shape, 100.0)
    reported = Reported(values, years, rates, np.isnan(values))
    return found.column.tolist(), adjusted(reported, found, chosen)


@pytest.mark.parametrize("profile", sorted({*PROFILES} - {"countdown"}))
def test_missing_months_are_not_zero_before_the_outlier_test(profile):
    """Of 262 outliers that a national workbook was said to have, 164 were missing."""
    series = ([100, 104, 96, 102, 98, 101] + [NAN] * 6) * 3
    assert flagged(series, profile)[0] == []


def test_countdown_alone_repeats_that_error_and_tells_no_zero():
    """Two years of about 100 with a blank each, and a last year of blanks alone."""
    quiet = [104, 96, 102, 98, 101, 100, 104, 96, 102, 98, 101]
    values = np.array([[NAN, *quiet, NAN, *quiet, *[NAN] * 12]])
    years = 2019 + np.arange(values.shape[1]) // 12
    found = find(values, years, load().profiles["countdown"], blank=np.isnan(values))
    assert found.column.tolist() == [0, 12, *range(24, 36)]
    assert np.isnan(found.value).all()
    assert np.isnan(found.score).all()
    assert not found.high.any()


def test_countdown_adjusts_no_outlier_that_is_a_blank_month():
    series = [NAN, 104, 96, 102, 98, 101, 100, 104, 96, 102, 98, 101] * 3
    for scenario in flagged(series, "countdown")[1].values():
        assert not scenario.replaced.any()


@pytest.mark.parametrize("profile", sorted({*PROFILES} - {"countdown"}))
def test_most_months_missing_do_not_make_the_reported_ones_outliers(profile):
    """As zeros they are the median: every month that came would be flagged."""
    series = ([NAN] * 8 + [100, 104, 96, 102]) * 3
    assert flagged(series, profile)[0] == []


def test_a_mad_of_zero_still_flags_ninety_five_among_twelves():
    assert flagged([12] * 6 + [95] + [12] * 5, "boloci")[0] == [6]


def test_a_mad_of_zero_does_not_flag_thirteen_among_twelves():
    assert flagged([12] * 6 + [13] + [12] * 5, "boloci")[0] == []


@pytest.mark.parametrize("profile", ["boloci", "countdown"])
def test_the_last_year_is_tested_too(profile):
    """A rule that compares with the years before only forgot to look at the last."""
    quiet = [100, 104, 96, 102, 98, 101, 103, 99, 100, 97, 102, 100]
    series = [*quiet, *quiet, *quiet[:6], 900, *quiet[7:]]
    assert flagged(series, profile)[0] == [30]


def test_the_last_year_is_not_a_row_of_outliers_for_having_grown():
    low, high = [40, 42, 41, 39, 40, 43], [90, 92, 91, 89, 88, 94]
    assert flagged(low * 4 + high * 2, "boloci")[0] == []


@pytest.mark.parametrize("profile", ["boloci", "countdown", "fastr"])
def test_no_adjustment_turns_a_missing_month_into_zero(profile):
    series = [*[100, 104, 96, 102] * 3, *[NAN] * 24]
    for scenario in flagged(series, profile)[1].values():
        assert not (scenario.after == 0).any()
