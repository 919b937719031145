"""What was entered and cannot stand beside what was entered next to it.

A total that is not its sexes, its strategies, or less than its ages, is told by place
and year; so is one that stands in for the target age though other ages are in it. Doses
in fractions and events that end before they begin are habits of a file: told once for
an element, or for the event.
"""

import pyarrow as pa

from boloci import periods
from boloci.lake.engines import Engine
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.mapping import ALL, TARGET
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.stats.splits import (
    OTHERS_ABOVE,
    OTHERS_BESIDE,
    SEXES_DIFFER,
    STRATEGIES_DIFFER,
)
from boloci.tables import Finding, findings_table

SEXES = "sexes_are_not_the_total"
STRATEGIES = "strategies_are_not_the_total"
AGES = "age_above_all_ages"
OTHERS = "other_ages_counted"
FRACTIONS = "doses_in_fractions"
BACKWARDS = "event_ends_before_start"

PLACES_NAMED = 5
"""Places that one finding about many names."""


def find(engine: Engine, known: Understood, _rules: Rules) -> pa.Table:
    """Findings of entries; reads `unit_counts` and the events."""
    splits = {SEXES: SEXES_DIFFER, STRATEGIES: STRATEGIES_DIFFER}
    engine.put("judged_element", _elements(known, TARGET))
    engine.put("all_ages_element", _elements(known, ALL))
    engine.create("contradicted", _CONTRADICTED)
    told = gather(
        engine,
        known,
        *(_SPLIT.format(rule=rule, bit=bit) for rule, bit in splits.items()),
        _AGES.format(rule=AGES, bit=OTHERS_ABOVE, kept="TRUE"),
        _AGES.format(rule=OTHERS, bit=OTHERS_BESIDE, kept="t.age_unknown = 1"),
    )
    single = [*_fractions(engine, known), *_backwards(known)]
    engine.drop("contradicted", "judged_element", "all_ages_element")
    return pa.concat_tables([told, findings_table(single)])


def _elements(known: Understood, counted: str) -> pa.Table:
    """Elements at their target age, or at all ages: the same cells count for both."""
    keys = known.mapped.keys
    rows = [
        {
            "element": key,
            "at_target": keys[code, TARGET],
            "code": code,
            **known.catalogue.elements[code].name,
        }
        for (code, variant), key in keys.items()
        if variant == counted
    ]
    names = ("code", "fr", "en")
    schema = pa.schema(
        [
            ("element", pa.int16()),
            ("at_target", pa.int16()),
            *((name, pa.string()) for name in names),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _fractions(engine: Engine, known: Understood) -> list[Finding]:
    """A finding an element of which parts of a child were reported."""
    rows = engine.rows(_FRACTIONS)
    return [
        Finding(
            FRACTIONS,
            known.catalogue.rules[FRACTIONS].severity,
            element=code,
            period_start=periods.text(first),
            period_end=periods.text(last),
            value=example,
            params={
                "count": count,
                "units": units,
                "places": ", ".join(names) + (", …" if units > len(names) else ""),
                "example": example,
                "dose_fr": french,
                "dose_en": english,
            },
        )
        for code, french, english, count, units, first, last, example, names in rows
    ]


def _backwards(known: Understood) -> list[Finding]:
    """A finding an event whose last day comes before its first: it explains nothing."""
    keys, ids = (known.dimension[name] for name in ("place_key", "place_id"))
    places = dict(zip(keys.to_pylist(), ids.to_pylist(), strict=True))
    return [
        Finding(
            BACKWARDS,
            known.catalogue.rules[BACKWARDS].severity,
            place_id=places.get(known.place_keys.get(row["place_id"], -1), ""),
            period_start=f"{row['start']:%Y%m}",
            period_end=f"{row['start']:%Y%m}",
            params={"start": row["start"], "end": row["end"]},
        )
        for row in known.tables["events"].to_pylist()
        if row["end"] is not None and row["end"] < row["start"]
    ]


_CONTRADICTED = """
SELECT c.unit, c.element, e.fr, e.en, c.period // 100 AS year, c.differs,
       min(c.period) AS first, max(c.period) AS last, count(*) AS times,
       arg_max(c.total, abs(c.total - coalesce(c.female + c.male, 0))) AS total,
       arg_max(c.female + c.male, abs(c.total - (c.female + c.male))) AS parts
FROM unit_counts c JOIN judged_element e USING (element)
WHERE c.differs > 0 GROUP BY ALL
"""

_SPLIT = """
SELECT '{rule}' AS rule, unit AS place, element, min(first) AS first,
       max(last) AS last, sum(times) AS size, sum(times) AS value,
       to_json(struct_pack(dose_fr := any_value(fr), dose_en := any_value(en),
           times := sum(times), total := any_value(total), parts := any_value(parts),
           year_told := year))::VARCHAR AS params
FROM contradicted WHERE differs & {bit} > 0 GROUP BY unit, element, year
"""

_AGES = """
SELECT '{rule}' AS rule, a.unit AS place, e.at_target AS element,
       min(a.period) AS first, max(a.period) AS last, count(*) AS size,
       count(*) AS value,
       to_json(struct_pack(dose_fr := any_value(e.fr), dose_en := any_value(e.en),
           times := count(*), total := max(a.total),
           year_told := a.period // 100))::VARCHAR AS params
FROM unit_counts a JOIN all_ages_element e USING (element)
JOIN unit_counts t ON t.unit = a.unit AND t.period = a.period
    AND t.element = e.at_target
WHERE a.differs & {bit} > 0 AND {kept}
GROUP BY a.unit, e.at_target, a.period // 100
"""

_FRACTIONS = f"""
SELECT e.code, e.fr, e.en, count(*), count(DISTINCT c.unit), min(c.period),
       max(c.period), min(c.total), list(DISTINCT p.name ORDER BY p.name)
           [:{PLACES_NAMED}]
FROM unit_counts c JOIN judged_element e USING (element)
JOIN place p ON p.place_key = c.unit
WHERE c.total <> floor(c.total) GROUP BY e.code, e.fr, e.en ORDER BY e.code
"""
