"""How unequal places and sexes are, as people ask for it: words in, tables out.

`inequality` gives rows of `tables.INEQUALITY`; `lorenz` and `funnel` give the data of
two charts. All read published facts: what a build stored is read, the rest worked out
by the same functions.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from boloci.facts import Words, words
from boloci.inequality_asked import Question, cases, understand
from boloci.pipeline import inequality as measuring
from boloci.pipeline.groups import ROUTINE, USUAL, Case, Told, normal, told
from boloci.problems import refuse
from boloci.stats import distribution
from boloci.tables import INEQUALITY
from boloci.workspace import Workspace

LORENZ = pa.schema(
    [
        ("place_id", pa.string()),
        ("place", pa.string()),
        ("period", pa.string()),
        ("value", pa.float64()),
        ("share_of_children", pa.float64()),
        ("share_of_doses", pa.float64()),
        ("share_of_zero_dose", pa.float64()),
    ]
)
"""Cumulative shares in percent, from the least reached group on; the curve begins at
0, 0. `share_of_zero_dose` comes from estimates of DTP1 only; null else."""

FUNNEL = pa.schema(
    [
        ("place_id", pa.string()),
        ("place", pa.string()),
        ("period", pa.string()),
        ("value", pa.float64()),
        ("n", pa.float64()),
        ("mean", pa.float64()),
        ("overdispersion", pa.float64()),
        ("limit", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("outside", pa.bool_()),
    ]
)
"""One row a group and `limit` (percent): its value, its children `n`, and between
which values a group of its size lies by chance around the mean of all."""


def inequality(
    workspace: Workspace, indicator: str, *, measure: Words = (), **asked: Any
) -> pa.Table:
    """Measures of inequality between the groups of a place, as `tables.INEQUALITY`.

    indicator    a percentage, such as dtp3_coverage
    measure      codes of the catalogue; several are alternatives; all where left out
    over         district, area, region, ...: the places of that level inside `place`;
                 sex: girls and boys of it; group: groups of places, see `among`.
                 district where left out
    place        id, name, alias or path; the highest place where left out
    period       2023 or 2019..2023; where left out every year in which some group has
                 a value, or the last one with its refusals where no year has
    method, denominator    one of each; reported over the official target unless said
    among        ids or names of the groups wanted, with wildcards: region2023_*
    reference    the group that mdru and mdrw compare with
    profile, build, as_of    as for facts

    Raises `Refused` for words that name nothing, for an indicator that is no
    percentage and for groups that share places.
    """
    question = understand(workspace, indicator, **asked)
    names = measures_named(workspace, measure)
    found = _stored(question, names)
    if found is None:
        every = cases(question)
        found = measuring.table(
            (row for case in every for row in measuring.measures(case, names)),
            profile=question.source.profile,
            build=question.source.build,
        )
    return found if asked.get("period") else _of_years_with_a_value(found)


def _of_years_with_a_value(rows: pa.Table) -> pa.Table:
    """Without the years in which no group has a value; if none has, the last one, so
    that it is said once why."""
    told = rows.filter(pc.greater(rows["n"], 0))
    if told.num_rows or not rows.num_rows:
        return told
    return rows.filter(pc.equal(rows["period"], pc.max(rows["period"])))


def measures_named(workspace: Workspace, measure: Words) -> tuple[str, ...]:
    """Codes of measures of groups without an order; all where none is named."""
    texts = workspace.catalogue.inequality
    known = tuple(code for code, text in texts.items() if not text.ordered)
    wanted = words(measure)
    for code in wanted:
        if code not in known:
            listed = ", ".join(known)
            raise refuse("choice_unknown", what="measure", given=code, known=listed)
    return tuple(code for code in known if not wanted or code in wanted)


def _stored(question: Question, names: tuple[str, ...]) -> pa.Table | None:
    """Rows that the build holds, where it holds all that is asked."""
    if not (
        "inequality" in question.source.relations
        and question.indicator in measuring.STORED
        and question.over == measuring.STORED_OVER
        and question.place.level in measuring.STORED_WITHIN
        and (question.method, question.denominator) == USUAL
        and not question.among
        and question.reference is None
        and all(len(period) == len("2023") for period in question.periods)
    ):
        return None
    columns = ", ".join(INEQUALITY.names)
    found = question.source.cursor().sql(
        f"SELECT {columns} FROM inequality WHERE indicator = ? AND place_id = ?"
        " AND list_contains(?, period) AND list_contains(?, measure)",
        params=[
            question.indicator,
            question.place.place_id,
            list(question.periods),
            list(names),
        ],
    )
    rows = found.to_arrow_table().cast(INEQUALITY)
    order = pc.index_in(rows["measure"], value_set=pa.array(names))
    return (
        rows.append_column("order", order)
        .sort_by([("period", "ascending"), ("order", "ascending")])
        .drop_columns("order")
    )


def lorenz(workspace: Workspace, indicator: str, **asked: Any) -> pa.Table:
    """The Lorenz curve of doses over children, as `LORENZ`; asked as `inequality` is.

    Raises `Refused` also where too few groups have a value or a population is unknown.
    """
    question = understand(workspace, indicator, **asked)
    rows = [row for case in cases(question) for row in _curve(question, case)]
    return pa.Table.from_pylist(rows, schema=LORENZ)


def _curve(question: Question, case: Case) -> Iterator[dict[str, Any]]:
    now = _weighed(case)
    people, values = now.groups.weights, now.groups.values
    assert people is not None
    order, of_people, of_doses = distribution.lorenz(values * people, people)
    missed = people * (100 - values)
    tells = (
        case.asked.method == measuring.ESTIMATED
        and case.asked.indicator == measuring.ZERO_DOSE_FROM
        and missed.sum() > 0
    )
    of_missed = 100 * missed[order].cumsum() / missed.sum() if tells else None
    for rank, position in enumerate(order):
        yield {
            **_named(question, case, now, int(position)),
            "share_of_children": float(of_people[rank]),
            "share_of_doses": float(of_doses[rank]),
            "share_of_zero_dose": None if of_missed is None else float(of_missed[rank]),
        }


def funnel(workspace: Workspace, indicator: str, **asked: Any) -> pa.Table:
    """Groups against the limits of chance, as `FUNNEL`; asked as `inequality` is.

    Raises `Refused` as `lorenz` does, and for methods that count no doses.
    """
    question = understand(workspace, indicator, **asked)
    if question.method not in ROUTINE:
        raise refuse("funnel_without_counts", method=question.method)
    rows = [row for case in cases(question) for row in _limits(question, case)]
    return pa.Table.from_pylist(rows, schema=FUNNEL)


def _limits(question: Question, case: Case) -> Iterator[dict[str, Any]]:
    now, rules = _weighed(case), case.constants
    people, values = now.groups.weights, now.groups.values
    assert people is not None
    found = distribution.funnel(
        values,
        people,
        {limit: normal(limit) for limit in rules.funnel_limits},
        winsorised=rules.funnel_winsorised,
        least=rules.overdispersion_least,
    )
    for position, value in enumerate(values):
        for limit in rules.funnel_limits:
            low, high = found.low[limit][position], found.high[limit][position]
            yield {
                **_named(question, case, now, position),
                "n": float(people[position]),
                "mean": found.mean,
                "overdispersion": found.dispersion,
                "limit": limit,
                "low": float(low),
                "high": float(high),
                "outside": bool(not low <= value <= high),
            }


def _weighed(case: Case) -> Told:
    """The groups with value and people. Raises `Refused` where they are too few."""
    now = told(case, noisy=False)
    if now.groups.weights is None or len(now.ids) < case.constants.least_groups:
        raise refuse(
            "groups_not_weighed",
            n=len(now.ids) if now.groups.weights is not None else 0,
            least=case.constants.least_groups,
            period=case.asked.period,
        )
    return now


def _named(question: Question, case: Case, now: Told, position: int) -> dict[str, Any]:
    place_id, sex = case.group(now.ids[position])
    return {
        "place_id": place_id,
        "place": sex or question.source.by_id[place_id].name,
        "period": case.asked.period,
        "value": float(now.groups.values[position]),
    }
