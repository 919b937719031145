"""Periods and dates as people write them: words in three languages, codes, numbers.

Whatever can mean two things (`03/04/2024`, a day in the middle of a month where a month
is asked for) is refused rather than guessed.
"""

import calendar
import datetime
import re

from boloci import periods
from boloci.periods import NotAPeriod, WeeklyPeriod
from boloci.sources.words import fold

_WORDS = """
1 january jan janvier janv janeiro
2 february feb fevrier fevr fev fevereiro
3 march mar mars marco
4 april apr avril avr abril abr
5 may mai maio
6 june jun juin junho
7 july jul juillet juil julho
8 august aug aout agosto ago
9 september sep sept septembre setembro set
10 october oct octobre outubro out
11 november nov novembre novembro
12 december dec decembre dezembro dez
"""
MONTHS: dict[str, int] = {
    word: int(number)
    for number, *words in (line.split() for line in _WORDS.strip().splitlines())
    for word in words
}
"""Names and abbreviations of months in English, French and Portuguese, folded."""

EPOCHS = (datetime.date(1899, 12, 30), datetime.date(1904, 1, 1))
"""Day 0 of Excel's two calendars (Windows; old Macintosh workbooks)."""
FIRST_SERIAL, LAST_SERIAL = 20_000, 75_000
"""Excel day numbers read as dates: 1954 to 2105."""

_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_GAP = r"[\s.,/_'’-]*(?:de\s+|d[' ])?"
_MONTH_YEAR = re.compile(rf"({_NAME}){_GAP}(\d{{4}}|\d{{2}})")
_YEAR_MONTH = re.compile(rf"(\d{{4}}){_GAP}({_NAME})\.?")
_RANGE = re.compile(
    rf"({_NAME})\.?\s*(?:\d{{4}}\s*)?(?:-|–|to|a|au|ate)\s*({_NAME}){_GAP}(\d{{4}})"
)
_NUMBERS = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})")
_PART = r"(?:(?:1(?:st|er|ere|o)?|[2-4](?:nd|rd|th|e|eme|o)?)\s+)?"
_QUARTER = r"(?:trimestre|trim|quarter|qtr|tri|t|q)\.?\s*"
_SEMESTER = r"(?:semestre|semester|half|s|h)\.?\s*"
_LABELLED = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("Q", rf"{_QUARTER}([1-4])[\s,/_-]*(?P<year>\d{{4}})"),
        ("Q", rf"(?P<year>\d{{4}})[\s,/_-]*{_QUARTER}([1-4])"),
        ("Q", rf"([1-4])(?:st|nd|rd|th|er|e|eme|o)?\s*{_QUARTER}(?P<year>\d{{4}})"),
        ("S", rf"{_SEMESTER}([12])[\s,/_-]*(?P<year>\d{{4}})"),
        ("S", rf"(?P<year>\d{{4}})[\s,/_-]*{_SEMESTER}([12])"),
        ("S", rf"([12])(?:st|nd|er|e|eme|o)?\s*{_SEMESTER}(?P<year>\d{{4}})"),
    )
)
_YEAR = re.compile(r"(?:annee|year|ano|an)\s*(\d{4})")
_WEEK = re.compile(
    r"(?:week|wk|semaine|sem\.?|semana|w)\s*\d{1,2}\b.*|\d{4}\s*w\s*\d.*"
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]\d\d:\d\d.*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_DAY_WORD = re.compile(rf"(\d{{1,2}})(?:er|st|nd|rd|th)?{_GAP}({_NAME}){_GAP}(\d{{4}})")


class NotADate(ValueError):
    """The text is no date."""


class AmbiguousDate(NotADate):
    """The text is two dates at once: `03/04/2024`."""


def month(text: str) -> int | None:
    """Month number of a word or number, 1-12; None if it is no month."""
    word = fold(text).strip(".")
    if word in MONTHS:
        return MONTHS[word]
    number = word.removesuffix(".0")
    return int(number) if number.isdigit() and 1 <= int(number) <= 12 else None


def period(text: str) -> int:
    """Period code of a text: DHIS2 codes, months as words, quarters, Excel days.

    A date stands for its month if it is the first or the last day of it (`01/02/2024`
    is February: 2 January neither begins nor ends a month). A number
    of five digits is an Excel day where exactly one of Excel's calendars makes it the
    first day of a month. Raises `WeeklyPeriod` or `NotAPeriod`.
    """
    try:
        return periods.code(text)
    except WeeklyPeriod:
        raise
    except NotAPeriod:
        pass
    folded = fold(text).strip(" .")
    if _WEEK.fullmatch(folded):
        raise WeeklyPeriod(text)
    found = _month(folded) or _labelled(folded) or _range(folded) or _dated(folded)
    if not found:
        raise NotAPeriod(text)
    return found


def _month(text: str) -> int | None:
    if found := _MONTH_YEAR.fullmatch(text):
        return _year(found[2]) * 100 + MONTHS[found[1]]
    if found := _YEAR_MONTH.fullmatch(text):
        return _year(found[1]) * 100 + MONTHS[found[2]]
    if found := _NUMBERS.fullmatch(text):
        year, number = (found[1], found[2]) if found[1] else (found[4], found[3])
        return _year(year) * 100 + int(number) if 1 <= int(number) <= 12 else None
    return None


def _year(text: str) -> int:
    year = int(text) if len(text) == 4 else 2000 + int(text)
    if not 1950 <= year <= 2069:
        raise NotAPeriod(text)
    return year


def _labelled(text: str) -> int | None:
    for kind, pattern in _LABELLED:
        if found := pattern.fullmatch(text):
            number = next(part for part in found.groups() if len(part) == 1)
            return periods.code(f"{found['year']}{kind}{number}")
    found = _YEAR.fullmatch(text)
    return periods.code(found[1]) if found else None


def _range(text: str) -> int | None:
    found = _RANGE.fullmatch(text)
    if not found:
        return None
    first, last, year = MONTHS[found[1]], MONTHS[found[2]], _year(found[3])
    for kind in periods.KINDS:
        whole = periods.containing(year * 100 + first, kind)
        if periods.span(whole) == periods.Span(year * 100 + first, year * 100 + last):
            return whole
    return None


def _dated(text: str) -> int | None:
    serial = re.fullmatch(r"(\d{5})(?:\.0)?", text)
    if serial:
        days = [day for day in _serial_days(int(serial[1])) if day.day == 1]
        return days[0].year * 100 + days[0].month if len(days) == 1 else None
    months = {
        day.year * 100 + day.month
        for day in _readings(text)
        if day.day in (1, calendar.monthrange(day.year, day.month)[1])
    }
    return months.pop() if len(months) == 1 else None


def _readings(text: str) -> list[datetime.date]:
    """The dates a text may be: of `01/02/2024` only 1 February begins a month."""
    try:
        return [date(text)]
    except AmbiguousDate:
        first, second, year = re.split(r"[/.-]", text)
        return [
            datetime.date(int(year), int(second), int(first)),
            datetime.date(int(year), int(first), int(second)),
        ]
    except NotADate:
        return []


def _serial_days(number: int) -> list[datetime.date]:
    if not FIRST_SERIAL <= number <= LAST_SERIAL:
        return []
    return [epoch + datetime.timedelta(days=number) for epoch in EPOCHS]


def date(text: str) -> datetime.date:
    """The date a text says: ISO, words, or day/month/year where no doubt is left.

    Raises `AmbiguousDate` where day and month could be exchanged, else `NotADate`.
    """
    folded = fold(text)
    if found := _ISO.fullmatch(folded):
        return _day(text, found[1], found[2], found[3])
    if found := _DAY_WORD.fullmatch(folded):
        return _day(text, found[3], str(MONTHS[found[2]]), found[1])
    if found := _DAY_FIRST.fullmatch(folded):
        first, second = int(found[1]), int(found[2])
        if first <= 12 and second <= 12 and first != second:
            raise AmbiguousDate(text)
        day, number = (second, first) if second > 12 else (first, second)
        return _day(text, found[3], str(number), str(day))
    raise NotADate(text)


def _day(text: str, year: str, month: str, day: str) -> datetime.date:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise NotADate(text) from None
