"""How sure a survey is, and which children it speaks of."""

import numpy as np
import pytest

from boloci import periods
from boloci.stats import surveys

Z = 1.959964


def effective(estimate: float, **known: float) -> tuple[float, str]:
    """Effective sample and its basis of one estimate."""
    names = ("standard_error", "lower", "upper", "n", "design_effect")
    given = {name: np.array([known.get(name, np.nan)]) for name in names}
    found = surveys.effective_sample(np.array([estimate]), **given, assumed=2, z=Z)
    return float(found.size[0]), surveys.BASES[found.basis[0]]


def test_the_standard_error_goes_first():
    size, basis = effective(0.8, standard_error=0.02, n=900, design_effect=9)
    assert size == pytest.approx(0.8 * 0.2 / 0.0004)
    assert basis == "standard_error"


def test_without_it_the_interval_tells_on_the_logit():
    # half-width on the logit 0.25 / 1.96 of p = .5: n = 1 / (se^2 x .25)
    low, high = 1 / (1 + np.exp(0.25)), 1 / (1 + np.exp(-0.25))
    size, basis = effective(0.5, lower=low, upper=high, n=10)
    assert size == pytest.approx((Z / 0.25) ** 2 / 0.25, rel=1e-6)
    assert basis == "interval"


def test_else_children_over_the_design_effect():
    assert effective(0.7, n=600, design_effect=1.5) == (400, "design_effect")


def test_else_a_design_effect_is_assumed_and_said():
    assert effective(0.7, n=600) == (300, "design_effect_assumed")


def test_nothing_known_gives_no_size():
    size, basis = effective(0.7)
    assert np.isnan(size)
    assert basis == ""


def test_a_survey_that_found_every_child_still_has_a_size():
    assert effective(1.0, standard_error=0.0, n=50, design_effect=2)[0] == 25


def test_an_interval_of_every_child_is_not_a_point():
    low, high = surveys.wilson(np.array([1.0]), np.array([25.0]), z=Z)
    assert low[0] == pytest.approx(25 / (25 + Z**2))
    assert high[0] == 1


def of_children(first: int, last: int, age_min: int, age_max: int) -> surveys.Cohort:
    """The cohort of fieldwork in some months (yyyymm)."""
    return surveys.cohort(
        periods.serial(first),
        periods.serial(last),
        age_min=age_min,
        age_max=age_max,
        vaccinated_at=2,
    )


def test_children_of_12_to_23_months_were_vaccinated_10_to_21_whole_months_before():
    found = of_children(202311, 202311, 12, 23)
    assert periods.month_at(found.born_first) == 202112
    assert periods.month_at(found.born_last) == 202211
    assert periods.month_at(found.vaccinated_first) == 202202
    assert periods.month_at(found.vaccinated_last) == 202301
    assert found.year == 2022


def test_children_half_of_whom_were_due_in_either_year_are_of_the_later():
    """April 2023: due from July 2021 to June 2022."""
    assert of_children(202304, 202304, 12, 23).year == 2022


@pytest.mark.parametrize(
    ("first", "last", "age_min", "age_max", "year"),
    [
        (201808, 201811, 12, 23, 2017),  # DHS Mali 2018: WHO/UNICEF say cohort 2017
        (201808, 201811, 24, 35, 2016),
        (202104, 202107, 12, 23, 2020),
        (202101, 202112, 12, 23, 2020),
    ],
)
def test_a_survey_speaks_of_a_year_before_its_fieldwork(
    first, last, age_min, age_max, year
):
    assert of_children(first, last, age_min, age_max).year == year
