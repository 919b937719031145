"""Checks: what a build looks for in its own numbers, as findings.

Each family is one module with a function `family(engine, known, rules)` that gives
findings in the schema of `tables.FINDINGS`. Most tell events (a rule, a place, a month)
and let `gathering.gather` make of them at most one finding a place, year and rule,
with the context that explains it. A family is left out under a profile that has not
the constants its rules read: `catalogue/checks.yaml` tells which rules these are, and
the handbook and `boloci findings` tell what is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline.bringing import quiet
from boloci.pipeline.checks import (
    context,
    copying,
    entries,
    few_months,
    high_coverage,
    impossible,
    look_first,
    outlying,
    outside,
    pairs,
    recounts,
    reporting,
    shifting,
    stock,
    targets,
    why_above,
)
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.sources.reading import Progress
from boloci.tables import FINDINGS


@dataclass(frozen=True)
class Family:
    """Checks that are looked for together; `catalogue/checks.yaml` has their words."""

    name: str
    find: Callable[[Engine, Understood, Rules], pa.Table]


FAMILIES: tuple[Family, ...] = (
    Family("reports", reporting.of_reports),
    Family("impossible", impossible.find),
    Family("outliers", outlying.find),
    Family("few_months", few_months.find),
    Family("copying", copying.find),
    Family("level_shift", shifting.find),
    Family("pairs", pairs.find),
    Family("stock", stock.find),
    Family("targets", targets.find),
    Family("why_above", why_above.find),
    Family("coverage", high_coverage.find),
    Family("outside", outside.find),
    Family("recounts", recounts.find),
    Family("entries", entries.find),
    Family("look_first", look_first.find),
)

FROM, UNTIL = 0.55, 0.8
"""How far a build is when its numbers begin to be checked, and when they are."""


def check(
    engine: Engine,
    known: Understood,
    rules: Rules,
    *,
    build: str = "",
    progress: Progress = quiet,
) -> pa.Table:
    """Findings of every family that the profile has the constants of.

    Reads `unit_counts`, `counts`, `reports`, `targets`, `sessions`, `outliers`; keeps
    `context`, what is known to have happened at places.
    """
    context.tell_context(engine, known, rules)
    left_out = known.catalogue.checks_left_out(rules.profile)
    possible = [family for family in FAMILIES if family.name not in left_out]
    found = [FINDINGS.empty_table()]
    for index, family in enumerate(possible):
        share = FROM + (UNTIL - FROM) * index / len(possible)
        progress(f"check_{family.name}", share)
        found.append(family.find(engine, known, rules))
    engine.drop("product_element", "late_month", "place_month")
    together = pa.concat_tables(found)
    column = FINDINGS.get_field_index("build")
    names = pa.array([build] * together.num_rows, pa.string())
    return together.set_column(column, "build", names)
