"""How strongly the places around a place may draw on it: `pull`, by distance and size.

A share of the children of every place is vaccinated in a place nearby. A small place
beside large ones so gives doses to many children of others: its pull is the children of
its neighbours that would come, for each of its own, if all children of all places went,
less the own children that would leave.
"""

import numpy as np
import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.stats.grids import Floats, Ints

_CHUNK = 500


def hear_pull(engine: Engine, known: Understood, rules: Rules, base: int) -> None:
    """Rows of kind `pull` in `heard`, for places of the lowest level with a target."""
    engine.put("coordinates", _coordinates(known))
    rows = engine.arrow(_PLACES.format(base=base))
    engine.drop("coordinates")
    nearest = int(rules.profile.value("cause_nearest"))
    if rows.num_rows <= nearest:
        return
    place, which = np.unique(rows["place"].to_numpy(), return_inverse=True)
    spot = np.zeros((len(place), 2))
    spot[which, 0] = rows["latitude"].to_numpy()
    spot[which, 1] = rows["longitude"].to_numpy()
    if len(place) <= nearest:
        return
    apart = float(rules.profile.value("cause_nearest_apart"))
    near, share = _shares(spot, nearest, least=apart)
    year, children = rows["year"].to_numpy(), rows["children"].to_numpy()
    size = np.zeros((len(place), int(year.max() - year.min()) + 1))
    size[which, year - year.min()] = children
    drawn = _pull(size, near, share)[which, year - year.min()]
    heard = pa.table(
        {
            "place": rows["place"],
            "year": rows["year"],
            "kind": pa.array(["pull"] * rows.num_rows),
            "value": pa.array(drawn),
            "variance": pa.array(np.zeros(rows.num_rows)),
        }
    )
    engine.put("heard_pull", heard)
    engine.connection.execute("INSERT INTO heard BY NAME FROM heard_pull")
    engine.drop("heard_pull")


def _shares(spot: Floats, nearest: int, *, least: float) -> tuple[Ints, Floats]:
    """The nearest places of each, and the share of its leavers that goes to each.

    `least`: degrees below which distances are not told apart.
    """
    flat = spot * np.array([1.0, np.cos(np.radians(spot[:, 0].mean()))])
    near = np.zeros((len(flat), nearest), np.int64)
    apart = np.zeros((len(flat), nearest))
    for start in range(0, len(flat), _CHUNK):
        part = flat[start : start + _CHUNK]
        far = np.hypot(*(part[:, None] - flat[None]).transpose(2, 0, 1))
        far[np.arange(len(part)), start + np.arange(len(part))] = np.inf
        chosen = np.argpartition(far, nearest - 1, axis=1)[:, :nearest]
        near[start : start + _CHUNK] = chosen
        apart[start : start + _CHUNK] = np.take_along_axis(far, chosen, axis=1)
    weight = 1 / np.maximum(apart, least)
    return near, weight / weight.sum(1, keepdims=True)


def _pull(size: Floats, near: Ints, share: Floats) -> Floats:
    """Children who would come for each own child, less 1; NaN without own children."""
    coming = np.zeros(size.shape)
    np.add.at(coming, near, share[..., None] * size[:, None, :])
    found: Floats = np.full(size.shape, np.nan)
    np.divide(coming, size, out=found, where=size > 0)
    return found - 1


def _coordinates(known: Understood) -> pa.Table:
    """place_id, latitude, longitude: as the sources tell them, tidy places first."""
    columns = ["place_id", "latitude", "longitude"]
    tables = [known.tables[name].select(columns) for name in ("places", "units")]
    return pa.concat_tables(tables)


# Children: antenatal visits where counted, which no target's error touches.
_PLACES = """
WITH spot AS (
    SELECT place_id, first(latitude) AS latitude, first(longitude) AS longitude
    FROM coordinates WHERE latitude IS NOT NULL AND longitude IS NOT NULL
    GROUP BY place_id
)
SELECT t.place, t.period // 100 AS year, s.latitude, s.longitude,
       t.target * exp(coalesce(h.value, 0)) AS children
FROM targets t
JOIN place p ON p.place_key = t.place
JOIN spot s ON s.place_id = p.place_id
LEFT JOIN heard h ON h.place = t.place AND h.year = t.period // 100
    AND h.kind = 'services'
WHERE t.period % 100 = 0 AND t.target > 0
  AND t.population = (SELECT population FROM element_population WHERE element = {base})
  AND NOT EXISTS (SELECT 1 FROM place c WHERE c.parent_id = p.place_id
      AND EXISTS (SELECT 1 FROM targets d WHERE d.place = c.place_key))
ORDER BY t.place, year
"""
