"""Blank months in the columns of Kenya's workbook that boloci maps to no element.

Nine columns of services and deaths, all of them with blanks, through the rules of
profile `countdown`. Expected: `../shared/oracles/countdown_kenya`.
"""

import csv

import numpy as np
import pytest

from boloci import sources
from boloci.catalogue import load
from boloci.pipeline import adjusting
from boloci.stats.adjustment import Reported
from boloci.stats.grids import Floats
from tests.conftest import SHARED

WORKBOOK = SHARED / "data/countdown/kenya.xlsx"
ORACLES = SHARED / "oracles/countdown_kenya"
YEARS = np.repeat(np.arange(2019, 2024), 12)
ADJUSTED = ("hiv_test", "ifa90", "ipt2", "ipt3", "syphilis_test")
"""All reported on the form of antenatal visits."""
COLUMNS = {
    **{name: name for name in (*ADJUSTED, "maternal_deaths", "neonatal_deaths")},
    "stillbirth_f": "stillbirth_fresh",
    "stillbirth_m": "stillbirth_macerated",
}

pytestmark = pytest.mark.skipif(
    not WORKBOOK.exists(), reason="countdown/kenya.xlsx is not in ../shared"
)


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> sources.Reading:
    (found,) = sources.read([WORKBOOK], staging=tmp_path_factory.mktemp("staging"))
    return found


@pytest.fixture(scope="module")
def services(reading: sources.Reading) -> dict[str, Floats]:
    """Column -> its months: (counties, months), NaN where blank."""
    return grids(reading, "values", ("element", "place", "value"))


@pytest.fixture(scope="module")
def rates(reading: sources.Reading) -> Floats:
    """Reporting rates of the form of antenatal visits."""
    return grids(reading, "reports", ("dataset", "place_id", "rate"))["anc"]


def grids(
    reading: sources.Reading, table: str, names: tuple[str, str, str]
) -> dict[str, Floats]:
    """Numbers by what they are of, a row a county; every row of months is there."""
    kind, place, number = names
    rows = sorted(
        reading.tables[table].to_pylist(),
        key=lambda row: (row[kind], row[place], row["period"]),
    )
    found: dict[str, list[float]] = {}
    for row in rows:
        value = row[number]
        found.setdefault(row[kind], []).append(np.nan if value is None else value)
    return {name: np.array(told).reshape(-1, 60) for name, told in found.items()}


def oracle(name: str) -> dict[int, dict[str, str]]:
    with (ORACLES / name).open(newline="") as file:
        return {int(row["year"]): row for row in csv.DictReader(file)}


def flagged(values: Floats) -> np.ndarray:
    profile = load().profiles["countdown"]
    found = adjusting.find(values, YEARS, profile, blank=np.isnan(values))
    return found.mask(values.shape)


@pytest.mark.parametrize("column", COLUMNS)
def test_counties_without_an_outlier_are_countdowns(services, column):
    out = flagged(services[COLUMNS[column]])
    for year, row in oracle("kenya_outliers_district.csv").items():
        good = ~out[:, year == YEARS].any(axis=1)
        expected = float(row[f"{column}_outlier5std"])
        assert 100 * good.mean() == pytest.approx(expected, abs=0.0051)


@pytest.mark.parametrize("column", COLUMNS)
def test_months_of_the_country_without_an_outlier_are_countdowns(services, column):
    values = services[COLUMNS[column]]
    blank = np.isnan(values).all(axis=0)
    out = flagged(np.where(blank, np.nan, np.nansum(values, axis=0))[None, :])
    for year, row in oracle("kenya_outliers_national.csv").items():
        good = 100 * (~out[:, year == YEARS]).mean()
        assert round(good) == float(row[f"{column}_outlier5std"])


@pytest.mark.parametrize("column", ADJUSTED)
def test_adjusted_totals_are_countdowns_with_blanks_filled_last(
    services, rates, column
):
    values = services[column]
    profile = load().profiles["countdown"]
    reported = Reported(values, YEARS, rates, due=np.isnan(values))
    found = adjusting.find(values, YEARS, profile, blank=np.isnan(values))
    after = adjusting.adjusted(reported, found, profile)["both"].after
    for year, row in oracle("kenya_adjustment_values_k025.csv").items():
        total = np.nansum(after[:, year == YEARS])
        assert total == pytest.approx(float(row[f"{column}_adj"]), abs=0.05)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_blank_month_is_missing_in_countdowns_completeness(services, column):
    known = ~np.isnan(services[COLUMNS[column]])
    for year, row in oracle("kenya_completeness.csv").items():
        expected = float(row[f"mis_{column}"])
        mine = 100 * known[:, year == YEARS].mean()
        assert mine == pytest.approx(expected, abs=0.0051)
