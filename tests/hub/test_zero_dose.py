"""Zero-dose children: a range is never narrow because most ways were left out."""

from typing import Any

import pytest
from django.utils import translation

from boloci import ranges
from boloci.charts.canvas import Canvas
from boloci.hub.figures import honest, zero_dose_tables
from boloci.hub.figures.zero_dose_tables import CHILDREN, SHARE, Ways
from boloci.ranges import Range
from tests.hub.conftest import Hub

pytestmark = pytest.mark.reading

SOURCES = ("target", "dhis2", "un", "worldpop")


def ranged(indicator: str, values: list[float | None], flag: str) -> Range:
    """A range over sources, blank ones with a flag."""
    facts: list[dict[str, Any]] = [
        {
            "method": "reported",
            "denominator_source": source,
            "value": value,
            "flags": "" if value is not None else flag,
            "indicator": indicator,
            "place_id": "a",
            "period": "2024",
            "sex": "",
            "profile": "boloci",
        }
        for source, value in zip(SOURCES, values, strict=True)
    ]
    unit = "percent" if indicator == SHARE else "children"
    same = {"place_id": "a", "place": "A", "level": "district", "period": "2024"}
    return Range(indicator=indicator, unit=unit, facts=tuple(facts), **same)


def ways(values: list[float | None], flag: str = "more_doses_than_children") -> Ways:
    children, share = (ranged(name, values, flag) for name in (CHILDREN, SHARE))
    return Ways("a", "A", children, share)


def row(one: Ways) -> dict[str, Any]:
    return dict(zero_dose_tables.places_table([one], "2024").rows[0])


def test_a_way_with_more_doses_than_children_opens_the_low_end(hub: Hub) -> None:
    told = row(ways([40.0, 60.0, 80.0, None]))
    assert (told["low"], told["high"], told["none_left"]) == (0.0, 80.0, 1)
    assert told["share_low"] == 0.0


@pytest.mark.parametrize(
    ("values", "ends"),
    [([40.0, 60.0, 80.0, None], (0.0, 80.0)), ([1.0, None, None, None], (None, None))],
)
def test_files_and_programs_are_told_the_same_ends(
    values: list[float | None], ends: tuple[float | None, float | None]
) -> None:
    one = ways(values).children
    rows = ranges.table([one]).to_pylist()
    assert {(row["low"], row["high"]) for row in rows} == {ends}
    assert ranges.as_json(one)["tellable"] is (ends[0] is not None)


def test_ways_left_out_for_another_reason_leave_the_low_end(hub: Hub) -> None:
    told = row(ways([40.0, 60.0, 80.0, None], "survey_missing"))
    assert (told["low"], told["high"], told["none_left"]) == (40.0, 80.0, 0)


def test_fewer_than_half_of_the_ways_tell_no_range(hub: Hub) -> None:
    told = row(ways([1.0, None, None, None]))
    assert (told["low"], told["high"]) == (None, None)
    assert (told["share_low"], told["share_high"]) == (None, None)
    assert (told["told"], told["ways"]) == (1, 4)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fr",
            "On ne peut pas le dire (façons de calculer qui donnent un chiffre : 1",
        ),
        ("en", "It cannot be told: 1 of 4 ways of computing"),
    ],
)
def test_the_sentences_say_how_many_ways_tell(
    hub: Hub, language: str, words: str
) -> None:
    with translation.override(language):
        told = honest.sentences(ways([1.0, None, None, None]).children)
    assert told[0].replace("\u00a0", " ").startswith(words)


def test_what_cannot_be_told_is_moved_by_nothing(hub: Hub) -> None:
    with translation.override("en"):
        few = honest.sentences(ways([1.0, None, None, None]).children)
        many = honest.sentences(ways([40.0, 60.0, 80.0, None]).children)
    assert "moves it most" not in " ".join(few)
    assert "moves it most" in " ".join(many)


def test_the_sentences_tell_no_low_end_where_it_is_open(hub: Hub) -> None:
    with translation.override("en"):
        told = honest.sentences(ways([40.0, 60.0, 80.0, None]).children)
    assert told[0].startswith("Up to 80 (")
    assert "1 of 4 ways count more doses than children" in told[0]


def test_an_open_end_is_an_open_mark_and_the_caption_says_so(hub: Hub) -> None:
    with translation.override("en"):
        table = zero_dose_tables.places_table([ways([40.0, 60.0, 80.0, None])], "2024")
        chart = zero_dose_tables.places_chart(table)
    drawn = chart.specify(Canvas(language="en"))
    low, high = drawn["data"]["values"]
    assert (low["value"], low["open"], high["open"]) == (0.0, True, False)
    assert "An open mark at 0" in chart.description
    assert any(
        layer.get("transform") == [{"filter": "datum.open"}]
        and layer["mark"]["filled"] is False
        for layer in drawn["layer"]
    )


def test_the_page_writes_no_range_of_places_that_cannot_be_told(hub: Hub) -> None:
    address = "/zero-dose.json?table=places"
    rows = hub.browser().get(address).json()["tables"][0]["rows"]
    for one in rows:
        if one["none_left"] and 2 * one["told"] < one["ways"]:
            assert one["high"] is None
        elif one["none_left"]:
            assert one["low"] == 0
