"""Mistakes of other tools with figures that contradict each other."""

import pytest

from tests.spec.small_country import country, flags, months, values


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """DTP1 155 % of a target that doubled for one year; as many third doses."""
    return country(
        tmp_path_factory.mktemp("logic") / "w",
        places="place_id name level parent_id\nD Dd district .\nA Aa area D",
        values=values(
            *(
                months(element, "A", of, "155 " * 12)
                for element in ("DTP1", "DTP3")
                for of in (2021, 2022, 2023)
            )
        ),
        targets="""
        population place_id year value
        surviving_infants A 2021 1200
        surviving_infants A 2022 2400
        surviving_infants A 2023 1200
        """,
    )


def test_coverage_above_100_is_shown_flagged_and_found_not_asserted_away(told):
    """Another tool stops at `assert coverage <= 100`."""
    fact = told.fact("dtp1_coverage", "A", "2021")
    assert fact["value"] == 155
    assert "above_100" in flags(fact)
    found = told.findings("coverage_above_100")
    assert ("A", "2021") in {(f["place_id"], f["period_start"]) for f in found}


def test_a_drop_out_of_zero_is_a_value(told):
    assert told.value("dropout_dtp1_dtp3", "A", "2021") == 0.0
    assert not told.findings("sequence_impossible")


def test_a_population_that_doubles_and_halves_is_said(told):
    """Coverage halves in 2022 and doubles in 2023, with the same doses."""
    assert told.value("dtp1_coverage", "A", "2022") == 77.5
    jumps = [f for f in told.findings("target_jump") if f["place_id"] == "A"]
    assert [(f["period_start"], f["severity"]) for f in jumps] == [
        ("2022", "error"),
        ("2023", "error"),
    ]
