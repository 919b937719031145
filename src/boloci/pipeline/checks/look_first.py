"""Where to look first, as findings: the first fifth of the places of each district.

Keeps the table `look_first`: every place, over the latest twelve months.
"""

from collections.abc import Iterator

import pyarrow as pa

from boloci import periods
from boloci.lake.engines import Engine
from boloci.pipeline import look_query, looking
from boloci.pipeline.mapping import TARGET
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.tables import FINDINGS, Finding, findings_table

LOWEST = ("area", "facility", "commune", "village")
"""Levels that are told, the first that the build has."""


def find(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of places with most children to look for; what chance orders says so."""
    keys = [key for code in look_query.DOSES if (key := rules.keys.get((code, TARGET)))]
    reported = look_query.months_known(engine, keys, rules.profile)
    found = looking.LOOK.empty_table()
    if reported is not None:
        asked = look_query.question(
            known.catalogue,
            rules.profile,
            rules.keys,
            last=reported[1],
            main_dataset=rules.main_dataset,
        )
        found = looking.look(engine, asked)
    engine.put("look_first", found, lasting=True)
    levels = {level for (level,) in engine.rows("SELECT level FROM look_first")}
    told = [level for level in LOWEST if level in levels][:1]
    if not told:
        return FINDINGS.empty_table()
    rows = engine.arrow(_FIRST.format(share=rules.profile.value("look_share")), told[0])
    return findings_table(_findings(rows, rules))


def _findings(rows: pa.Table, rules: Rules) -> Iterator[Finding]:
    deviations = float(rules.profile.value("look_deviations"))
    for row in rows.to_pylist():
        away = deviations * row["deviation"]
        yield Finding(
            rule="look_first",
            severity="info",
            place_id=row["place_id"],
            period_start=periods.text(row["first_month"]),
            period_end=periods.text(row["last_month"]),
            value=row["children"],
            low=max(row["children"] - away, 0),
            high=row["children"] + away,
            params={
                **looking.sentence_values(row, deviations),
                "place": row["name"],
            },
        )


_FIRST = """
SELECT l.*, p.place_id, p.name FROM look_first l JOIN place p ON p.place_key = l.place
WHERE l.level = ? AND l.children > 0
QUALIFY row_number() OVER (PARTITION BY l.within ORDER BY l.children DESC, l.place)
    <= ceil({share} * l.among)
ORDER BY l.within, l.children DESC, l.place
"""
