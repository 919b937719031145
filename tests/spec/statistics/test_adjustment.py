"""What a scenario makes of reported months, beside what was reported."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boloci.catalogue import load
from boloci.pipeline.adjusting import adjusted, find
from boloci.stats import adjustment
from boloci.stats.adjustment import REASONS, Reported

NAN = float("nan")


def told(series, *, rates=None, due=None, first=2019, cells=None):
    """One series as `Reported`; `due` None: every month without a value is due."""
    values = np.array([series], np.float64)
    months = values.shape[1]
    return Reported(
        values=values,
        years=first + np.arange(months) // 12,
        rates=np.array([rates if rates is not None else [NAN] * months], np.float64),
        due=np.isnan(values) if due is None else np.array([due], np.bool_),
    )


def scenarios(reported, profile):
    """Method -> adjusted series, NaN as None."""
    chosen = load().profiles[profile]
    found = find(reported.values, reported.years, chosen)
    made = adjusted(reported, found, chosen)
    return {
        name: [None if math.isnan(v) else v for v in scenario.after[0].tolist()]
        for name, scenario in made.items()
    }


def reasons(reported, profile, method):
    """The reason of each month's change."""
    chosen = load().profiles[profile]
    found = find(reported.values, reported.years, chosen)
    made = adjusted(reported, found, chosen)[method]
    return [REASONS[number] for number in made.reasons(reported.values)[0]]


QUIET = [100, 104, 96, 102, 98, 100, 103, 97, 100, 101, 99, 100]


def with_month(month, value):
    """The quiet year with one month changed."""
    return [*QUIET[:month], value, *QUIET[month + 1 :]]


def test_boloci_replaces_a_spike_by_the_median_of_the_months_around():
    made = scenarios(told(with_month(5, 900)), "boloci")
    around = [100, 104, 96, 102, 98, 103, 97, 100, 101, 99, 100]
    assert made["outliers"] == with_month(5, statistics.median(around))
    assert made["both"] == made["outliers"]


def test_boloci_leaves_less_than_four_times_the_usual_as_it_was_reported():
    """Far beyond z 3.5 and half the median, and still more often real than wrong."""
    assert scenarios(told(with_month(5, 250)), "boloci")["outliers"][5] == 250
    assert scenarios(told(with_month(5, 390)), "boloci")["outliers"][5] == 390
    assert scenarios(told(with_month(5, 400)), "boloci")["outliers"][5] == 100


def test_boloci_leaves_doses_of_silent_months_that_were_entered_together():
    """Three months in one: 300 is 3 x the usual, but two reports were missing."""
    series = [*QUIET[:4], NAN, NAN, 300, *QUIET[7:]]
    made = scenarios(told(series), "boloci")
    assert made["outliers"][6] == 300
    assert made["both"][4:7] == made["completeness"][4:7] == [None, None, 300]


def test_boloci_replaces_far_more_than_the_silent_months_before_could_hold():
    series = [*QUIET[:4], NAN, NAN, 900, *QUIET[7:]]
    made = scenarios(told(series), "boloci")
    assert made["both"][4:7] == [25, 25, 100]


def test_boloci_takes_no_silent_month_for_told_where_chance_explains_the_next():
    """14 is 1.75 x the usual 8, and less than 10 doses above it."""
    made = scenarios(told([8, 8, 8, 8, NAN, 14, 8, 8, 8, 8, 8, 8]), "boloci")
    assert made["completeness"][4:6] == [2, 14]


def test_boloci_lets_a_month_hold_as_many_silent_ones_as_the_profile_says():
    most = int(load().profiles["boloci"].value("late_most_months"))
    for silent, filled in ((most, None), (most + 1, 25)):
        series = [*QUIET, *([NAN] * silent), 100 * (silent + 1), *QUIET]
        made = scenarios(told(series), "boloci")
        assert made["completeness"][12 + silent - 1] == filled


def test_boloci_leaves_a_fall_as_it_was_reported():
    series = with_month(5, 0)
    assert scenarios(told(series), "boloci")["outliers"] == series


def test_boloci_gives_a_missing_report_a_quarter_of_the_usual():
    made = scenarios(told(with_month(5, NAN)), "boloci")
    assert made["completeness"][5] == pytest.approx(0.25 * 100)
    assert made["outliers"][5] is None


def test_boloci_fills_no_month_that_was_left_blank_in_a_report_that_came():
    made = scenarios(told(with_month(5, NAN), due=[False] * 12), "boloci")
    assert made["completeness"][5] is None


def test_boloci_fills_nothing_far_from_any_report():
    """Months 8 to 18 are silent; only those within six of a report are filled."""
    series = QUIET[:8] + [NAN] * 16
    made = scenarios(told(series), "boloci")["completeness"]
    assert [month for month, value in enumerate(made) if value is None] == list(
        range(14, 24)
    )


def test_boloci_makes_up_for_part_of_the_reports_that_are_missing():
    """80 % came: x (1 + (1/.8 - 1) .25) = x 1.0625."""
    made = scenarios(told(QUIET, rates=[80] + [100] * 11), "boloci")
    assert made["completeness"] == [106.25, *QUIET[1:]]
    assert reasons(told(QUIET, rates=[80] + [100] * 11), "boloci", "completeness") == [
        "rate",
        *[""] * 11,
    ]


def test_boloci_believes_no_rate_of_a_few_reports():
    made = scenarios(told(QUIET, rates=[24] + [100] * 11), "boloci")
    assert made["completeness"] == QUIET


def test_boloci_believes_a_rate_of_a_quarter():
    """25 % came: x (1 + (1/.25 - 1) .25) = x 1.75."""
    made = scenarios(told(QUIET, rates=[25] + [100] * 11), "boloci")
    assert made["completeness"] == [175, *QUIET[1:]]


def test_boloci_changes_nothing_for_a_rate_above_a_hundred():
    assert scenarios(told(QUIET, rates=[250] * 12), "boloci")["completeness"] == QUIET


def test_an_outlier_never_counts_towards_the_usual():
    series = [NAN, 900, 100, 100, 100, 101, 99, 100, 100, 100, 101, 99]
    made = scenarios(told(series), "boloci")
    assert made["completeness"][0] == 25
    assert made["completeness"][1] == 900
    assert made["both"][:2] == [25, 100]


def test_what_was_reported_is_not_written_over():
    reported = told(with_month(5, 900), rates=[80] * 12)
    before = reported.values.copy()
    scenarios(reported, "boloci")
    scenarios(reported, "countdown")
    assert np.array_equal(before, reported.values)


def test_dhis2_replaces_nothing():
    assert scenarios(told(with_month(5, 900)), "dhis2") == {}


def test_fastr_takes_the_mean_of_three_valid_months_on_each_side():
    series = [100, 110, 130, 120, 900, NAN, 140, 150, 160, 170]
    made = scenarios(told(series, first=2019), "fastr")
    expected = (110 + 130 + 120 + 140 + 150 + 160) / 6
    assert made["outliers"][4] == pytest.approx(expected)
    assert set(made) == {"outliers"}


def test_fastr_takes_fewer_months_at_the_end_of_a_series():
    series = [100, 110, 130, 120, 140, 150, 160, 900]
    made = scenarios(told(series), "fastr")["outliers"]
    assert made[7] == pytest.approx((140 + 150 + 160) / 3)


def test_countdown_takes_the_districts_median_for_a_low_or_missing_rate():
    rates = np.array([[NAN, 40, 90.4, 80, 95, 100, 120]])
    assert adjustment.trusted(rates, 75).tolist() == [
        [92.5, 92.5, 90, 80, 95, 100, 120]
    ]


def test_countdown_trusts_a_rate_that_rounds_to_75():
    rates = np.array([[74.6, 74.4, 100, 95]])
    assert adjustment.trusted(rates, 75).tolist() == [[75, 95, 100, 95]]


def test_countdown_leaves_a_series_without_any_trusted_rate_as_reported():
    assert scenarios(told(QUIET, rates=[40] * 12), "countdown")["completeness"] == QUIET


def test_countdown_adjusts_to_one_decimal():
    """97 x (1 + (1/.8 - 1) .25) = 103.0625."""
    made = scenarios(told([97] * 12, rates=[80] * 12), "countdown")
    assert made["completeness"] == [103.1] * 12


def test_countdown_fills_missing_months_only_last():
    made = scenarios(told(with_month(5, NAN), rates=[100] * 12), "countdown")
    assert made["outliers"][5] is made["completeness"][5] is None
    assert made["both"] == with_month(5, 100)


def test_countdown_rounds_the_median_that_fills_half_to_even():
    series = [100, 101] * 5 + [NAN, NAN]
    made = scenarios(told(series, rates=[100] * 12), "countdown")
    assert made["both"] == [100, 101] * 5 + [100, 100]


def test_countdown_replaces_by_the_other_months_that_are_no_outliers():
    series = [*QUIET, 900, 800, *([103] * 5), *([107] * 5)]
    made = scenarios(told(series), "countdown")
    assert made["outliers"][12:14] == [105, 105]


def test_a_year_of_nothing_but_outliers_is_gone_under_countdown():
    made = scenarios(told(QUIET + [500] * 12), "countdown")
    assert made["outliers"] == [*QUIET, *([None] * 12)]
    assert made["both"] == [*QUIET, *([None] * 12)]


# Countdown's adjustment again, month by month and slowly, from its text alone.


def round_r(x, digits=0):
    """R's round: to the nearer decimal number, ties to even."""
    if digits == 0:
        return float(round(x))
    power = 10**digits
    below = math.floor(x * power)
    low, high = below / power, math.ceil(x * power) / power
    if x - low == high - x:
        return low if below % 2 == 0 else high
    return low if x - low < high - x else high


def median(numbers):
    """Median of what is known; None of nothing."""
    known = [n for n in numbers if n is not None]
    return statistics.median(known) if known else None


def slow_rates(rates):
    """Rounded; below 75 or missing: the median of those from 75 to 100."""
    whole = [None if r is None else round_r(r) for r in rates]
    middle = median([r for r in whole if r is not None and 75 <= r <= 100])
    return [middle if r is None or r < 75 else r for r in whole]


def slow_outliers(values, years):
    """Months outside the bounds of all years before the last."""
    before = [v for v, y in zip(values, years, strict=True) if y < max(years)]
    middle = median(before)
    if middle is None:
        return [False] * len(values)
    mad = 1.4826 * median([abs(v - middle) for v in before if v is not None])
    middle, mad = round_r(middle, 1), round_r(mad, 1)
    low, high = round_r(middle - 5 * mad, 1), round_r(middle + 5 * mad, 1)
    return [v is not None and not low <= v <= high for v in values]


def slow_replaced(values, years):
    """Outliers as the rounded median of the year's other months."""
    out = slow_outliers(values, years)
    found = []
    for value, year, is_out in zip(values, years, out, strict=True):
        others = [
            v
            for v, y, o in zip(values, years, out, strict=True)
            if y == year and not o
        ]  # fmt: skip
        middle = median(others)
        kept = None if middle is None else round_r(middle)
        found.append(kept if is_out else value)
    return found


def slow_countdown(values, rates, years):
    """Method -> adjusted months."""
    by_rate = [
        v
        if v is None or r is None
        else round_r(v * (1 + (1 / (r / 100) - 1) * 0.25), 1)
        for v, r in zip(values, slow_rates(rates), strict=True)
    ]
    both = slow_replaced(by_rate, years)
    filled = []
    for before, value, year in zip(values, both, years, strict=True):
        middle = median([v for v, y in zip(both, years, strict=True) if y == year])
        fill = before is None and middle is not None
        filled.append(round_r(middle) if fill else value)
    return {
        "outliers": slow_replaced(values, years),
        "completeness": by_rate,
        "both": filled,
    }


@st.composite
def districts(draw):
    """Values, rates and years of one district: gaps, spikes, rates missing or odd."""
    length = draw(st.integers(1, 5)) * 12 - draw(st.integers(0, 11))
    level = draw(st.sampled_from([0, 1, 7, 90, 1234]))
    value = st.one_of(
        st.none(),
        st.integers(0, 3 * level + 2).map(float),
        st.integers(0, 30 * level + 40).map(lambda n: n / 4),
    )
    rate = st.one_of(
        st.none(), st.floats(0, 130), st.integers(70, 100).map(lambda n: n + 0.5)
    )
    values = draw(st.lists(value, min_size=length, max_size=length))
    rates = draw(st.lists(rate, min_size=length, max_size=length))
    return values, rates, [2019 + month // 12 for month in range(length)]


@settings(max_examples=120, deadline=None)
@given(districts())
def test_countdown_is_what_its_text_says_on_any_district(district):
    values, rates, years = district
    as_nan = [NAN if v is None else v for v in values]
    reported = told(as_nan, rates=[NAN if r is None else r for r in rates])
    assert scenarios(reported, "countdown") == slow_countdown(values, rates, years)


@settings(max_examples=20, deadline=None)
@given(st.lists(districts(), min_size=2, max_size=4))
def test_districts_are_adjusted_each_on_its_own(countries):
    months = min(len(values) for values, _, _ in countries)
    chosen = load().profiles["countdown"]
    blank = [[NAN if v is None else v for v in c[0][:months]] for c in countries]
    rates = [[NAN if r is None else r for r in c[1][:months]] for c in countries]
    together = Reported(
        np.array(blank),
        2019 + np.arange(months) // 12,
        np.array(rates),
        np.isnan(np.array(blank)),
    )
    found = find(together.values, together.years, chosen)
    made = adjusted(together, found, chosen)
    for row, (series, rate) in enumerate(zip(blank, rates, strict=True)):
        alone = scenarios(told(series, rates=rate), "countdown")
        for method, scenario in made.items():
            got = [None if math.isnan(v) else v for v in scenario.after[row].tolist()]
            assert got == alone[method]
