"""A number far too high is told in a series too short for outliers, and no true one."""

import pytest

from tests.spec.small_country import country, months, values

USUAL = "40 41 39 42"
CASES = {
    "typed": {"DTP1": "40 41 400 39", "DTP3": USUAL, "BCG": USUAL},
    "maternity": {"BCG": "300 310 290 305", "DTP1": "20 21 19 20", "DTP3": "18 " * 4},
    "catch_up": {"DTP1": "40 41 400 39", "DTP3": "40 41 380 39", "BCG": USUAL},
    "alone": {"DTP1": "40 41 400 39"},
    "begins": {"BCG": "5 300", "DTP1": "20 21", "DTP3": "18 18"},
    "small": {"DTP1": "2 3 25 2", "DTP3": "2 3 2 2", "BCG": "3 2 2 2"},
    "long": {
        "DTP1": "40 41 39 42 40 41 400 39",
        "DTP3": f"{USUAL} {USUAL}",
        "BCG": f"{USUAL} {USUAL}",
    },
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """An area for each case."""
    return country(
        tmp_path_factory.mktemp("few") / "w",
        places="\n".join(
            ["place_id name level parent_id", "D District district ."]
            + [f"{case} Area_{case} area D" for case in CASES]
        ),
        values=values(
            *(
                months(element, case, 2024, doses)
                for case, series in CASES.items()
                for element, doses in series.items()
            )
        ),
    )


@pytest.fixture(scope="module")
def found(told):
    return {row["place_id"]: row for row in told.findings("out_of_proportion")}


def test_a_zero_too_many_is_told_by_the_doses_and_the_months_beside_it(found):
    row = found["typed"]
    assert (row["element"], row["period_start"]) == ("DTP1", "202403")
    assert (row["value"], row["expected"]) == (400, 41)
    assert row["severity"] == "error"


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("maternity", "many BCG every month are no fault"),
        ("catch_up", "another dose of the month says the same"),
        ("alone", "no other dose to hold it against"),
        ("begins", "one other month may be the first, begun late"),
        ("small", "23 doses more may be a day's outreach"),
        ("long", "eight months show an outlier"),
    ],
)
def test_what_may_be_true_is_not_out_of_proportion(found, case, why):
    assert case not in found, why


def test_a_series_long_enough_is_told_as_an_outlier(told):
    high = told.findings("outlier_high")
    assert "long" in {row["place_id"] for row in high}
