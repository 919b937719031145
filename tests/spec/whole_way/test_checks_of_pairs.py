"""Two doses of one place and year that cannot go together are found, and only those."""

import json

import pytest

from tests.spec.small_country import country, months, values

CASES = (
    *("beyond", "within", "blank", "measles", "zero", "negative", "stock_out"),
    *(
        "apart",
        "began",
        "visits_few",
        "visits_usual",
        "visits_many",
        "yearly",
        "school",
    ),
)
PLACES = "\n".join(
    [
        "place_id name level parent_id",
        *(f"D_{case} District_{case} district ." for case in CASES),
        *(f"{case} Area_{case} area D_{case}" for case in CASES),
    ]
)


def year(element, place, doses, of=2023):
    """Twelve months of the same doses."""
    return months(element, place, of, f"{doses} " * 12)


VALUES = values(
    year("DTP1", "beyond", 50),
    year("DTP3", "beyond", 60),
    year("DTP1", "within", 50),
    year("DTP3", "within", 55),
    months("DTP1", "blank", 2023, "50 50 50 50 50 50 50 50 50 . . ."),
    year("DTP3", "blank", 50),
    year("MCV1", "measles", 20),
    year("MCV2", "measles", 40),
    year("DTP1", "zero", 50),
    year("DTP3", "zero", 50),
    year("DTP1", "negative", 50),
    year("MCV1", "negative", 60),
    year("BCG", "stock_out", 50),
    year("MCV1", "stock_out", 60),
    year("DTP1", "apart", 50),
    year("PCV1", "apart", 45),
    months("OPV1", "apart", 2023, "50 50 50 50 50 50 50 50 0 0 0 0"),
    year("HPV1", "school", 10),
    year("HPV2", "school", 50),
    year("DTP1", "began", 50),
    months("ROTA1", "began", 2023, "0 0 0 0 0 0 50 50 50 50 50 50"),
    *(
        year(element, f"visits_{case}", doses)
        for case, visits in (("few", 40), ("usual", 60), ("many", 90))
        for element, doses in (("DTP1", 50), ("ANC1", visits))
    ),
    *(
        year(element, "yearly", doses, of)
        for of in (2021, 2022, 2023)
        for element, doses in (("DTP1", 50), ("DTP3", 60))
    ),
)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A district with one area for each case."""
    return country(
        tmp_path_factory.mktemp("pairs") / "w",
        places=PLACES,
        values=VALUES,
        events="""
        kind place_id start end note
        stock_out stock_out 2023-03-01 2023-05-31 x
        """,
    )


@pytest.fixture
def found(told):
    """Findings of a rule by place and first period."""
    return lambda rule: {
        (f["place_id"], f["period_start"]): f for f in told.findings(rule)
    }


def test_more_third_doses_than_first_are_a_finding_beyond_two_roots(found):
    """600 and 720: excess 120 > 2 sqrt(1320) = 72.7. 600 and 660: 60 < 71.0."""
    rows = found("sequence_impossible")
    assert ("within", "2023") not in rows
    row = rows["beyond", "2023"]
    assert (row["element"], row["value"], row["expected"]) == ("DTP1", 720, 600)
    assert json.loads(row["params"])["dropout"] == -20.0


def test_the_district_is_judged_on_its_own_sum(found):
    row = found("sequence_impossible")["D_beyond", "2023"]
    assert (row["value"], row["expected"]) == (720, 600)


def test_months_without_a_report_of_one_dose_are_not_compared(found):
    """DTP1 blank in three months: its year is short, not impossible."""
    assert ("blank", "2023") not in found("sequence_impossible")


def test_second_measles_doses_above_the_first_are_a_finding(found):
    assert ("measles", "2023") in found("sequence_impossible")


def test_a_drop_out_of_zero_is_a_value_and_no_finding(told, found):
    assert told.value("dropout_dtp1_dtp3", "zero", "2023") == 0.0
    assert ("zero", "2023") not in found("sequence_impossible")


def test_a_negative_drop_out_between_two_vaccines_is_a_finding(found):
    """DTP1 600, MCV1 720."""
    row = found("dropout_negative")["negative", "2023"]
    assert json.loads(row["params"])["dropout"] == -20.0
    assert row["severity"] == "warning"


def test_a_negative_drop_out_in_a_stock_out_of_the_first_vaccine_is_explained(found):
    row = found("dropout_negative")["stock_out", "2023"]
    assert row["severity"] == "info"
    assert "stock_out" in row["context"]


def test_doses_of_one_visit_that_are_far_apart_are_a_finding(found):
    """DTP1 600, OPV1 400 (33 % apart), PCV1 540 (10 % apart)."""
    row = found("co_administered_apart")["apart", "2023"]
    assert row["element"] == "OPV1"
    assert json.loads(row["params"])["percent"] == 33


def test_a_vaccine_that_began_in_the_year_is_not_far_apart(found):
    assert ("began", "2023") not in found("co_administered_apart")


def test_antenatal_visits_far_from_first_doses_are_a_finding_at_district(found):
    """600 DTP1 with 480, 720 and 1080 visits: ratios 0.8, 1.2 and 1.8."""
    rows = found("ratio_implausible")
    assert set(rows) == {("D_visits_few", "2023"), ("D_visits_many", "2023")}
    assert json.loads(rows["D_visits_many", "2023"]["params"])["ratio"] == 1.8


def test_a_rule_that_holds_year_after_year_is_said_once(found):
    rows = found("sequence_impossible")
    assert [key for key in rows if key[0] == "yearly"] == [("yearly", "2021")]
    assert rows["yearly", "2021"]["period_end"] == "2023"
    assert json.loads(rows["yearly", "2021"]["params"])["count"] == 3


def test_twelve_months_that_are_no_calendar_year_are_looked_at_too(tmp_path):
    half, whole = "x x x x x x {0} {0} {0} {0} {0} {0}", "{0} {0} {0} {0} {0} {0}"
    a = country(
        tmp_path / "w",
        places="place_id name level parent_id\nA Aa area .",
        values=values(
            *(
                months(element, "A", of, doses.format(number))
                for element, number in (("DTP1", 50), ("DTP3", 60))
                for of, doses in ((2023, half), (2024, whole))
            )
        ),
    )
    (row,) = a.findings("sequence_impossible")
    assert (row["period_start"], row["period_end"]) == ("202307", "202406")


def test_girls_of_ten_may_get_the_second_dose_a_school_year_after_the_first(found):
    """HPV1 120, HPV2 600 in one year: no impossible sequence."""
    assert ("school", "2023") not in found("sequence_impossible")


def test_doses_of_one_visit_are_compared_from_the_month_that_they_are_both_due(
    tmp_path,
):
    """Given in a pilot before 2023, due with DTP1 from that January on."""
    schedule = tmp_path / "w" / "catalogue" / "countries" / "neutral"
    told = country(tmp_path / "w")
    schedule.mkdir(parents=True)
    (schedule / "country.yaml").write_text('country: ""\n', encoding="utf-8")
    (schedule / "schedule.yaml").write_text(_SCHEDULE, encoding="utf-8")
    told.bring(
        places="place_id name level parent_id\nA Aa area .",
        values=values(
            *(
                year(element, "A", doses, of)
                for element, doses in (("DTP1", 50), ("ROTA1", 20))
                for of in (2021, 2022, 2023)
            )
        ),
    )
    told.build()
    (row,) = told.findings("co_administered_apart")
    assert (row["period_start"], row["period_end"]) == ("2023", "2023")


_SCHEDULE = """
reviewed: 2026-11-22
reviewer: a test
rows:
  - {element: DTP1, age: {at: 6, unit: week}, source: a test}
  - {element: ROTA1, age: {at: 6, unit: week}, valid_from: 2023-01-01, source: a test}
"""
