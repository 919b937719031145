"""Pictures of run charts: what a team must see on them, and what they never show."""

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from defusedxml import ElementTree

from boloci import periods
from boloci.charts import Chart, as_svg
from boloci.charts.canvas import PHONE_WIDTH, USUAL_WIDTH, Canvas
from boloci.charts.run_charts import (
    Aim,
    Annotation,
    Drawn,
    run_chart,
    run_chart_by_sex,
)
from boloci.charts.run_panels import run_panels
from boloci.charts.run_phases import APART, spread
from boloci.charts.run_walls import WALL_WIDTH, wall_chart
from boloci.charts.scales import scale_of
from boloci.run_series import Judged
from boloci.stats import control_charts, run_charts
from boloci.stats.phases import Phase
from boloci.stats.sex_gap_series import sex_gap_series

NAN = np.nan
WORDS = {"title": "Titre", "description": "Ce qui est vu.", "language": "fr"}
FROZEN = (Phase(0, 12),)
BEFORE = [48, 52, 47, 55, 50, NAN, 49, 53, 46, 51, 54, 48]
AFTER = [55, 58, 66, 70, 68, 72, NAN, 75, 71, 78, 80, 104]
VALUES = np.array([*BEFORE, *AFTER], float)


def months(first: int, n: int) -> tuple[str, ...]:
    start = periods.serial(first)
    return tuple(str(periods.month_at(start + at)) for at in range(n))


MONTHS = months(202301, 24)


def judged(values: Any = VALUES, unit: str = "percent", name: str = "Penta3") -> Judged:
    series = np.asarray(values, float)
    phases = FROZEN if len(series) > 12 else (Phase(),)
    chart = run_charts.run_chart(series, phases=phases)
    return Judged(name, unit, MONTHS[: len(series)], chart)


def picture(chart: Chart, width: int = USUAL_WIDTH, language: str = "fr") -> str:
    return as_svg(chart, language=language, width=width)


def texts(drawn: str) -> str:
    return " | ".join(re.findall(r"<text[^>]*>([^<]*)</text>", drawn))


def one(**more: Any) -> Chart:
    drawn = {k: more.pop(k) for k in ("aim", "invented") if k in more}
    return run_chart(Drawn(more.pop("series", judged()), **drawn), **{**WORDS, **more})


def by_sex() -> Chart:
    girls = VALUES - np.repeat([14.0, 6.0], 12)
    gap = sex_gap_series(VALUES, girls).points
    return run_chart_by_sex(
        Drawn(judged(name="Garçons")),
        Drawn(judged(girls, name="Filles")),
        Drawn(judged(gap, "points", "Écart")),
        **WORDS,
    )


def mopti() -> Chart:
    axis = months(201610, 11)

    def two(name: str, unit: str, first: float, last: float) -> Drawn:
        values = np.full(11, NAN)
        values[[0, -1]] = first, last
        between = np.linspace(first, last, 11)[1:-1]
        series = Judged(name, unit, axis, run_charts.run_chart(values))
        return Drawn(series, invented=dict(zip(axis[1:-1], between, strict=True)))

    return run_chart_by_sex(
        two("Garçons", "percent", 41, 83),
        two("Filles", "percent", 18, 74),
        two("Écart", "points", 23, 9),
        **WORDS,
    )


KINDS = {
    "run": lambda: one(aim=Aim(80, "202412")),
    "pair": by_sex,
    "mopti": mopti,
    "panels": lambda: run_panels([judged(), judged(BEFORE[:8], name="B")], **WORDS),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [USUAL_WIDTH, PHONE_WIDTH])
def test_a_run_chart_is_exactly_as_wide_as_the_screen(kind: str, width: int) -> None:
    drawn = ElementTree.fromstring(picture(KINDS[kind](), width))
    assert float(drawn.attrib["width"]) == pytest.approx(width, abs=2)


def test_the_line_stops_at_missing_months() -> None:
    (line,) = re.findall(
        r'<path d="([^"]*)" stroke="#0072b2" stroke-width="1.5"', picture(one())
    )
    assert line.count("M") == 3, "two months are missing, so there are three pieces"


def test_points_of_a_signal_have_another_shape() -> None:
    layers = one().specify(Canvas())["layer"]
    shapes = [
        (layer["mark"]["shape"], len(layer["data"]["values"]))
        for layer in layers
        if isinstance(layer["mark"], dict) and layer["mark"].get("shape") == "diamond"
    ]
    assert ("diamond", 11) in shapes


def test_a_value_above_100_and_a_gap_below_0_are_on_the_scale() -> None:
    assert scale_of([48, 104], zero=True).most >= 104
    below = scale_of([-7, 12, NAN], zero=True)
    assert below.least <= -7
    assert 0 in below.ticks
    assert scale_of([0.8, 0.95], zero=False).least > 0
    assert scale_of([], zero=True).ticks[0] == 0


def test_a_scale_of_one_value_has_room() -> None:
    for value in (0.0, 5.0, -3.0):
        for zero in (True, False):
            scale = scale_of([value], zero=zero)
            assert scale.least <= value <= scale.most
            assert scale.least < scale.most


def test_events_of_one_month_share_a_box_and_their_words_are_in_the_table() -> None:
    done = [
        Annotation("202403", "Visite"),
        Annotation("202402", "Carnet"),
        Annotation("202402", "Comité"),
        Annotation("202501", "Plus tard"),
    ]
    chart = one(annotations=done)
    assert "1–2" in texts(picture(chart, PHONE_WIDTH))
    assert "Carnet" not in texts(picture(chart))
    row = next(row for row in chart.table.rows if row["period"] == "202402")
    assert row["done"] == "1. Carnet; 2. Comité"
    assert "2. févr. 2024\u00a0: Comité" in chart.description
    assert "4. janv. 2025 (hors de l'image)" in chart.description


def test_boxes_of_events_never_meet_on_a_phone() -> None:
    done = [Annotation(month, "Visite") for month in MONTHS[8:14]]
    drawn = picture(one(annotations=done), PHONE_WIDTH)
    boxes = re.findall(r"translate\(([\d.-]+),([\d.-]+)\)[^>]*>([1-6])</text>", drawn)
    spots = sorted((float(y), float(x)) for x, y, _ in boxes)
    same_line = [b[1] - a[1] for a, b in pairwise(spots) if a[0] == b[0]]
    assert all(apart >= 12 for apart in same_line)


def test_an_aim_is_told_with_its_date_or_that_it_has_none() -> None:
    assert "but 80\u00a0%, déc. 2024" in texts(picture(one(aim=Aim(80, "202412"))))
    assert "sans date" in texts(picture(one(aim=Aim(80))))


def test_a_frozen_and_a_new_baseline_are_marked() -> None:
    assert "référence figée" in texts(picture(one()))
    phases = (Phase(0, 6), Phase(12))
    chart = run_charts.run_chart(VALUES, phases=phases)
    two = texts(picture(one(series=Judged("A", "percent", MONTHS, chart))))
    assert "référence figée 1" in two
    assert "référence 2" in two


def test_few_points_are_told_on_the_picture() -> None:
    drawn = texts(picture(one(series=judged(BEFORE[:5]))))
    assert "points : 5 sur 10, trop peu" in drawn.replace("\u00a0", " ")


def test_what_is_invented_is_named_so_and_is_no_value() -> None:
    chart = mopti()
    assert "inventé, non mesuré" in texts(picture(chart))
    between = chart.table.rows[3]
    assert between["value_1"] is None
    assert between["invented_1"] is not None
    labels = {column.name: column.label for column in chart.table.columns}
    assert "inventé" in labels["invented_1"]


def test_a_measured_month_cannot_be_invented() -> None:
    with pytest.raises(ValueError, match="measured"):
        Drawn(judged(), invented={"202301": 50.0})
    with pytest.raises(ValueError, match="measured"):
        Drawn(judged(), invented={"202506": 50.0})


def test_boys_and_girls_differ_by_mark_and_dash_and_have_a_centre_each() -> None:
    drawn = picture(by_sex())
    assert "G 50,0\u00a0%" in texts(drawn)
    assert "F 36,0\u00a0%" in texts(drawn)
    upper = by_sex().specify(Canvas())["vconcat"][0]["layer"]
    lines = [one["mark"] for one in upper if one["mark"].get("type") == "line"]
    assert len({tuple(line["strokeDash"]) for line in lines}) == 2


def test_names_of_levels_are_moved_apart() -> None:
    placed = spread([50.0, 50.0, 52.0])
    assert all(b - a >= APART - 0.1 for a, b in pairwise(placed))


def test_limits_are_steps_and_a_share_is_shown_in_percent() -> None:
    sizes = np.tile([50.0, 62, 45], 8)
    chart = control_charts.p_chart(
        np.round(np.minimum(VALUES, 100) / 100 * sizes), sizes, laney=False
    )
    series = Judged("À jour", "percent", MONTHS, chart)
    told = one(series=series)
    assert "limites de contrôle" in texts(picture(told))
    assert 0 < told.table.rows[0]["lower"] < 50 < told.table.rows[0]["upper"] <= 100


def test_a_refused_chart_still_draws_its_points() -> None:
    chart = control_charts.p_chart(np.full(12, 9.0), np.full(12, 8.0), laney=False)
    series = Judged("A", "percent", MONTHS[:12], chart)
    assert series.phases == ()
    assert "<svg" in picture(one(series=series))


def test_events_of_a_g_chart_are_numbered() -> None:
    chart = control_charts.g_chart(np.array([3.0, 5, 2, 30, 4]))
    same = ("202301", "202301", "202303", "202307", "202308")
    series = Judged("Entre deux annulations", "count", same, chart)
    assert series.keys == ("1", "2", "3", "4", "5")
    assert "<svg" in picture(one(series=series))


def test_months_left_out_are_refused_for_they_would_hide_a_gap() -> None:
    chart = run_charts.run_chart(np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="none left out"):
        Judged("A", "count", ("202301", "202303"), chart)


@pytest.mark.parametrize(("points", "drawn"), [(1, False), (2, False), (3, True)])
def test_a_median_is_drawn_from_three_points_on(points: int, drawn: bool) -> None:
    values = [*[41.0, 83.0, 62.0][:points], *[NAN] * 9]
    told = one(series=judged(values))
    assert any(column.name == "centre" for column in told.table.columns) is drawn
    assert ("médiane" in texts(picture(told))) is drawn
    named = {1: "41,0", 2: "83,0", 3: "62,0"}[points]  # the latest value, or the median
    assert named in texts(picture(told))


def test_a_line_begun_anew_has_no_median_of_two_points_the_one_before_stays() -> None:
    values = np.array([*[50.0] * 6, 80.0, 84.0])
    chart = run_charts.run_chart(values, phases=[Phase(0), Phase(6)])
    series = Judged("A", "percent", MONTHS[:8], chart)
    assert list(np.isnan(series.centre)) == [False] * 6 + [True] * 2
    assert "<svg" in picture(one(series=series))


def test_a_median_that_a_person_froze_is_drawn_of_two_points_too() -> None:
    values = np.array([41.0, 43.0, *[80.0] * 10])
    chart = run_charts.run_chart(values, phases=[Phase(0, frozen=2)])
    series = Judged("A", "percent", MONTHS[:12], chart)
    assert set(series.centre) == {42.0}


def test_without_a_value_the_picture_says_so() -> None:
    assert "Aucun chiffre" in texts(picture(one(series=judged([NAN] * 12))))
    assert "Aucun chiffre" in texts(picture(run_panels([], **WORDS)))


@pytest.mark.parametrize("sites", [1, 60])
def test_one_site_and_sixty_are_on_one_page(sites: int) -> None:
    several = [judged(name=f"Site {at}") for at in range(sites)]
    drawn = texts(picture(run_panels(several, **WORDS), PHONE_WIDTH))
    assert f"Site {sites - 1}" in drawn
    assert drawn.count("longue suite au-dessus") == sites


def test_a_site_without_a_rule_says_why_in_grey() -> None:
    late = Judged("Tard", "percent", MONTHS[16:], run_charts.run_chart(VALUES[16:]))
    drawn = picture(run_panels([judged(), late], **WORDS))
    grey = re.findall(r'fill="#5c5c5c"[^>]*>([^<]*)</text>', drawn)
    assert any("sur 10, trop peu" in told for told in grey)
    assert not any("longue suite" in told for told in grey)


def test_an_empty_wall_chart_has_axes_months_and_boxes_but_no_value() -> None:
    sheet = wall_chart(months(202407, 12), unit="percent", **WORDS)
    drawn = picture(sheet, WALL_WIDTH)
    for told in ("100\u00a0%", "janv.", "2025", "Dénominateur", "Site"):
        assert told in texts(drawn)
    assert all(row["value"] is None for row in sheet.table.rows)


@pytest.mark.parametrize("n", [12, 24, 36])
def test_a_wall_chart_has_the_form_of_a_sheet(n: int) -> None:
    sheet = wall_chart(months(202401, n), unit="percent", **WORDS)
    size = ElementTree.fromstring(picture(sheet, WALL_WIDTH)).attrib
    form = float(size["width"]) / float(size["height"])
    assert form == pytest.approx(297 / 210, abs=0.06)


def test_a_wall_chart_of_counts_has_no_numbers_until_somebody_knows_them() -> None:
    blank = texts(picture(wall_chart(MONTHS, unit="count", **WORDS), WALL_WIDTH))
    assert not re.search(r"(^|\| )\d{1,3}( |$)", blank)
    known = wall_chart(MONTHS, unit="count", most=40, **WORDS)
    assert "40" in texts(picture(known, WALL_WIDTH))


def test_a_wall_chart_carries_the_median_on_and_leaves_months_to_come_free() -> None:
    sheet = wall_chart(
        (*MONTHS, *months(202501, 6)),
        unit="percent",
        judged=judged(),
        aim=Aim(80, "202506"),
        **WORDS,
    )
    drawn = texts(picture(sheet, WALL_WIDTH))
    assert "médiane" in drawn
    assert "but 80\u00a0%, juin 2025" in drawn
    assert sheet.table.rows[-1]["value"] is None


@pytest.mark.parametrize("kind", KINDS)
def test_run_charts_speak_english_too(kind: str) -> None:
    drawn = texts(picture(KINDS[kind](), language="en"))
    assert "référence" not in drawn
    assert not re.search(r"\d,\d", drawn)
