"""Places, indicators and builds, as rows."""

import json
from typing import Any

import pyarrow as pa
from django.http import Http404

from boloci import whereabouts
from boloci.catalogue.definitions import Indicator
from boloci.facts import level_named
from boloci.hub import reading, searching
from boloci.hub.api import asked as asking
from boloci.hub.current import current, workspace
from boloci.hub.rights import Scope
from boloci.hub.showing import words as in_language
from boloci.hub.withheld import without_points
from boloci.problems import refuse
from boloci.published import PlaceRow, current_build, facts_folder

PLACES = pa.schema(
    [
        *((n, pa.string()) for n in ("place_id", "name", "level", "parent_id", "path")),
        ("aliases", pa.string()),
        *((name, pa.float64()) for name in ("latitude", "longitude")),
    ]
)
"""`aliases` and `path` as in places.csv; no point of a sensitive place in public."""
INDICATORS = pa.schema(
    [
        *((name, pa.string()) for name in ("indicator", "name", "unit", "direction")),
        *((name, pa.string()) for name in ("why", "numerator", "denominator", "null")),
        *((name, pa.string()) for name in ("periods", "levels", "source")),
    ]
)
BUILDS = pa.schema(
    [
        *((name, pa.string()) for name in ("build", "profile", "created")),
        ("published", pa.bool_()),
        ("imports", pa.int64()),
        *((name, pa.string()) for name in ("catalogue", "code_version")),
    ]
)


def chosen(scope: Scope, words: str) -> PlaceRow:
    """The one readable place that words name; the highest of several levels.

    Raises `Http404` where none is, `Refused` where several of one level are.
    """
    found = reading.named(scope, words)
    if not found:
        raise Http404
    highest = [one for one in found if one.rank == found[0].rank]
    if len(highest) > 1:
        told = "; ".join(f"{one.name} ({one.place_id})" for one in highest[:10])
        raise refuse(
            "place_ambiguous",
            place=words,
            level=highest[0].level,
            count=len(highest),
            places=told,
        )
    return highest[0]


def places(scope: Scope, asked: asking.Places) -> pa.Table:
    """Readable places that pass the filters, from the top of the tree."""
    found = scope.keep(current().places)
    if asked.q:
        found = list(searching.places(scope, asked.q, most=asking.MOST_ROWS).found)
    if asked.inside:
        above = chosen(scope, asked.inside).place_id
        found = [one for one in found if above in one.path.split("/")]
    if asked.level:
        level = level_named(workspace(), current(), asked.level)
        found = [one for one in found if one.level == level]
    points = whereabouts.points(workspace())
    hidden = without_points(scope)
    rows = []
    for one in found:
        shown = one.place_id not in hidden
        longitude, latitude = points.get(one.place_id, (None, None))
        rows.append(
            {
                "place_id": one.place_id,
                "name": one.name,
                "level": one.level,
                "parent_id": one.parent_id,
                "path": one.path,
                "aliases": "|".join(one.aliases),
                "latitude": latitude if shown else None,
                "longitude": longitude if shown else None,
            }
        )
    return pa.Table.from_pylist(rows, schema=PLACES)


def indicators(_scope: Scope, asked: asking.Indicators) -> pa.Table:
    """Indicators of the build with their definitions, in the language spoken."""
    known = workspace().catalogue.indicators
    if asked.q:
        hits = searching.indicators(asked.q, most=len(known))
        found = list(hits.found)
    else:
        found = [known[name] for name in current().indicators if name in known]
    return pa.Table.from_pylist([_told(one) for one in found], schema=INDICATORS)


def _told(one: Indicator) -> dict[str, Any]:
    texts = ("name", "why", "numerator", "denominator", "null")
    return {
        "indicator": one.indicator,
        **{name: in_language(getattr(one, name)) for name in texts},
        "unit": one.unit,
        "direction": one.direction,
        "periods": ";".join(one.periods),
        "levels": ";".join(one.levels),
        "source": one.source,
    }


def builds(_scope: Scope, _asked: asking.Rows) -> pa.Table:
    """Builds that are kept, the latest first."""
    rows = []
    for profile in workspace().catalogue.profiles:
        folder = facts_folder(workspace(), profile)
        published = current_build(folder) if folder.is_dir() else None
        for file in sorted(folder.glob("*.json"), reverse=True):
            manifest = json.loads(file.read_text(encoding="utf-8"))
            rows.append(
                {
                    "build": manifest["build"],
                    "profile": profile,
                    "created": manifest["created"],
                    "published": manifest["build"] == published,
                    "imports": len(manifest["snapshots"]),
                    "catalogue": manifest["catalogue"],
                    "code_version": manifest["code_version"],
                }
            )
    return pa.Table.from_pylist(rows, schema=BUILDS)
