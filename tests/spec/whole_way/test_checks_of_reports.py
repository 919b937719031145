"""Silence, reports that came together, and completeness that means nothing."""

from pathlib import Path

import pytest

from boloci.problems import Refused
from tests.spec.small_country import (
    STEADY,
    TWO_AREAS,
    Country,
    country,
    months,
    values,
)


def built(folder: Path, **tables: str) -> Country:
    return country(folder / "w", places=TWO_AREAS, **tables)


def beside_a_steady_area(folder: Path, doses: str, **tables: str) -> Country:
    """What A told month by month of 2024, beside B where nothing happened."""
    told = (months("DTP1", "A", 2024, doses), months("DTP1", "B", 2024, STEADY))
    return built(folder, values=values(*told), **tables)


@pytest.fixture
def silent(tmp_path: Path) -> Country:
    """A is silent from March to September 2024."""
    return beside_a_steady_area(
        tmp_path,
        "40 41 x x x x x x x 40 42 38",
    )


def test_six_months_without_a_report_are_said_once(silent: Country):
    (found,) = silent.findings("silent_unit")
    assert found["place_id"] == "A"
    assert (found["period_start"], found["period_end"]) == ("202403", "202409")
    assert found["value"] == 7
    assert found["severity"] == "warning"


def test_reporting_again_names_the_first_month(silent: Country):
    (found,) = silent.findings("reporting_again")
    assert (found["place_id"], found["period_start"]) == ("A", "202410")


def test_five_months_without_a_report_are_no_silence(tmp_path: Path):
    told = beside_a_steady_area(
        tmp_path,
        "40 41 x x x x x 40 40 40 42 38",
    )
    assert told.findings("silent_unit") == []
    assert told.findings("late_together") == []


def test_a_told_closure_explains_silence(tmp_path: Path):
    told = beside_a_steady_area(
        tmp_path,
        "40 41 x x x x x x x 40 42 38",
        events="""
        kind place_id start end note
        closure D 2024-03-05 2024-09-20 floods
        """,
    )
    (found,) = told.findings("silent_unit")
    assert found["severity"] == "info"
    assert '"closure"' in found["context"]


def test_a_report_of_three_months_together_is_late_and_not_a_peak(tmp_path: Path):
    told = beside_a_steady_area(
        tmp_path,
        "40 41 39 40 x x 121 41 39 40 42 38",
    )
    (found,) = told.findings("late_together")
    assert (found["place_id"], found["period_start"]) == ("A", "202407")
    assert (found["value"], found["expected"]) == (121, 40)
    assert told.findings("outlier_high") == []


def test_a_peak_beside_a_late_report_is_still_told_of_the_district(tmp_path: Path):
    told = built(
        tmp_path,
        values=values(
            months("DTP1", "A", 2024, "40 41 39 40 x x 121 41 39 40 42 38"),
            months("DTP1", "B", 2024, "40 41 39 40 42 38 400 41 39 40 42 38"),
        ),
    )
    peaks = {f["place_id"]: f["value"] for f in told.findings("outlier_high")}
    assert peaks == {"B": 400, "D": 521, "C": 521}


def test_a_usual_month_after_a_missing_one_is_no_finding(tmp_path: Path):
    told = beside_a_steady_area(
        tmp_path,
        "40 41 39 40 42 x 40 41 39 40 42 38",
    )
    assert [f["rule"] for f in told.findings() if f["place_id"] == "A"] == []


def test_late_reports_are_told_of_those_whose_day_of_arrival_is_known(tmp_path: Path):
    """A: 2 of 6 in time, of 6 nobody knows; B: 3 of 6, and not below a half."""
    told = built(
        tmp_path,
        values=values(months("DTP1", "A", 2024, STEADY)),
        reports="\n".join(
            ["dataset place_id period expected received on_time"]
            + [f"EPI {p} 2024{m:02d} 1 1 {int(m <= good)}" for p, good in
               (("A", 2), ("B", 3)) for m in range(1, 7)]
            + [f"EPI {p} 2024{m:02d} 1 1 ." for p in "AB" for m in range(7, 13)]
        ),
    )  # fmt: skip
    (found,) = [row for row in told.findings("reports_late") if row["place_id"] != "D"]
    assert (found["place_id"], found["period_start"]) == ("A", "2024")
    assert found["value"] == pytest.approx(100 * 2 / 6)
    assert found["severity"] == "info"


def test_reports_above_expected_and_a_rate_of_250_are_said_once_a_year(tmp_path: Path):
    rows = "\n".join(f"EPI A 2024{m:02d} 1 2 250" for m in range(1, 13))
    told = built(
        tmp_path,
        values=values(months("DTP1", "A", 2024, STEADY)),
        reports=f"dataset place_id period expected received rate\n{rows}",
    )
    (above,) = told.findings("received_above_expected")
    (rate,) = told.findings("rate_impossible")
    assert (above["value"], above["expected"]) == (2, 1)
    assert (rate["value"], rate["severity"]) == (250, "error")
    assert '"count":12' in rate["params"]


def test_more_reports_on_time_than_received_are_a_finding(tmp_path: Path):
    told = built(
        tmp_path,
        values=values(months("DTP1", "A", 2024, STEADY)),
        reports="""
        dataset place_id period expected received on_time
        EPI A 202401 3 1 2
        EPI A 202402 3 2 2
        """,
    )
    (found,) = told.findings("on_time_above_received")
    assert (found["period_start"], found["value"], found["expected"]) == (
        "202401",
        2,
        1,
    )


def test_a_rule_that_fires_every_year_says_so_once(tmp_path: Path):
    rows = "\n".join(f"EPI A {y}01 1 2" for y in range(2020, 2025))
    told = built(
        tmp_path,
        values=values(months("DTP1", "A", 2024, STEADY)),
        reports=f"dataset place_id period expected received\n{rows}",
    )
    (found,) = told.findings("received_above_expected")
    assert (found["period_start"], found["period_end"]) == ("202001", "202401")


def test_one_expected_report_for_a_district_is_doubted(tmp_path: Path):
    rows = "\n".join(f"EPI D 2024{m:02d} 1 1" for m in range(1, 13))
    told = built(
        tmp_path,
        values=values(
            months("DTP1", "A", 2024, STEADY), months("DTP1", "B", 2024, STEADY)
        ),
        reports=f"dataset place_id period expected received\n{rows}",
    )
    (found,) = [f for f in told.findings("too_few_expected") if f["place_id"] == "D"]
    assert found["value"] == 1


def test_few_reports_of_a_district_and_of_a_unit_are_told_apart(tmp_path: Path):
    told = beside_a_steady_area(
        tmp_path,
        "40 x x 40 x 40 x 40 x 40 x 38",
    )
    (unit,) = told.findings("reports_missing")
    (district,) = told.findings("completeness_low")
    assert (unit["place_id"], unit["value"]) == ("A", 50)
    assert (district["place_id"], district["value"]) == ("D", 75)


def test_the_gravest_findings_come_first_and_of_these_the_largest_places(
    tmp_path: Path,
):
    told = beside_a_steady_area(
        tmp_path,
        "40 41 x x x x x x x 40 400 38",
        targets="population place_id year sex value\nsurviving_infants B 2024 . 90",
    )
    grave, largest = ["error", "warning", "info"], ["C", "D", "A", "B", ""]
    order = [
        (grave.index(found["severity"]), largest.index(found["place_id"]))
        for found in told.findings()
    ]
    assert len({severity for severity, _place in order}) > 1
    assert [severity for severity, _place in order] == sorted(s for s, _place in order)
    ranked = [(severity, min(place, 2)) for severity, place in order]
    assert ranked == sorted(ranked)


def test_a_rule_that_does_not_exist_is_refused_with_close_names(silent: Country):
    with pytest.raises(Refused) as refused:
        silent.workspace.findings(rule="outlier")
    [problem] = refused.value.problems
    assert problem.code == "choice_unknown"
    assert "outlier_high" in problem.values["known"]
