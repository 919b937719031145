"""Facts as a build stores them: every indicator, from the tables of `cubes`."""

from collections.abc import Mapping

import narwhals as nw

from boloci.catalogue.definitions import Indicator
from boloci.lake.engines import Engine
from boloci.pipeline import by_pair, checks, computing, formulas, publishing, summing
from boloci.pipeline.rules import Rules, Tables
from boloci.sources.reading import Progress
from boloci.stats import coverage, sex_gap
from boloci.stats.vocabulary import Frame

STORED = 0.9
"""How far a build is when its facts are stored."""

CUBES = (
    *("counts", "against", "targets", "reports", "sessions", "measures", "goals"),
    *("districts", "quality"),
)
"""Tables that facts are computed from."""


def tables_of(cubes: Mapping[str, Frame]) -> Tables:
    """The cubes as facts take them, months apart from longer periods."""
    counts = cubes["counts"]
    named = {**cubes, "counts": _long(counts), "months": counts.filter(summing.month())}
    return Tables(**named)


def _long(frame: Frame) -> Frame:
    """Rows of quarters, semesters and years."""
    part = nw.col("period") % 100
    return frame.filter((part == 0) | (part > 20))


def set_against_targets(engine: Engine, rules: Rules) -> None:
    """Table `against`: doses beside their target, by quarter, semester and year."""
    beside = engine.query(
        _beside_targets,
        engine.columns("counts", "targets", "element_population", "sex_dispersion"),
        complete_from=rules.complete_from,
        boys_per_girl=rules.boys_per_girl,
    )
    engine.create("against", f"{beside} ORDER BY element, place, period", lasting=True)


def _beside_targets(
    counts: Frame,
    targets: Frame,
    populations: Frame,
    dispersion: Frame,
    *,
    complete_from: float,
    boys_per_girl: float,
) -> Frame:
    joined = coverage.against_target(
        _long(counts), targets, populations, complete_from=complete_from
    )
    return sex_gap.beside(joined, dispersion, boys_per_girl=boys_per_girl)


def store(engine: Engine, rules: Rules, progress: Progress) -> int:
    """Tables and views of every stored indicator; gives the number of facts."""
    progress("targets", checks.UNTIL)
    set_against_targets(engine, rules)
    publishing.create_fact_table(engine)
    cubes = engine.columns(*CUBES)
    counted = {key for (key,) in engine.rows("SELECT DISTINCT element FROM counts")}
    computed = [
        indicator
        for indicator in rules.indicators.values()
        if stored(indicator, rules) and computing.needs(indicator, rules) <= counted
    ]
    for index, indicator in enumerate(computed):
        share = checks.UNTIL + (STORED - checks.UNTIL) * index / len(computed)
        progress(indicator.indicator, share)
        query = engine.query(
            _computed, cubes, indicator=indicator.indicator, rules=rules
        )
        publishing.append_facts(engine, query)
    progress("scenarios", STORED)
    by_pair.store(engine, rules)
    progress("published", STORED)
    publishing.append_measures(engine, rules)
    publishing.append_found(engine, engine.arrow("SELECT * FROM told_facts"), rules)
    return publishing.relate(engine, rules)


def _computed(*cubes: Frame, indicator: str, rules: Rules) -> Frame:
    """Facts of one indicator as they are stored."""
    definition = rules.indicators[indicator]
    tables = tables_of(dict(zip(CUBES, cubes, strict=True)))
    found = _long(computing.compute(definition, tables, rules))
    return publishing.labelled(found, definition, rules)


def stored(indicator: Indicator, rules: Rules) -> bool:
    """Whether a build writes its facts row by row.

    Counts, and statistics of doses beside their target, are views over their rows
    unless a goal is set for them; measures are stored as they came.
    """
    if indicator.indicator in rules.with_goals:
        return True
    kind = indicator.formula["kind"]
    return kind not in {*_NOT_COMPUTED, "doses", "count", *formulas.AGAINST}


_NOT_COMPUTED = ("measure", "lot_class", "estimated")
"""Kinds of formula whose facts come from elsewhere than from counts."""
