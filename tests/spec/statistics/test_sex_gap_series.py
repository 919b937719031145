"""The gap between boys and girls, month by month."""

import numpy as np
import pytest

from boloci.stats.run_charts import run_chart
from boloci.stats.sex_gap_series import sex_gap_series
from tests.spec.small_country import rows

TABLE = """
boys girls points ratio relative
41   18    23     .4390 56.10
83   74    9      .8916 10.84
50   50    0      1     0
40   50    -10    1.25  -25
.    50    .      .     .
50   .     .      .     .
0    20    -20    .     .
0    0     0      .     .
40   0     40     0     100
120  110   10     .9167 8.333
"""
COLUMNS = {
    name: np.array([float(row[name] or "nan") for row in rows(TABLE)])
    for name in ("boys", "girls", "points", "ratio", "relative")
}


def test_the_gap_is_told_in_points_as_a_ratio_and_relative_to_boys():
    """The first rows are those of Mopti; a month without boys or report has none."""
    gap = sex_gap_series(COLUMNS["boys"], COLUMNS["girls"])
    assert gap.points == pytest.approx(COLUMNS["points"], nan_ok=True)
    assert gap.girl_boy_ratio == pytest.approx(COLUMNS["ratio"], abs=1e-4, nan_ok=True)
    assert gap.relative == pytest.approx(COLUMNS["relative"], rel=1e-3, nan_ok=True)


def test_the_gap_of_a_year_is_a_series_to_judge_with_its_missing_month():
    boys = np.array([60.0, 61, 60, np.nan, 62, 60, 61, 60, 61, 62, 61, 60])
    gap = sex_gap_series(boys, np.full(12, 45.0))
    chart = run_chart(gap.points)
    assert chart.phases[0].runs.points == 11
    assert chart.phases[0].median == 16


def test_series_of_other_months_and_percentages_below_zero_are_refused():
    with pytest.raises(ValueError, match="same months"):
        sex_gap_series(np.ones(3), np.ones(4))
    with pytest.raises(ValueError, match="not below 0"):
        sex_gap_series(np.array([-1.0]), np.array([1.0]))
