"""Values of an import that nobody can give in a month, told before it is published.

A build finds them too (`checks.impossible`), when figures stand on them. Here each
value is looked at alone, so that the one who brings a file hears of it first.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from boloci import periods
from boloci.catalogue.definitions import Profile
from boloci.lake import merge
from boloci.lake.engines import scratch
from boloci.pipeline import most_doses, spans
from boloci.pipeline.mapping import KIND, TARGET
from boloci.pipeline.placing import same_kind
from boloci.pipeline.understanding import Understood
from boloci.tables import Finding

RULE = "doses_impossible"


def impossible_rows(known: Understood, profile: Profile) -> list[Finding]:
    """The largest impossible value of each element and place, with its month.

    Campaigns are left out, as in the build; so are places that no rule finds, and a
    profile without the bounds finds nothing.
    """
    if not known.files or not most_doses.bounded(profile):
        return []
    placed = _placed(known, profile)
    with scratch() as engine:
        engine.register("meant", _meant(known))
        engine.register("placed", placed)
        values = (merge.select(engine, file) for file in known.files)
        query = _LARGEST.format(
            values=" UNION ALL ".join(values), same=same_kind(known)
        )
        least = pc.min(placed["bound"]).as_py()
        found = engine.sql(query, params=[least]).to_arrow_table()
    return list(_findings(found.to_pylist()))


def _meant(known: Understood) -> pa.Table:
    """Words of a source for a value whose months are judged -> its element's code."""
    judged = {key: c for (c, kind), key in known.mapped.keys.items() if kind == TARGET}
    rows = [
        {**{name: row[name] for name in KIND}, "code": judged[row["key"]]}
        for row in known.mapped.cells
        if row["key"] in judged
    ]
    schema = pa.schema([(name, pa.string()) for name in (*KIND, "code")])
    return pa.Table.from_pylist(rows, schema=schema)


def _placed(known: Understood, profile: Profile) -> pa.Table:
    """Words of a source for a place, with its id, name and bound."""
    places = {row["place_key"]: row for row in known.dimension.to_pylist()}
    rows = [
        {
            "text": text,
            "place_id": places[key]["place_id"],
            "name": places[key]["name"],
            "bound": most_doses.most(profile, places[key]["level"]),
        }
        for text, key in known.place_keys.items()
    ]
    texts = [(name, pa.string()) for name in ("text", "place_id", "name")]
    schema = pa.schema([*texts, ("bound", pa.float64())])
    return pa.Table.from_pylist(rows, schema=schema)


_LARGEST = f"""
SELECT k.code, p.place_id, any_value(p.name) AS name, any_value(p.bound) AS bound,
       max(v.value) AS value, arg_max(v.period, v.value) AS period
FROM ({{values}}) v
JOIN meant k ON {{same}} JOIN placed p ON p.text = v.place
WHERE v.value > ? AND v.value > p.bound AND {spans.MONTHS.format("v.period")}
GROUP BY k.code, p.place_id ORDER BY k.code, p.place_id
"""


def _findings(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    for row in rows:
        month = periods.text(row["period"])
        yield Finding(
            rule=RULE,
            severity="error",
            element=row["code"],
            place_id=row["place_id"],
            period_start=month,
            period_end=month,
            value=row["value"],
            high=row["bound"],
            params={"place": row["name"], "month": row["period"]},
        )
