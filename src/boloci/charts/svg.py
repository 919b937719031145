"""What stands in a page: Vega's SVG, without what a page refuses or does not need.

Pages forbid inline styles. Vega's own words for screen readers are English and many:
the picture has one title and one description instead. And half of the letters say what
is so anyway; on a slow telephone they are read before the page is shown.
"""

import re
from collections.abc import Callable

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
_EMPTY = re.compile(r"<g(?: [^>]*)?></g>")
_UNSEEN = re.compile(r'<path(?: class="background")? d="[^"]*"(?: [^>]*)?/>')
_FINE = re.compile(r"(\d\.\d)\d+")
_FONT = re.compile(r' font-family="([^"]*)"')


def slim(svg: str) -> str:
    """The same picture with fewer letters, and with nothing that a page refuses."""
    svg = _UNSEEN.sub(_seen, svg)
    svg = re.sub("|".join(_NEEDLESS), "", svg)
    svg = re.sub(r' (?:transform|d)="[^"]*"', lambda m: _FINE.sub(r"\1", m[0]), svg)
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
