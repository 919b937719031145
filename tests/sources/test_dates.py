"""Periods and dates as people type them."""

import datetime

import pytest

from boloci import periods
from boloci.periods import NotAPeriod, WeeklyPeriod
from boloci.sources import dates


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Janvier 2024", 202401),
        ("janv.-24", 202401),
        ("JANV 24", 202401),
        ("Jan 2024", 202401),
        ("January 2024", 202401),
        ("janeiro de 2024", 202401),
        ("Février 2023", 202302),
        ("fevr. 2023", 202302),
        ("Fevereiro 2023", 202302),
        ("Março 2024", 202403),
        ("Mars 2024", 202403),
        ("AOÛT 2022", 202208),
        ("Ago 2022", 202208),
        ("Déc. 2022", 202212),
        ("2024 décembre", 202412),
        ("01/2024", 202401),
        ("2024-01", 202401),
        ("202401", 202401),
        ("2024-01-01", 202401),
        ("2024-01-31", 202401),
    ],
)
def test_a_month_is_read_in_three_languages_and_as_numbers(text, code):
    assert dates.period(text) == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T1 2024", "2024Q1"),
        ("Trim 1 2024", "2024Q1"),
        ("1er trimestre 2024", "2024Q1"),
        ("Q3 2024", "2024Q3"),
        ("2024Q4", "2024Q4"),
        ("2024 T2", "2024Q2"),
        ("January - March 2024", "2024Q1"),
        ("Octobre - Décembre 2023", "2023Q4"),
        ("Semestre 2 2024", "2024S2"),
        ("2024S1", "2024S1"),
        ("Jan to Jun 2024", "2024S1"),
        ("Année 2024", "2024"),
        ("2024", "2024"),
    ],
)
def test_quarters_semesters_and_years_are_read(text, expected):
    assert periods.text(dates.period(text)) == expected


def test_an_excel_day_number_is_read_in_either_of_excels_calendars():
    day = datetime.date(2024, 3, 1)
    for epoch in dates.EPOCHS:
        assert dates.period(str((day - epoch).days)) == 202403


def test_an_excel_day_in_the_middle_of_a_month_is_refused():
    with pytest.raises(NotAPeriod):
        dates.period("45306")


@pytest.mark.parametrize(
    "text", ["2024W5", "Week 5 2024", "Semaine 5 2024-01-29", "2024W05", "W5 2024"]
)
def test_a_week_is_known_and_refused_as_a_week(text):
    with pytest.raises(WeeklyPeriod):
        dates.period(text)


@pytest.mark.parametrize(
    "text", ["2024-01-15", "20240115", "202413", "Jan - Feb 2024", "abc", "", "13/2024"]
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(NotAPeriod):
        dates.period(text)


def test_a_date_that_could_be_two_dates_is_refused():
    with pytest.raises(dates.AmbiguousDate):
        dates.date("03/04/2024")
    assert dates.date("25/04/2024") == datetime.date(2024, 4, 25)
    assert dates.date("04/04/2024") == datetime.date(2024, 4, 4)
    assert dates.date("12 janvier 2024") == datetime.date(2024, 1, 12)
    assert dates.date("2023-07-01T00:00:00.000") == datetime.date(2023, 7, 1)


def test_a_date_that_can_only_begin_one_month_is_that_month():
    assert dates.period("01/02/2024") == 202402
    assert dates.period("03/01/2024") == 202403
    with pytest.raises(NotAPeriod):
        dates.period("03/04/2024")


def test_every_month_word_names_one_month():
    assert set(dates.MONTHS.values()) == set(range(1, 13))
    assert dates.month("5") == 5
    assert dates.month("13") is None
