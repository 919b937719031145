"""Mean differences between Kenya's counties against Countdown's own figures.

`kenya_coverage_district_adj.csv` are its county coverages, `kenya_inequality.csv` what
it made of them: plain and weighted, in points and in percent of the mean.
"""

import csv

import numpy as np
import pytest

from boloci.stats.inequality import KINDS, Groups
from tests.conftest import SHARED

ORACLES = SHARED / "oracles/countdown_kenya"
MEASURES = {"madm": "mdmu", "madmpop": "mdmw", "mrdm": "idisu", "mrdmpop": "idisw"}
VACCINES = {"penta1": "penta", "penta3": "penta", "measles1": "measles"}

pytestmark = pytest.mark.skipif(
    not ORACLES.exists(), reason="oracles/countdown_kenya is not in ../shared"
)


def rows(name: str) -> list[dict[str, str]]:
    with (ORACLES / f"kenya_{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("source", ["dhis2", "anc1", "penta1"])
@pytest.mark.parametrize("vaccine", VACCINES)
def test_every_year_and_measure_is_countdowns(vaccine, source):
    counties = rows("coverage_district_adj")
    for expected in rows("inequality"):
        mine = [county for county in counties if county["year"] == expected["year"]]
        assert len(mine) == 47
        groups = Groups(
            np.array([float(c[f"cov_{vaccine}_{source}"]) for c in mine]),
            np.array([float(c[f"totinft{VACCINES[vaccine]}_{source}"]) for c in mine]),
        )
        for theirs, ours in MEASURES.items():
            got = KINDS[ours].compute(groups, None).value
            wanted = float(expected[f"{theirs}_cov_{vaccine}_{source}"])
            assert got == pytest.approx(wanted, abs=1e-6), (theirs, expected["year"])
