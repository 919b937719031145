"""Sums over places and months that say what they are made of."""

import pytest

from boloci import periods
from boloci.stats import sums
from tests.spec.statistics.said import one, said

UNITS = """
unit period element total partial
1 202401 7 10 0
1 202402 7 11 0
2 202401 7 . 1
2 202402 7 5 0
3 202401 7 100 0
"""


def ways(frame):
    """Units 1 and 2 add to 20; 2 moves to 30 in February; 3 is alone, from February."""
    return sums.Ways(
        own=frame("""
        unit first_month last_month
        1 190001 219912
        2 190001 219912
        3 202402 219912
        """),
        lineage=frame("unit lineage\n1 1\n2 2\n3 3"),
        above=frame("""
        lineage place first_month last_month
        1 20 190001 219912
        2 20 190001 202401
        2 30 202402 219912
        3 30 202402 219912
        """),
    )


def over(frame, units=UNITS, **more):
    made = sums.over_places(
        frame(units),
        ways(frame),
        by=("element",),
        sums=("total",),
        flags=("partial",),
        **more,
    )
    return {(row["place"], row["period"]): row for row in said(made)}


def test_a_sum_over_places_adds_what_was_reported(frame):
    row = over(frame)[20, 202401]
    assert (row["total"], row["partial"]) == (10, 1)


def test_a_sum_of_nothing_reported_is_null(frame):
    made = over(frame, "unit period element total partial\n2 202401 7 . 0")
    assert made[20, 202401]["total"] is None


def test_a_unit_adds_to_a_place_in_the_months_it_belongs(frame):
    made = over(frame)
    assert made[20, 202402]["total"] == 11
    assert made[30, 202402]["total"] == 5


def test_a_unit_that_is_not_open_is_in_no_sum_not_even_its_own(frame):
    made = over(frame)
    assert (3, 202401) not in made
    assert (30, 202401) not in made


def test_a_year_belongs_where_its_month_says(frame):
    units = "unit period element total partial month\n2 202400 7 9 0 202402"
    made = sums.over_places(
        frame(units.replace("month", "first")),
        ways(frame),
        by=("element",),
        sums=("total",),
        flags=("partial",),
        when="first",
    )
    assert {row["place"]: row["total"] for row in said(made)} == {2: 9, 30: 9}


def months(frame):
    return frame("""
    place period element total partial
    1 202401 7 10 0
    1 202403 7 12 1
    1 202404 7 . 0
    1 202412 7 1 0
    2 202404 7 . 0
    """)


@pytest.mark.parametrize(
    ("kind", "period", "total"),
    [
        (periods.QUARTER, 202421, 22),
        (periods.QUARTER, 202422, None),
        (periods.SEMESTER, 202431, 22),
        (periods.SEMESTER, 202432, 1),
        (periods.YEAR, 202400, 23),
    ],
)
def test_months_add_to_longer_periods(frame, kind, period, total):
    made = sums.over_months(
        months(frame), kind, by=("element",), sums=("total",), flags=("partial",)
    )
    assert one(made, place=1, period=period)["total"] == total


def every(frame, **more):
    made = sums.every_period(
        months(frame), by=("element",), sums=("total",), flags=("partial",), **more
    )
    return {(row["place"], row["period"]): row["total"] for row in said(made)}


def test_every_period_holds_months_quarters_semesters_and_years(frame):
    made = every(frame)
    assert {period for place, period in made if place == 2} == {
        202404,
        202422,
        202431,
        202400,
    }
    assert (made[1, 202431], made[1, 202400], made[2, 202400]) == (22, 23, None)


def test_what_was_entered_by_quarter_or_year_adds_to_longer_periods(frame):
    entered = frame("""
    place period element total partial
    1 202423 7 40 0
    2 202400 7 9 0
    """)
    made = every(frame, entered=entered)
    assert (made[1, 202423], made[1, 202432], made[1, 202400]) == (40, 41, 63)
    assert made[2, 202400] == 9


def stated(frame, rows):
    """Units 1, 2 lie in district 20, that in country 90."""
    membership = frame("""
    unit place first_month last_month
    1 1 190001 219912
    1 20 190001 219912
    1 90 190001 219912
    2 2 190001 219912
    2 20 190001 219912
    2 90 190001 219912
    20 20 190001 219912
    20 90 190001 219912
    90 90 190001 219912
    """)
    made = sums.own_or_children(
        frame(f"unit period element total\n{rows}"),
        membership,
        by=("element",),
        sums=("total",),
    )
    return {row["place"]: row["total"] for row in said(made)}


def test_without_a_statement_of_its_own_a_place_is_the_sum_of_those_below(frame):
    made = stated(frame, "1 202401 7 10\n2 202401 7 20")
    assert made == {1: 10, 2: 20, 20: 30, 90: 30}


def test_a_places_own_statement_stands_and_hides_those_below_it(frame):
    made = stated(frame, "1 202401 7 10\n20 202401 7 50")
    assert made == {1: 10, 20: 50, 90: 50}


def test_a_statement_of_another_month_hides_nothing(frame):
    made = stated(frame, "1 202401 7 10\n20 202402 7 50")
    assert made[90] in (10, 50)


def test_what_a_place_above_reports_itself_is_in_its_one_sum(frame):
    units = "unit period element total partial\n1 202401 7 10 0\n20 202401 7 5 1"
    made = sums.over_places(
        frame(units),
        sums.Ways(
            own=frame("unit first_month last_month\n1 190001 219912\n20 190001 219912"),
            lineage=frame("unit lineage\n1 1\n20 2"),
            above=frame("""
            lineage place first_month last_month
            1 20 190001 219912
            1 40 190001 219912
            2 40 190001 219912
            """),
        ),
        by=("element",),
        sums=("total",),
        flags=("partial",),
    )
    told = [(row["place"], row["total"], row["partial"]) for row in said(made)]
    assert sorted(told) == [(1, 10, 0), (20, 15, 1), (40, 15, 1)]
