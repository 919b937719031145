"""From DHIS2 organisation units to the places of the health tree.

DHIS2 numbers its levels from the top; a country names them as it likes. The name of a
level decides what it is (`District`, `Cercle`, `Chiefdom`, `CSCOM`): see `WORDS`. Where
a word fits several levels (a county is a region here and a district there) the order
of the whole tree decides. A level whose name is unknown, or not told, is taken by its
depth, and a finding says so: the first is the country, and the last the facility where
there are four levels or more.
"""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import pyarrow as pa

from boloci.names import fold
from boloci.tables import LEVELS, SNAPSHOT, Finding

WORDS: tuple[tuple[str, str], ...] = (
    ("country", "country, national, nation, pays, republic, republique, federal"),
    ("country", "ministry of health, ministere, pais, nacional"),
    ("region", "region, regional, regiao, state, province, provincial, provincia"),
    ("region", "wilaya, governorate, direction regionale"),
    ("region district", "departement, department"),
    ("district region", "county, prefecture"),
    ("district", "district, distrito, cercle, zone de sante, health zone, csref"),
    ("district", "woreda, moughataa, local government, lga"),
    ("area district", "arrondissement, sub county, subcounty, sub district"),
    ("area district", "subdistrict, sous district, sous prefecture"),
    ("area", "chiefdom, aire, area, ward, catchment, payam, block"),
    ("area", "traditional authority, aire de sante, health area"),
    ("region district area", "zone"),
    ("facility", "facility, clinic, clinique, hospital, hopital, structure, site"),
    ("facility", "cscom, csps, csi, fosa, phu, dispensary, dispensaire, post, poste"),
    ("facility", "centre, center, centre de sante, health centre, health center"),
    ("facility", "etablissement, formation sanitaire, health unit, unidade sanitaria"),
    ("commune area district", "commune, municipality, municipalite"),
    ("village", "village, hamlet, hameau, community, communaute, quartier, aldeia"),
)
"""Levels, the likeliest first, and words of level names that mean them (en, fr, pt)."""

_CLAIMS = {
    phrase.strip(): tuple(levels.split())
    for levels, phrases in WORDS
    for phrase in phrases.split(",")
}

ALWAYS_BEFORE = datetime.date(1990, 1, 1)
"""DHIS2 demands an opening date, so servers hold 1970-01-01 and the like: no news."""

BY_DEPTH: Mapping[int, tuple[str, ...]] = {
    1: ("country",),
    2: ("country", "district"),
    3: ("country", "region", "district"),
    4: ("country", "region", "district", "facility"),
    5: ("country", "region", "district", "area", "facility"),
    6: ("country", "region", "district", "area", "facility", "village"),
    7: LEVELS,
}
"""What the levels of a tree are taken to be, by how many there are."""

DEEPEST = LEVELS[-1]
"""Levels beyond the seventh."""


def places(
    units: pa.Table, unit_levels: pa.Table | None
) -> tuple[pa.Table, list[Finding]]:
    """Units as places in the schema `SNAPSHOT["places"]`, and what was assumed.

    `units` and `unit_levels` are the tables of those names, perhaps merged from several
    files. Depth comes from the unit, else from its parent's; a unit of unknown depth
    has no level. Opening before 1990 means always. Aliases are short name, code and
    French name, joined by `|`.
    """
    rows = [row for row in units.to_pylist() if row["place_id"]]
    depths = _depths(rows)
    names = _level_names(unit_levels)
    levels, assumed = assign(set(depths.values()), names)
    found = [
        _place(row, levels.get(depths.get(row["place_id"], 0), None)) for row in rows
    ]
    table = pa.Table.from_pylist(found, schema=SNAPSHOT["places"])
    return table, [*_assumed(levels, names, assumed), *_no_depth(rows, depths)]


def assign(
    depths: Iterable[int], names: Mapping[int, str]
) -> tuple[dict[int, str], list[int]]:
    """Level of each depth, and the depths in use whose name did not tell it.

    Levels go down with depth. Of all ways to do so, the one that believes most names
    is taken, and among these the one nearest to `BY_DEPTH`.
    """
    used = set(depths)
    deepest = max(used | set(names), default=0)
    every = range(1, deepest + 1)
    ranked = every[: len(LEVELS)]
    claims = {depth: claimed(names.get(depth, "")) for depth in every}
    usual = dict(zip(every, BY_DEPTH.get(len(ranked), ()), strict=False))

    def belief(levels: Sequence[str]) -> tuple[int, int]:
        pairs = list(zip(ranked, levels, strict=True))
        told = sum(_weight(claims[depth], level) for depth, level in pairs)
        return told, sum(usual[depth] == level for depth, level in pairs)

    best = max(combinations(LEVELS, len(ranked)), key=belief, default=())
    levels = dict(zip(ranked, best, strict=True))
    levels |= dict.fromkeys(every[len(LEVELS) :], DEEPEST)
    assumed = [d for d in every if d in used and levels[d] not in claims[d]]
    return levels, assumed


def _weight(claims: Sequence[str], level: str) -> int:
    """A first claim counts a little more than a second, any more than none."""
    return 10 - claims.index(level) if level in claims else 0


def claimed(name: str) -> tuple[str, ...]:
    """Levels that a level's name may mean, likeliest first; none if unknown.

    The longest words decide: `sub county` is no county.
    """
    folded = f" {fold(name)} "
    plural = re.sub(r"s ", " ", folded)
    found = [
        phrase
        for phrase in _CLAIMS
        if f" {phrase} " in folded or f" {phrase} " in plural
    ]
    return _CLAIMS[max(found, key=len)] if found else ()


def _depths(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Depth of each unit: its own, else one more than its parent's."""
    told = {row["place_id"]: row["depth"] for row in rows if row["depth"]}
    parents = {row["place_id"]: row["parent"] for row in rows}
    tops = [place for place, above in parents.items() if not above]
    told |= {place: 1 for place in tops if place not in told}
    for place in parents:
        way = [place]
        while way[-1] not in told and (above := parents.get(way[-1])):
            if above in way:
                break
            way.append(above)
        for child, above in zip(way[-2::-1], way[:0:-1], strict=True):
            if above in told:
                told.setdefault(child, told[above] + 1)
    return told


def _level_names(unit_levels: pa.Table | None) -> dict[int, str]:
    rows = unit_levels.to_pylist() if unit_levels is not None else []
    return {row["depth"]: row["name"] for row in rows if row["depth"] and row["name"]}


def _place(row: Mapping[str, Any], level: str | None) -> dict[str, Any]:
    opening = row["opening"]
    return {
        "place_id": row["place_id"],
        "name": row["name"],
        "level": level,
        "parent_id": row["parent"],
        "latitude": row["latitude"],
        "longitude": row["longitude"],
        "valid_from": opening if opening and opening >= ALWAYS_BEFORE else None,
        "valid_to": row["closed"],
        "aliases": _aliases(row),
        "row": row["row"],
        "cell": row["cell"],
    }


def _aliases(row: Mapping[str, Any]) -> str | None:
    others = (row["short_name"], row["code"], row["name_fr"])
    distinct = dict.fromkeys(each.replace("|", "/") for each in others if each)
    distinct.pop(row["name"], None)
    return "|".join(distinct) or None


def _assumed(
    levels: Mapping[int, str], names: Mapping[int, str], assumed: Sequence[int]
) -> list[Finding]:
    """One finding that shows what each doubtful level was taken to be."""
    if not assumed:
        return []
    taken = [
        {"depth": depth, "name": names.get(depth, ""), "level": levels[depth]}
        for depth in assumed
    ]
    text = ", ".join(
        f"{each['depth']} {each['name']} → {each['level']}" for each in taken
    )
    params = {"count": len(assumed), "levels": " ".join(text.split()), "taken": taken}
    return [Finding("levels_assumed", "info", params=params)]


def _no_depth(
    rows: Sequence[Mapping[str, Any]], depths: Mapping[str, int]
) -> list[Finding]:
    unknown = [row for row in rows if row["place_id"] not in depths]
    if not unknown:
        return []
    names = ", ".join(str(row["name"]) for row in unknown[:5])
    params = {"count": len(unknown), "places": names}
    return [Finding("unit_depth_unknown", params=params)]
