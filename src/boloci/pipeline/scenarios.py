"""Scenarios of adjustment x sources of denominators: the tables of each pair.

A build keeps every figure as reported, over the official target. The other pairs are
made of the same counts with the totals that a scenario changes (`adjusted_counts`)
and of the targets of another source (`denominators`): for some figures at district
and above they are stored, all others are worked out when asked, by the same queries.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import narwhals as nw

from boloci.catalogue.definitions import Indicator, Profile
from boloci.codes import DENOMINATORS, METHODS, SCENARIOS
from boloci.pipeline import adjusting, computing, publishing
from boloci.pipeline.rules import Rules
from boloci.stats import coverage, denominators
from boloci.stats.programme import has
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

_BY_SEX = ("sex_gap", "sex_ratio", "sex_gap_relative", "doses_with_sex_share")
_AS_REPORTED = (
    *("completeness", "timeliness", "session_completion"),
    *("measure", "measure_sex_gap", "estimated"),
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
) -> dict[str, list[Pair]]:
    """Pairs but the usual one of each indicator that filters let through; None:
    restricts nothing."""
    asked = {
        indicator.indicator: [
            pair
            for pair in pairs(indicator)
            if (methods is None or pair.method in methods)
            and (denominators is None or pair.source in denominators)
            and pair != usual(indicator)
        ]
        for indicator in indicators
    }
    return {name: found for name, found in asked.items() if found}


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


def counts_query(method: str, cut: Cut) -> str:
    """Counts of a scenario as SQL: columns of `counts`, `pair`, `adjusted`, `filled`.

    A scenario changes the total over both sexes, so by sex nothing is told. `filled`:
    reports of units that the scenario stands in for.
    """
    pair = Pair(method, "").number
    if method == FIRST.method:
        return (
            f"SELECT {pair}::SMALLINT AS pair, *{_NO_SEXES}, 0::TINYINT AS adjusted,"
            f" 0 AS filled FROM counts WHERE {cut.cells}"
        )
    number = METHODS.index(method)
    return _ADJUSTED.format(
        pair=pair,
        method=number,
        cells=cut.cells,
        flags=f"coalesce(COLUMNS('^({'|'.join(_COUNT_FLAGS)})$'), 0)",
        filled=_FILLED.format(
            method=number,
            elements=cut.of(elements="a.element", places="m.place"),
            periods=cut.of(periods="period"),
        ),
    )


_NO_SEXES = (
    " REPLACE (NULL::DOUBLE AS female, NULL::DOUBLE AS male, NULL::DOUBLE AS sexed,"
    " NULL::DOUBLE AS sexed_target)"
)

_COUNT_FLAGS = (*coverage.COUNT_FLAGS, "corrected")
"""Flags of counts; those that a build has."""

_ADJUSTED = """
SELECT {pair}::SMALLINT AS pair, element, place, period,
       CASE WHEN a.changed THEN a.total ELSE c.total END AS total,
       NULL::DOUBLE AS female, NULL::DOUBLE AS male, NULL::DOUBLE AS sexed,
       NULL::DOUBLE AS sexed_target, {flags}, c.expected, c.received,
       coalesce(a.changed, FALSE)::TINYINT AS adjusted, coalesce(f.filled, 0) AS filled
FROM (SELECT * FROM counts WHERE {cells}) c
FULL JOIN (SELECT element, place, period, total, TRUE AS changed
           FROM adjusted_counts WHERE method = {method} AND {cells}) a
USING (element, place, period)
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


def official_query(of: Collection[Pair], cut: Cut) -> str:
    """Official targets as SQL, in the shape `coverage.against_target` takes.

    Once for each pair of `of`, told by its number in the column `pair`.
    """
    numbers = [pair.number for pair in of]
    return (
        f"SELECT unnest({numbers}::SMALLINT[]) AS pair, *, 0 AS source_flags"
        f" FROM targets WHERE {cut.of(places='place', periods='period')}"
    )


def candidates_query(of: Collection[Pair], cut: Cut) -> str:
    """Targets of candidate sources in the same shape.

    What part of a target falls on months with data, and on units that reported, is
    as in the official target.
    """
    sources = {SOURCES.index(pair.source) for pair in of}
    methods = {METHODS.index(pair.method) for pair in of}
    here = cut.of(places="place", periods="period")
    return _CANDIDATES.format(
        cells=f"{here} AND {_among('denominator_source', sources)}"
        f" AND {_among('method', methods)}",
        pairs=_among("pair", {pair.number for pair in of}),
    )


def _among(column: str, keys: Iterable[int]) -> str:
    listed = ", ".join(str(key) for key in sorted(keys)) or "NULL"
    return f"{column} IN ({listed})"


_CANDIDATES = f"""
SELECT (s.method * {len(SOURCES)} + s.denominator_source)::SMALLINT AS pair,
       s.place, s.period, s.population, s.target,
       NULL::DOUBLE AS target_female, NULL::DOUBLE AS target_male,
       s.target * coalesce(o.target_so_far / nullif(o.target, 0), 1) AS target_so_far,
       s.target * o.reporting_target / nullif(o.target, 0) AS reporting_target,
       1 AS sex_assumed, s.target_incomplete, 0 AS target_substituted,
       0 AS target_last_year, s.flags AS source_flags
FROM (SELECT * FROM denominators WHERE {{cells}}) s
LEFT JOIN targets o USING (population, place, period)
WHERE {{pairs}}
"""


def refused(
    found: Frame, indicator: Indicator, of: Iterable[Pair], rules: Rules
) -> Frame:
    """Facts with null and the flag `refused` where their pair cannot tell them.

    A profile may have no such scenario; a source may be made of the very doses that
    are held against it, always or in the rows that say so (`stats.denominators.
    refusal`). `found` has the column `pair`.
    """
    for source in dict.fromkeys(pair.source for pair in of):
        how = refusal(indicator, source, rules)
        here = nw.col("pair") % len(SOURCES) == SOURCES.index(source)
        if how == "where_circular":
            here = here & has(nw.col("flags"), "circular_denominator")
        if how:
            found = _blank(found, here, "circular_denominator")
    absent = {pair.method for pair in of} - {*methods_of(rules.profile)}
    for method in absent:
        here = nw.col("pair") // len(SOURCES) == METHODS.index(method)
        found = _blank(found, here, "no_scenario")
    return found


def _blank(found: Frame, here: nw.Expr, why: str) -> Frame:
    """Facts with null and the flags `refused` and `why` where a condition holds."""
    flags = nw.col("flags")
    return found.with_columns(
        value=nw.when(~here).then(nw.col("value")),
        flags=flags
        + flag("refused", here & ~has(flags, "refused"))
        + flag(why, here & ~has(flags, why)),
    )


def methods_of(profile: Profile) -> tuple[str, ...]:
    """Scenarios that a profile has figures for: as reported, and its adjustments."""
    return (FIRST.method, *adjusting.scenarios(profile))


def refusal(indicator: Indicator, source: str, rules: Rules) -> str:
    """Whether a source cannot tell an indicator: "always", "where_circular", or ""."""
    formula = indicator.formula
    if "of" in formula and formula["of"] in rules.indicators:
        return refusal(rules.indicators[formula["of"]], source, rules)
    element = "DTP1" if formula["kind"] == "red_category" else formula.get("element")
    rule = str(rules.profile.value("circular_denominators"))
    return denominators.refusal(formula["kind"], str(element), source, rule)


def is_stored(indicator: str) -> str:
    """SQL condition on `f` (a fact with `pair`) and `p` (its place): whether a build
    stores it."""
    if indicator not in STORED:
        return "FALSE"
    levels = ", ".join(f"'{level}'" for level in STORED_LEVELS)
    return (
        f"(p.level IN ({levels}) AND {LONG.format('f.period')}"
        f" AND (f.pair % {len(SOURCES)} = 0 OR f.denominator IS NOT NULL)"
        f" AND f.flags & {FLAGS['refused']} = 0)"
    )


LONG = "({0} % 100 = 0 OR {0} % 100 > 20)"
"""Whether a period code is a quarter, semester or year."""
