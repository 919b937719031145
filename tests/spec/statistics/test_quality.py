"""Shares of units, months and values: what they are of, and when they are blank."""

import pytest

from boloci.stats import quality
from tests.spec.statistics.said import one, words

COLUMNS = (
    "place period units units_out unit_months unit_known months months_out to_date\n"
)


@pytest.mark.parametrize(
    ("statistic", "numerator", "denominator", "value"),
    [
        (quality.units_without_outlier, 3, 4, 75),
        (quality.months_without_outlier, 9, 10, 90),
        (quality.values_known, 42, 48, 87.5),
    ],
)
def test_a_share_says_what_it_is_of(frame, statistic, numerator, denominator, value):
    made = one(statistic(frame(COLUMNS + "1 202400 4 1 48 42 10 1 0")))
    assert (made["numerator"], made["denominator"]) == (numerator, denominator)
    assert made["value"] == value


@pytest.mark.parametrize(
    "statistic",
    [
        quality.units_without_outlier,
        quality.months_without_outlier,
        quality.values_known,
    ],
)
def test_a_share_of_nothing_is_blank(frame, statistic):
    made = one(statistic(frame(COLUMNS + "1 202400 0 0 0 0 0 0 0")))
    assert made["value"] is None


def test_a_year_that_is_not_over_says_so(frame):
    made = one(quality.values_known(frame(COLUMNS + "1 202400 4 1 48 42 10 1 1")))
    assert "to_date" in words(made)
