"""Figures, periods and dates as readers of a language write them.

Only here are numbers rounded. A missing figure is a dash, never a nought.
"""

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from boloci import periods
from boloci.hub.language import _, spoken

MISSING = "–"
DIGITS = {
    "children": 0,
    "doses": 0,
    "visits": 0,
    "category": 0,
    "reports": 0,
    "ratio": 2,
    "percent": 1,
    "points": 1,
}
"""Decimals that a unit is shown with; 1 for any other."""
SUFFIX = {"percent": " %", "points": " pt"}


def number(value: float | None, unit: str = "", digits: int | None = None) -> str:
    """A figure with its unit's decimals, without the unit."""
    if value is None or value != value:
        return MISSING
    return _number(
        float(value), DIGITS.get(unit, 1) if digits is None else digits, spoken()
    )


def figure(value: float | None, unit: str = "", digits: int | None = None) -> str:
    """A figure with its unit where that is a sign: 84,2 %."""
    told = number(value, unit, digits)
    suffix = SUFFIX.get(unit, "")
    if told == MISSING:
        return told
    return told + (suffix if spoken() == "fr" else suffix.replace(" %", "%"))


@lru_cache(maxsize=100_000)
def _number(value: float, digits: int, language: str) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale=language))


def period(text: str | None) -> str:
    """A period as people say it: T1 2024, janvier 2024, 1er semestre 2024, 2024."""
    if not text:
        return MISSING
    return _period(text, spoken())


@lru_cache(maxsize=10_000)
def _period(text: str, language: str) -> str:
    code = periods.code(text)
    kind, year = periods.kind(code), code // 100
    if kind == periods.MONTH:
        day = datetime.date(year, code % 100, 1)
        return str(format_date(day, "MMM y", locale=language))
    if kind == periods.QUARTER:
        letter = {"fr": "T", "en": "Q"}[language]
        return f"{letter}{code % 10} {year}"
    if kind == periods.SEMESTER:
        letter = {"fr": "S", "en": "H"}[language]
        return f"{letter}{code % 10} {year}"
    return str(year)


def day(value: datetime.date | datetime.datetime | str | None) -> str:
    """A date as the language writes it."""
    if not value:
        return MISSING
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
    return str(format_date(value, "d MMMM y", locale=spoken()))


def words(texts: dict[str, str] | None) -> str:
    """A catalogue's text in the language being spoken, else in another."""
    if not texts:
        return ""
    return texts.get(spoken()) or next(iter(texts.values()), "")


def level(code: str, settings: Any) -> str:
    """What the workspace calls a level."""
    if code == "group":
        return _("group")
    return words(settings.get(code)) or code


def flags(codes: str | None, known: Mapping[str, Any]) -> str:
    """Flags of a fact (`above_100;incomplete`) as sentences of the catalogue."""
    told = [flag for flag in (codes or "").split(";") if flag]
    return " ".join(words(known[flag]) if flag in known else flag for flag in told)
