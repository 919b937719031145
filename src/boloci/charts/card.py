"""A one-page picture for messaging: who, when, three figures, one trend, the source.

It is sent from phone to phone far from the page it came from, so it says on its face
what it shows, from where, of when, and whether the data are synthetic.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import escape

from boloci.charts.drawing import as_svg, png_of
from boloci.charts.looks import FONT, INK, QUIET, RULE
from boloci.charts.tables import Chart

WIDTH = 1080
LARGEST = 150_000
"""Bytes: what a phone on a slow link still fetches."""
EDGE = 48
TREND_WIDTH = 540
"""The trend is drawn as for a page this wide, then enlarged to the card's width."""
_LETTER = 0.54
"""Width of a letter, of its size, on the average."""


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
    synthetic: str = "",
) -> bytes:
    """The card as PNG, 1080 pixels wide, 150 kB at most.

    title        what it is about: "Vaccination Penta1"
    place, period    as readers say them
    figures      three at most; chart: one trend
    source       where the figures come from and of which day, in a sentence
    synthetic    the sentence that says that the data are invented, where they are
    """
    drawn = card_svg(
        title=title,
        place=place,
        period=period,
        figures=figures,
        chart=chart,
        source=source,
        language=language,
        synthetic=synthetic,
    )
    return png_of(drawn)


def card_svg(
    *,
    title: str,
    place: str,
    period: str,
    figures: Sequence[Figure],
    chart: Chart,
    source: str,
    language: str,
    synthetic: str = "",
) -> str:
    """The card as SVG, as `card_png` takes it."""
    parts: list[str] = []
    y = EDGE + 8.0
    if synthetic:
        lines = _wrapped(synthetic, 26, WIDTH - 2 * EDGE)
        parts.append(_box(0, 0, WIDTH, 32 * len(lines) + 28, "#fff4d6"))
        parts += _text(lines, EDGE, 40, 26, INK)
        y = 32 * len(lines) + 28 + EDGE
    for told, size, ink, weight in (
        (place, 54, INK, "bold"),
        (title, 36, INK, "normal"),
        (period, 32, QUIET, "normal"),
    ):
        lines = _wrapped(told, size, WIDTH - 2 * EDGE)
        parts += _text(lines, EDGE, y + size * 0.8, size, ink, weight)
        y += len(lines) * size * 1.2 + 6
    drawn, tall = _figures(figures[:3], y + 20)
    parts.append(drawn)
    y += 20 + tall
    lines = _wrapped(chart.title, 30, WIDTH - 2 * EDGE)
    parts += _text(lines, EDGE, y + 44, 30, INK, "bold")
    y += 44 + len(lines) * 36
    trend, tall = _placed(chart, language, y)
    parts.append(trend)
    y += tall + 30
    lines = _wrapped(source, 24, WIDTH - 2 * EDGE)
    parts += _text(lines, EDGE, y + 24, 24, QUIET)
    y += len(lines) * 30 + EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y:.0f}" '
        f'viewBox="0 0 {WIDTH} {y:.0f}" font-family="{FONT}">'
        f"{_box(0, 0, WIDTH, y, 'white')}{''.join(parts)}</svg>"
    )


def _figures(figures: Sequence[Figure], top: float) -> tuple[str, float]:
    """The figures beside each other, each in a frame, and how tall the frames are."""
    if not figures:
        return "", 0.0
    wide = (WIDTH - 2 * EDGE - 20 * (len(figures) - 1)) / len(figures)
    room = wide - 40
    texts = [
        (_wrapped(one.label, 25, room), _wrapped(one.note, 22, room)) for one in figures
    ]
    tall = max(100 + 31 * len(label) + 28 * len(note) for label, note in texts)
    parts = []
    for at, (one, (label, note)) in enumerate(zip(figures, texts, strict=True)):
        left = EDGE + at * (wide + 20)
        size = min(58, room / (_LETTER * max(len(one.told), 1)))
        parts.append(_box(left, top, wide, tall, "#f6f5f2", RULE))
        parts += _text([one.told], left + 20, top + 68, size, INK, "bold")
        parts += _text(label, left + 20, top + 104, 25, INK)
        parts += _text(note, left + 20, top + 102 + 31 * len(label), 22, QUIET)
    return "".join(parts), tall


def _placed(chart: Chart, language: str, top: float) -> tuple[str, float]:
    """The chart at its place in the card, and how tall it is there."""
    drawn = as_svg(chart, language=language, width=TREND_WIDTH)
    size = re.search(r'width="([\d.]+)" height="([\d.]+)" viewBox="[^"]*"', drawn)
    assert size is not None, "vl-convert tells the size of its pictures"
    wide, tall = float(size[1]), float(size[2])
    scale = (WIDTH - 2 * EDGE) / wide
    placed = (
        f'x="{EDGE}" y="{top:.0f}" width="{wide * scale:.0f}" '
        f'height="{tall * scale:.0f}" viewBox="0 0 {wide:g} {tall:g}"'
    )
    return drawn.replace(size[0], placed, 1), tall * scale


def _wrapped(text: str, size: float, width: float) -> list[str]:
    """A text in lines that fit."""
    return textwrap.wrap(text, max(8, int(width / (size * _LETTER)))) if text else []


def _text(
    lines: Sequence[str],
    x: float,
    y: float,
    size: float,
    ink: str,
    weight: str = "normal",
) -> Iterator[str]:
    for at, line in enumerate(lines):
        yield (
            f'<text x="{x:.0f}" y="{y + at * size * 1.25:.0f}" font-size="{size:.0f}" '
            f'font-weight="{weight}" fill="{ink}">{escape(line)}</text>'
        )


def _box(
    x: float, y: float, width: float, height: float, fill: str, stroke: str = "none"
) -> str:
    return (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" '
        f'rx="{0 if stroke == "none" else 8}" fill="{fill}" stroke="{stroke}"/>'
    )
