"""The rest of the synthetic country as tidy CSV files: what DHIS2 does not hold.

Targets, groups, surveys, sessions, stock and events, in the columns of
`boloci.tables.TIDY`; only the columns that are used are written.
"""

import csv
import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from boloci.demo.country import Country, first_day, last_day
from boloci.demo.draws import generator
from boloci.demo.faults import Planted
from boloci.demo.supply import uids, words
from boloci.demo.targets import Denominators
from boloci.demo.world import Group, Map, Member
from boloci.problems import refuse
from boloci.tables import TIDY

_INVENTED = "Données synthétiques"
_TOLD_OF = {"stock_out": "stock_out", "closure": "closure"}
_NOTES = {
    "stock_out": "Rupture de stock",
    "closure": "Aire inaccessible",
    "displacement": "Départ de familles déplacées",
    "arrival": "Arrivée de familles déplacées",
    "new_catchment": "Ouverture d'une aire dans la zone de {name}",
    "split": "Division de {name}",
}


def rows(folder: Path, table: str, records: list[dict[str, Any]]) -> Path | None:
    """Write a small table; no file where there are no rows."""
    if not records:
        return None
    order = [c for c in TIDY[table].names if any(c in record for record in records)]
    path = folder / f"{table}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, order, lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
    return path


def columns(folder: Path, name: str, table: pa.Table) -> Path:
    """Write a large table that is already in columns."""
    path = folder / f"{name}.csv"
    options = pyarrow.csv.WriteOptions(quoting_style="needed", quoting_header="none")
    with path.open("wb") as file:
        pyarrow.csv.write_csv(table, file, options)
    return path


def targets(country: Country, official: Any, known: Denominators) -> pa.Table:
    """Official populations of areas; gridded births and the country's from the UN."""
    parts = [
        _population(country, population, values, "")
        for population, values in known.populations(official).items()
    ]
    parts.append(_population(country, "surviving_infants", known.gridded, "worldpop"))
    years = country.parameters.years
    parts.append(
        pa.table(
            {
                "population": ["surviving_infants"] * len(years),
                "place_id": [country.uid] * len(years),
                "year": [str(year) for year in years],
                "value": pa.array(known.united_nations.astype(np.int64)),
                "source": ["un"] * len(years),
            }
        )
    )
    return pa.concat_tables(parts)


def _population(
    country: Country, population: str, values: Any, source: str
) -> pa.Table:
    area, year = np.nonzero(np.isfinite(values))
    years = [str(one) for one in country.parameters.years]
    return pa.table(
        {
            "population": words((population,), np.zeros(len(area), int)),
            "place_id": uids(country, area),
            "year": words(years, year),
            "value": pa.array(values[area, year].astype(np.int64)),
            "source": words((source,), np.zeros(len(area), int)),
        }
    )


def places(country: Country) -> list[dict[str, Any]]:
    """The past of places that DHIS2 forgets: districts before they changed region."""
    return [
        {
            "place_id": district.uid,
            "name": district.name,
            "level": "district",
            "parent_id": country.region_uids[district.first_region],
            "valid_from": "",
            "valid_to": district.moved - datetime.timedelta(days=1),
        }
        for district in country.districts
        if district.moved
    ]


def groups(country: Country, *, seed: int) -> list[dict[str, Any]]:
    """Programmes, studies and administrative maps, with dated members."""
    result: list[dict[str, Any]] = []
    for group in country.parameters.groups:
        result.extend(_group(country, group, seed))
    for one in country.parameters.maps:
        result.extend(_map(country, one, seed))
    return result


def _group(country: Country, group: Group, seed: int) -> Iterator[dict[str, Any]]:
    head = {"group": group.code, "name": group.name, "kind": group.kind}
    spare = [d.name for d in country.districts if not d.real]
    rng = generator(seed, f"group {group.code}")
    count = min(group.invented, len(spare))
    drawn = [Member(str(name)) for name in rng.choice(spare, count, replace=False)]
    named = {**_by_name(country, districts=False), **_by_name(country, districts=True)}
    for member in (*group.members, *drawn):
        if member.place not in named:
            raise refuse("demo_parameters", reason=f"groups: {member.place}?")
        yield {
            **head,
            "place_id": named[member.place],
            "valid_from": member.valid_from or group.valid_from or "",
            "valid_to": member.valid_to or group.valid_to or "",
            "reason": member.reason or group.reason,
        }
    if not (group.members or drawn):
        dates = {"valid_from": group.valid_from, "valid_to": group.valid_to}
        yield {**head, "place_id": "", **dates, "reason": group.reason}


def _by_name(country: Country, *, districts: bool) -> dict[str, str]:
    """Identifiers of districts, or of areas with a real name, by name."""
    if districts:
        return {district.name: district.uid for district in country.districts}
    return {area.name: area.uid for area in country.areas if area.site}


def _map(country: Country, one: Map, seed: int) -> Iterator[dict[str, Any]]:
    order = [region.name for region in country.parameters.regions]
    numbers = {name: n for n, name in enumerate(sum(one.regions.values(), ()), 1)}
    rng = generator(seed, f"map {one.code}")
    for district in country.districts:
        choice = one.regions.get(order[district.first_region], ())
        drawn = choice[int(rng.integers(len(choice)))] if choice else ""
        name = one.known.get(district.name, drawn) if district.real else drawn
        if name:
            yield {
                "group": f"{one.code}_{numbers[name]:02}",
                "name": one.name.format(name=name),
                "kind": "administrative",
                "place_id": district.uid,
                "valid_from": one.valid_from or "",
                "valid_to": one.valid_to or "",
                "reason": one.reason,
            }


def measures(country: Country) -> list[dict[str, Any]]:
    """Published percentages of projects: value only, no numbers behind them."""
    return [
        {
            "indicator": measure.indicator,
            "place_id": measure.place,
            "period": measure.period,
            "sex": measure.sex,
            "numerator": "",
            "denominator": "",
            "value": measure.value,
            "source": measure.source,
        }
        for measure in country.parameters.measures
    ]


def goals(country: Country) -> list[dict[str, Any]]:
    """Goals of the whole country."""
    return [
        {
            "indicator": goal.indicator,
            "place_id": country.uid,
            "baseline_year": goal.baseline_year or "",
            "year": goal.year,
            "value": goal.value,
            "source": goal.source,
        }
        for goal in country.parameters.goals
    ]


def events(
    country: Country, planted: list[Planted], *, seed: int
) -> list[dict[str, Any]]:
    """What somebody noted down: some of the faults, and what everybody knows."""
    rng = generator(seed, "events")
    result = [
        _event(one.kind, country.uid, one.start, one.end, one.note)
        for one in country.parameters.events
    ]
    for fault in planted:
        told = rng.random() < country.parameters.events_told
        if fault.kind in _TOLD_OF and told:
            result.append(_fault_event(country, fault, fault.area, fault.kind))
        if fault.kind == "displacement":
            result.append(_fault_event(country, fault, fault.area, fault.kind))
            result.append(_fault_event(country, fault, fault.other, "arrival"))
    result += _openings(country)
    return result + _interventions(country, seed)


def _event(
    kind: str,
    place: str,
    start: datetime.date,
    end: datetime.date | None,
    note: str,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "place_id": place,
        "start": start,
        "end": end or "",
        "note": note,
        "source": _INVENTED,
    }


def _fault_event(
    country: Country, fault: Planted, area: int, note: str
) -> dict[str, Any]:
    months = country.parameters.months
    over = fault.last < len(months) - 1
    end = last_day(months[fault.last]) if over else None
    text = f"{_NOTES[note]} {fault.element}".strip()
    start = first_day(months[fault.first])
    return _event(fault.kind, country.areas[area].uid, start, end, text)


def _openings(country: Country) -> list[dict[str, Any]]:
    """A zone that was served by another unit gets its own."""
    result = []
    for area in country.areas:
        if area.mother >= 0 and area.opened:
            mother = country.areas[area.mother]
            note = _NOTES["split" if mother.closed else "new_catchment"]
            told = note.format(name=mother.name)
            result.append(
                _event("new_catchment", area.uid, area.opened, area.opened, told)
            )
    return result


def _interventions(country: Country, seed: int) -> list[dict[str, Any]]:
    asked = country.parameters.interventions
    if not asked:
        return []
    invented = [district.uid for district in country.districts if not district.real]
    rng = generator(seed, "interventions")
    count = min(asked.districts, len(invented))
    return [
        _event("intervention", str(uid), asked.start, None, asked.note)
        for uid in sorted(rng.choice(invented, count, replace=False))
    ]


def listed(paths: Iterable[Path | None]) -> list[Path]:
    """The files that were written."""
    return [path for path in paths if path]
