"""What a scenario changes: months of units, and the sums of places and periods."""

import duckdb
import pytest

from boloci.codes import METHODS
from boloci.lake import builds
from tests.spec.small_country import Country, country, flags, months, values

PLACES = """
place_id name level parent_id
C Country country .
D District district C
A AreaA area D
B AreaB area D
"""
SPIKE = "100 101 99 100 900 101 99 100 100 101 99 100"
GAP = "50 51 x 49 50 51 50 49 50 51 49 50"


def asked(told: Country, query: str, profile: str = "boloci") -> list[tuple]:
    """Rows of the published file of facts."""
    folder = builds.folder(told.workspace.lake, profile)
    path = max(folder.glob("*.duckdb"))
    with duckdb.connect(str(path), read_only=True) as file:
        return file.execute(query).fetchall()


def totals(told: Country, place: str, period: int, profile: str = "boloci") -> dict:
    """Method -> total of DTP1 where a scenario changes it."""
    rows = asked(
        told,
        "SELECT method, total FROM adjusted_counts JOIN place p ON p.place_key = place"
        f" WHERE p.place_id = '{place}' AND period = {period}",
        profile,
    )
    return {METHODS[method]: total for method, total in rows}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Two areas: one with a spike in May, one silent in March."""
    return country(
        tmp_path_factory.mktemp("scenarios") / "w",
        places=PLACES,
        values=values(months("DTP1", "A", 2023, SPIKE), months("DTP1", "B", 2023, GAP)),
    )


def test_a_spike_is_a_row_of_outliers_with_its_replacement(told):
    rows = asked(told, "SELECT period, value, median, high, replacement FROM outliers")
    assert rows == [(202305, 900, 100, True, 100)]


def test_each_changed_month_is_told_before_and_after_with_its_reason(told):
    rows = asked(
        told,
        "SELECT method, p.place_id, period, before, after, reason FROM adjustments"
        " JOIN place p ON p.place_key = place ORDER BY method, period",
    )
    assert [(METHODS[method], *rest) for method, *rest in rows] == [
        ("outliers", "A", 202305, 900, 100, "outlier"),
        ("completeness", "B", 202303, None, 12.5, "missing"),
        ("both", "B", 202303, None, 12.5, "missing"),
        ("both", "A", 202305, 900, 100, "outlier"),
    ]


@pytest.mark.parametrize("place", ["A", "D", "C"])
def test_a_change_is_in_every_place_above_its_unit(told, place):
    reported = {"A": 900, "D": 950, "C": 950}[place]
    assert totals(told, place, 202305) == {
        "outliers": reported - 800,
        "both": reported - 800,
    }


def test_a_change_is_in_every_longer_period(told):
    quarter = 1101 + 150
    assert totals(told, "D", 202322) == {
        "outliers": quarter - 800,
        "both": quarter - 800,
    }
    year = 2000 + 550
    assert totals(told, "D", 202300) == {
        "outliers": year - 800,
        "completeness": year + 12.5,
        "both": year - 800 + 12.5,
    }


def test_what_no_scenario_changes_has_no_row(told):
    assert totals(told, "A", 202301) == {}
    assert totals(told, "A", 202303) == {}


def test_what_was_reported_stays(told):
    assert told.value("dtp1_doses", "A", "202305", method="reported") == 900


def test_a_total_stated_for_a_district_is_adjusted_as_its_own(tmp_path):
    """A rate of 80 % received: x (1 + (1/.8 - 1) .25) = x 1.0625."""
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(months("DTP1", "D", 2023, "100 " * 12)),
        reports="""
dataset place_id period expected received
EPI D 202301 10 8
EPI D 202302 10 10
""",
    )
    assert totals(told, "D", 202301) == {"completeness": 106.25, "both": 106.25}
    assert totals(told, "C", 202301) == {"completeness": 106.25, "both": 106.25}
    assert totals(told, "C", 202302) == {}


def test_dhis2_tells_outliers_and_adjusts_nothing(tmp_path):
    told = country(
        tmp_path / "w",
        profile="dhis2",
        places=PLACES,
        values=values(months("DTP1", "A", 2023, SPIKE)),
    )
    assert asked(told, "SELECT period, high FROM outliers", "dhis2") == [(202305, True)]
    assert asked(told, "FROM adjustments", "dhis2") == []
    assert asked(told, "FROM adjusted_counts", "dhis2") == []


def test_a_campaign_is_not_judged_as_routine(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(
            months("MCV1", "A", 2023, "0 0 0 0 900 0 0 0 0 0 0 0", "campaign"),
            header="element place_id period strategy value",
        ),
    )
    assert asked(told, "FROM outliers") == []


def test_an_outlier_taken_out_stands_in_for_no_report(tmp_path):
    """A quarter that lacks 3 of 12 reports lacks them without its spike as well."""
    told = country(
        tmp_path / "w",
        places=PLACES,
        targets="population place_id year value\nsurviving_infants D 2023 3000",
        values=values(months("DTP1", "D", 2023, SPIKE)),
        reports="dataset place_id period expected received\n"
        + "\n".join(f"EPI D 2023{m:02d} 4 {1 if m == 5 else 4}" for m in range(1, 13)),
    )
    asked = {"method": "outliers", "denominator": "target"}
    found = told.fact("zero_dose_children", "D", "2023Q2", **asked)
    assert (found["numerator"], found["value"]) == (301, None)
    assert "reports_missing" in flags(found)
