"""Pictures for slow lines: fewer letters, the same lines."""

import gzip
import random
import re
from itertools import accumulate

import pytest

from boloci.charts import Column, Table
from boloci.charts.canvas import PHONE_WIDTH
from boloci.charts.cells import cells
from boloci.charts.drawing import as_svg
from boloci.charts.maps import Shapes, choropleth
from boloci.charts.svg import MANY_RINGS, slim

LOOKS = ' fill="#fff" stroke="#bdbdbd"'
SQUARE = "M10.5,20.3L12.5,20.3L12.5,22.3L10.5,22.3Z"
NEXT = "M12.5,20.3L14,20.3L14,22.3L12.5,22.3Z"
HEAVIEST_MAP = 16_000
"""Bytes on the wire of a map of as many health areas as Mali has."""


def ring(at: int) -> str:
    """A ring of its own place."""
    return f"M{at}.6,0.4L{at + 1}.6,0.4L{at + 1}.6,1.4L{at}.6,1.4Z"


def corners(path: str) -> list[list[tuple[float, float]]]:
    """The corners of each line of a path that is told by steps."""
    found = []
    for line in path.split("M")[1:]:
        numbers = [float(n) for n in re.findall(r"-?(?:\d+(?:\.\d)?|\.\d)", line)]
        spots = list(zip(numbers[::2], numbers[1::2], strict=True))
        found.append(list(accumulate(spots, lambda a, b: (a[0] + b[0], a[1] + b[1]))))
    return found


def paths(svg: str) -> list[str]:
    return re.findall(r'<path d="([^"]*)"', svg)


def test_rings_that_look_alike_are_one_path_with_their_corners() -> None:
    told = slim(f'<svg><path d="{SQUARE}"{LOOKS}/><path d="{NEXT}"{LOOKS}/></svg>')
    (path,) = paths(told)
    first, second = corners(path)
    assert first == [
        pytest.approx(one)
        for one in [(10.5, 20.3), (12.5, 20.3), (12.5, 22.3), (10.5, 22.3)]
    ]
    assert second[0] == (12.5, 20.3)
    assert path.count("z") == 2


@pytest.mark.parametrize("other", [' fill="#000"', f'{LOOKS} opacity="0.5"'])
def test_rings_that_look_otherwise_stay_apart(other: str) -> None:
    told = slim(f'<svg><path d="{SQUARE}"{LOOKS}/><path d="{NEXT}"{other}/></svg>')
    assert len(paths(told)) == 2


def test_rings_that_show_through_are_not_joined() -> None:
    looks = f'{LOOKS} fill-opacity="0.3"'
    told = slim(f'<svg><path d="{SQUARE}"{looks}/><path d="{NEXT}"{looks}/></svg>')
    assert len(paths(told)) == 2


def test_an_open_line_stays_open_and_where_it_is() -> None:
    (path,) = paths(slim('<svg><path d="M0.5,3L10,0L9.9,-0.5"/></svg>'))
    assert corners(path) == [
        [pytest.approx(one) for one in [(0.5, 3), (10, 0), (9.9, -0.5)]]
    ]
    assert "z" not in path


def test_a_place_too_small_to_be_drawn_leaves_no_path() -> None:
    assert "path" not in slim(f"<svg><path{LOOKS}/></svg>")


def test_a_curve_is_left_as_it_is() -> None:
    told = slim('<svg><path d="M1.25,2A3,3,0,1,1,4,5Z" fill="#000"/></svg>')
    assert paths(told) == ["M1.2,2A3,3,0,1,1,4,5Z"]


def test_only_a_dense_map_is_drawn_in_whole_pixels() -> None:
    for count, whole in ((MANY_RINGS, False), (MANY_RINGS + 1, True)):
        drawn = "".join(f'<path d="{ring(at)}"{LOOKS}/>' for at in range(count))
        (path,) = paths(slim(f"<svg>{drawn}</svg>"))
        assert ("." not in path) == whole
        assert len(corners(path)) == count


def test_a_map_of_every_health_area_is_light() -> None:
    random.seed(4)
    spots = {
        f"a{at}": (random.gauss(-5, 3), random.gauss(14, 2)) for at in range(1_174)
    }
    rings = cells(spots)
    table = Table(
        name="map",
        title="Zero-dose children",
        columns=[Column("place", "Place"), Column("value", "Children", "children")],
        rows=[
            {"place_id": name, "place": name, "value": random.expovariate(1 / 200)}
            for name in rings
        ],
    )
    shapes = Shapes(
        areas={k: {"type": "Polygon", "coordinates": [r]} for k, r in rings.items()}
    )
    chart = choropleth(table=table, description="How many", shapes=shapes)
    drawn = as_svg(chart, language="fr", width=PHONE_WIDTH)
    assert len(gzip.compress(drawn.encode(), 6)) < HEAVIEST_MAP
