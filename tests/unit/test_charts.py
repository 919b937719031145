"""Charts: every kind, at both widths, with what data can look like at worst."""

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from defusedxml import ElementTree

from boloci.charts import Chart, Column, Table, as_file, as_svg
from boloci.charts.axes import categories, values
from boloci.charts.canvas import PHONE_WIDTH, USUAL_WIDTH, Canvas
from boloci.charts.dumbbells import dumbbell
from boloci.charts.funnels import curves, funnel
from boloci.charts.looks import DOUBTFUL
from boloci.charts.lorenz import lorenz
from boloci.charts.maps import Shapes, choropleth
from boloci.charts.monitoring import cumulated, monitoring
from boloci.charts.multiples import small_multiples
from boloci.charts.rankings import rank_ranges, ranking
from boloci.charts.trends import Event, Goal, placed, trend

Rows = Sequence[Mapping[str, Any]]
LONG = "Niono Central, aire de santé de N'Débougou <b>&"
QUARTERS = [
    f"{year}Q{quarter}" for year in range(2020, 2024) for quarter in range(1, 5)
]
COLUMNS = [
    Column("period", "Période", "period"),
    Column("place", "Lieu", "place"),
    Column("value", "Couverture", "percent"),
    Column("n", "Enfants", "children"),
    Column("female", "Filles", "percent"),
    Column("male", "Garçons", "percent"),
    Column("first", "Penta1", "doses"),
    Column("last", "Penta3", "doses"),
    Column("share_of_children", "Part des enfants", "percent"),
    Column("share_of_doses", "Part des doses", "percent"),
]


def table(rows: Rows) -> Table:
    return Table("figures", "Titre", COLUMNS, rows)


def by_period(places: int, periods: Sequence[str] = QUARTERS) -> list[dict[str, Any]]:
    names = [LONG, *(f"District {at}" for at in range(1, places))]
    return [
        {"period": period, "place": name, "value": 60 + (7 * at + 11 * then) % 98.3}
        for at, name in enumerate(names)
        for then, period in enumerate(periods)
    ]


def by_place(places: int) -> list[dict[str, Any]]:
    names = [LONG, *(f"District {at}" for at in range(1, places))]
    return [
        {
            "place_id": f"p{at}",
            "place": name,
            "value": 40 + 117.0 * at / places,
            "lower": 35 + 117.0 * at / places,
            "upper": 46 + 117.0 * at / places,
            "female": 40 + 100.0 * at / places,
            "male": 44 + 100.0 * at / places,
            "n": 100.0 + 50 * at,
            "mean": 80.0,
            "limit": 95.0,
            "low": 70.0,
            "high": 90.0,
            "outside": at % 3 == 0,
            "share_of_children": 100 * (at + 1) / places,
            "share_of_doses": 100 * ((at + 1) / places) ** 1.3,
        }
        for at, name in enumerate(names)
    ]


def by_month(reported: int) -> list[dict[str, Any]]:
    return [
        {
            "period": f"2024{month:02}",
            "first": 100 + month if month <= reported else None,
            "last": 80 + month if month <= reported else None,
        }
        for month in range(1, 13)
    ]


def spots(rows: Rows) -> Shapes:
    return Shapes(
        points={row["place_id"]: (at % 9, at // 9) for at, row in enumerate(rows)}
    )


def squares(rows: Rows) -> Shapes:
    return Shapes(
        areas={row["place_id"]: square(at % 9, at // 9) for at, row in enumerate(rows)}
    )


def square(x: float, y: float) -> dict[str, Any]:
    ring = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
    return {"type": "Polygon", "coordinates": [ring]}


WORDS = {"description": "Ce que montre l'image."}
KINDS: dict[str, tuple[Callable[[int], Rows], Callable[[Rows], Chart]]] = {
    "trend": (by_period, lambda rows: trend(table=table(rows), reference=100, **WORDS)),
    "ranking": (
        by_place,
        lambda rows: ranking(table=table(rows), reference=85.0, **WORDS),
    ),
    "dumbbell": (
        by_place,
        lambda rows: dumbbell(table=table(rows), reference=100, **WORDS),
    ),
    "funnel": (by_place, lambda rows: funnel(table=table(rows), **WORDS)),
    "lorenz": (by_place, lambda rows: lorenz(table=table(rows), **WORDS)),
    "multiples": (
        by_period,
        lambda rows: small_multiples(table=table(rows), reference=100, **WORDS),
    ),
    "forms": (
        by_period,
        lambda rows: small_multiples(table=table(rows), own_scale=True, **WORDS),
    ),
    "monitoring": (
        lambda places: by_month(min(places, 12)),
        lambda rows: monitoring(table=table(rows), target=1500.0, **WORDS),
    ),
    "tiles": (
        by_place,
        lambda rows: choropleth(table=table(rows), shapes=Shapes(), **WORDS),
    ),
    "points": (
        by_place,
        lambda rows: choropleth(table=table(rows), shapes=spots(rows), **WORDS),
    ),
    "map": (
        by_place,
        lambda rows: choropleth(table=table(rows), shapes=squares(rows), **WORDS),
    ),
}
KEPT = ("period", "place", "place_id")
every_kind = pytest.mark.parametrize("kind", KINDS)


def chart(kind: str, places: int = 5) -> Chart:
    rows, make = KINDS[kind]
    return make(rows(places))


def empty(kind: str) -> Chart:
    return KINDS[kind][1]([])


def blank(kind: str) -> Chart:
    rows, make = KINDS[kind]
    return make(
        [{k: v if k in KEPT else None for k, v in row.items()} for row in rows(4)]
    )


@every_kind
def test_a_picture_is_as_wide_as_asked_and_well_formed(kind: str) -> None:
    for width in (USUAL_WIDTH, PHONE_WIDTH):
        picture = ElementTree.fromstring(
            as_svg(chart(kind), language="fr", width=width)
        )
        if kind != "lorenz":
            assert float(picture.attrib["width"]) == pytest.approx(width, abs=14)
        assert float(picture.attrib["width"]) <= width + 14


@every_kind
@pytest.mark.parametrize("places", [1, 75])
def test_one_row_and_seventy_five_places_are_drawn(kind: str, places: int) -> None:
    assert "<svg" in as_svg(chart(kind, places), language="fr", width=PHONE_WIDTH)


@every_kind
def test_without_a_figure_the_picture_says_so_or_shows_no_mark(kind: str) -> None:
    assert "Aucun chiffre" in as_svg(empty(kind), language="fr") or kind == "monitoring"
    assert "<svg" in as_svg(blank(kind), language="fr", width=PHONE_WIDTH)


@every_kind
def test_a_picture_is_named_and_described_for_who_does_not_see_it(kind: str) -> None:
    picture = as_svg(chart(kind), language="fr")
    assert 'role="img"' in picture
    labels = re.search(r'aria-labelledby="(\S+) (\S+)"', picture)
    assert labels
    assert f'<title id="{labels[1]}">Titre</title>' in picture
    assert f'<desc id="{labels[2]}">' in picture
    assert picture.count("aria-") == 1, "Vega's own words for readers are English"


@every_kind
def test_a_picture_obeys_the_policy_of_the_pages(kind: str) -> None:
    picture = as_svg(chart(kind), language="fr")
    assert not re.search(r"\sstyle=|<style|<script|href|\son\w+=|<image", picture)


@every_kind
def test_ids_of_two_pictures_on_one_page_are_apart(kind: str) -> None:
    both = as_svg(chart(kind), language="fr") + as_svg(
        chart(kind), language="fr", width=PHONE_WIDTH
    )
    found = re.findall(r'\bid="([^"]*)"', both)
    assert len(found) == len(set(found))
    assert set(re.findall(r"url\(#([^)]*)\)", both)) <= set(found)


@every_kind
def test_the_specification_holds_its_data_and_asks_for_no_other(kind: str) -> None:
    told = as_file(chart(kind), ".vl.json", language="fr").decode()
    assert json.loads(told)["title"]["text"] == "Titre"
    assert told.count("http") == 1, "the name of the language"
    assert '"url"' not in told
    assert "href" not in told


@every_kind
def test_numbers_and_words_are_the_readers(kind: str) -> None:
    picture = as_svg(chart(kind, 20), language="fr")
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", picture)
    assert not any(re.search(r"\d[.]\d|\d,\d{3}\b|\d%", text) for text in texts), texts
    english = as_svg(chart(kind, 20), language="en")
    assert "\u202f" not in english


def test_only_the_columns_drawn_are_in_the_specification() -> None:
    rows = [{**row, "secret": "not drawn"} for row in by_period(1)]
    told = json.dumps(trend(table=table(rows), **WORDS).specify(Canvas()))
    assert "not drawn" not in told
    assert told.count('"period": "2020Q1"') == 1, "rows are there once"


def test_a_gap_stays_a_gap() -> None:
    rows = by_period(1, QUARTERS[:5])
    rows[2]["value"] = None
    picture = as_svg(trend(table=table(rows), **WORDS), language="fr")
    (line,) = re.findall(
        r'<path d="([^"]*)" stroke="#0072b2" stroke-width="2"', picture
    )
    assert line.count("M") == 2


def test_a_flagged_figure_has_an_open_mark() -> None:
    rows = [{**row, "flagged": row["period"] == "2021Q1"} for row in by_period(1)]
    told = as_svg(trend(table=table(rows), **WORDS), language="fr")
    marks = re.findall(r'<path [^>]*fill="white"[^>]*stroke=', told)
    assert len(marks) == 1


def test_quarters_and_months_are_named_as_the_language_does() -> None:
    french = as_svg(chart("trend"), language="fr")
    english = as_svg(chart("trend"), language="en")
    assert "T2" in french
    assert "Q2" not in french
    assert "Q2" in english


def test_months_without_room_are_named_by_a_letter_and_years_remain() -> None:
    rows = by_period(1, [f"2023{month:02}" for month in range(1, 13)])
    wide = as_svg(trend(table=table(rows), **WORDS), language="fr")
    narrow = as_svg(trend(table=table(rows), **WORDS), language="fr", width=PHONE_WIDTH)
    assert "févr." in wide
    assert "févr." not in narrow
    assert ">2023<" in narrow


def test_of_many_lines_only_those_asked_for_are_named() -> None:
    picture = as_svg(
        trend(table=table(by_period(75)), highlight=["District 12"], **WORDS),
        language="fr",
    )
    assert "District 13" not in picture


def test_names_of_events_never_meet() -> None:
    events = [Event("2021Q1", "Rupture de stock"), Event("2021Q2", "Campagne de mars")]
    assert [one.line for one in placed(events, QUARTERS, 570)] == [0, 1]
    assert placed([Event("1999", "avant")], QUARTERS, 570) == []


def test_a_name_that_fits_on_neither_side_of_its_rule_stays_on_the_picture() -> None:
    event = Event("2021Q4", "Campagne rougeole-rubéole de rattrapage")
    (narrow,) = placed([event], QUARTERS, 264)
    assert narrow.start is not None
    assert 0 <= narrow.start < 264 - 200
    assert placed([event], QUARTERS, 570)[0].start is None


def test_goals_and_events_are_named_on_the_picture() -> None:
    made = trend(
        table=table(by_period(1)),
        goals=[Goal(90, "Objectif 90 %")],
        events=[Event("2021Q1", "Rupture de stock")],
        **WORDS,
    )
    picture = as_svg(made, language="fr")
    assert "Objectif 90 %" in picture
    assert "Rupture de stock" in picture


def test_ranks_are_all_that_overlapping_intervals_allow() -> None:
    intervals = [(90.0, 99.0), (70.0, 80.0), (75.0, 85.0), None, (10.0, 20.0)]
    assert rank_ranges(intervals) == [(1, 1), (2, 3), (2, 3), None, (4, 4)]
    assert rank_ranges(intervals, highest_first=False)[0] == (4, 4)


def test_a_sum_stops_where_a_month_is_missing() -> None:
    assert cumulated([10, 20, None, 40]) == [10, 30, None, None]


def test_a_missing_month_is_named_on_the_monitoring_chart() -> None:
    rows = by_month(6)
    rows[3] = {**rows[3], "first": None, "last": None}
    made = monitoring(table=table(rows), target=1500.0, **WORDS)
    picture = as_svg(made, language="fr")
    assert "pas de rapport" in picture
    assert "Abandon jusqu'en mars" in picture.replace("&#x27;", "'").replace(
        "&apos;", "'"
    )


def test_a_map_says_what_it_is_drawn_from() -> None:
    assert "Une case par lieu" in as_svg(chart("tiles"), language="fr")
    assert "Une marque par lieu" in as_svg(chart("points"), language="fr")
    assert "Schéma" not in as_svg(chart("map"), language="fr")
    rows = by_place(5)
    sketch = Shapes(areas=squares(rows).areas, schematic=True)
    made = choropleth(table=table(rows), shapes=sketch, **WORDS)
    assert "Schéma" in as_svg(made, language="fr")


@pytest.mark.parametrize("where", [squares, spots, lambda _rows: Shapes()])
def test_coverage_that_cannot_be_looks_doubtful_on_a_map_not_best(where) -> None:
    rows = [
        {**row, "value": at} for row, at in zip(by_place(2), (95, 130), strict=True)
    ]
    made = choropleth(table=table(rows), shapes=where(rows), **WORDS)
    picture = as_svg(made, language="fr")
    assert "5? · 100\u00a0% et plus\u00a0: à vérifier" in html.unescape(picture)
    assert {"4", "5?"} <= set(re.findall(r">([^<>]+)<", picture))
    assert picture.count(DOUBTFUL) == 2, "its legend and its place"
    asked = choropleth(table=table(rows), shapes=where(rows), breaks=[100], **WORDS)
    assert DOUBTFUL not in as_svg(asked, language="fr")


def test_places_without_a_position_are_counted_on_the_map() -> None:
    rows = by_place(5)
    made = choropleth(table=table(rows), shapes=spots(rows[:3]), **WORDS)
    texts = " ".join(re.findall(r">([^<>]+)<", as_svg(made, language="fr")))
    assert "2." in texts.split("non dessinés")[1][:80]


def test_two_places_of_one_name_have_a_line_each() -> None:
    same = [
        {**row, "place": "Ségou", "place_id": f"p{at % 2}"}
        for at, row in enumerate(by_period(2, QUARTERS[:4]))
    ]
    assert "Ségou (2)" in as_svg(trend(table=table(same), **WORDS), language="fr")
    panels = small_multiples(table=table(same), **WORDS)
    assert "Ségou (2)" in as_svg(panels, language="fr")
    rows = [{**row, "place": LONG} for row in by_place(4)]
    made = as_svg(ranking(table=table(rows), **WORDS), language="fr")
    assert made.count("Niono Central") == 4


def test_a_name_may_hold_quotes() -> None:
    rows = [{**row, "place": "N'Dé\"bougou\\"} for row in by_place(1)]
    words = [{**row, "period": "2024"} for row in rows]
    for made in (
        ranking(table=table(rows), **WORDS),
        dumbbell(table=table(rows), **WORDS),
        small_multiples(table=table(words), **WORDS),
        trend(table=table(words), **WORDS),
        choropleth(table=table(rows), shapes=Shapes(), **WORDS),
    ):
        assert "<svg" in as_svg(made, language="fr")


FUNNEL = [
    {"limit": limit, "n": n, "mean": 90.0}
    | {"low": 90 - off / n**0.5, "high": 90 + off / n**0.5}
    for limit, off in ((95.0, 600.0), (99.8, 950.0))
    for n in (25.0, 400.0, 10_000.0)
]


def test_limits_of_a_funnel_are_smooth_and_never_below_nought() -> None:
    drawn = curves(FUNNEL, [95.0, 99.8], "n")
    for limit in (95.0, 99.8):
        spots = drawn[limit]
        assert len(spots) >= 50
        assert (spots[0]["n"], spots[-1]["n"]) == (25.0, 10_000.0)
        assert all(spot["low"] >= 0 for spot in spots)
        highs = [spot["high"] for spot in spots]
        assert highs == sorted(highs, reverse=True)
    assert drawn[99.8][0]["low"] == 0.0
    assert drawn[95.0][-1]["high"] == pytest.approx(96.0)


def test_limits_of_a_funnel_are_named_as_the_language_writes_them() -> None:
    columns = [*COLUMNS, Column("outside", "", ""), Column("limit", "", "")]
    rows = [{**row, "place": "A", "value": 90.0, "outside": False} for row in FUNNEL]
    drawn = str(
        funnel(table=Table("f", "f", columns, rows), description="d").specify(
            Canvas(language="fr")
        )
    )
    assert "95\\xa0%" in drawn
    assert "99,8\\xa0%" in drawn


def test_an_axis_has_fewer_numbers_on_a_phone_and_none_that_meet() -> None:
    column = Column("n", "Enfants", "children")
    wide, narrow = (
        values(Canvas(width=width), column)["axis"]
        for width in (USUAL_WIDTH, PHONE_WIDTH)
    )
    assert narrow["tickCount"] < wide["tickCount"]
    assert narrow["labelOverlap"] == "greedy"


def test_the_name_of_the_target_stands_above_its_line() -> None:
    rows = [
        {"period": f"2023{n:02}", "first": 90.0, "last": 80.0} for n in range(1, 13)
    ]
    chart = monitoring(table=table(rows), target=15_340.0, description="d")
    layers = chart.specify(Canvas())["layer"]
    (name,) = [
        layer
        for layer in layers
        if "15" in str(layer.get("data", {}).get("values", [{}])[0].get("label", ""))
        and "stroke" not in layer["mark"]
    ]
    assert name["mark"]["dy"] <= -8


def test_the_title_of_names_stands_above_that_of_a_level_on_a_phone() -> None:
    wide, narrow = (
        categories(Canvas(width=width), ["A"], "Lieu (rangs)")["axis"]["titleY"]
        for width in (USUAL_WIDTH, PHONE_WIDTH)
    )
    assert narrow < wide
