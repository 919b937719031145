"""Scenarios of adjustment x sources of denominators: the tables of each pair.

A build keeps every figure as reported, over the official target. The other pairs are
made of the same counts with the totals that a scenario changes (`adjusted_counts`)
and of the targets of another source (`denominators`): for some figures at district
and above they are stored, all others are worked out when asked, by the same queries.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import narwhals as nw

from boloci.catalogue.definitions import Indicator
from boloci.codes import DENOMINATORS, METHODS, SCENARIOS
from boloci.lake.engines import Engine
from boloci.pipeline import computing, publishing
from boloci.pipeline.computing import Rules, Tables
from boloci.stats import coverage, denominators
from boloci.stats.vocabulary import FLAGS, Frame, flag
from boloci.tables import LEVELS

SOURCES = publishing.DENOMINATORS


class Pair(NamedTuple):
    """A scenario and where the denominator comes from; blank: no target in it."""

    method: str
    source: str

    @property
    def number(self) -> int:
        """The pair as one small number, column `pair` of frames."""
        return METHODS.index(self.method) * len(SOURCES) + SOURCES.index(self.source)


FIRST = Pair("reported", "target")
"""What a build keeps of every place, by sex too."""

STORED = (
    "bcg_coverage",
    "dtp1_coverage",
    "dtp3_coverage",
    "mcv1_coverage",
    "dropout_dtp1_dtp3",
    "dropout_bcg_mcv1",
    "dropout_dtp1_mcv1",
    "dropout_mcv1_mcv2",
    "zero_dose_children",
    "zero_dose_share",
    "under_immunised_children",
    "under_immunised_share",
    "dtp1_target_minus_doses",
)
"""Indicators whose other pairs a build stores: design 2, "What is stored"."""

STORED_LEVELS = (*LEVELS[: LEVELS.index("district") + 1], "group")
"""Levels of which it stores them, by quarter, semester and year."""

_BY_SEX = ("sex_gap", "sex_ratio", "sex_gap_relative")
_AS_REPORTED = (
    *("completeness", "timeliness", "session_completion"),
    *("measure", "measure_sex_gap"),
)


def usual(indicator: Indicator) -> Pair:
    """The pair that a build keeps of an indicator for every place."""
    return Pair(computing.method(indicator), computing.denominator_source(indicator))


def pairs(indicator: Indicator) -> tuple[Pair, ...]:
    """Pairs that have a meaning for an indicator, the usual one first.

    Scenarios and candidate sources know totals only, so what is told by sex has none;
    reports and measures are not adjusted; doses of a scenario that fills reports in
    are not those of the units that reported.
    """
    kind = indicator.formula["kind"]
    if kind in (*_AS_REPORTED, *_BY_SEX):
        return (usual(indicator),)
    methods = SCENARIOS[:2] if kind == "coverage_reporting_units" else SCENARIOS
    over = usual(indicator).source
    sources = DENOMINATORS if over else ("",)
    return tuple(Pair(method, source) for method in methods for source in sources)


def pairs_asked(
    indicators: Iterable[Indicator],
    *,
    methods: Collection[str] | None,
    denominators: Collection[str] | None,
) -> dict[Pair, list[str]]:
    """Indicators by each pair but the usual one that filters let through.

    None restricts nothing.
    """
    asked: dict[Pair, list[str]] = {}
    for indicator in indicators:
        for pair in pairs(indicator):
            here = methods is None or pair.method in methods
            over = denominators is None or pair.source in denominators
            if here and over and pair != usual(indicator):
                asked.setdefault(pair, []).append(indicator.indicator)
    return asked


@dataclass(frozen=True)
class Cut:
    """Which elements, places and periods are wanted. None: all."""

    elements: Sequence[int] | None = None
    places: Sequence[int] | None = None
    periods: Sequence[int] | None = None

    def of(self, **columns: str) -> str:
        """SQL condition; `columns`: what each part is called, parts left out are
        not restricted."""
        clauses = ["TRUE"]
        for part, column in columns.items():
            keys = getattr(self, part)
            if keys is not None:
                listed = ", ".join(str(int(key)) for key in keys) or "NULL"
                clauses.append(f"{column} IN ({listed})")
        return " AND ".join(clauses)

    @property
    def cells(self) -> str:
        """SQL condition on rows of element, place and period."""
        return self.of(elements="element", places="place", periods="period")


def counts_query(pair: Pair, cut: Cut, *, sexes: bool = True) -> str:
    """Counts of a scenario as SQL: columns of `counts`, and `adjusted`, `filled`.

    A scenario changes the total over both sexes; by sex it has nothing, and neither
    has a candidate source. `filled`: reports of units that the scenario stands in for.
    """
    if pair.method != FIRST.method:
        return _ADJUSTED.format(
            method=METHODS.index(pair.method),
            cells=cut.cells,
            flags=", ".join(f"coalesce(c.{n}, 0) AS {n}" for n in coverage.COUNT_FLAGS),
            filled=_FILLED.format(
                method=METHODS.index(pair.method),
                elements=cut.of(elements="a.element", places="m.place"),
                periods=cut.of(periods="period"),
            ),
        )
    told = "" if sexes and pair.source in ("", FIRST.source) else _NO_SEXES
    return (
        f"SELECT *{told}, 0::TINYINT AS adjusted, 0 AS filled"
        f" FROM counts WHERE {cut.cells}"
    )


_NO_SEXES = (
    " REPLACE (NULL::DOUBLE AS female, NULL::DOUBLE AS male, NULL::DOUBLE AS sexed,"
    " NULL::DOUBLE AS sexed_target)"
)

_ADJUSTED = """
SELECT element, place, period, coalesce(a.total, c.total) AS total,
       NULL::DOUBLE AS female, NULL::DOUBLE AS male, NULL::DOUBLE AS sexed,
       NULL::DOUBLE AS sexed_target, {flags}, c.expected, c.received,
       (a.total IS NOT NULL)::TINYINT AS adjusted, coalesce(f.filled, 0) AS filled
FROM (SELECT * FROM counts WHERE {cells}) c
FULL JOIN (SELECT element, place, period, total FROM adjusted_counts
           WHERE method = {method} AND {cells}) a USING (element, place, period)
LEFT JOIN ({filled}) f USING (element, place, period)
"""

_FILLED = """
SELECT element, place, period, sum(missing)::INTEGER AS filled
FROM (
    SELECT a.element, m.place, r.expected - r.received AS missing,
           unnest([a.period, {quarter}, {semester}, {year}])::INTEGER AS period
    FROM adjustments a
    JOIN element_dataset d USING (element)
    JOIN reports r ON r.place = a.place AND r.period = a.period
        AND r.dataset = d.dataset AND r.received < r.expected
    JOIN membership m ON m.unit = a.place
        AND a.period BETWEEN m.first_month AND m.last_month
    WHERE a.method = {{method}} AND a.reason <> 'outlier' AND {{elements}}
)
WHERE {{periods}} GROUP BY ALL
""".format(
    quarter="a.period // 100 * 100 + 21 + (a.period % 100 - 1) // 3",
    semester="a.period // 100 * 100 + 31 + (a.period % 100 - 1) // 6",
    year="a.period // 100 * 100",
)


def targets_query(pair: Pair, cut: Cut) -> str:
    """Targets of a source as SQL, in the shape `coverage.against_target` takes."""
    here = cut.of(places="place", periods="period")
    if pair.source in ("", FIRST.source):
        return OFFICIAL.format(cells=here)
    mine = (
        f"method = {METHODS.index(pair.method)}"
        f" AND denominator_source = {SOURCES.index(pair.source)} AND {here}"
    )
    return f"SELECT * EXCLUDE (pair) FROM ({CANDIDATES.format(cells=mine)})"


OFFICIAL = "SELECT *, 0 AS source_flags FROM targets WHERE {cells}"

CANDIDATES = f"""
SELECT (s.method * {len(SOURCES)} + s.denominator_source)::SMALLINT AS pair,
       s.place, s.period, s.population, s.target,
       NULL::DOUBLE AS target_female, NULL::DOUBLE AS target_male,
       s.target * coalesce(o.target_so_far / nullif(o.target, 0), 1) AS target_so_far,
       s.target * o.reporting_target / nullif(o.target, 0) AS reporting_target,
       1 AS sex_assumed, s.target_incomplete, 0 AS target_substituted,
       0 AS target_last_year, s.flags AS source_flags
FROM (SELECT * FROM denominators WHERE {{cells}}) s
LEFT JOIN targets o USING (population, place, period)
"""
"""Targets of candidate sources. What part of one falls on months with data, and on
units that reported, is as in the official target."""


def populations_of(source: str) -> str:
    """Table with the cohort that each element is held against."""
    candidate = source not in ("", FIRST.source)
    return "denominator_population" if candidate else "element_population"


def refused(found: Frame, indicator: Indicator, source: str, rules: Rules) -> Frame:
    """Facts with null and the flag `refused` where a source cannot tell them.

    See `stats.denominators.refusal`: a source made of the very doses it is held
    against, always or in the rows that say so.
    """
    how = refusal(indicator, source, rules)
    if not how:
        return found
    circular = FLAGS["circular_denominator"]
    here = nw.lit(1) == 1 if how == "always" else _has(circular)
    return found.with_columns(
        value=nw.when(~here).then(nw.col("value")),
        flags=nw.col("flags")
        + flag("refused", here & ~_has(FLAGS["refused"]))
        + flag("circular_denominator", here & ~_has(circular)),
    )


def _has(bit: int) -> nw.Expr:
    return nw.col("flags") // bit % 2 == 1


def refusal(indicator: Indicator, source: str, rules: Rules) -> str:
    """Whether a source cannot tell an indicator: "always", "where_circular", or ""."""
    formula = indicator.formula
    if "of" in formula and formula["of"] in rules.indicators:
        return refusal(rules.indicators[formula["of"]], source, rules)
    element = "DTP1" if formula["kind"] == "red_category" else formula.get("element")
    rule = str(rules.profile.value("circular_denominators"))
    return denominators.refusal(formula["kind"], str(element), source, rule)


def is_stored(indicator: str, source: str) -> str:
    """SQL condition on `f` (a fact) and `p` (its place): whether `store` keeps it."""
    if indicator not in STORED:
        return "FALSE"
    levels = ", ".join(f"'{level}'" for level in STORED_LEVELS)
    over = "f.denominator IS NOT NULL" if source else "TRUE"
    return (
        f"(p.level IN ({levels}) AND {LONG.format('f.period')} AND {over}"
        f" AND f.flags & {FLAGS['refused']} = 0)"
    )


LONG = "({0} % 100 = 0 OR {0} % 100 > 20)"
"""Whether a period code is a quarter, semester or year."""


def store(engine: Engine, rules: Rules, tables: Tables) -> None:
    """Add the other pairs of the stored indicators, at district and above.

    All pairs of an indicator are computed at once: the counts of every scenario and
    the doses beside every target lie in one table each, with the number of the pair.
    What is refused or has no denominator is not stored: it is told when asked for.
    `tables` are those of the usual pair.
    """
    rules = replace(rules, with_goals=frozenset())
    named = {name: number for number, name in enumerate(rules.indicators)}
    stored = [rules.indicators[name] for name in STORED if name in named]
    keys = sorted({key for one in stored for key in computing.needs(one, rules)})
    levels = ", ".join(f"'{level}'" for level in STORED_LEVELS)
    places = engine.rows(f"SELECT place_key FROM place WHERE level IN ({levels})")
    cut = Cut(elements=keys, places=[key for (key,) in places])
    _put_counts(engine, cut)
    _put_against(engine, rules, cut)
    both = replace(
        tables,
        counts=engine.frame("pair_counts"),
        against=engine.frame("pair_against"),
    )
    for one in stored:
        found = computing.compute(one, both, rules)
        publishing.append_facts(
            engine, _kept(found, one, rules), one, named[one.indicator]
        )
    engine.drop("pair_counts", "pair_against")


def _put_counts(engine: Engine, cut: Cut) -> None:
    """Table `pair_counts`: counts of quarters and longer, of every scenario."""
    parts = []
    for method in SCENARIOS:
        pair = Pair(method, "")
        query = counts_query(pair, cut, sexes=False)
        parts.append(f"SELECT {pair.number}::SMALLINT AS pair, * FROM ({query})")
    every = " UNION ALL BY NAME ".join(parts)
    engine.create(
        "pair_counts", f"SELECT * FROM ({every}) WHERE {LONG.format('period')}"
    )


def _put_against(engine: Engine, rules: Rules, cut: Cut) -> None:
    """Table `pair_against`: those doses beside the targets of every source."""
    here = f"{cut.of(places='place')} AND {LONG.format('period')}"
    sides = {
        "element_population": _over_official(here),
        "denominator_population": CANDIDATES.format(cells=here),
    }
    for populations, query in sides.items():
        engine.create(
            "pair_targets", f"SELECT * FROM ({query}) WHERE target IS NOT NULL"
        )
        beside = coverage.against_target(
            _doses(engine),
            engine.frame("pair_targets"),
            engine.frame(populations),
            complete_from=rules.complete_from,
        ).filter(~nw.col("target").is_null())
        if populations == "element_population":
            engine.keep("pair_against", beside)
        else:
            engine.append("pair_against", beside)
        engine.connection.execute("DROP VIEW pair_doses")
        engine.drop("pair_targets")


def _over_official(here: str) -> str:
    numbers = [Pair(method, FIRST.source).number for method in SCENARIOS[1:]]
    return (
        f"SELECT unnest({numbers})::SMALLINT AS pair, *"
        f" FROM ({OFFICIAL.format(cells=here)})"
    )


def _doses(engine: Engine) -> Frame:
    """Counts of each scenario, once for every source that it is held against."""
    engine.connection.execute(
        "CREATE TEMP VIEW pair_doses AS SELECT c.* REPLACE (p.pair AS pair)"
        " FROM pair_counts c JOIN (SELECT DISTINCT pair FROM pair_targets) p"
        f" ON p.pair // {len(SOURCES)} = c.pair // {len(SOURCES)}"
    )
    return engine.frame("pair_doses")


def _kept(found: Frame, indicator: Indicator, rules: Rules) -> Frame:
    """The facts that are stored: of other pairs than the usual one, not refused."""
    always, at_times = (
        [SOURCES.index(s) for s in SOURCES if refusal(indicator, s, rules) == how]
        for how in ("always", "where_circular")
    )
    source = nw.col("pair") % len(SOURCES)
    circular = source.is_in(at_times) & _has(FLAGS["circular_denominator"])
    return found.filter(
        (nw.col("pair") != usual(indicator).number)
        & ~source.is_in(always)
        & ~circular
        & ~_has(FLAGS["refused"])
    )
