"""Figures, periods and dates as readers of a language write them."""

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel.dates import format_date

from boloci import periods
from boloci.hub.language import _, spoken
from boloci.spacing import unbroken
from boloci.telling import numbers

MISSING = numbers.MISSING


def number(value: float | None, unit: str = "", digits: int | None = None) -> str:
    """A figure with its unit's decimals, without the unit."""
    return numbers.number(
        value, numbers.digits_of(unit) if digits is None else digits, spoken()
    )


def figure(value: float | None, unit: str = "", digits: int | None = None) -> str:
    """A figure with its unit where that is a sign: 84,2 %."""
    told = number(value, unit, digits)
    if told == MISSING:
        return told
    signs = {"percent": numbers.PERCENT[spoken()], "points": "\u00a0pt"}
    return told + signs.get(unit, "")


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
    told = str(format_date(value, "d MMMM y", locale=spoken()))
    first = spoken() == "fr" and value.day == 1
    return told.replace("1 ", "1er ", 1) if first else told


def words(texts: dict[str, str] | None) -> str:
    """A catalogue's text in the language being spoken, else in another."""
    if not texts:
        return ""
    return unbroken(texts.get(spoken()) or next(iter(texts.values()), ""), spoken())


def level(code: str, settings: Any) -> str:
    """What the workspace calls a level."""
    if code == "group":
        return _("group")
    return words(settings.get(code)) or code


def flags(codes: str | None, known: Mapping[str, Any]) -> str:
    """Flags of a fact (`above_100;incomplete`) as sentences of the catalogue."""
    told = [flag for flag in (codes or "").split(";") if flag]
    return " ".join(words(known[flag]) if flag in known else flag for flag in told)
