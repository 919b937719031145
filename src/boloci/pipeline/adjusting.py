"""Adjustment scenarios beside what was reported: outliers, completeness, both.

Nothing here changes `counts`. What a scenario changes is told in three tables:
    outliers         reported months that the profile's own rule finds out of line
    adjustments      unit, month and element: before, after, why
    adjusted_counts  the scenario's total of every place and period that it changes
"""

from boloci.lake.engines import Engine
from boloci.pipeline.computing import Rules
from boloci.pipeline.understanding import Understood

OUTLIERS = (
    "unit INTEGER, element SMALLINT, period INTEGER, value DOUBLE, median DOUBLE,"
    " spread DOUBLE, score DOUBLE, high BOOLEAN, replacement DOUBLE"
)
ADJUSTMENTS = (
    "method TINYINT, element SMALLINT, place INTEGER, period INTEGER, before DOUBLE,"
    " after DOUBLE, reason VARCHAR"
)
ADJUSTED_COUNTS = (
    "method TINYINT, element SMALLINT, place INTEGER, period INTEGER, total DOUBLE"
)


def adjust(engine: Engine, known: Understood, rules: Rules) -> None:
    """Tables `outliers`, `adjustments` and `adjusted_counts` under a profile."""
    for name, columns in (
        ("outliers", OUTLIERS),
        ("adjustments", ADJUSTMENTS),
        ("adjusted_counts", ADJUSTED_COUNTS),
    ):
        engine.connection.execute(f"CREATE TABLE {name} ({columns})")
