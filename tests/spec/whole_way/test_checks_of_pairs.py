"""Two doses of one place and year that cannot go together are found, and only those."""

import json

import pytest

from tests.spec.small_country import country, months, values

PLACES = """
place_id name level parent_id
D District district .
A Aa area D
B Bb area D
"""


def told(folder, *lines, **tables):
    return country(folder / "w", places=PLACES, values=values(*lines), **tables)


def found(told, rule):
    return {(f["place_id"], f["period_start"]): f for f in told.findings(rule)}


def year(element, place, doses, year=2023):
    """Twelve months of the same doses."""
    return months(element, place, year, f"{doses} " * 12)


def test_more_third_doses_than_first_are_a_finding_beyond_two_roots(tmp_path):
    """600 and 720: excess 120 > 2 sqrt(1320) = 72.7. 600 and 660: 60 < 71.0."""
    a = told(
        tmp_path,
        year("DTP1", "A", 50),
        year("DTP3", "A", 60),
        year("DTP1", "B", 50),
        year("DTP3", "B", 55),
    )
    rows = found(a, "sequence_impossible")
    assert ("A", "2023") in rows
    assert ("B", "2023") not in rows
    row = rows["A", "2023"]
    assert (row["element"], row["value"], row["expected"]) == ("DTP1", 720, 600)
    assert json.loads(row["params"])["dropout"] == -20.0


def test_the_district_is_judged_on_its_own_sum(tmp_path):
    """1200 and 1380: excess 180 > 2 sqrt(2580) = 101.6."""
    a = told(
        tmp_path,
        year("DTP1", "A", 50),
        year("DTP3", "A", 60),
        year("DTP1", "B", 50),
        year("DTP3", "B", 55),
    )
    row = found(a, "sequence_impossible")["D", "2023"]
    assert (row["value"], row["expected"]) == (1380, 1200)


def test_twelve_months_that_are_no_calendar_year_are_looked_at_too(tmp_path):
    a = told(
        tmp_path,
        months("DTP1", "A", 2023, "x x x x x x 50 50 50 50 50 50"),
        months("DTP1", "A", 2024, "50 50 50 50 50 50"),
        months("DTP3", "A", 2023, "x x x x x x 60 60 60 60 60 60"),
        months("DTP3", "A", 2024, "60 60 60 60 60 60"),
    )
    assert found(a, "sequence_impossible")["A", "202307"]["period_end"] == "202406"


def test_months_without_a_report_of_one_dose_are_not_compared(tmp_path):
    """DTP1 blank in three months: its year is short, not impossible."""
    a = told(
        tmp_path,
        months("DTP1", "A", 2023, "50 50 50 50 50 50 50 50 50 . . ."),
        year("DTP3", "A", 50),
    )
    assert not a.findings("sequence_impossible")


def test_second_measles_doses_above_the_first_are_a_finding(tmp_path):
    a = told(tmp_path, year("MCV1", "A", 20), year("MCV2", "A", 40))
    assert ("A", "2023") in found(a, "sequence_impossible")


def test_a_drop_out_of_zero_is_a_value_and_no_finding(tmp_path):
    """An error others made: 0.0 read as missing."""
    a = told(tmp_path, year("DTP1", "A", 50), year("DTP3", "A", 50))
    assert a.value("dropout_dtp1_dtp3", "A", "2023") == 0.0
    assert not a.findings("sequence_impossible")


def test_a_negative_drop_out_between_two_vaccines_is_a_finding(tmp_path):
    """DTP1 600, MCV1 720."""
    a = told(tmp_path, year("DTP1", "A", 50), year("MCV1", "A", 60))
    row = found(a, "dropout_negative")["A", "2023"]
    assert json.loads(row["params"])["dropout"] == -20.0


def test_a_negative_drop_out_in_a_stock_out_of_the_first_vaccine_is_explained(tmp_path):
    a = told(
        tmp_path,
        year("BCG", "A", 50),
        year("MCV1", "A", 60),
        events="kind place_id start end note\nstock_out A 2023-03-01 2023-05-31 x",
    )
    row = found(a, "dropout_negative")["A", "2023"]
    assert row["severity"] == "info"
    assert "stock_out" in row["context"]


def test_doses_of_one_visit_that_are_far_apart_are_a_finding(tmp_path):
    """DTP1 600, OPV1 400 (33 % apart), PCV1 540 (10 % apart)."""
    a = told(
        tmp_path,
        *[year(e, "A", d) for e, d in (("DTP1", 50), ("PCV1", 45))],
        months("OPV1", "A", 2023, "50 50 50 50 50 50 50 50 0 0 0 0"),
    )
    row = found(a, "co_administered_apart")["A", "2023"]
    assert row["element"] == "OPV1"
    assert json.loads(row["params"])["percent"] == 33


def test_a_vaccine_that_began_in_the_year_is_not_far_apart(tmp_path):
    a = told(
        tmp_path,
        year("DTP1", "A", 50),
        months("ROTA1", "A", 2023, "0 0 0 0 0 0 50 50 50 50 50 50"),
    )
    assert not a.findings("co_administered_apart")


@pytest.mark.parametrize(("anc1", "fires"), [(45, True), (60, False), (90, True)])
def test_antenatal_visits_far_from_first_doses_are_a_finding_at_district(
    tmp_path, anc1, fires
):
    """600 DTP1; 540, 720 and 1080 visits. 540: short by 60 < 2 sqrt(1140) = 67."""
    a = told(
        tmp_path,
        year("DTP1", "A", 50),
        year("ANC1", "A", anc1 if anc1 != 45 else 40),
    )
    rows = found(a, "ratio_implausible")
    assert (("D", "2023") in rows) == fires
    assert ("A", "2023") not in rows


def test_a_rule_that_holds_year_after_year_is_said_once(tmp_path):
    lines = [
        year(element, "A", doses, of)
        for of in (2021, 2022, 2023)
        for element, doses in (("DTP1", 50), ("DTP3", 60))
    ]
    a = told(tmp_path, *lines)
    (row,) = [f for f in a.findings("sequence_impossible") if f["place_id"] == "A"]
    assert (row["period_start"], row["period_end"]) == ("2021", "2023")
    assert json.loads(row["params"])["count"] == 3
