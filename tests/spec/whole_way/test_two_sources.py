"""District totals of a workbook beside the areas' own reports: never added twice."""

import pyarrow as pa

from boloci.lake import disk, snapshots
from boloci.sources.reading import Reading
from boloci.tables import VALUES
from tests.spec.small_country import Country, country, months, values

PLACES = """
place_id name level parent_id
C Country country .
D North district C
E South district C
A Aa area D
"""

NOTHING = "element place_id period value\nANC1 E 202401 1"


def stated(told: Country, *rows):
    """District totals, as a Countdown workbook states them."""
    table = pa.Table.from_pylist(
        [
            {"element": element, "place": place, "period": period, "value": value}
            for element, place, period, value in rows
        ],
        schema=pa.schema(
            [VALUES.field(n) for n in ("element", "place", "period", "value")]
        ),
    )
    lake = told.workspace.lake
    with disk.one_writer(lake):
        snapshots.commit(
            lake,
            [Reading("workbook", "countdown", {"values": table}, aggregate=True)],
            [("workbook.xlsx", "0" * 64)],
            staging=lake / "staging",
            digest="f" * 64,
            received=snapshots.snapshots(lake)[0].received,
            by="a test",
            code_version="test",
            replace=False,
        )
    told.build()


def test_the_areas_reports_go_before_the_districts_stated_total(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(months("DTP1", "A", 2024, "10")),
    )
    stated(told, ("penta1", "D", 202401, 12.0), ("penta1", "E", 202401, 5.0))
    assert told.value("dtp1_doses", "A", "202401") == 10
    assert told.value("dtp1_doses", "D", "202401") == 10
    assert told.value("dtp1_doses", "E", "202401") == 5
    assert told.value("dtp1_doses", "C", "202401") == 15


def test_a_stated_total_stands_where_the_areas_are_silent(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(months("DTP1", "A", 2024, "10 x 10")),
    )
    stated(told, ("penta1", "D", 202402, 12.0))
    assert told.value("dtp1_doses", "D", "202402") == 12
    assert told.value("dtp1_doses", "D", "2024Q1") == 32


def test_a_scenario_leaves_a_stated_total_alone_where_the_areas_reported(tmp_path):
    """1000 stated for May is out of line and enters no sum: nothing is replaced."""
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(months("DTP1", "A", 2024, "40 41 39 40 42 38 40 41 39 40")),
    )
    given = [50.0, 51, 49, 50, 1000, 50, 51, 49, 50, 51, 50, 900]
    stated(
        told,
        *(("penta1", "D", 202401 + month, doses) for month, doses in enumerate(given)),
    )
    assert told.value("dtp1_doses", "D", "202405", method="outliers") == 42
    assert told.value("dtp1_doses", "D", "202412", method="reported") == 900
    assert told.value("dtp1_doses", "D", "202412", method="outliers") == 50


def test_totals_beside_their_units_owe_no_report_of_their_own(tmp_path):
    told = country(tmp_path / "w", places=PLACES + "B Bb area D\n", values=NOTHING)
    stated(
        told,
        *(("penta1", place, 202401, 5.0) for place in "ABD"),
        *(("penta1", place, 202402, 5.0) for place in "AD"),
    )
    fact = told.fact("completeness", "D", "202402")
    assert (fact["expected"], fact["received"]) == (2, 1)
