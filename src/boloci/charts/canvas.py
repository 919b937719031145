"""What a chart is drawn for: a width, and a language to write in."""

import datetime
import gettext
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from boloci import periods
from boloci.locale import DOMAIN, FOLDER

USUAL_WIDTH = 640
PHONE_WIDTH = 328

SIGNS = {"percent": "%", "points": "pt"}
DECIMALS = {"ratio": 2, "percent": 1, "points": 1, "index": 1}


@dataclass(frozen=True)
class Canvas:
    """Where a chart is drawn: CSS pixels across, and the reader's language."""

    width: int = USUAL_WIDTH
    language: str = "fr"

    @property
    def narrow(self) -> bool:
        """Whether this is a phone."""
        return self.width < 480

    def gettext(self, message: str) -> str:
        """One of the charts' own messages."""
        return str(_translations(self.language).gettext(message))

    def figure(self, value: float | None, unit: str = "") -> str:
        """A figure with the decimals and the sign of its unit; a dash for none."""
        if value is None or value != value:
            return "–"
        digits = DECIMALS.get(unit, 0)
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        told = format_decimal(value, format=pattern, locale=self.language)
        return f"{told}{self.sign(unit)}"

    def level(self, value: float, unit: str = "") -> str:
        """A figure that somebody chose, such as a class's limit: 90 %, not 90,0 %."""
        told = format_decimal(value, format="#,##0.##", locale=self.language)
        return f"{told}{self.sign(unit)}"

    def sign(self, unit: str) -> str:
        """The sign of a unit, with the space that the language puts before it."""
        if unit not in SIGNS:
            return ""
        close = unit == "percent" and self.language == "en"
        return SIGNS[unit] if close else f"\u00a0{SIGNS[unit]}"

    def day(self, value: datetime.date) -> str:
        """A date as the language writes it."""
        return str(format_date(value, "d MMMM y", locale=self.language))

    def month(self, text: str) -> str:
        """The name of a month, without its year."""
        day = datetime.date(2000, int(text[4:6]), 1)
        return str(format_date(day, "MMMM", locale=self.language))

    def period(self, text: str) -> Sequence[str]:
        """A period in two lines for an axis: its part of the year, and the year."""
        return _period(text, self.language)


@cache
def _translations(language: str) -> Any:
    return gettext.translation(DOMAIN, str(FOLDER), [language])


@cache
def _period(text: str, language: str) -> Sequence[str]:
    try:
        code = periods.code(text)
    except periods.NotAPeriod:
        return (text,)
    kind, year = periods.kind(code), str(code // 100)
    if kind == periods.MONTH:
        day = datetime.date(int(year), code % 100, 1)
        return (str(format_date(day, "MMM", locale=language)), year)
    if kind == periods.YEAR:
        return (year,)
    letters = {periods.QUARTER: "TQ", periods.SEMESTER: "SH"}[kind]
    return (f"{letters[language == 'en']}{code % 10}", year)
