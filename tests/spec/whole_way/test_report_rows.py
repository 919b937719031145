"""A share of reports is traced to the reports that were added up, and to no other."""

import datetime
import itertools

import pytest

from boloci import pipeline
from tests.spec.small_country import country, months, values

PLACES = """
place_id name level parent_id valid_from valid_to
C Country country . . .
D District district C . .
E Other district C . .
A East area D . .
B West area D . 2024-02-29
B West area E 2024-03-01 .
"""
REPORTS = """
dataset place_id period expected received on_time
EPI A 202401 1 1 1
EPI A 202402 1 0 0
EPI A 202403 1 1 0
EPI B 202401 2 1 1
EPI B 202402 2 2 .
EPI B 202403 2 2 2
OPD A 202401 9 9 9
"""
LATER = "dataset place_id period expected received on_time\nEPI A 202402 1 1 0"
APRIL, MAY = (datetime.datetime(2024, m, 1, tzinfo=datetime.UTC) for m in (4, 5))


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Two areas of which one moves; one report comes a month later."""
    told = country(tmp_path_factory.mktemp("reports") / "w")
    doses = values(
        months("DTP1", "A", 2024, "5 x 5", ". . ."),
        months("DTP1", "B", 2024, "5 5 5", ". . ."),
        header="element place_id period sex age strategy value",
    )
    told.bring(places=PLACES, values=doses, reports=REPORTS, received=APRIL)
    told.bring(reports=LATER, received=MAY)
    told.build()
    return told


def sums(told, indicator, place, period, **asked):
    """Numerator and denominator of a fact, and the sums of the rows behind them."""
    fact = told.fact(indicator, place, period, **asked)
    rows = pipeline.contributions(told.workspace, fact).to_pylist()
    added = tuple(
        sum(row["value"] for row in rows if row["role"] == role)
        for role in ("numerator", "denominator")
    )
    return (fact["numerator"], fact["denominator"]), added


PUBLISHED = [
    (indicator, place, period)
    for indicator in (
        "completeness",
        "timeliness",
        "completeness_first_seen",
        "timeliness_first_seen",
    )
    for place, period in itertools.product("ABDC", ("202402", "2024Q1"))
    if not (indicator.startswith("timeliness") and (place, period) == ("B", "202402"))
]
"""B did not say whether February's reports came on time."""


@pytest.mark.parametrize(("indicator", "place", "period"), PUBLISHED)
def test_reports_behind_a_share_add_up_to_it(told, indicator, place, period):
    published, added = sums(told, indicator, place, period)
    assert published == added


def test_reports_of_a_place_that_moved_are_behind_both_parents_by_month(told):
    assert sums(told, "completeness", "E", "2024Q1") == ((2, 2), (2, 2))
    assert sums(told, "completeness", "D", "2024Q1") == ((6, 7), (6, 7))


def test_a_report_of_another_form_is_not_behind_completeness(told):
    fact = told.fact("completeness", "A", "202401")
    rows = pipeline.contributions(told.workspace, fact).to_pylist()
    assert {row["element"] for row in rows} == {"EPI"}


def test_a_figure_as_of_a_day_is_traced_to_what_had_come_by_then(told):
    published, added = sums(told, "completeness", "A", "2024Q1", as_of="2024-04-15")
    assert published == added == (2, 3)
    published, added = sums(told, "completeness", "A", "2024Q1")
    assert published == added == (3, 3)
