"""The templates' environment: what every template can call."""

import os
from typing import Any

from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, FileSystemBytecodeCache, StrictUndefined
from markupsafe import Markup

from boloci import charts
from boloci.charts.canvas import PHONE_WIDTH, USUAL_WIDTH
from boloci.charts.sparks import spark_svg
from boloci.hub import showing
from boloci.hub.current import workspace
from boloci.hub.language import _, ngettext, spoken
from boloci.telling import numbers


def environment(**options: Any) -> Environment:
    """Jinja with our numbers, periods, pictures and messages."""
    options["autoescape"] = True
    made = Environment(
        **{**options, "undefined": StrictUndefined},
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        bytecode_cache=_compiled(),
    )
    made.install_gettext_callables(_, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        url=reverse,
        static=static,
        spoken=spoken,
        picture=picture,
        csrf=csrf,
        spark=spark_svg,
    )
    made.filters.update(
        about=numbers.about,
        number=showing.number,
        figure=showing.figure,
        period=showing.period,
        day=showing.day,
        words=showing.words,
        cell=cell,
        flags=lambda codes: showing.flags(codes, workspace().catalogue.flags),
        level=lambda code: showing.level(code, workspace().levels),
    )
    return made


def _compiled() -> FileSystemBytecodeCache | None:
    """Templates as Python's own code, kept for all processes and the next start: to
    translate those of one page costs half a second. Not where nothing may be written.
    """
    folder = workspace().root / "cache" / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder)) if os.access(folder, os.W_OK) else None


def picture(chart: charts.Chart, width: int = USUAL_WIDTH) -> Markup:
    """A chart drawn to stand in the page, for a desk and for a phone: the style sheet
    shows the one that fits, so that letters are as large on both."""
    wide = charts.as_svg(chart, language=spoken(), width=width)
    if width <= PHONE_WIDTH:
        return Markup(wide)
    narrow = charts.as_svg(chart, language=spoken(), width=PHONE_WIDTH)
    return Markup(f'<div class="wide">{wide}</div><div class="narrow">{narrow}</div>')


def csrf(request: Any) -> Markup:
    """The hidden field that every form of a signed-in person needs."""
    token = get_token(request)
    return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(
        token
    )


def cell(row: Any, column: charts.Column) -> str:
    """A cell as its column's unit shows it."""
    value = row.get(column.name)
    if column.unit == "period":
        return showing.period(value)
    if column.unit == "day":
        return showing.day(value)
    if column.unit == "flags":
        return showing.flags(value, workspace().catalogue.flags)
    if value is None:
        return showing.MISSING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return showing.figure(value, column.unit)
    return str(value)
