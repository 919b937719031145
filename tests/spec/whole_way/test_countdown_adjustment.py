"""Profile `countdown` against Countdown's own R functions on a real national workbook.

`countdown/kenya.xlsx`: 47 counties, 60 months; k .25. Expected numbers:
`../shared/oracles/countdown_kenya`.
"""

import calendar
import csv
from pathlib import Path

import duckdb
import pytest

from boloci.codes import METHODS
from boloci.lake import builds, snapshots
from boloci.pipeline.mapping import TARGET
from boloci.pipeline.understanding import understand
from boloci.workspace import Workspace
from tests.conftest import SHARED

WORKBOOK = SHARED / "data/countdown/kenya.xlsx"
ORACLES = SHARED / "oracles/countdown_kenya"
YEARS = (2019, 2020, 2021, 2022, 2023)
ELEMENTS = {
    "anc1": "ANC1",
    "anc_1trimester": "ANC1_TRIMESTER1",
    "anc4": "ANC4",
    "bcg": "BCG",
    "csection": "CSECTIONS",
    "instdeliveries": "DELIVERIES",
    "instlivebirths": "LIVE_BIRTHS",
    "ipd_total": "IPD_TOTAL",
    "ipd_under5": "IPD_UNDER5",
    "low_bweight": "LOW_BIRTH_WEIGHT",
    "measles1": "MCV1",
    "measles2": "MCV2",
    "opd_total": "OPD_TOTAL",
    "opd_under5": "OPD_UNDER5",
    "penta1": "DTP1",
    "penta3": "DTP3",
    "pnc48h": "PNC48H",
    "sba": "SBA",
}
"""Countdown's columns that boloci maps. Its `total_stillbirth` is not the workbook's
own column: the two differ by 3916 in 2023, and neither is adjusted."""

pytestmark = pytest.mark.skipif(
    not WORKBOOK.exists(), reason="countdown/kenya.xlsx is not in ../shared"
)


class Built:
    """The file of facts of a build, asked in element codes."""

    def __init__(self, path: Path, keys: dict[str, int]) -> None:
        self.file = duckdb.connect(str(path), read_only=True)
        self.keys = keys

    def total(self, method: str, code: str, place: str, period: int) -> float | None:
        """A scenario's total; as reported where it changes nothing."""
        where = [self.keys[code], self._place(place), period]
        found = self.file.execute(
            "SELECT total FROM adjusted_counts WHERE method = ? AND element = ?"
            " AND place = ? AND period = ?",
            [METHODS.index(method), *where],
        ).fetchone()
        reported = self.file.execute(
            "SELECT total FROM counts WHERE element = ? AND place = ? AND period = ?",
            where,
        ).fetchone()
        return (found or reported)[0]

    def _place(self, name: str) -> int:
        row = self.file.execute(
            "SELECT place_key FROM place WHERE name = ?", [name]
        ).fetchone()
        return row[0]

    def rows(self, query: str, *parameters: object) -> list[tuple]:
        """Rows of a query."""
        return self.file.execute(query, parameters).fetchall()


@pytest.fixture(scope="module")
def kenya(kenya_built: Workspace) -> Built:
    """The workbook built under `countdown`."""
    folder = builds.folder(kenya_built.lake, "countdown")
    path = folder / f"{builds.current(folder)}.duckdb"
    keys = understand(kenya_built, snapshots.live(kenya_built.lake)).mapped.keys
    return Built(path, {code: key for (code, of), key in keys.items() if of == TARGET})


def oracle(name: str) -> dict[int, dict[str, float]]:
    """Year -> column -> number of one of Countdown's own results."""
    with (ORACLES / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {int(row["year"]): {k: float(v) for k, v in row.items()} for row in rows}


@pytest.mark.parametrize("column", ELEMENTS)
def test_adjusted_national_totals_are_countdowns(kenya, column):
    for year, expected in oracle("kenya_adjustment_values_k025.csv").items():
        got = kenya.total("both", ELEMENTS[column], "Kenya", year * 100)
        assert (got or 0) == pytest.approx(expected[f"{column}_adj"], abs=1e-3)


def test_adjusted_penta1_and_penta3_by_year(kenya):
    penta1 = [kenya.total("both", "DTP1", "Kenya", y * 100) for y in YEARS]
    expected = [1380271.5, 1345856.4, 1424838.0, 1398723.8, 1412571.7]
    assert penta1 == pytest.approx(expected, abs=1e-3)
    penta3 = [kenya.total("both", "DTP3", "Kenya", y * 100) for y in YEARS]
    expected = [1311995.7, 1292281.6, 1351062.0, 1350876.0, 1362540.1]
    assert penta3 == pytest.approx(expected, abs=1e-3)


def test_penta1_outlier_county_months_by_year_are_of_reported_values(kenya):
    rows = kenya.rows(
        "SELECT period // 100, count(*) FROM outliers WHERE element = ? GROUP BY 1",
        kenya.keys["DTP1"],
    )
    counted = dict(rows)
    assert [counted.get(year, 0) for year in YEARS] == [1, 8, 1, 0, 1]


def test_every_outlier_of_penta_is_countdowns_own_with_its_median_and_mad(kenya):
    months = list(calendar.month_name)[1:]
    with (ORACLES / "kenya_outlier_rows_penta.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for name, code in (("penta1", "DTP1"), ("penta3", "DTP3")):
        expected = {
            (
                row["district"],
                int(row["year"]) * 100 + months.index(row["month"]) + 1,
                float(row[name]),
                float(row[f"{name}_med"]),
                float(row[f"{name}_mad"]),
            )
            for row in rows
            if row[f"{name}_outlier5std"] == "1"
        }
        got = kenya.rows(
            "SELECT p.name, o.period, o.value, o.median, o.spread FROM outliers o"
            " JOIN place p ON p.place_key = o.unit WHERE o.element = ?",
            kenya.keys[code],
        )
        assert set(got) == expected


def without_outlier(flagged: int) -> float:
    """Share of the 47 counties, in percent, as Countdown rounds it."""
    return round(100 * (1 - flagged / 47), 2)


@pytest.mark.parametrize(
    ("code", "year", "expected"), [("BCG", 2023, 25.53), ("MCV1", 2020, 55.32)]
)
def test_share_of_counties_without_an_outlier(kenya, code, year, expected):
    flagged = kenya.rows(
        "SELECT count(DISTINCT unit) FROM outliers WHERE element = ?"
        " AND period // 100 = ?",
        kenya.keys[code],
        year,
    )[0][0]
    assert without_outlier(flagged) == expected


@pytest.mark.parametrize("column", ELEMENTS)
def test_counties_with_an_outlier_are_countdowns_with_or_without_blanks(kenya, column):
    rows = kenya.rows(
        "SELECT period // 100, count(DISTINCT unit) FROM outliers WHERE element = ?"
        " GROUP BY 1",
        kenya.keys[ELEMENTS[column]],
    )
    flagged = dict(rows)
    for year, expected in oracle("kenya_outliers_district.csv").items():
        got = without_outlier(flagged.get(year, 0))
        assert got == expected[f"{column}_outlier5std"]


def test_a_blank_month_that_is_counted_as_a_zero_is_not_written_as_one(kenya):
    blank, zero = kenya.rows(
        "SELECT count(*) FILTER (WHERE o.value IS NULL),"
        " count(*) FILTER (WHERE o.value = 0 AND c.total IS NULL)"
        " FROM outliers o JOIN counts c ON c.element = o.element"
        " AND c.place = o.unit AND c.period = o.period"
    )[0]
    assert (blank > 0, zero) == (True, 0)


def test_blank_months_are_filled_in_both_and_never_as_outliers(kenya):
    """Blanks stay blank until the last step: only so do all totals agree."""
    reasons = kenya.rows(
        "SELECT DISTINCT method, reason FROM adjustments WHERE before IS NULL"
    )
    assert reasons == [(METHODS.index("both"), "missing")]


@pytest.mark.parametrize("column", ELEMENTS)
def test_completeness_of_values_is_the_share_of_months_that_are_not_blank(
    kenya, column
):
    for year, expected in oracle("kenya_completeness.csv").items():
        known = kenya.rows(
            "SELECT count(total) FROM counts JOIN place p ON p.place_key = place"
            " WHERE p.level = 'district' AND element = ? AND period // 100 = ?"
            " AND period % 100 BETWEEN 1 AND 12",
            kenya.keys[ELEMENTS[column]],
            year,
        )[0][0]
        assert round(100 * known / (47 * 12), 2) == expected[f"mis_{column}"]


def test_a_county_whose_whole_year_is_out_of_line_is_gone_from_the_total(kenya):
    assert kenya.total("reported", "BCG", "Embu", 202300) == 38_619
    assert kenya.total("both", "BCG", "Embu", 202300) is None


def test_adjusted_counties_add_up_to_the_nation(kenya):
    for code in ("BCG", "MCV2", "PNC48H"):
        changed = kenya.rows(
            "SELECT sum(coalesce(a.total, 0) - coalesce(c.total, 0))"
            " FROM adjusted_counts a JOIN counts c USING (element, place, period)"
            " JOIN place p ON p.place_key = place AND p.level = 'district'"
            " WHERE a.method = ? AND element = ? AND period = 202300",
            METHODS.index("both"),
            kenya.keys[code],
        )[0][0]
        national = kenya.total("both", code, "Kenya", 202300)
        reported = kenya.total("reported", code, "Kenya", 202300)
        assert national == pytest.approx(reported + changed)


def test_what_was_reported_stays_in_counts(kenya):
    for year, expected in oracle("kenya_adjustment_values_k025.csv").items():
        got = kenya.total("reported", "DTP1", "Kenya", year * 100)
        assert got == expected["penta1_raw"]


def test_every_change_has_its_reason(kenya):
    reasons = kenya.rows(
        "SELECT method, reason, count(*) FROM adjustments GROUP BY ALL"
    )
    by_method: dict[int, set[str]] = {}
    for method, reason, _ in reasons:
        by_method.setdefault(METHODS[method], set()).add(reason)
    assert by_method == {
        "outliers": {"outlier"},
        "completeness": {"rate"},
        "both": {"outlier", "rate", "missing"},
    }
