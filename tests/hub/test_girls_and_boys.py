"""Girls and boys: a ratio of coverages in words that are literally true."""

from typing import Any

import pytest
from django.utils import translation

from boloci.charts.canvas import Canvas
from boloci.charts.looks import BOYS, BOYS_SHAPE, GIRLS, GIRLS_SHAPE
from boloci.hub.figures import equity, equity_tables, unequal
from boloci.hub.figures.equity import Reached
from boloci.hub.figures.honest import Honest
from boloci.ranges import Range
from tests.hub.conftest import Hub


def sure(*ends: tuple[float, float, float]) -> Honest:
    """The range of a ratio: value, lower and upper under each share of boys."""
    facts: list[dict[str, Any]] = [
        {"value": value, "lower": lower, "upper": upper, "ratio": at}
        for at, (value, lower, upper) in enumerate(ends)
    ]
    for fact in facts:
        fact |= {"method": "reported", "denominator_source": "target"}
    one = Range("dtp1_sex_ratio", "a", "A", "country", "2024", "ratio", tuple(facts))
    return Honest(one, [])


CLOSE = sure((0.96, 0.95, 0.97), (0.98, 0.979, 0.99), (0.995, 0.98, 1.003))


def test_the_headline_shows_the_widest_interval(hub: Hub) -> None:
    with translation.override("en"):
        told = Reached.of({"value": 0.98}, CLOSE)
    assert told == Reached("98.0", "95.0", "100.3")


def test_whole_numbers_do_unless_they_hide_on_which_side_of_equal_a_figure_is(
    hub: Hub,
) -> None:
    with translation.override("en"):
        told = Reached.of({"value": 0.98}, sure((0.98, 0.951, 0.989)))
    assert told == Reached("98", "95", "99")


def test_without_an_interval_none_is_made_up(hub: Hub) -> None:
    with translation.override("en"):
        ratio = {"value": 0.98, "lower": None, "upper": None}
        assert Reached.of(ratio, Honest(None, [])) == Reached("98")
        assert Reached.of(None, Honest(None, [])) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Too close to tell: between 95.0 and 100.3, depending on"),
        ("fr", "Trop proche pour le dire : entre 95,0 et 100,3, selon"),
    ],
)
def test_the_verdict_is_plain(hub: Hub, language: str, words: str) -> None:
    with translation.override(language):
        told = equity._verdict(CLOSE, Reached.of({"value": 0.98}, CLOSE))
    assert told.replace("\u00a0", " ").startswith(words)


def test_the_page_says_what_the_ratio_is_of(hub: Hub) -> None:
    page = hub.browser().get("/equity").content.decode()
    assert "filles pour un garçon</" not in page
    assert "Pour 100 garçons atteints" in page


def test_girls_and_boys_look_the_same_in_every_chart() -> None:
    facts = [
        {"sex": sex, "period": "2024Q1", "value": value, "indicator": "dtp1_coverage"}
        for sex, value in (("female", 80.0), ("male", 82.0))
    ]
    for fact in facts:
        fact |= {"place_id": "a", "flags": "", "profile": "boloci"}
        fact |= {"method": "reported", "denominator_source": "target"}
    series = {"female": "girls", "male": "boys"}
    for shown in (facts, facts[1:]):
        chart = equity_tables.over_time(shown, "x", "t", "percent", series)
        told = str(chart.specify(Canvas()))
        names = [series[fact["sex"]] for fact in shown]
        looks = {"girls": (GIRLS, GIRLS_SHAPE), "boys": (BOYS, BOYS_SHAPE)}
        for at in (0, 1):
            expected = {"domain": names, "range": [looks[name][at] for name in names]}
            assert str(expected) in told


@pytest.mark.parametrize(
    ("measure", "flags", "doubted"),
    [
        ("difference", "above_100;groups_incomplete", True),
        ("difference", "groups_incomplete", False),
        ("lowest_quintile", "above_100", False),
    ],
)
def test_a_gap_to_a_coverage_that_cannot_be_is_told_as_doubtful(
    hub: Hub, measure: str, flags: str, doubted: bool
) -> None:
    row = {"measure": measure, "flags": flags, "value": 67.8}
    with translation.override("fr"):
        told = unequal.told({**row, "lower": None, "upper": None})
    assert told["doubt"].startswith("Douteux") == doubted


def test_the_page_of_inequality_says_that_doubt_beside_the_measure(hub: Hub) -> None:
    answer = hub.browser().get("/equity.json").json()
    rows = next(one["rows"] for one in answer["tables"] if one["name"] == "inequality")
    above = {row["measure"] for row in rows if "above_100" in (row["flags"] or "")}
    page = hub.browser().get("/equity").content.decode()
    assert ("Douteux" in page) == bool(above - set(unequal.OF_THE_LOWEST))
