"""Inequality between Kenya's counties from the workbook itself, as Countdown has it."""

import csv

import pytest

from boloci.workspace import Workspace
from tests.conftest import SHARED
from tests.spec.small_country import Country

WORKBOOK = SHARED / "data/countdown/kenya.xlsx"
EXPECTED = SHARED / "oracles/countdown_kenya/kenya_inequality.csv"
MEASURES = {"madm": "mdmu", "madmpop": "mdmw", "mrdm": "idisu", "mrdmpop": "idisw"}
INDICATORS = {
    "penta1": "dtp1_coverage",
    "penta3": "dtp3_coverage",
    "measles1": "mcv1_coverage",
}

pytestmark = pytest.mark.skipif(
    not WORKBOOK.exists(), reason="countdown/kenya.xlsx is not in ../shared"
)


@pytest.fixture(scope="module")
def kenya(kenya_built: Workspace) -> Country:
    """The workbook imported and built as Countdown does."""
    return Country(kenya_built)


@pytest.mark.parametrize("source", ["dhis2", "anc1", "penta1"])
@pytest.mark.parametrize("vaccine", INDICATORS)
def test_mean_differences_between_counties_are_countdowns(kenya, vaccine, source):
    """Method both: outliers replaced, reports completed, months filled in."""
    found = kenya.workspace.inequality(
        INDICATORS[vaccine],
        measure=MEASURES.values(),
        period="2019..2023",
        method="both",
        denominator=source,
        profile="countdown",
    ).to_pylist()
    got = {(row["period"], row["measure"]): row["value"] for row in found}
    with EXPECTED.open(newline="") as file:
        for row in csv.DictReader(file):
            for theirs, ours in MEASURES.items():
                expected = float(row[f"{theirs}_cov_{vaccine}_{source}"])
                assert got[row["year"], ours] == pytest.approx(expected, abs=1e-6)
