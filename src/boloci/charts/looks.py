"""How charts look, in one place: colours, marks, sizes, numbers of a language.

Colours are Okabe and Ito's, told apart by colour-blind people, the light ones darker so
that each stands out from white; beside a colour there is always a second sign (dash,
shape, number), so that grey print reads too.
"""

from typing import Any

INK = "#1b1b1b"
QUIET = "#5c5c5c"
RULE = "#d9d9d9"
SERIES = ("#0072b2", "#d55e00", "#009e73", "#b85c93", "#3f93cc", "#b07a00", "#000000")
GIRLS = "#d55e00"
BOYS = "#0072b2"
GIRLS_SHAPE, BOYS_SHAPE = "triangle-up", "circle"
"""Girls and boys look the same in every chart, whichever of them is drawn first."""
WARNING = "#b3261e"
MISSING = "#e4e4e4"
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [10, 4], [1, 3], [4, 1])
SHAPES = (
    *("circle", "square", "triangle-up", "diamond", "cross", "triangle-down"),
    "triangle-left",
)
UNNAMED = "#8c8c8c"
"""Lines behind those that are named."""
BORDER = "#bdbdbd"
"""Between places of a map: seen beside light classes and dark ones."""
SEQUENTIAL = ("#ffffcc", "#a1dab4", "#41b6c4", "#2676b0", "#253494")
"""Classes of a map, the lowest lightest: after ColorBrewer's YlGnBu, which keeps its
order in grey."""
ON_SEQUENTIAL = (INK, INK, INK, "#ffffff", "#ffffff")
"""What is read on each of them."""
DOUBTFUL = "#a3a3a3"
"""A class of figures that cannot be: off the scale of colours, on which the highest
would look best. What is read on it is INK."""

FONT = "Liberation Sans, Arimo, Arial, Helvetica, Roboto, sans-serif"
"""Letters of one width on every screen: the picture is measured on the server."""

CONFIG: dict[str, Any] = {
    "font": FONT,
    "axis": {
        "labelColor": INK,
        "titleColor": QUIET,
        "titleFontWeight": "normal",
        "gridColor": RULE,
        "domainColor": QUIET,
        "tickColor": QUIET,
        "labelFontSize": 11,
        "titleFontSize": 11,
    },
    "legend": {"labelColor": INK, "titleColor": QUIET, "labelFontSize": 11},
    "title": {"color": INK, "fontSize": 13, "anchor": "start"},
    "view": {"stroke": None},
    "range": {"category": list(SERIES)},
    "line": {"strokeWidth": 2},
    "point": {"filled": True, "size": 30},
}

NUMBERS: dict[str, dict[str, Any]] = {
    "fr": {
        "decimal": ",",
        "thousands": "\u202f",
        "grouping": [3],
        "currency": ["", "\u00a0F CFA"],
    },
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["CFA ", ""]},
}
_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre"
    " décembre",
    "en": "January February March April May June July August September October November"
    " December",
}
_SHORT = {
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
_DAYS = {
    "fr": "dimanche lundi mardi mercredi jeudi vendredi samedi",
    "en": "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
}
TIMES: dict[str, dict[str, Any]] = {
    language: {
        "dateTime": "%A %e %B %Y %X",
        "date": "%d/%m/%Y",
        "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": _DAYS[language].split(),
        "shortDays": [day[:3] for day in _DAYS[language].split()],
        "months": _MONTHS[language].split(),
        "shortMonths": _SHORT[language].split(),
    }
    for language in ("fr", "en")
}
