"""Sessions planned and held, and measures entered as they are: tables for facts."""

import pyarrow as pa

from boloci.codes import METHODS
from boloci.lake import merge
from boloci.lake.engines import Engine
from boloci.pipeline import spans, summing
from boloci.pipeline.understanding import Understood
from boloci.stats import sums
from boloci.tables import Finding

_SUMS = ("planned", "held")


def count_sessions(engine: Engine, known: Understood) -> None:
    """Table `sessions`: place, period, strategy, planned, held, to_date.

    Only units that gave both numbers are added up, so that planned and held are of
    the same units. Strategy `all`: the total as reported, else the sum of its parts.
    """
    engine.put("given_sessions", known.tables["sessions"])
    engine.create("session_cells", _GIVEN)
    _from_values(engine, known)
    engine.create("unit_sessions", _UNITS)
    by = ("strategy",)
    months = summing.over_places(engine, "unit_sessions", by=by, added=_SUMS)
    engine.create("month_sessions", months)
    every = engine.query(
        sums.every_period, engine.columns("month_sessions"), by=by, sums=_SUMS
    )
    engine.create("every_session", every)
    engine.create(
        "sessions",
        f"SELECT *, {spans.not_whole(engine, 'period')} AS to_date FROM every_session"
        " ORDER BY strategy, place, period",
        lasting=True,
    )
    engine.drop("given_sessions", "month_sessions", "every_session", "session_cells")


_GIVEN = """
SELECT p.unit, g.period, coalesce(g.strategy, '') AS strategy, g.planned, g.held
FROM given_sessions g JOIN place_texts p ON p.text = g.place_id
"""

_UNITS = """
WITH cells AS (
    SELECT unit, period, strategy, sum(planned) AS planned, sum(held) AS held
    FROM session_cells GROUP BY ALL
),
paired AS (
    SELECT * FROM cells WHERE planned IS NOT NULL AND held IS NOT NULL
),
whole AS (SELECT unit, period, planned, held FROM paired WHERE strategy = ''),
parts AS (
    SELECT unit, period, sum(planned) AS planned, sum(held) AS held
    FROM paired WHERE strategy NOT IN ('', 'campaign') GROUP BY ALL
)
SELECT unit, period, strategy, planned, held FROM paired WHERE strategy <> ''
UNION ALL
SELECT unit, period, 'all', coalesce(w.planned, p.planned), coalesce(w.held, p.held)
FROM whole w FULL JOIN parts p USING (unit, period)
"""


def _from_values(engine: Engine, known: Understood) -> None:
    """Sessions that came as data elements: one element planned, another held."""
    rows = [row for row in known.mapped.others if row["table"] == "sessions"]
    if not rows:
        return
    columns = ("element", "option", "role", "of_strategy")
    schema = pa.schema([(name, pa.string()) for name in columns])
    kinds = [{name: row[name] for name in columns} for row in rows]
    engine.put("session_kinds", pa.Table.from_pylist(kinds, schema=schema))
    values = merge.values_query(engine.connection, known.files)
    engine.connection.execute(
        "INSERT INTO session_cells BY NAME SELECT p.unit, v.period,"
        " k.of_strategy AS strategy,"
        " sum(v.value) FILTER (WHERE k.role = 'planned') AS planned,"
        " sum(v.value) FILTER (WHERE k.role = 'held') AS held"
        f" FROM ({values}) v JOIN session_kinds k ON v.element = k.element"
        " AND coalesce(v.option, '') = k.option"
        " JOIN place_texts p ON p.text = v.place GROUP BY ALL"
    )
    engine.drop("session_kinds")


def take_measures(engine: Engine, known: Understood) -> None:
    """Table `measures`: place, period, indicator, sex, numerator, denominator, value.

    A value is as given, else 100 x numerator / denominator. Not rolled up. `method`
    is the source where it names one, else `register`; of several sources of one
    method the latest telling counts.
    """
    engine.put("given_measures", known.tables["measures"])
    methods = ", ".join(f"'{name}'" for name in METHODS)
    engine.create("measures", _MEASURES.format(methods=methods), lasting=True)
    engine.drop("given_measures")


def unknown_measures(known: Understood) -> list[Finding]:
    """A finding for each indicator of measures that the catalogue has not."""
    given = known.tables["measures"]["indicator"].value_counts().to_pylist()
    return [
        Finding(
            "measure_unknown",
            indicator=one["values"],
            value=float(one["counts"]),
            params={"indicator": one["values"], "count": one["counts"]},
        )
        for one in given
        if one["values"] not in known.catalogue.indicators
    ]


_MEASURES = """
SELECT p.unit AS place, g.period::INTEGER AS period, g.indicator,
       (CASE coalesce(g.sex, '') WHEN '' THEN 0 WHEN 'female' THEN 1 ELSE 2 END)
           ::INTEGER AS sex,
       g.numerator, g.denominator,
       coalesce(g.value, 100 * g.numerator / nullif(g.denominator, 0)) AS value,
       CASE WHEN g.source IN ({methods}) THEN g.source ELSE 'register' END AS method
FROM given_measures g JOIN place_texts p ON p.text = g.place_id
QUALIFY row_number() OVER (PARTITION BY g.indicator, p.unit, g.period, g.sex, method
                           ORDER BY g.snapshot DESC, g.file DESC, g."row" DESC) = 1
ORDER BY g.indicator, p.unit, g.period
"""
