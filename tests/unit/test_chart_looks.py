"""Looks of charts: read by colour-blind people, in grey, and on a small screen."""

import re
from itertools import pairwise

import pytest

from boloci.charts.looks import (
    BOYS,
    DASHES,
    DOUBTFUL,
    GIRLS,
    INK,
    MISSING,
    ON_SEQUENTIAL,
    QUIET,
    SEQUENTIAL,
    SERIES,
    SHAPES,
    UNNAMED,
    WARNING,
)


def grey(colour: str) -> float:
    """How light a colour is, as WCAG 2.1 reckons it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((grey(one), grey(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [*SERIES, GIRLS, BOYS, WARNING, UNNAMED])
def test_every_line_and_mark_stands_out_from_white(colour: str) -> None:
    assert contrast(colour, "#ffffff") >= 3


@pytest.mark.parametrize("colour", [INK, QUIET])
def test_every_text_reads_on_white(colour: str) -> None:
    assert contrast(colour, "#ffffff") >= 4.5


def test_classes_of_a_map_keep_their_order_in_grey() -> None:
    lights = [grey(colour) for colour in SEQUENTIAL]
    assert lights == sorted(lights, reverse=True)
    assert all(contrast(one, other) >= 1.4 for one, other in pairwise(SEQUENTIAL))


def test_what_cannot_be_is_off_the_scale_of_a_map_and_apart_from_no_figure() -> None:
    assert len(set(re.findall("..", DOUBTFUL[1:]))) == 1, "a grey, no colour"
    assert contrast(DOUBTFUL, MISSING) >= 1.4
    assert contrast(DOUBTFUL, INK) >= 4.5
    assert grey(DOUBTFUL) > grey(SEQUENTIAL[-1]), "the darkest is the best that can be"


def test_the_number_of_a_class_reads_on_its_colour() -> None:
    pairs = zip(SEQUENTIAL, ON_SEQUENTIAL, strict=True)
    assert all(contrast(colour, ink) >= 4.5 for colour, ink in pairs)


def test_beside_its_colour_each_line_has_a_dash_and_a_shape_of_its_own() -> None:
    assert len({tuple(dash) for dash in DASHES}) >= len(SERIES)
    assert len(set(SHAPES)) >= len(SERIES)
    assert len(set(SERIES)) == len(SERIES)
