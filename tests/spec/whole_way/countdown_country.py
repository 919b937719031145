"""A made-up country in Countdown's workbook, and its numbers worked out apart.

The reference follows the text of design 3 with the standard library alone, a district
and a year at a time, so that it shares neither code nor shape with `boloci.stats`.
"""

import random
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import xlsxwriter

SERVICES = {"ANC1": "anc", "Instlivebirths": "idelv", "BCG": "vacc", "Penta1": "vacc",
            "Penta3": "vacc", "Measles1": "vacc", "Measles2": "vacc"}  # fmt: skip
"""Columns of the service sheets and the form each is reported on."""
FORMS = {"anc": "ANC", "idelv": "Instdelivey", "vacc": "Vacc"}
K, TRUSTED, MADS, FACTOR = 0.25, 75, 5, 1.4826

Cells = dict[tuple[str, int, int], float | None]
"""District, year, month -> number; None: blank."""


@dataclass(frozen=True)
class Told:
    """What a made-up country reports, and how its workbook writes it."""

    name: str
    districts: dict[str, str]
    """District -> region; "": none."""
    years: tuple[int, ...]
    months: tuple[str, ...]
    """Names of the months as the ministry writes them."""
    blank: str
    """What stands in a cell without a number."""
    services: dict[str, Cells]
    rates: dict[str, Cells]
    births: dict[tuple[str, int], float]
    under_1: dict[tuple[str, int], float]
    unwritten: frozenset[tuple[str, int]] = field(default=frozenset())
    """Years of districts without a row in any sheet of months."""

    def cells(self) -> Iterator[tuple[str, int, int]]:
        """Every district, year and month that has a row."""
        for district in self.districts:
            for year in self.years:
                if (district, year) not in self.unwritten:
                    for month in range(1, 13):
                        yield district, year, month


def made_up(
    name: str,
    districts: dict[str, str],
    years: tuple[int, ...],
    months: tuple[str, ...],
    *,
    blank: str = "",
    empty: tuple[str, ...] = (),
    blanks: float = 0.06,
    unwritten: tuple[tuple[str, int], ...] = (),
    seed: int = 1,
) -> Told:
    """Blanks, zeros, peaks, low and missing rates; `empty` services are never told."""
    draw = random.Random(seed)
    rows = frozenset(unwritten)
    told = Told(name, districts, years, months, blank, {}, {}, {}, {}, rows)
    for number, district in enumerate(districts):
        for at, year in enumerate(years):
            children = 1200 * (1 + number % 7) * (1 + 0.03 * at)
            told.births[district, year] = round(children * 1.05, 1)
            told.under_1[district, year] = round(children, 1)
    for form in FORMS:
        told.rates[form] = {
            cell: draw.choice((None, 60.0, 101.0, *(draw.uniform(74, 100),) * 7))
            for cell in told.cells()
        }
    for service in SERVICES:
        told.services[service] = {
            cell: None
            if service in empty
            else _doses(draw, told.under_1[cell[0], cell[1]], blanks)
            for cell in told.cells()
        }
    return told


def _doses(draw: random.Random, children: float, blanks: float) -> float | None:
    chance = draw.random() - blanks
    if chance < 0:
        return None
    if chance < 0.02:
        return 0.0
    times = draw.choice((0.1, 4, 10)) if chance < 0.05 else draw.uniform(0.85, 1.05)
    return float(round(children / 12 * times))


def write(told: Told, folder: Path) -> Path:
    """The workbook, laid out as the template is, in two service sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "countdown.xlsx"
    half = list(SERVICES)[:2]
    sheets = {
        "Admin_data": list(_admin(told)),
        "Population_data": list(_population(told)),
        "Reporting_completeness": list(_reports(told)),
        "Service_data_1": list(_services(told, half)),
        "Service_data_2": list(_services(told, [s for s in SERVICES if s not in half])),
    }
    with xlsxwriter.Workbook(str(path)) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


def _admin(told: Told) -> Iterator[list[object]]:
    yield ["Num_order", "", "district", "First_admin_level", "Country", "Total_number"]
    yield ["No", "", "District", "Region", "Your_country_name", "Total number"]
    for at, (district, region) in enumerate(told.districts.items(), 1):
        yield [at, "", district, region, told.name, 3]


def _population(told: Told) -> Iterator[list[object]]:
    yield ["district", "year", "Population_under_1year", "Live_births"]
    yield ["Districtname", "Year", "Under 1", "Total live births"]
    for district, year in told.births:
        key = district, year
        yield [district, year, told.under_1[key], told.births[key]]


def _reports(told: Told) -> Iterator[list[object]]:
    parts = ("expected", "received", "rate")
    names = [f"{name}_reporting_{part}" for name in FORMS.values() for part in parts]
    yield ["district", "year", "month", *names]
    yield ["District", "Year", "Month", *("words" for _ in names)]
    for cell in told.cells():
        row: list[object] = [cell[0], cell[1], told.months[cell[2] - 1]]
        for form in FORMS:
            rate = told.rates[form][cell]
            row += ["", "", told.blank if rate is None else rate]
        yield row


def _services(told: Told, names: list[str]) -> Iterator[list[object]]:
    yield ["district", "year", "month", *names]
    yield ["", "", "", "Enter the reported number"]
    yield ["District", "Year", "Month", *(f"Total {name}" for name in names)]
    for cell in told.cells():
        values = [told.services[name][cell] for name in names]
        written = [told.blank if value is None else value for value in values]
        yield [cell[0], cell[1], told.months[cell[2] - 1], *written]


def rounded(value: float, digits: int = 0) -> float:
    """To the nearer decimal number of what the computer holds; a tie to the even."""
    exact = Decimal(value)
    return float(exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN))


def adjusted(told: Told, service: str) -> Cells:
    """Months of scenario `both`: rate, then outliers, then blanks."""
    found: Cells = {}
    for district in told.districts:
        mine = {
            (year, month): _for_rate(told, service, (where, year, month))
            for where, year, month in told.services[service]
            if where == district
        }
        out = outliers(mine, told.years[-1])
        for year, month in mine:
            kept = [
                value
                for at, value in mine.items()
                if at[0] == year and at not in out and value is not None
            ]
            value = mine[year, month]
            if (year, month) in out or value is None:
                value = rounded(statistics.median(kept)) if kept else None
            found[district, year, month] = value
    return found


def without_outlier(
    told: Told, service: str, year: int, districts: list[str]
) -> tuple[int, int]:
    """Districts without an outlier in a year, of those with a row in it."""
    flagged = {
        district: counted(told, service, [district])
        for district in districts
        if (district, year) not in told.unwritten
    }
    good = [all(at != year for at, _ in out) for out in flagged.values()]
    return sum(good), len(good)


def months_without_outlier(
    told: Told, service: str, year: int, districts: list[str]
) -> tuple[int, int]:
    """Months of a year whose sum over districts is no outlier, of those with a row."""
    out = counted(told, service, districts)
    months = {
        month
        for where, when, month in told.services[service]
        if when == year and where in districts
    }
    return sum((year, month) not in out for month in months), len(months)


def counted(told: Told, service: str, districts: list[str]) -> set[tuple[int, int]]:
    """Outliers as Countdown counts them: of sums, and a sum of blanks alone is 0."""
    sums: dict[tuple[int, int], float | None] = {}
    for (where, year, month), value in told.services[service].items():
        if where in districts:
            sums[year, month] = (sums.get((year, month)) or 0.0) + (value or 0.0)
    return outliers(sums, told.years[-1])


def _for_rate(told: Told, service: str, cell: tuple[str, int, int]) -> float | None:
    value = told.services[service][cell]
    whole = {
        at: rounded(rate)
        for at, rate in told.rates[SERVICES[service]].items()
        if at[0] == cell[0] and rate is not None
    }
    good = [rate for rate in whole.values() if TRUSTED <= rate <= 100]
    rate = whole.get(cell)
    if rate is None or rate < TRUSTED:
        rate = statistics.median(good) if good else None
    if value is None or rate is None:
        return value
    return rounded(value * (1 + (1 / (rate / 100) - 1) * K), 1)


def outliers(
    series: dict[tuple[int, int], float | None], last: int
) -> set[tuple[int, int]]:
    """Months of one district outside median +- 5 MADs of the years before the last."""
    before = [v for (year, _), v in series.items() if year < last and v is not None]
    if not before:
        return set()
    middle = statistics.median(before)
    away = FACTOR * statistics.median(abs(v - middle) for v in before)
    middle, away = rounded(middle, 1), rounded(away, 1)
    low, high = rounded(middle - MADS * away, 1), rounded(middle + MADS * away, 1)
    return {at for at, v in series.items() if v is not None and not low <= v <= high}


def total(cells: Cells, year: int, district: str = "") -> float | None:
    """Sum of a year, of the country or a district; None where nothing was told."""
    told = [
        value
        for (where, when, _), value in cells.items()
        if when == year and value is not None and district in ("", where)
    ]
    return sum(told) if told else None
