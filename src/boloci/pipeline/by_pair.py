"""Facts of many scenarios and sources at once: what a build stores, and what is asked.

The counts of every scenario and the doses beside every target lie in one table each,
told apart by the number of the pair; most statistics take all pairs in one go.
    pair_counts    pair, element, place, period, total, ..., adjusted, filled
    pair_against   the same beside a target: see `coverage.against_target`
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import narwhals as nw

from boloci.catalogue.definitions import Indicator
from boloci.lake.engines import Engine
from boloci.pipeline import computing, formulas, publishing
from boloci.pipeline.rules import Rules, Tables
from boloci.pipeline.scenarios import (
    FIRST,
    LONG,
    SOURCES,
    STORED,
    STORED_LEVELS,
    Cut,
    Pair,
    candidates_query,
    counts_query,
    methods_of,
    official_query,
    pairs,
    refused,
    usual,
)
from boloci.stats import coverage
from boloci.stats.programme import has
from boloci.stats.vocabulary import Frame

OTHERS = (
    *("targets", "reports", "sessions", "measures", "districts", "goals"),
    "quality",
)
"""Tables of `rules.Tables` that are the same under every pair."""

AT_ONCE = frozenset(
    (*formulas.AGAINST, "dropout", "started_not_finished", "doses", "count")
)
"""Kinds of formula whose statistics carry the column `pair` along."""


def store(engine: Engine, rules: Rules) -> None:
    """Add the other pairs of the stored indicators, at district and above.

    What is refused or has no denominator is not stored: it is told when asked for.
    """
    rules = replace(rules, with_goals=frozenset())
    stored = [rules.indicators[name] for name in STORED if name in rules.indicators]
    levels = ", ".join(f"'{level}'" for level in STORED_LEVELS)
    places = engine.rows(f"SELECT place_key FROM place WHERE level IN ({levels})")
    cut = Cut(places=[key for (key,) in places])
    wanted = {
        one.indicator: [
            pair
            for pair in pairs(one)
            if pair != usual(one) and pair.method in methods_of(rules.profile)
        ]
        for one in stored
    }
    _put_counts(engine, rules, cut, wanted)
    _put_against(engine, rules, cut, wanted)
    tables = engine.columns("pair_counts", "pair_against", *OTHERS)
    for name, of in wanted.items():
        for together in _together(rules.indicators[name], of):
            query = engine.query(
                _stored, tables, indicator=name, of=together, rules=rules
            )
            publishing.append_facts(engine, query)
    engine.drop("pair_counts", "pair_against")


def _stored(
    counts: Frame,
    against: Frame,
    *others: Frame,
    indicator: str,
    of: tuple[Pair, ...],
    rules: Rules,
) -> Frame:
    """Facts of one indicator for pairs taken together, as they are stored."""
    one = rules.indicators[indicator]
    named = dict(zip(OTHERS, others, strict=True))
    found = _of_pairs(one, of, counts, against, named, rules)
    keep = ~has(nw.col("flags"), "refused")
    if usual(one).source:
        keep = keep & ~nw.col("denominator").is_null()
    return publishing.labelled(found.filter(keep), one, rules)


def told(
    engine: Engine,
    rules: Rules,
    others: Mapping[str, Frame],
    cut: Cut,
    wanted: Mapping[str, Sequence[Pair]],
) -> Iterator[tuple[Indicator, Frame]]:
    """Facts of indicators, each for its pairs: columns of `FACT` and `pair`.

    `cut`: places and periods (None: every quarter, semester and year). `others`: what
    does not depend on the pair, by the names `OTHERS`. Refused figures are null, with
    their flags. Each frame is to be read before the next is taken.
    """
    rules = replace(rules, with_goals=frozenset())
    _put_counts(engine, rules, cut, wanted)
    _put_against(engine, rules, cut, wanted)
    for name, of in wanted.items():
        indicator = rules.indicators[name]
        counts, against = engine.frame("pair_counts"), engine.frame("pair_against")
        for together in _together(indicator, of):
            found = _of_pairs(indicator, together, counts, against, others, rules)
            yield indicator, found
    engine.drop("pair_counts", "pair_against")


def _together(indicator: Indicator, of: Sequence[Pair]) -> list[tuple[Pair, ...]]:
    """Pairs that are computed in one go: all of them, or each by itself."""
    if indicator.formula["kind"] in AT_ONCE:
        return [tuple(of)]
    return [(pair,) for pair in of]


def _of_pairs(
    indicator: Indicator,
    of: tuple[Pair, ...],
    counts: Frame,
    against: Frame,
    others: Mapping[str, Frame],
    rules: Rules,
) -> Frame:
    """Facts of one indicator for pairs taken together, with the column `pair`."""
    if indicator.formula["kind"] in AT_ONCE:
        tables = _tables(counts, against, others)
        found = computing.compute(indicator, tables, rules)
        found = found.filter(nw.col("pair").is_in([pair.number for pair in of]))
    else:
        (pair,) = of
        counted = Pair(pair.method, "").number
        tables = _tables(
            counts.filter(nw.col("pair") == counted).drop("pair"),
            against.filter(nw.col("pair") == pair.number).drop("pair"),
            others,
        )
        found = computing.compute(indicator, tables, rules)
        found = found.with_columns(pair=nw.lit(pair.number, nw.Int16))
    return refused(found, indicator, of, rules)


def _tables(counts: Frame, against: Frame, others: Mapping[str, Frame]) -> Tables:
    part = nw.col("period") % 100
    months = counts.filter((part >= 1) & (part <= 12))
    return Tables(counts=counts, months=months, against=against, **others)


def _put_counts(
    engine: Engine,
    rules: Rules,
    cut: Cut,
    wanted: Mapping[str, Sequence[Pair]],
) -> None:
    """Table `pair_counts`: counts of each scenario that is wanted."""
    indicators = [rules.indicators[name] for name in wanted]
    keys = {key for one in indicators for key in computing.needs(one, rules)}
    counted = (computing.counts_of(one, rules) for one in indicators)
    keys |= {key for key in counted if key is not None}
    cut = replace(cut, elements=sorted(keys))
    methods = dict.fromkeys(pair.method for of in wanted.values() for pair in of)
    every = " UNION ALL BY NAME ".join(counts_query(method, cut) for method in methods)
    lagged = any(one.formula["kind"] == "dropout_lagged" for one in indicators)
    long = "TRUE" if cut.periods is not None or lagged else LONG.format("period")
    engine.create("pair_counts", f"SELECT * FROM ({every}) WHERE {long}")


def _put_against(
    engine: Engine,
    rules: Rules,
    cut: Cut,
    wanted: Mapping[str, Sequence[Pair]],
) -> None:
    """Table `pair_against`: those doses beside the targets of each source wanted."""
    every = dict.fromkeys(pair for of in wanted.values() for pair in of if pair.source)
    official = [pair for pair in every if pair.source == FIRST.source]
    candidates = [pair for pair in every if pair.source != FIRST.source]
    targets, populations = [], []
    for of, query, held in (
        (official, official_query, "element_population"),
        (candidates, candidates_query, "denominator_population"),
    ):
        if of or not every:
            targets.append(query(of, cut))
            populations.append(f"SELECT *, {_numbers(of)} AS pair FROM {held}")
    engine.create("pair_targets", " UNION ALL BY NAME ".join(targets))
    engine.create("pair_populations", " UNION ALL BY NAME ".join(populations))
    engine.create("pair_doses", _DOSES.format(pairs=_numbers(every)))
    beside = engine.query(
        coverage.against_target,
        engine.columns("pair_doses", "pair_targets", "pair_populations"),
        complete_from=rules.complete_from,
    )
    engine.create("pair_against", beside)
    engine.drop("pair_targets", "pair_populations", "pair_doses")


def _numbers(of: Iterable[Pair]) -> str:
    """SQL: a row for each of some pairs."""
    return f"unnest({[pair.number for pair in of]}::SMALLINT[])"


_DOSES = f"""
SELECT c.* REPLACE (p.pair AS pair)
FROM pair_counts c JOIN (SELECT {{pairs}} AS pair) p
ON p.pair // {len(SOURCES)} = c.pair // {len(SOURCES)}
"""
"""Counts of each scenario, once for every source that it is held against."""
