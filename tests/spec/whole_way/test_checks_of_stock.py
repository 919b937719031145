"""Doses beside the vaccine that was used, and stock cards that do not add up."""

import json

import pytest

from tests.spec.small_country import country

CASES = ("above", "gap", "campaign", "slight", "few", "opening", "broken", "balance")
PLACES = "\n".join(
    [
        "place_id name level parent_id",
        "D District district .",
        "carded Carded area D",
        "cardless Cardless area D",
        *(f"{case} Area_{case} area ." for case in CASES),
    ]
)
VALUES = """
element place_id period strategy value
DTP1 above 202401 . 150
DTP2 above 202401 . 125
DTP3 above 202401 . 120
DTP1 above 202402 . 150
DTP2 above 202402 . 125
DTP3 above 202402 . 120
BCG gap 202401 . 50
BCG gap 202402 . 50
BCG carded 202401 . 50
BCG cardless 202401 . 500
MCV1 campaign 202401 fixed 100
MCV1 campaign 202401 campaign 300
BCG slight 202401 . 20800
BCG few 202401 . 22
"""
STOCK = """
product place_id period opening received issued lost closing
PENTA above 202401 0 400 300 0 100
PENTA above 202402 100 300 300 0 100
BCG gap 202401 0 100 60 0 40
BCG carded 202401 0 100 60 0 40
MR campaign 202401 0 500 200 0 300
BCG slight 202401 0 20000 20000 0 0
BCG few 202401 0 20 20 0 0
BCG opening 202401 0 50 10 0 40
BCG opening 202402 45 0 10 0 35
BCG opening 202403 15 0 5 0 10
BCG opening 202404 10 0 5 0 5
BCG broken 202401 0 50 10 0 40
BCG broken 202403 15 0 5 0 10
BCG balance 202401 0 50 10 2 40
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Findings of a rule by place, in a country with an area for each case."""
    told = country(
        tmp_path_factory.mktemp("stock") / "w",
        places=PLACES,
        values=VALUES,
        stock=STOCK,
    )
    return lambda rule: {f["place_id"]: f for f in told.findings(rule)}


def test_more_children_vaccinated_than_doses_used_is_a_finding(found):
    """Penta: 2 x (150 + 125 + 120) = 790 given, 600 used: 190 > 2 sqrt(1390) = 74.6."""
    row = found("doses_above_used")["above"]
    assert (row["value"], row["expected"]) == (790, 600)
    assert json.loads(row["params"])["wastage"] == -31.7


def test_only_months_with_a_stock_card_are_compared(found):
    """100 given in two months; 60 used in the one month with a card, for 50."""
    assert "gap" not in found("doses_above_used")


def test_units_without_a_card_are_no_part_of_their_districts_comparison(found):
    assert "D" not in found("doses_above_used")


def test_doses_of_a_campaign_come_out_of_the_same_vials(found):
    assert found("doses_above_used")["campaign"]["value"] == 400


def test_a_few_percent_more_than_used_are_no_finding(found):
    """20 800 given, 20 000 used: 800 > 2 sqrt(40 800) = 404, but 4 % and not 5."""
    assert "slight" not in found("doses_above_used")


def test_a_few_children_more_than_doses_used_are_chance(found):
    """22 given, 20 used: a tenth more, but 2 < 2 sqrt(42) = 13."""
    assert "few" not in found("doses_above_used")


def test_an_opening_balance_that_is_not_the_last_closing_is_said_once_a_year(found):
    """45 after 40, and 15 after 35: the larger is told. A month without a card
    breaks no chain."""
    rows = found("opening_not_previous_closing")
    assert set(rows) == {"opening"}
    assert (rows["opening"]["value"], rows["opening"]["expected"]) == (15, 35)
    assert json.loads(rows["opening"]["params"])["count"] == 2


def test_a_card_that_does_not_balance_is_a_finding(found):
    """0 + 50 - 10 - 2 leaves 38, not 40."""
    rows = found("stock_does_not_balance")
    assert set(rows) == {"balance"}
    assert (rows["balance"]["value"], rows["balance"]["expected"]) == (40, 38)
