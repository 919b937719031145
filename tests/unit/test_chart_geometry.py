"""Shapes of maps: schematic cells, middles, corners on a grid."""

import pytest

from boloci.charts.cells import cells, hull
from boloci.charts.geometry import area, centre, snapped
from boloci.charts.maps import class_of, usual_breaks

SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
POINTS = {f"p{at}": (1.0 + at % 5, 2.0 + at // 5 + 0.1 * (at % 3)) for at in range(20)}


def test_cells_fill_the_outline_and_do_not_overlap() -> None:
    outline = [(0.0, 0.0), (8.0, 0.0), (8.0, 8.0), (0.0, 8.0)]
    made = cells(POINTS, outline)
    assert made.keys() == POINTS.keys()
    assert sum(area(ring) for ring in made.values()) == pytest.approx(64)


def test_without_an_outline_cells_lie_around_the_points() -> None:
    made = cells(POINTS)
    around = hull(list(POINTS.values()))
    whole = area([*around, around[0]])
    assert sum(area(ring) for ring in made.values()) == pytest.approx(whole)


def test_points_on_one_spot_do_not_stop_the_map() -> None:
    assert len(cells({"a": (1.0, 1.0), "b": (1.0, 1.0), "c": (2.0, 3.0)})) == 3


def test_two_points_in_a_line_make_two_cells() -> None:
    assert len(cells({"a": (1.0, 1.0), "b": (2.0, 1.0)})) == 2


def test_the_middle_of_a_square_is_its_middle() -> None:
    assert centre([*SQUARE, SQUARE[0]]) == pytest.approx((2, 2))


def test_the_middle_of_what_has_no_area_is_that_of_its_corners() -> None:
    assert centre([(1.0, 1.0), (3.0, 1.0), (1.0, 1.0)]) == pytest.approx((5 / 3, 1))


@pytest.mark.parametrize("ring", [SQUARE, SQUARE[::-1]])
def test_outer_rings_turn_as_vega_wants_them(ring: list[tuple[float, float]]) -> None:
    closed = [*ring, ring[0]]
    made = snapped({"type": "Polygon", "coordinates": [closed]}, 0.5)
    turned = made["coordinates"][0][0]
    assert turned[turned.index((0.0, 4.0)) + 1] == (4.0, 4.0)


def test_corners_that_fall_together_are_one_and_specks_go() -> None:
    fine = [(at / 1000, 0.0) for at in range(4000)]
    ring = [*fine, (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)]
    speck = [(9.0, 9.0), (9.01, 9.0), (9.01, 9.01), (9.0, 9.0)]
    made = snapped({"type": "MultiPolygon", "coordinates": [[ring], [speck]]}, 0.5)
    assert len(made["coordinates"]) == 1
    assert len(made["coordinates"][0][0]) == 12


def test_a_figure_on_a_limit_is_in_the_class_above() -> None:
    edges = [50.0, 80.0, 90.0, 100.0]
    assert [class_of(v, edges) for v in (None, 49.9, 50, 99.9, 155)] == [0, 1, 2, 4, 5]


def test_classes_of_counts_hold_about_as_many_places_each() -> None:
    assert usual_breaks([float(n) for n in range(100)], "doses") == [20, 40, 60, 80]
    assert usual_breaks([7.0, 7.0], "doses") == []
    assert usual_breaks([], "doses") == []
