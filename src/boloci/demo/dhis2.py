"""The synthetic country as DHIS2 would export it: metadata, values, reporting rates.

Shapes are those of the DHIS2 web API (`/api/organisationUnits.json`,
`/api/dataValueSets.csv`, `/api/analytics.json`). Zeros are stored; what a unit did not
report is absent. The same country gives the same bytes.
"""

import datetime
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from boloci.demo import names
from boloci.demo.country import Country, last_day
from boloci.demo.draws import Array, generator
from boloci.demo.programme import Category, Element, Programme, Service
from boloci.demo.reporting import Column, Reports
from boloci.demo.supply import in_system, period_texts, uids, words
from boloci.demo.world import Names
from boloci.sources.reading import Progress

DEFAULT_OPTION = "HllvX50cXC0"
"""Identifier of the option combination `default` in every DHIS2."""
ALWAYS = "1970-01-01"
_ENTERED_BY = "demo"
_ON_TIME_DAYS, _LATE_DAYS = (3, 12), (18, 75)
_GZIP_LEVEL = 1
_HEADER = (
    "dataelement",
    "period",
    "orgunit",
    "categoryoptioncombo",
    "attributeoptioncombo",
    "value",
    "storedby",
    "lastupdated",
    "comment",
    "followup",
    "deleted",
)


def metadata(
    folder: Path, country: Country, programme: Programme, reports: Reports, *, seed: int
) -> list[Path]:
    """Write organisation units, levels, groups, elements, options and data sets."""
    content = {
        "organisationUnits": list(_units(country)),
        "organisationUnitLevels": _levels(country),
        "organisationUnitGroups": _groups(country, seed),
        "dataElements": _elements(country, programme),
        "categoryOptionCombos": _options(country, programme, reports.columns),
        "dataSets": _datasets(country, programme, reports.columns),
    }
    paths = []
    for name, items in content.items():
        if not items:
            continue
        path = folder / f"{name}.json"
        text = json.dumps({name: items}, ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def _units(country: Country) -> Iterator[dict[str, Any]]:
    nation = country.parameters.country
    yield _unit(
        country.uid,
        nation.code,
        nation.name,
        [],
        short=nation.short_name,
        english=nation.name_en,
    )
    for uid, region in zip(
        country.region_uids, country.parameters.regions, strict=True
    ):
        where = (region.latitude, region.longitude)
        code = f"{nation.code}-{region.code}"
        yield _unit(uid, code, region.name, [country.uid], where=where)
    for district in country.districts:
        above = [country.uid, country.region_uids[district.region]]
        yield _unit(
            district.uid, district.code, district.name, above, opened=district.moved
        )
    for area in country.areas:
        district = country.districts[area.district]
        above = [country.uid, country.region_uids[district.region], district.uid]
        short = area.site.aliases[0] if area.site and area.site.aliases else area.name
        yield _unit(
            area.uid,
            area.code,
            area.name,
            above,
            short=short,
            where=(area.latitude, area.longitude),
            opened=area.opened,
            closed=area.closed,
        )


def _unit(
    uid: str,
    code: str,
    name: str,
    above: list[str],
    *,
    short: str = "",
    english: str = "",
    where: tuple[float, float] | None = None,
    opened: datetime.date | None = None,
    closed: datetime.date | None = None,
) -> dict[str, Any]:
    unit: dict[str, Any] = {
        "id": uid,
        "code": code,
        "name": name,
        "shortName": short or name,
        "displayName": name,
        "level": len(above) + 1,
        "path": "/" + "/".join([*above, uid]),
        "openingDate": _moment(opened.isoformat() if opened else ALWAYS),
    }
    if above:
        unit["parent"] = {"id": above[-1]}
    if closed:
        unit["closedDate"] = _moment(closed.isoformat())
    if where:
        point = [where[1], where[0]]
        unit["geometry"] = {"type": "Point", "coordinates": point}
    if english:
        unit["translations"] = [_translation("en", "NAME", english)]
    return unit


def _moment(day: str) -> str:
    return f"{day}T00:00:00.000"


def _translation(locale: str, what: str, text: str) -> dict[str, str]:
    return {"locale": locale, "property": what, "value": text}


def _named(name: Names | Category | Element | Service) -> dict[str, Any]:
    return {
        "name": name.en,
        "displayName": name.fr,
        "translations": [_translation("fr", "NAME", name.fr)],
    }


def _levels(country: Country) -> list[dict[str, Any]]:
    code = country.parameters.country.code
    return [
        {"id": names.uid(code, "level", depth), "level": depth, **_named(level)}
        for depth, level in enumerate(country.parameters.country.levels, 1)
    ]


def _groups(country: Country, seed: int) -> list[dict[str, Any]]:
    """The units that keep their stock in the logistics system."""
    system = country.parameters.stock
    if not system:
        return []
    members = in_system(country, system, seed)
    return [
        {
            "id": names.uid(country.parameters.country.code, "group", "elmis"),
            "code": "ELMIS",
            **_named(
                Names(fr="Stock électronique (eLMIS)", en="Electronic stock (eLMIS)")
            ),
            "organisationUnits": [{"id": country.areas[n].uid} for n in members],
        }
    ]


def _elements(country: Country, programme: Programme) -> list[dict[str, Any]]:
    code = country.parameters.country.code
    return [
        {
            "id": element_uid(country, thing),
            "code": f"PEV-{number:02}",
            **_named(element),
            "shortName": element.en,
            "domainType": "AGGREGATE",
            "valueType": "INTEGER_ZERO_OR_POSITIVE",
            "aggregationType": "SUM",
            "zeroIsSignificant": True,
            "categoryCombo": {"id": names.uid(code, "combo", element.split)},
        }
        for number, (thing, element) in enumerate(programme.things.items(), 1)
    ]


def element_uid(country: Country, code: str) -> str:
    """Identifier of a data element by boloci's code."""
    return names.uid(country.parameters.country.code, "element", code)


def option_uid(country: Country, options: tuple[str, ...]) -> str:
    """Identifier of an option combination; `default` without options."""
    if not options:
        return DEFAULT_OPTION
    return names.uid(country.parameters.country.code, "option", *options)


def _options(
    country: Country, programme: Programme, columns: tuple[Column, ...]
) -> list[dict[str, Any]]:
    result = []
    for options in dict.fromkeys(column.options for column in columns):
        parts = [programme.categories[word] for word in options]
        name = Names(
            fr=", ".join(part.fr for part in parts) or "default",
            en=", ".join(part.en for part in parts) or "default",
        )
        result.append({"id": option_uid(country, options), **_named(name)})
    return result


def form_uid(country: Country, form: str) -> str:
    """Identifier of a data set."""
    return names.uid(country.parameters.country.code, "form", form)


def _datasets(
    country: Country, programme: Programme, columns: tuple[Column, ...]
) -> list[dict[str, Any]]:
    """The monthly report of everything, and the form of the cells by sex."""
    own = {
        "plain": list(programme.things),
        "by_sex": list(
            dict.fromkeys(c.element for c in columns if c.forms == ("by_sex",))
        ),
    }
    code = country.parameters.country.code
    return [
        {
            "id": form_uid(country, form),
            **_named(name),
            "shortName": name.en,
            "periodType": "Monthly",
            "dataSetElements": [
                {
                    "dataElement": {"id": element_uid(country, thing)},
                    "categoryCombo": {"id": names.uid(code, "combo", thing, form)},
                }
                for thing in own[form]
            ],
        }
        for form, name in programme.forms.items()
    ]


def values(
    folder: Path,
    country: Country,
    programme: Programme,
    reports: Reports,
    *,
    seed: int,
    progress: Progress,
) -> tuple[Path, int]:
    """Write `dataValues.csv.gz`, a year at a time; the file, and how many."""
    path = folder / "dataValues.csv.gz"
    entered = _entered(country, reports, seed)
    collected = _collected(country, programme, reports)
    elements = [element_uid(country, c.element) for c in reports.columns]
    options = [option_uid(country, c.options) for c in reports.columns]
    total, years = 0, country.parameters.years
    months = np.array(country.parameters.months)
    with (
        path.open("wb") as raw,
        # No name and no time in the archive: the same values, the same bytes.
        gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as file,
    ):
        for number, year in enumerate(years):
            chosen = np.flatnonzero(months // 100 == year)
            keep = collected[:, chosen].transpose(1, 2, 0) & reports.valid.T[None]
            keep &= reports.received[:, chosen].T[..., None]
            month, area, column = np.nonzero(keep)
            month = chosen[month]
            table = _rows(
                country,
                (elements, column),
                (options, column),
                (area, month),
                reports.cells[column, area, month],
                entered[area, month],
            )
            _csv(table, file, header=number == 0)
            total += table.num_rows
            progress("values", (number + 1) / len(years))
    return path, total


def _collected(country: Country, programme: Programme, reports: Reports) -> Array:
    """Whether a column is on the form yet, by column, month and (one) area."""
    months = np.array(country.parameters.months)
    since = [
        getattr(programme.things[column.element], "since", 0)
        for column in reports.columns
    ]
    return (months[None, :] >= np.array(since)[:, None])[..., None]


def _entered(country: Country, reports: Reports, seed: int) -> Array:
    """Day on which each report was typed in, as a number of days since 1970."""
    rng = generator(seed, "entered")
    days = np.where(
        reports.on_time,
        rng.integers(*_ON_TIME_DAYS, reports.received.shape),
        rng.integers(*_LATE_DAYS, reports.received.shape),
    )
    epoch = datetime.date(1970, 1, 1)
    ends = [(last_day(month) - epoch).days for month in country.parameters.months]
    return np.array(ends)[None, :] + days


def _rows(
    country: Country,
    elements: tuple[list[str], Array],
    options: tuple[list[str], Array],
    at: tuple[Array, Array],
    value: Array,
    day: Array,
) -> pa.Table:
    first = int(day.min()) if len(day) else 0
    last = int(day.max()) if len(day) else 0
    epoch = datetime.date(1970, 1, 1)
    stamps = [
        f"{(epoch + datetime.timedelta(number)).isoformat()}T08:00:00.000+0000"
        for number in range(first, last + 1)
    ]
    same = np.zeros(len(value), int)
    constants = {
        text: words((text,), same)
        for text in (DEFAULT_OPTION, _ENTERED_BY, "", "false")
    }
    columns = (
        words(*elements),
        period_texts(country, at[1]),
        uids(country, at[0]),
        words(*options),
        constants[DEFAULT_OPTION],
        pa.array(value).cast(pa.string()),
        constants[_ENTERED_BY],
        words(stamps, day - first),
        constants[""],
        constants["false"],
        constants["false"],
    )
    return pa.table(dict(zip(_HEADER, columns, strict=True)))


def _csv(table: pa.Table, file: Any, *, header: bool) -> None:
    options = pyarrow.csv.WriteOptions(include_header=header, quoting_style="all_valid")
    pyarrow.csv.write_csv(table, file, options)


def rates(folder: Path, country: Country, reports: Reports) -> Path:
    """Write `reportingRates.json`: analytics of reports expected, come, on time."""
    path = folder / "reportingRates.json"
    form = form_uid(country, "plain")
    area, month = np.nonzero(country.open)
    came = reports.received[area, month]
    on_time = reports.on_time[area, month]
    months = [str(code) for code in country.parameters.months]
    units = [one.uid for one in country.areas]
    head = {
        "headers": [
            _column("dx", "Data", "TEXT"),
            _column("ou", "Organisation unit", "TEXT"),
            _column("pe", "Period", "TEXT"),
            _column("value", "Value", "NUMBER"),
        ],
        "metaData": {"dimensions": {"pe": months}},
        "height": 3 * len(area),
        "width": 4,
    }
    start = json.dumps(head)[:-1]
    lines = []
    for a, m, c, t in zip(area, month, came, on_time, strict=True):
        unit, period = units[a], months[m]
        lines.append(f'["{form}.EXPECTED_REPORTS","{unit}","{period}","1.0"]')
        lines.append(f'["{form}.ACTUAL_REPORTS","{unit}","{period}","{c:d}.0"]')
        lines.append(f'["{form}.ACTUAL_REPORTS_ON_TIME","{unit}","{period}","{t:d}.0"]')
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{start}, "rows": [\n')
        file.write(",\n".join(lines))
        file.write("\n]}\n")
    return path


def _column(name: str, label: str, kind: str) -> dict[str, Any]:
    return {"name": name, "column": label, "valueType": kind, "hidden": False}
