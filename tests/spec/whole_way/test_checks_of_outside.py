"""Surveys, the United Nations and registers beside what is reported."""

import json

import pytest

from tests.spec.small_country import country, months, values

PLACES = """
place_id name level parent_id
C Country country .
D North district C
E South district C
F West district C
A Aa area D
B Bb area E
G Gg area F
H Hh area F
"""
TARGETS = """
population place_id year value source
surviving_infants A 2021 1200 .
surviving_infants A 2022 1200 .
surviving_infants B 2021 1200 .
surviving_infants B 2022 1200 .
surviving_infants G 2021 1200 .
surviving_infants G 2022 1200 .
surviving_infants C 2022 3000 un
surviving_infants D 2022 850 worldpop
surviving_infants E 2022 750 worldpop
surviving_infants G 2022 650 worldpop
"""
COLUMNS = """
survey place_id fieldwork_start fieldwork_end evidence estimate n
EDS D 2023-06-01 2023-06-30 card_or_history 0.80 400
EDS E 2023-06-01 2023-06-30 card_or_history 0.90 60
EDS C 2023-06-01 2023-06-30 card_or_history 0.86 900
EDS F 2023-06-01 2023-06-30 card 0.30 400
OLD D 2015-06-01 2015-06-30 card_or_history 0.10 400
HALF E 2022-06-01 2022-06-30 card_or_history 0.10 400
"""
SAME = {
    "indicator": "dtp1_coverage",
    "age_min_months": "12",
    "age_max_months": "23",
    "timing": "by_survey",
    "dose": "crude",
    "sex": ".",
}
HEAD, *LINES = COLUMNS.strip().splitlines()
SURVEYS = "\n".join(
    [
        f"{HEAD} {' '.join(SAME)}",
        *(f"{line} {' '.join(SAME.values())}" for line in LINES),
    ]
)
RECOUNTS = """
element place_id period register monthly_report
DTP1 A 202201 70 95
DTP1 A 202202 71 .
DTP1 B 202201 94 .
DTP1 G 202201 80 95
DTP1 H 202201 12 10
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Findings of a rule by place; 95 doses a month of 100 children everywhere."""
    lines = [
        months("DTP1", place, of, "95 " * 12)
        for place in ("A", "B", "G")
        for of in (2021, 2022)
    ]
    told = country(
        tmp_path_factory.mktemp("outside") / "w",
        places=PLACES,
        values=values(*lines),
        targets=TARGETS,
        surveys=SURVEYS,
        recounts=RECOUNTS,
    )
    return lambda rule: {f["place_id"]: f for f in told.findings(rule)}


def test_a_survey_is_compared_with_the_months_its_children_were_due(found):
    """12-23 months in June 2023: due at two months from September 2021 on."""
    row = found("survey_differs")["D"]
    assert (row["period_start"], row["period_end"]) == ("202109", "202208")
    assert (row["value"], row["expected"]) == (95, 80)


def test_below_the_region_only_a_value_outside_the_interval_is_a_finding(found):
    """E: 90 % of 60 children with design effect 2 assumed: 74 to 97 %."""
    assert "E" not in found("survey_differs")


def test_at_the_country_ten_points_are(found):
    """Reported 95 %, survey 86 %: nine points."""
    assert "C" not in found("survey_differs")


def test_coverage_by_card_alone_and_surveys_before_the_data_are_not_compared(found):
    """HALF speaks of children due from September 2020 on, the data of 2021."""
    assert set(found("survey_differs")) == {"D"}


def test_targets_far_from_another_source_are_a_finding_as_their_size_allows(found):
    """Country 3600 / 3000 > 1.1; districts 1200 / 850 < 1.5 < 1200 / 750; area 1200 /
    650 < 2, its district 1200 / 650 > 1.5."""
    rows = found("target_against_other")
    assert set(rows) >= {"C", "E", "F"}
    assert not {"D", "G", "A"} & set(rows)


def test_registers_below_the_report_are_over_reporting(found):
    """A: 70 + 71 in the register of 95 + 95 reported; factor .74."""
    row = found("register_below_report")["A"]
    assert (row["value"], row["expected"]) == (190, 141)
    assert json.loads(row["params"])["factor"] == 0.74


def test_a_blank_monthly_report_is_the_reported_number(found):
    """B: 94 of 95."""
    assert "B" not in found("register_below_report")


def test_a_districts_factor_is_the_ratio_of_sums(found):
    """F: (80 + 12) / (95 + 10) = .88; the mean of .84 and 1.2 would be 1.02."""
    assert json.loads(found("register_below_report")["F"]["params"])["factor"] == 0.88
    assert set(found("register_above_report")) == {"H"}
