"""The quality of Kenya's numbers as facts, against what Countdown itself printed.

Profile `countdown` on `countdown/kenya.xlsx`: 47 counties, 60 months. Countdown's own
counts of outliers take a blank month for a zero, and so does that profile, by a named
constant; six of the elements have blanks, one of them nothing else.
"""

import csv

import pytest

from boloci.workspace import Workspace
from tests.spec.small_country import Country
from tests.spec.whole_way.test_countdown_adjustment import ELEMENTS, ORACLES, WORKBOOK

YEARS = ("2019", "2020", "2021", "2022", "2023")
FORMS = {
    "anc_rr": "_anc1_form",
    "idelv_rr": "_deliveries_form",
    "vacc_rr": "",
    "opd_rr": "_opd_total_form",
    "ipd_rr": "_ipd_total_form",
}

pytestmark = pytest.mark.skipif(
    not WORKBOOK.exists(), reason="countdown/kenya.xlsx is not in ../shared"
)


@pytest.fixture(scope="module")
def kenya(kenya_built: Workspace) -> Country:
    """The workbook built under `countdown`."""
    return Country(kenya_built)


def oracle(name: str) -> dict[str, dict[str, float]]:
    """Year -> column -> number of one of Countdown's own results."""
    with (ORACLES / f"{name}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["year"]: {k: float(v) for k, v in row.items()} for row in rows}


def national(kenya: Country, indicator: str) -> dict[str, float | None]:
    """Year -> the country's value."""
    rows = kenya.facts(indicator, level="country", profile="countdown")
    return {row["period"]: row["value"] for row in rows if len(row["period"]) == 4}


@pytest.mark.parametrize(
    ("indicator", "year", "expected"),
    [
        ("bcg_units_without_outlier", "2023", 25.53),
        ("mcv1_units_without_outlier", "2020", 55.32),
    ],
)
def test_share_of_counties_without_an_outlier(kenya, indicator, year, expected):
    assert national(kenya, indicator)[year] == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize("column", ELEMENTS)
def test_counties_without_outlier_are_countdowns_in_every_year(kenya, column):
    got = national(kenya, f"{ELEMENTS[column].lower()}_units_without_outlier")
    for year, expected in oracle("kenya_outliers_district").items():
        assert got[year] == pytest.approx(expected[f"{column}_outlier5std"], abs=0.005)


@pytest.mark.parametrize("column", ELEMENTS)
def test_months_of_the_country_without_outlier_are_countdowns(kenya, column):
    got = national(kenya, f"{ELEMENTS[column].lower()}_months_without_outlier")
    for year, expected in oracle("kenya_outliers_national").items():
        assert round(got[year]) == expected[f"{column}_outlier5std"]


@pytest.mark.parametrize("column", ELEMENTS)
def test_values_known_are_countdowns_share_of_months_not_blank(kenya, column):
    got = national(kenya, f"{ELEMENTS[column].lower()}_values_known")
    for year, expected in oracle("kenya_completeness").items():
        assert got[year] == pytest.approx(expected[f"mis_{column}"], abs=0.005)


@pytest.mark.parametrize(("form", "ending"), FORMS.items())
def test_completeness_of_each_form_is_the_mean_of_stated_rates(kenya, form, ending):
    """Countdown takes each rate as a whole percent first, then rounds the mean."""
    got = national(kenya, f"completeness{ending}")
    for year, expected in oracle("kenya_avg_rr").items():
        assert got[year] == pytest.approx(expected[form], abs=0.55)


@pytest.mark.parametrize(("form", "ending"), FORMS.items())
def test_districts_with_complete_reports_are_countdowns(kenya, form, ending):
    got = national(kenya, f"districts_complete{ending}")
    for year, expected in oracle("kenya_district_rr90").items():
        assert round(got[year]) == expected[f"low_{form}"]
