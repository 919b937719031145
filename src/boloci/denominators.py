"""Denominators side by side, as people ask for them: words in, a table out."""

from typing import Any

import pyarrow as pa

from boloci import facts as asking
from boloci import periods
from boloci.lake.engines import Engine
from boloci.pipeline import denominating
from boloci.pipeline.slicing import flag_text
from boloci.workspace import Workspace

DENOMINATORS = pa.schema(
    [
        *((name, pa.string()) for name in ("place_id", "place", "level", "period")),
        *((name, pa.string()) for name in ("population", "method")),
        ("denominator_source", pa.string()),
        *((name, pa.float64()) for name in ("denominator", "official", "ratio")),
        *((name, pa.string()) for name in ("flags", "profile", "build")),
    ]
)
"""One row a place, period, cohort, source and scenario: `denominator` in persons
(null: refused, the flags say why), `official` the official target of the same cohort
and `ratio` the first over the second."""


def denominators(
    workspace: Workspace, *, place: str, period: str, **asked: Any
) -> pa.Table:
    """Every source's figure of every cohort of a place, in the shape of `DENOMINATORS`.

    place      id, name, alias or path
    period     "2024", "2024Q1", or "2019..2023"
    profile, build, as_of    as in `facts`

    Sources that no scenario changes are told once, as `reported`. Raises `Refused`
    for words that name nothing. A build from before sources were compared: no row.
    """
    source, filters = asking.understand(workspace, place=place, period=period, **asked)
    if "denominators" not in source.relations:
        return DENOMINATORS.empty_table()
    engine = Engine(source.cursor())
    rows = [
        {
            "place_id": one.place_id,
            "place": one.name,
            "level": one.level,
            "period": periods.text(code),
            **{name: row[name] for name in _TAKEN},
            "denominator": row["target"],
            "flags": flag_text(row["flags"]),
            "profile": source.profile,
            "build": source.build,
        }
        for one in filters.places or ()
        for code in filters.periods or ()
        for row in denominating.side_by_side(engine, one.key, code).to_pylist()
    ]
    return pa.Table.from_pylist(rows, schema=DENOMINATORS)


_TAKEN = ("population", "method", "denominator_source", "official", "ratio")
