"""The one place that draws: a Vega-Lite specification in, SVG or PNG out.

Contract with vl-convert (https://github.com/vega/vl-convert): it is imported on first
use and never before a fork (a fork after a render hangs); it fetches nothing
(`allowed_base_urls=[]`); a render holds the interpreter. Pictures are kept on disk by
what they are made of, so that a page is drawn once for all its readers.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from boloci.charts.looks import CONFIG, NUMBERS, TIMES
from boloci.charts.tables import Chart

USUAL_WIDTH = 640
PHONE_WIDTH = 328
SCALE = 2
"""Pixels of a PNG for one of the page."""

_folder: Path | None = None


def keep_in(folder: Path) -> None:
    """Keep drawn pictures in a folder from now on."""
    global _folder
    _folder = folder


def as_svg(chart: Chart, *, language: str, width: int = USUAL_WIDTH) -> str:
    """A chart as SVG to stand in a page: titled, described, without inline style."""
    drawn = _drawn(chart.specify(width), "svg", language).decode()
    return _labelled(drawn, chart)


def as_file(chart: Chart, suffix: str, *, language: str) -> bytes:
    """A chart as a file: `.svg`, `.png` or its specification `.vl.json`."""
    if suffix == ".vl.json":
        specification = _complete(chart.specify(USUAL_WIDTH))
        return json.dumps(specification, ensure_ascii=False, indent=1).encode()
    specification = {**chart.specify(USUAL_WIDTH), "title": chart.title}
    kind = suffix.removeprefix(".")
    drawn = _drawn(specification, kind, language)
    return _labelled(drawn.decode(), chart).encode() if kind == "svg" else drawn


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
        return _without_style(vl_convert.vegalite_to_svg(**asked)).encode()
    drawn: bytes = vl_convert.vegalite_to_png(**asked, scale=SCALE)
    return drawn


def _versions() -> list[str]:
    return [version("boloci"), version("vl-convert-python")]


def _kept(digest: str, kind: str) -> Path | None:
    return None if _folder is None else _folder / digest[:2] / f"{digest}.{kind}"


def _without_style(svg: str) -> str:
    """The picture without inline styles, which the pages' policy refuses."""
    return re.sub(r' style="[^"]*"', "", svg)


def _labelled(svg: str, chart: Chart) -> str:
    """The picture with its title and description for screen readers."""
    from markupsafe import escape

    told = (
        f"<title>{escape(chart.title)}</title><desc>{escape(chart.description)}</desc>"
    )
    return re.sub(r"(<svg\b[^>]*?)>", rf'\1 role="img">{_plain(told)}', svg, count=1)


def _plain(text: str) -> str:
    return text.replace("\\", r"\\")
