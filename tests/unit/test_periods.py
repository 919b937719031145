"""Periods as files write them and as people type them."""

import pytest

from boloci import periods


@pytest.mark.parametrize("text", ["202401", "2024Q1", "2024S1", "2024"])
def test_what_files_write_may_be_typed(text):
    assert periods.typed(text) == periods.code(text)


def test_a_month_typed_with_a_dash_is_that_month_and_no_text_of_a_file():
    assert periods.typed("2024-01") == 202401
    with pytest.raises(periods.NotAPeriod):
        periods.code("2024-01")


@pytest.mark.parametrize("text", ["2019-2023", "2019-23", "1899-01", "2024-1", "-01"])
def test_a_dash_between_years_is_no_month(text):
    with pytest.raises(periods.NotAPeriod):
        periods.typed(text)


def test_a_week_typed_is_known_as_a_week():
    with pytest.raises(periods.WeeklyPeriod):
        periods.typed("2024W05")
