"""The one place that draws: a Vega-Lite specification in, SVG or PNG out.

Contract with vl-convert (https://github.com/vega/vl-convert): it is imported on first
use and never before a fork (a fork after a render hangs); it fetches nothing
(`allowed_base_urls=[]`); a render holds the interpreter. Pictures are kept on disk by
what they are made of, so that a page is drawn once for all its readers.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from boloci.charts.canvas import USUAL_WIDTH, Canvas
from boloci.charts.looks import CONFIG, NUMBERS, TIMES
from boloci.charts.png import smaller
from boloci.charts.svg import labelled, slim
from boloci.charts.tables import Chart

AFTERWARDS = "1"
"""Raised when what is done to a drawn picture changes: those kept are no more."""
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""The language of specifications, named for the editors that open one."""
SCALE = 2
"""Pixels of a PNG for one of the page."""

_folder: Path | None = None


def keep_in(folder: Path) -> None:
    """Keep drawn pictures in a folder from now on."""
    global _folder
    _folder = folder


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
    import vl_convert

    return smaller(vl_convert.svg_to_png(svg, scale=1))


def _complete(specification: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **specification,
        "config": {**CONFIG, **specification.get("config", {})},
        "background": "white",
    }


def _drawn(specification: Mapping[str, Any], kind: str, language: str) -> bytes:
    whole = _complete(specification)
    text = json.dumps([whole, kind, language, _versions()], sort_keys=True, default=str)
    kept = _kept(hashlib.sha256(text.encode()).hexdigest(), kind)
    if kept is not None and kept.exists():
        return kept.read_bytes()
    drawn = _render(whole, kind, language)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(f".{os.getpid()}.partial")
        partial.write_bytes(drawn)
        partial.replace(kept)
    return drawn


def _render(whole: Mapping[str, Any], kind: str, language: str) -> bytes:
    import vl_convert

    asked: dict[str, Any] = {
        "vl_spec": whole,
        "allowed_base_urls": [],
        "format_locale": NUMBERS[language],
        "time_format_locale": TIMES[language],
    }
    if kind == "svg":
        return slim(vl_convert.vegalite_to_svg(**asked)).encode()
    return smaller(vl_convert.vegalite_to_png(**asked, scale=SCALE))


def _versions() -> list[str]:
    return [version("boloci"), version("vl-convert-python"), AFTERWARDS]


def _kept(digest: str, kind: str) -> Path | None:
    return None if _folder is None else _folder / digest[:2] / f"{digest}.{kind}"


def _labelled(svg: str, chart: Chart, width: int) -> str:
    return labelled(svg, f"{chart.name}-{width}-", chart.title, chart.description)
