"""A real national workbook against numbers that others worked out from it.

`countdown/kenya.xlsx`: 47 counties, 60 months. The expected numbers are outputs of
Countdown's own R functions (`../shared/oracles/countdown_kenya`).
"""

import csv
from pathlib import Path

import pyarrow.compute as pc
import pytest
from python_calamine import CalamineWorkbook

from boloci.tables import FACTS_KEY
from boloci.workspace import Workspace
from tests.conftest import SHARED
from tests.spec.small_country import Country, flags

WORKBOOK = SHARED / "data/countdown/kenya.xlsx"
ORACLES = SHARED / "oracles/countdown_kenya"
YEARS = ("2019", "2020", "2021", "2022", "2023")
PENTA1 = (1_359_967, 1_323_091, 1_411_557, 1_387_864, 1_410_586)
DOSES = {
    "penta1": "dtp1_doses",
    "penta3": "dtp3_doses",
    "measles1": "mcv1_doses",
    "measles2": "mcv2_doses",
    "bcg": "bcg_doses",
}

pytestmark = pytest.mark.skipif(
    not WORKBOOK.exists(), reason="countdown/kenya.xlsx is not in ../shared"
)


@pytest.fixture(scope="module")
def kenya(kenya_built: Workspace) -> Country:
    """The workbook imported and built under two profiles."""
    return Country(kenya_built)


def oracle(name: str) -> list[dict[str, str]]:
    """Rows of one of Countdown's own results."""
    with (ORACLES / name).open(newline="") as file:
        return list(csv.DictReader(file))


def national(kenya: Country, indicator: str, year: str, profile: str) -> float | None:
    """A national value."""
    return kenya.fact(indicator, "Kenya", year, profile=profile)["value"]


def test_reported_penta1_by_year(kenya):
    got = [national(kenya, "dtp1_doses", year, "countdown") for year in YEARS]
    assert got == list(PENTA1)


def test_forty_seven_districts_and_sixty_months(kenya):
    table = kenya.workspace.facts(
        indicator="dtp1_doses", level="district", period="201901..202312"
    )
    assert len(set(table["place_id"].to_pylist())) == 47
    assert len(set(table["period"].to_pylist())) == 60


def test_ratios_are_means_of_counties_under_countdown(kenya):
    for row in oracle("kenya_ratios.csv"):
        year = row["year"]
        for indicator, column in (
            ("ratio_anc1_dtp1", "Ratio anc1/penta1"),
            ("ratio_dtp1_dtp3", "Ratio penta1/penta3"),
        ):
            got = national(kenya, indicator, year, "countdown")
            assert got == pytest.approx(float(row[column]), abs=1e-9)


def test_ratios_are_ratios_of_sums_under_boloci(kenya):
    for row in oracle("kenya_ratios.csv"):
        year, first, last = row["year"], float(row["penta1"]), float(row["penta3"])
        got = national(kenya, "ratio_dtp1_dtp3", year, "boloci")
        assert got == pytest.approx(first / last)
        got = national(kenya, "ratio_anc1_dtp1", year, "boloci")
        assert got == pytest.approx(float(row["anc1"]) / first)


def test_reported_counts_are_countdowns(kenya):
    for row in oracle("kenya_ratios.csv"):
        for indicator, column in (
            ("anc1_count", "anc1"),
            ("dtp1_doses", "penta1"),
            ("dtp3_doses", "penta3"),
        ):
            got = national(kenya, indicator, row["year"], "countdown")
            assert got == pytest.approx(float(row[column]), abs=1e-6)


def test_completeness_is_countdowns_mean_of_stated_rates(kenya):
    for row in oracle("kenya_avg_rr.csv"):
        got = national(kenya, "completeness", row["year"], "countdown")
        assert got is not None
        assert round(got) == int(row["vacc_rr"])


def cells(path: Path, column: str) -> list[object]:
    """Every cell of a service column, label rows left out."""
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        if not name.lower().startswith("service"):
            continue
        header, *rows = book.get_sheet_by_name(name).to_python()
        words = [str(cell).lower().replace(" ", "") for cell in header]
        if column in words:
            place, at = words.index("district"), words.index(column)
            return [row[at] for row in rows[2:] if row[place]]
    raise AssertionError(column)


@pytest.mark.parametrize("column", DOSES)
def test_every_blank_is_still_blank(kenya, column):
    blanks = sum(cell == "" for cell in cells(WORKBOOK, column))
    table = kenya.workspace.facts(
        indicator=DOSES[column], level="district", period="201901..202312"
    )
    assert table.num_rows == 47 * 60
    assert table["value"].null_count == blanks


@pytest.mark.parametrize("column", DOSES)
def test_the_sum_of_the_cells_is_the_sum_of_the_country(kenya, column):
    reported = sum(float(cell) for cell in cells(WORKBOOK, column) if cell != "")
    table = kenya.workspace.facts(
        indicator=DOSES[column], place="Kenya", period="2019..2023"
    )
    assert pc.sum(table["value"]).as_py() == pytest.approx(reported)


@pytest.mark.parametrize("profile", ["countdown", "boloci"])
def test_there_is_one_fact_a_key(kenya, profile):
    table = kenya.workspace.facts(profile=profile)
    keys = table.group_by(list(FACTS_KEY)).aggregate([([], "count_all")])
    assert keys.num_rows == table.num_rows


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("dhis2", 85.7341),
        ("anc1", 95.1155),
        ("penta1", 93.6818),
        ("penta1_derived", 97.2986),
    ],
)
def test_adjusted_penta3_over_each_denominator_is_countdowns(kenya, source, value):
    found = kenya.value(
        "dtp3_coverage",
        kenya_id(kenya),
        "2022",
        profile="countdown",
        method="both",
        denominator=source,
    )
    assert found == pytest.approx(value, abs=5e-5)


@pytest.mark.parametrize(("method", "value"), [("reported", 11.918), ("both", 11.229)])
def test_the_zero_dose_share_over_live_births_is_countdowns(kenya, method, value):
    found = kenya.value(
        "zero_dose_share",
        kenya_id(kenya),
        "2022",
        profile="countdown",
        method=method,
        denominator="dhis2",
    )
    assert found == pytest.approx(value, abs=5e-4)


ADJUSTED = {
    "dtp1_doses": (1380271.5, 1345856.4, 1424838.0, 1398723.8, 1412571.7),
    "dtp3_doses": (1311995.7, 1292281.6, 1351062.0, 1350876.0, 1362540.1),
}


@pytest.mark.parametrize("name", ADJUSTED)
def test_adjusted_doses_of_the_country_are_countdowns(kenya, name):
    found = kenya.facts(
        name,
        level="country",
        period="2019..2023",
        profile="countdown",
        method="both",
    )
    assert [fact["value"] for fact in found] == pytest.approx(ADJUSTED[name], abs=0.05)


def test_boloci_refuses_zero_dose_from_penta1_and_countdown_warns(kenya):
    asked = {"place": kenya_id(kenya), "period": "2022", "denominator": "penta1"}
    ours = kenya.fact("zero_dose_share", method="both", profile="boloci", **asked)
    theirs = kenya.fact("zero_dose_share", method="both", profile="countdown", **asked)
    assert (ours["value"], "refused" in flags(ours)) == (None, True)
    assert theirs["value"] == pytest.approx(3)
    assert "circular_denominator" in flags(theirs)


def kenya_id(kenya: Country) -> str:
    """The country's identifier."""
    return kenya.facts("dtp1_doses", level="country", period="2022")[0]["place_id"]
