"""How each kind of formula is computed from counts, targets, reports and measures.

Every function takes a formula, the tables and the rules, and gives facts: columns of
`stats.vocabulary.FACT`. What stands on another indicator is in `computing`.
"""

from typing import Any

import narwhals as nw

from boloci.codes import DENOMINATORS, METHODS
from boloci.pipeline.mapping import ALL, CAMPAIGN, TARGET
from boloci.pipeline.rules import Rules, Tables
from boloci.stats import coverage, dropout, programme, quality, reports, sex_gap
from boloci.stats.vocabulary import (
    BOTH,
    DECIDED,
    FEMALE,
    MALE,
    Frame,
    among,
    concat,
    facts,
    flag,
)


def _counted(formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
    variant = TARGET
    if formula["kind"] == "doses":
        variant = ALL if formula.get("ages") == "all" else TARGET
        variant = CAMPAIGN if formula.get("strategy") == "campaign" else variant
    key = rules.key(formula["element"], variant)
    mine = tables.counts.filter(nw.col("element") == key)
    return counts_as_facts(mine)


def counts_as_facts(counts: Frame) -> Frame:
    """Counts of any elements as facts: both sexes, girls, boys where reported."""
    short = nw.col("received") < nw.col("expected")
    flags = flag("incomplete", short) + flag("no_report", nw.col("received") == 0)
    for name in ("partial", "age_unknown", "to_date", *among(counts, *DECIDED)):
        flags = flags + flag(name, nw.col(name) == 1)
    nothing = nw.lit(None, nw.Float64)
    parts = []
    for sex, column in ((BOTH, "total"), (FEMALE, "female"), (MALE, "male")):
        frame = counts if sex == BOTH else counts.filter(~nw.col(column).is_null())
        parts.append(
            facts(
                frame,
                sex=nw.lit(sex),
                numerator=nw.col(column),
                denominator=nothing,
                value=nw.col(column),
                flags=flags,
            )
        )
    return concat(parts)


def _against(formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
    return tables.against.filter(nw.col("element") == rules.key(formula["element"]))


def _pair(formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
    second = formula.get("last") or formula["second"]
    return dropout.pair(
        tables.counts,
        first=rules.key(formula["first"]),
        last=rules.key(second),
        complete_from=rules.complete_from,
    )


def _dropout(formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
    return dropout.dropout(_pair(formula, tables, rules))


def _ratio(formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
    ratios = dropout.count_ratio(_pair(formula, tables, rules))
    if rules.profile.value("ratio_rule") == "mean_of_districts":
        return dropout.mean_of_ratios(ratios, tables.districts)
    return ratios


def _reports(formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
    form = rules.main_dataset
    if "form_of" in formula:
        form = rules.datasets[rules.key(formula["form_of"])]
    mine = tables.reports.filter(nw.col("dataset") == form)
    if formula.get("as") == "first_seen":
        mine = mine.with_columns(
            received=nw.col("first_received"), on_time=nw.col("first_on_time")
        )
    if formula["kind"] == "timeliness":
        return reports.timeliness(mine)
    if rules.profile.value("completeness_from") == "stated_rate":
        return reports.stated_completeness(mine)
    return reports.completeness(mine)


def _sessions(formula: dict[str, Any], tables: Tables, _rules: Rules) -> Frame:
    mine = tables.sessions.filter(nw.col("strategy") == formula["strategy"])
    return reports.session_completion(mine)


def _red(_formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
    year = nw.col("period") % 100 == 0
    first = {"element": "DTP1", "population": "surviving_infants"}
    return programme.red_category(
        coverage.coverage_so_far(_against(first, tables, rules)).filter(year),
        _dropout({"first": "DTP1", "last": "DTP3"}, tables, rules).filter(year),
        good_coverage=float(rules.profile.value("red_coverage")),
        good_dropout=float(rules.profile.value("red_dropout")),
        complete_from=float(rules.profile.value("red_completeness")),
    )


def _of_quality(statistic: Any) -> Any:
    def computed(formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
        mine = nw.col("element") == rules.key(formula["element"])
        found: Frame = statistic(tables.quality.filter(mine))
        return found

    return computed


def _with_sex(formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
    key = rules.key(formula["element"])
    return sex_gap.doses_with_sex_share(tables.counts.filter(nw.col("element") == key))


def _measure_gap(formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
    """Gaps of measures, each method's own, told apart by `pair`.

    Children of a survey are drawn in clusters: they are as sure as fewer of a simple
    random sample (how many fewer a profile may not say: no interval); those of a
    register are all there are.
    """
    assumed = rules.profile.constants.get("design_effect_assumed")
    effect = nw.lit(float(assumed.value) if assumed else None, nw.Float64)
    sampled = nw.col("method").is_in(_SAMPLED)
    children = nw.col("denominator").cast(nw.Float64)
    size = nw.when(sampled).then(children / effect).otherwise(children)
    pair = nw.lit(0)
    for number, name in enumerate(METHODS):
        mine = nw.when(nw.col("method") == name)
        pair = mine.then(number * (1 + len(DENOMINATORS))).otherwise(pair)
    measures = tables.measures.filter(nw.col("indicator") == formula["of"])
    return sex_gap.measured_gap(
        measures.with_columns(
            size=size,
            pair=pair,
            flags=flag("design_effect_assumed", sampled & ~size.is_null()),
        )
    )


_SAMPLED = ("survey", "lqas")
"""Methods of measures whose children were drawn in clusters."""


def _lagged(formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
    return dropout.lagged(
        tables.months,
        first=rules.key(formula["first"]),
        last=rules.key(formula["last"]),
        months=int(formula["months"]),
        complete_from=rules.complete_from,
    )


def _of_target(statistic: Any) -> Any:
    def computed(formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
        found: Frame = statistic(_against(formula, tables, rules))
        return found

    return computed


AGAINST: dict[str, Any] = {
    "coverage": coverage.coverage,
    "coverage_reporting_units": coverage.coverage_of_reporting_units,
    "target_minus_doses": coverage.target_minus_doses,
    "not_reached": coverage.not_reached,
    "not_reached_share": coverage.not_reached_share,
    "sex_gap": sex_gap.gap,
    "sex_ratio": sex_gap.girl_boy_ratio,
    "sex_gap_relative": sex_gap.relative_gap,
}
"""Statistics of doses beside their target: one row in, a few facts out. A build keeps
the rows and publishes these as views over them."""

ALONE: dict[str, Any] = {
    "doses": _counted,
    "count": _counted,
    **{kind: _of_target(statistic) for kind, statistic in AGAINST.items()},
    "started_not_finished": lambda f, t, r: dropout.started_not_finished(
        _pair(f, t, r)
    ),
    "dropout": _dropout,
    "dropout_lagged": _lagged,
    "completeness": _reports,
    "form_completeness": _reports,
    "timeliness": _reports,
    "session_completion": _sessions,
    "red_category": _red,
    "ratio": _ratio,
    "units_without_outlier": _of_quality(quality.units_without_outlier),
    "months_without_outlier": _of_quality(quality.months_without_outlier),
    "values_known": _of_quality(quality.values_known),
    "measure_sex_gap": _measure_gap,
    "doses_with_sex_share": _with_sex,
}
"""Kinds of formula that stand on no other indicator."""
