"""Mistakes of other tools in measuring inequality: ours must not make them."""

import numpy as np
import pytest

from boloci.stats import gradient
from boloci.stats.inequality import KINDS, Groups, drawn_values, error_of_fraction

POPULATION = np.array([78, 91, 162, 103, 105.0])
VALUES = np.array([20, 30, 40, 50, 60.0])
ERRORS = np.array([5, 7, 10, 12, 14.0])


def half_width(measure):
    return (measure.upper - measure.lower) / 2


def test_the_standard_error_of_the_slope_index_is_scaled_as_the_index():
    """healthequal: index 44.44502 points, "standard error" 0.02190822."""
    found = gradient.slope_index(VALUES, POPULATION)
    assert found.error == pytest.approx(2.190822, rel=1e-6)
    assert half_width(found) == pytest.approx(1.96 * found.error, rel=1e-4)


@pytest.mark.parametrize("measure", ["theil", "mld"])
def test_standard_errors_per_thousand_are_per_thousand(measure):
    """healthequal gives them as a fraction. Held by moving the values themselves."""
    random = np.random.default_rng(1)
    compute = KINDS[measure].compute
    small = ERRORS / 20
    drawn = [
        compute(Groups(random.normal(VALUES, small), POPULATION), None).value
        for _ in range(4000)
    ]
    found = compute(Groups(VALUES, POPULATION, small), None)
    assert found.error == pytest.approx(np.std(drawn), rel=0.05)


def test_the_attributable_fraction_has_an_interval_in_percent_from_the_groups_errors():
    """healthequal: 45.544548 %, "standard error" 0.10689361, a fraction beside percent;
    in percent it would be 10.69."""
    groups = Groups(VALUES, POPULATION, ERRORS / 20)
    draws = drawn_values(groups, draws=4000, seed=1)
    found = KINDS["paf"].compute(groups, draws)
    best, mean = ERRORS[-1] / 20, np.linalg.norm(ERRORS / 20 * groups.shares)
    assert half_width(found) == pytest.approx(
        1.96 * 100 * np.hypot(best, mean) / 41.2, rel=0.3
    )
    assert error_of_fraction(groups) == pytest.approx(0.10689361, rel=1e-6)
