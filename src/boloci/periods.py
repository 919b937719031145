"""Months, quarters, semesters and years, as DHIS2 writes them.

Inside boloci a period is one integer, so that a table of 27 million rows sorts and
joins on four bytes: `yyyymm` for a month, `yyyy21..24` for a quarter, `yyyy31..32`
for a semester and `yyyy00` for a year. At the edge it is DHIS2's text: `202401`,
`2024Q1`, `2024S1`, `2024`. People may also type a month as `2024-01`.
"""

import re
from dataclasses import dataclass

MONTH, QUARTER, SEMESTER, YEAR = "month", "quarter", "semester", "year"
KINDS = (MONTH, QUARTER, SEMESTER, YEAR)
MONTHS_IN = {MONTH: 1, QUARTER: 3, SEMESTER: 6, YEAR: 12}

_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_TEXT = re.compile(r"(\d{4})(?:(0[1-9]|1[0-2])|Q([1-4])|S([12]))?")
_DASHED = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_WEEK = re.compile(r"\d{4}(?:W|WedW|ThuW|SatW|SunW|BiW)\d{1,2}")


class NotAPeriod(ValueError):
    """The text is no period boloci knows."""


class WeeklyPeriod(NotAPeriod):
    """The text is a week: a week belongs to two months, so it is refused."""


@dataclass(frozen=True)
class Span:
    """A run of months, both ends included, as `yyyymm` codes."""

    first: int
    last: int


def code(text: str) -> int:
    """Integer code of a DHIS2 period text: month, quarter, semester or year.

    Raises `WeeklyPeriod` for a weekly period, `NotAPeriod` for anything else.
    """
    text = text.strip().upper() if "W" not in text else text.strip()
    found = _TEXT.fullmatch(text)
    if not found:
        raise WeeklyPeriod(text) if _WEEK.fullmatch(text) else NotAPeriod(text)
    year, month, quarter, semester = (int(part or 0) for part in found.groups())
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise NotAPeriod(text)
    if month:
        return year * 100 + month
    if quarter:
        return year * 100 + 20 + quarter
    return year * 100 + 30 + semester if semester else year * 100


def typed(text: str) -> int:
    """Integer code of a period as a person types it: `code`, or a month as `2024-01`.

    Files of DHIS2 and addresses have one text for a period, which `code` alone reads;
    `2024-01` is none of them. Raises as `code` does.
    """
    found = _DASHED.fullmatch(text.strip())
    return code("".join(found.groups()) if found else text)


def text(code: int) -> str:
    """DHIS2 text of a period code: the inverse of `code`."""
    year, part = divmod(code, 100)
    kind_ = kind(code)
    if kind_ == YEAR:
        return f"{year}"
    if kind_ == MONTH:
        return f"{code}"
    return f"{year}Q{part - 20}" if kind_ == QUARTER else f"{year}S{part - 30}"


def kind(code: int) -> str:
    """Which of `KINDS` a period code is. Raises `NotAPeriod`."""
    part = code % 100
    if 1 <= part <= 12:
        return MONTH
    if 21 <= part <= 24:
        return QUARTER
    if 31 <= part <= 32:
        return SEMESTER
    if part == 0:
        return YEAR
    raise NotAPeriod(str(code))


def months(code: int) -> list[int]:
    """The month codes of a period, in order."""
    span_ = span(code)
    return month_range(span_.first, span_.last)


def span(code: int) -> Span:
    """First and last month of a period code."""
    year, part = divmod(code, 100)
    length = MONTHS_IN[kind(code)]
    index = {1: part - 1, 3: (part - 21) * 3, 6: (part - 31) * 6, 12: 0}[length]
    return Span(year * 100 + index + 1, year * 100 + index + length)


def month_range(first: int, last: int) -> list[int]:
    """Every month code from `first` to `last`, both included; empty if reversed."""
    start, stop = serial(first), serial(last)
    return [month_at(index) for index in range(start, stop + 1)]


def serial(month: int) -> int:
    """Months since year 0 of a month code, so that months can be subtracted."""
    return month // 100 * 12 + month % 100 - 1


def month_at(serial: int) -> int:
    """The month code at a serial number: the inverse of `serial`."""
    return serial // 12 * 100 + serial % 12 + 1


def containing(month: int, kind: str) -> int:
    """The period of a kind that a month lies in."""
    year, number = divmod(month, 100)
    if kind == MONTH:
        return month
    if kind == QUARTER:
        return year * 100 + 21 + (number - 1) // 3
    if kind == SEMESTER:
        return year * 100 + 31 + (number - 1) // 6
    return year * 100
