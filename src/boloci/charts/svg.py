"""What stands in a page: Vega's SVG, without what a page refuses or does not need.

Pages forbid inline styles. Vega's own words for screen readers are English and many:
the picture has one title and one description instead. And half of the letters say what
is so anyway; on a slow telephone they are read before the page is shown.
"""

import re
from collections.abc import Callable
from itertools import pairwise

from markupsafe import escape

_FONT_SIZE = "11px"
"""What most texts of a chart have: said once, for all."""
_NEEDLESS = (
    r' (?:style|aria-[a-z]+|role|class|pointer-events|xmlns:xlink|version)="[^"]*"',
    r' (?:opacity|stroke-width)="1"',
    r' [xy]2="0"',
    rf' font-size="{_FONT_SIZE}"',
    r' transform="translate\(0,0\)"',
)
MANY_RINGS = 50
"""Rings of one colour from which a map is so dense that whole pixels tell them."""
_EMPTY = re.compile(r"<g(?: [^>]*)?></g>")
_UNSEEN = re.compile(r'<path(?: class="background")? d="[^"]*"(?: [^>]*)?/>')
_FINE = re.compile(r"(\d\.\d)\d+")
_FONT = re.compile(r' font-family="([^"]*)"')
_PAIR = r"-?\d+(?:\.\d)?,-?\d+(?:\.\d)?"
_LINE = rf"M{_PAIR}(?:L{_PAIR})+"
_STRAIGHT = re.compile(rf' d="((?:{_LINE}Z?)+)"')
_NOWHERE = re.compile(r'<path(?: (?!d=)[a-z-]+="[^"]*")*/>')
_RINGS = re.compile(rf'<path d="((?:{_LINE}Z)+)"([^>]*)/>')
_ROW_OF_RINGS = re.compile(rf"(?:{_RINGS.pattern}){{2,}}")


def slim(svg: str) -> str:
    """The same picture with fewer letters, and with nothing that a page refuses."""
    svg = _UNSEEN.sub(_seen, svg)
    svg = re.sub("|".join(_NEEDLESS), "", svg)
    svg = re.sub(r' (?:transform|d)="[^"]*"', lambda m: _FINE.sub(r"\1", m[0]), svg)
    svg = _ROW_OF_RINGS.sub(_joined, _NOWHERE.sub("", svg))
    svg = _STRAIGHT.sub(lambda m: f' d="{_by_steps(m[1])}"', svg)
    fonts = _FONT.findall(svg)
    if len(set(fonts)) == 1:
        told = f'<svg font-family="{fonts[0]}" font-size="{_FONT_SIZE}"'
        svg = _FONT.sub("", svg).replace("<svg", told, 1)
    return _until_same(lambda text: _EMPTY.sub("", text), svg)


def _seen(path: re.Match[str]) -> str:
    """Nothing for a path that shows nothing: hidden, or without colour in a group."""
    hidden = 'display="none"' in path[0]
    frame = 'class="background"' in path[0]
    coloured = re.search(r' (?:fill|stroke)="', path[0])
    return "" if hidden or (frame and not coloured) else path[0]


def _joined(row: re.Match[str]) -> str:
    """Rings that look the same, one after the other, as one path: of a map with a
    thousand places the looks of each are half of the letters."""
    told: list[tuple[str, str]] = []
    for rings, looks in _RINGS.findall(row[0]):
        if told and told[-1][1] == looks and not re.search("opacity|transform", looks):
            rings = told.pop()[0] + rings
        told.append((rings, looks))
    return "".join(f'<path d="{rings}"{looks}/>' for rings, looks in told)


def _by_steps(lines: str) -> str:
    """Straight lines told by how far each corner is from the one before: neighbours
    lie near, and few digits say so."""
    told = []
    fine = 10 if lines.count("M") > MANY_RINGS else 1
    for line in lines.split("M")[1:]:
        closed = line.endswith("Z")
        tenths = [
            [fine * round(10 / fine * float(part)) for part in spot.split(",")]
            for spot in line.rstrip("Z").split("L")
        ]
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(tenths)]
        first, *further = [" ".join(map(_tenths, one)) for one in (tenths[0], *steps)]
        told.append(f"M{first}l{' '.join(further)}{'z' if closed else ''}")
    return "".join(told).replace(" -", "-")


def _tenths(number: int) -> str:
    """A number of tenths in as few letters as say it."""
    text = f"{number / 10:.1f}".removesuffix(".0")
    return re.sub(r"^(-?)0\.", r"\1.", text)


def _until_same(change: Callable[[str], str], text: str) -> str:
    while (changed := change(text)) != text:
        text = changed
    return text


def labelled(svg: str, own: str, title: str, description: str) -> str:
    """The picture with a title and a description for who does not see it.

    own     what its ids begin with, so that several pictures stand on one page
    """
    svg = re.sub(r'\bid="', f'id="{own}', svg).replace("url(#", f"url(#{own}")
    named = (
        f' role="img" aria-labelledby="{own}t {own}d">'
        f'<title id="{own}t">{escape(title)}</title>'
        f'<desc id="{own}d">{escape(description)}</desc>'
    )
    return re.sub(r"(<svg\b[^>]*?)>", lambda found: found[1] + named, svg, count=1)
