"""The sex gap from files to facts: who reported, how sure, and never half assumed."""

import math

import pytest

from tests.spec.small_country import country, flags

PLACES = """
place_id name level parent_id
C Country country .
D North district C
A Aa area D
B Bb area D
E Ee area D
"""


def doses(place: str, *months: str, year: int = 2024, element: str = "DTP1") -> str:
    """Lines of a form by sex: each month "girls boys" or "girls boys total"."""
    lines = []
    for number, month in enumerate(months, start=1):
        cells = dict(zip(("female", "male", "."), month.split(), strict=False))
        lines += [
            f"{element} {place} {year}{number:02d} {sex} {value}"
            for sex, value in cells.items()
            if value != "x"
        ]
    return "\n".join(lines)


def form(*lines: str) -> str:
    return "\n".join(["element place_id period sex value", *lines])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory):
    """A reports both sexes, B girls always and boys in some months, E totals only.

    Targets are given without sex: 1.03 boys for a girl.
    """
    return country(
        tmp_path_factory.mktemp("sexes") / "w",
        places=PLACES,
        targets="""
        population place_id year value
        surviving_infants A 2024 406
        surviving_infants B 2024 203
        surviving_infants E 2024 203
        """,
        values=form(
            doses("A", *["8 10"] * 6, *["10 12"] * 6),
            doses("B", *["5 5"] * 6, *["5 x"] * 6),
            doses("E", *["x x 10"] * 12),
        ),
    )


def test_the_ratio_of_an_area_is_its_doses_over_the_expected_ratio(told):
    fact = told.fact("dtp1_sex_ratio", "A", "2024")
    assert fact["value"] == pytest.approx((108 / 132) * 1.03)
    assert "sex_ratio_assumed" in flags(fact)
    assert "sex_partial" not in flags(fact)


def test_the_ratio_carries_its_interval_and_the_gap_none(told):
    fact = told.fact("dtp1_sex_ratio", "A", "2024")
    wide = math.exp(1.959964 * math.sqrt(1 / 108 + 1 / 132))
    assert fact["lower"] == pytest.approx(fact["value"] / wide)
    assert fact["upper"] == pytest.approx(fact["value"] * wide)
    assert fact["confidence"] == 95
    assert told.fact("dtp1_sex_gap", "A", "2024")["lower"] is None


def test_three_reports_are_too_few_for_an_interval(told):
    assert told.fact("dtp1_sex_ratio", "A", "2024Q1")["lower"] is None
    assert told.fact("dtp1_sex_ratio", "A", "2024Q1")["value"] is not None


def test_a_month_is_worked_out_when_asked_without_an_interval(told):
    fact = told.fact("dtp1_sex_ratio", "A", "202401")
    assert (fact["value"], fact["lower"]) == (pytest.approx(0.824), None)


def test_months_in_which_one_sex_is_missing_enter_neither(told):
    """B: six months of 5 and 5, then girls alone: girls of 12 months are no gap."""
    fact = told.fact("dtp1_sex_ratio", "B", "2024")
    assert fact["value"] == pytest.approx(1.03)
    assert told.value("dtp1_doses", "B", "2024", sex="female") == 30
    assert told.value("dtp1_doses", "B", "202412", sex="female") == 5  # as reported


def test_the_gap_of_a_district_is_of_the_units_and_months_with_both_sexes(told):
    fact = told.fact("dtp1_sex_ratio", "D", "2024")
    assert fact["value"] == pytest.approx((108 + 30) / (132 + 30) * 1.03)
    assert {"sex_partial", "sex_ratio_assumed"} <= flags(fact)
