"""The one place that draws: a Vega-Lite specification in, SVG or PNG out.

Contract with vl-convert (https://github.com/vega/vl-convert): it runs in a process of
its own (`pens`), for a fork after a render hangs, a render holds the interpreter, and
what it has once taken of memory it keeps; it fetches nothing (`allowed_base_urls=[]`).
Pictures are kept on disk by what they are made of, so that a page is drawn once for
all its readers.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from boloci.charts.canvas import USUAL_WIDTH, Canvas
from boloci.charts.looks import CONFIG, NUMBERS, TIMES
from boloci.charts.pens import PEN
from boloci.charts.png import smaller
from boloci.charts.svg import labelled, slim
from boloci.charts.tables import Chart
from boloci.shelf import Shelf

AFTERWARDS = "2"
"""Raised when what is done to a drawn picture changes: those kept are no more."""
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""The language of specifications, named for the editors that open one."""
SCALE = 2
"""Pixels of a PNG for one of the page."""

ROOM = 128 * 2**20
"""Bytes of drawn pictures that are kept."""

_shelf: Shelf | None = None


def keep_in(folder: Path) -> None:
    """Keep drawn pictures in a folder from now on."""
    global _shelf
    _shelf = Shelf(folder, ROOM)


def as_svg(chart: Chart, *, language: str, width: int = USUAL_WIDTH) -> str:
    """A chart as SVG to stand in a page: titled, described, without inline style."""
    specification = chart.specify(Canvas(width, language))
    return _labelled(_drawn(specification, "svg", language).decode(), chart, width)


def as_file(
    chart: Chart, suffix: str, *, language: str, width: int = USUAL_WIDTH
) -> bytes:
    """A chart as a file: `.svg`, `.png` or its specification `.vl.json`."""
    title = {"title": {"text": chart.title}, "description": chart.description}
    specification = {**chart.specify(Canvas(width, language)), **title}
    if suffix == ".vl.json":
        whole = {"$schema": SCHEMA, **_complete(specification)}
        return json.dumps(whole, ensure_ascii=False, indent=1).encode()
    kind = suffix.removeprefix(".")
    drawn = _drawn(specification, kind, language)
    if kind == "svg":
        return _labelled(drawn.decode(), chart, width).encode()
    return drawn


def png_of(svg: str) -> bytes:
    """An SVG of our own making as PNG, a pixel for a pixel."""
    return smaller(PEN.draw("svg_to_png", svg=svg, scale=1))


def _complete(specification: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **specification,
        "config": {**CONFIG, **specification.get("config", {})},
        "background": "white",
    }


def _drawn(specification: Mapping[str, Any], kind: str, language: str) -> bytes:
    whole = _complete(specification)
    text = json.dumps([whole, kind, language, _versions()], sort_keys=True, default=str)
    kept = _shelf.get(text, kind) if _shelf else None
    if kept is not None:
        return kept
    drawn = _render(whole, kind, language)
    if _shelf:
        _shelf.put(text, kind, drawn)
    return drawn


def _render(whole: Mapping[str, Any], kind: str, language: str) -> bytes:
    asked: dict[str, Any] = {
        "vl_spec": whole,
        "allowed_base_urls": [],
        "format_locale": NUMBERS[language],
        "time_format_locale": TIMES[language],
    }
    if kind == "svg":
        return slim(PEN.draw("vegalite_to_svg", **asked).decode()).encode()
    return smaller(PEN.draw("vegalite_to_png", **asked, scale=SCALE))


@cache
def _versions() -> list[str]:
    return [version("boloci"), version("vl-convert-python"), AFTERWARDS]


def _labelled(svg: str, chart: Chart, width: int) -> str:
    return labelled(svg, f"{chart.name}-{width}-", chart.title, chart.description)
