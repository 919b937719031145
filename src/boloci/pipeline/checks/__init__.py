"""Checks: what a build looks for in its own numbers, as findings.

Each family is one module with a function `family(engine, known, rules)` that gives
findings in the schema of `tables.FINDINGS`. Most tell events (a rule, a place, a month)
and let `gathering.gather` make of them at most one finding a place, year and rule,
with the context that explains it. A family is left out under a profile that has not
the constants its rules read: `catalogue/rules` names them, the handbook shows them.
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
    high_coverage,
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
from boloci.pipeline.computing import Rules
from boloci.pipeline.understanding import Understood
from boloci.sources.reading import Progress
from boloci.tables import FINDINGS


@dataclass(frozen=True)
class Family:
    """Checks that are looked for together, and the rules their findings bear."""

    name: str
    find: Callable[[Engine, Understood, Rules], pa.Table]
    rules: tuple[str, ...]


FAMILIES: tuple[Family, ...] = (
    Family("reports", reporting.of_reports, reporting.RULES),
    Family("outliers", outlying.find, outlying.RULES),
    Family("copying", copying.find, copying.RULES),
    Family("level_shift", shifting.find, shifting.RULES),
    Family("pairs", pairs.find, pairs.RULES),
    Family("stock", stock.find, stock.RULES),
    Family("targets", targets.find, targets.RULES),
    Family("why_above", why_above.find, why_above.RULES),
    Family("coverage", high_coverage.find, high_coverage.RULES),
    Family("outside", outside.find, outside.RULES),
    Family("recounts", recounts.find, recounts.RULES),
    Family("entries", entries.find, entries.RULES),
    Family("look_first", look_first.find, look_first.RULES),
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
    possible = [family for family in FAMILIES if looked_for(family, known, rules)]
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


def looked_for(family: Family, known: Understood, rules: Rules) -> bool:
    """Whether the profile has every constant that the family's rules read."""
    return all(
        constant in rules.profile.constants
        for rule in family.rules
        for constant in known.catalogue.rules[rule].constants
    )
