"""The areas of each region of a published build, district by district."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import duckdb
import numpy as np

from boloci import periods
from boloci.stats.estimate.evidence import Array

LEVELS = ("area", "facility", "district")
"""Levels that can be the smallest of an estimate: the first that a country has."""


@dataclass(frozen=True)
class Area:
    """An area, with the district and region it belongs to now."""

    key: int
    place_id: str
    district_id: str
    region_id: str
    region: str


def areas_by_region(file: duckdb.DuckDBPyConnection) -> list[list[Area]]:
    """Areas of each region, by district and key; regions in the order of their keys.

    A place without a region above it is in the region of the topmost place above it,
    one without a district in that of its parent: one district alone is a region.
    """
    rows = file.execute(
        "SELECT place_key, place_id, name, level, parent_id, path FROM place"
        " WHERE level <> 'group' ORDER BY place_key"
    ).fetchall()
    by_id = {place_id: row for row in rows for place_id in (row[1],)}
    smallest = next((one for one in LEVELS if any(r[3] == one for r in rows)), "")
    found = []
    for key, place_id, _name, level, parent_id, path in rows:
        if level != smallest:
            continue
        above = [one for one in path.split("/") if one in by_id]
        levels = {by_id[one][3]: one for one in above}
        district = levels.get("district", parent_id or place_id)
        region = levels.get("region", above[0] if above else place_id)
        found.append(Area(key, place_id, district, region, by_id[region][2]))
    order = {one: number for number, one in enumerate(by_id)}
    found.sort(key=lambda a: (order[a.region_id], order.get(a.district_id, -1), a.key))
    return [list(own) for _region, own in groupby(found, lambda a: a.region_id)]


def belonging(
    file: duckdb.DuckDBPyConnection, areas: Sequence[int], quarters: Sequence[int]
) -> dict[int, Array]:
    """(areas, quarters) of bool for each place that has some of these areas, by key.

    An area is in a place in the quarters in whose middle month it is: areas open,
    close and change their district, and sums follow them as those of doses do.
    """
    rows = file.execute(
        "SELECT place, unit, first_month, last_month FROM membership"
        " WHERE list_contains(?, unit) ORDER BY place, unit",
        [list(areas)],
    ).fetchall()
    at = {area: number for number, area in enumerate(areas)}
    middle = np.array([periods.months(quarter)[1] for quarter in quarters])
    found: dict[int, Array] = {}
    for place, unit, first, last in rows:
        mask = found.setdefault(place, np.zeros((len(at), len(middle)), bool))
        mask[at[unit]] |= (middle >= first) & (middle <= last)
    return found
