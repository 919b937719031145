"""Doses against the children who should have had them."""

import pytest

from boloci.stats import coverage
from boloci.stats.vocabulary import BOTH, FEMALE, MALE
from tests.spec.statistics.said import one, said, words

COUNTS = """
place element period total female male sexed sexed_target expected received
{}
"""
TARGETS = """
place period population target target_female target_male reporting_target
1 202400 0 {} {} {} {}
"""


def joined(frame, doses, target="100 50 50 100", **flags):
    """One place and year: doses "total female male sexed sexed_target due came"."""
    no_flags = dict.fromkeys(("partial", "age_unknown", "to_date"), 0)
    counts = frame(
        COUNTS.format(f"1 7 202400 {doses}"),
        **{name: flags.get(name, 0) for name in no_flags},
    )
    names = ("sex_assumed", *coverage.TARGET_FLAGS)
    targets = frame(
        TARGETS.format(*target.split()), **{name: flags.get(name, 0) for name in names}
    )
    populations = frame("element population\n7 0")
    return coverage.against_target(counts, targets, populations, complete_from=90.0)


def test_coverage_is_doses_in_percent_of_the_target(frame):
    fact = one(coverage.coverage(joined(frame, "80 . . . . 12 12")), sex=BOTH)
    assert (fact["value"], fact["numerator"], fact["denominator"]) == (80, 80, 100)


def test_coverage_is_null_without_a_target_and_says_so(frame):
    fact = one(
        coverage.coverage(joined(frame, "80 . . . . 12 12", ". . . .")), sex=BOTH
    )
    assert (fact["value"], words(fact)) == (None, {"target_missing"})


def test_coverage_is_null_with_a_target_of_nought(frame):
    fact = one(
        coverage.coverage(joined(frame, "80 . . . . 12 12", "0 0 0 0")), sex=BOTH
    )
    assert fact["value"] is None


def test_coverage_is_null_without_a_report(frame):
    fact = one(coverage.coverage(joined(frame, ". . . . . 12 0")), sex=BOTH)
    assert (fact["value"], words(fact)) == (None, {"incomplete", "no_report"})


def test_no_doses_are_a_coverage_of_nought(frame):
    fact = one(coverage.coverage(joined(frame, "0 . . . . 12 12")), sex=BOTH)
    assert fact["value"] == 0


def test_coverage_above_a_hundred_is_shown_with_its_flag(frame):
    fact = one(coverage.coverage(joined(frame, "155 . . . . 12 12")), sex=BOTH)
    assert (fact["value"], words(fact)) == (155, {"above_100"})


@pytest.mark.parametrize(("came", "short"), [(9, False), (8, True)])
def test_a_sum_is_incomplete_below_ninety_percent_of_its_reports(frame, came, short):
    fact = one(coverage.coverage(joined(frame, f"50 . . . . 10 {came}")), sex=BOTH)
    assert ("incomplete" in words(fact)) is short
    assert (fact["expected"], fact["received"]) == (10, came)


def test_a_place_without_expected_reports_is_not_called_incomplete(frame):
    fact = one(coverage.coverage(joined(frame, "50 . . . . . .")), sex=BOTH)
    assert words(fact) == set()


def test_coverage_of_reporting_units_has_their_target(frame):
    fact = one(
        coverage.coverage_of_reporting_units(
            joined(frame, "50 . . . . 10 6", "100 50 50 60")
        )
    )
    assert (fact["denominator"], fact["value"]) == (60, pytest.approx(250 / 3))


def test_target_minus_doses_is_signed(frame):
    left = one(coverage.target_minus_doses(joined(frame, "130 . . . . 10 10")))
    assert (left["value"], words(left)) == (-30, {"negative"})


def test_children_not_reached_are_target_minus_doses(frame):
    fact = one(coverage.not_reached(joined(frame, "88 . . . . 10 10")))
    assert fact["value"] == 12


def test_the_share_not_reached_is_a_percentage_and_not_a_count(frame):
    target = "1000000 500000 500000 1000000"
    fact = one(
        coverage.not_reached_share(joined(frame, "880815.2 . . . . 9 9", target))
    )
    assert fact["value"] == pytest.approx(11.91848)


def test_more_doses_than_children_is_null_with_the_reason_never_nought(frame):
    fact = one(coverage.not_reached(joined(frame, "101 . . . . 10 10")))
    assert (fact["value"], words(fact)) == (None, {"more_doses_than_children"})


def test_missing_reports_leave_children_not_reached_unknown(frame):
    fact = one(coverage.not_reached(joined(frame, "50 . . . . 10 8")))
    assert (fact["value"], words(fact)) == (None, {"incomplete", "reports_missing"})


@pytest.mark.parametrize("name", ["to_date", "target_incomplete"])
def test_an_unfinished_year_or_target_leaves_them_unknown(frame, name):
    fact = one(coverage.not_reached(joined(frame, "50 . . . . 10 10", **{name: 1})))
    assert (fact["value"], words(fact)) == (None, {name})


def test_sexes_are_shown_where_they_were_reported(frame):
    made = coverage.coverage(joined(frame, "80 30 50 80 100 10 10"))
    assert one(made, sex=FEMALE)["value"] == 60
    assert one(made, sex=MALE)["value"] == 100
    assert [row["sex"] for row in said(made)] == [BOTH, FEMALE, MALE]


def test_half_is_never_assumed_where_no_sex_was_reported(frame):
    made = coverage.coverage(joined(frame, "80 . . . . 10 10"))
    assert [row["sex"] for row in said(made)] == [BOTH]


def test_where_some_units_report_sex_the_target_is_theirs(frame):
    made = coverage.coverage(joined(frame, "80 10 15 25 40 10 10"))
    girls = one(made, sex=FEMALE)
    assert (girls["denominator"], girls["value"]) == (20, 50)
    assert "sex_partial" in words(girls)


def test_the_target_of_units_that_report_sex_not_known_leaves_their_coverage_null(
    frame,
):
    girls = one(coverage.coverage(joined(frame, "80 10 15 25 . 10 10")), sex=FEMALE)
    assert (girls["numerator"], girls["value"]) == (10, None)


def test_a_split_of_the_target_by_an_assumed_ratio_is_flagged(frame):
    made = coverage.coverage(joined(frame, "80 30 50 80 100 9 9", sex_assumed=1))
    assert "sex_ratio_assumed" in words(one(made, sex=FEMALE))
    assert "sex_ratio_assumed" not in words(one(made, sex=BOTH))
