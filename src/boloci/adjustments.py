"""Before and after: what each scenario makes of what was reported, unit by unit.

Nothing reported is ever overwritten: a scenario is a second figure beside the first,
and this is the list of every month of a unit in which the two differ.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from boloci import periods
from boloci.catalogue.definitions import Constant, Indicator
from boloci.codes import SCENARIOS
from boloci.facts import Filters, Words, understand, words
from boloci.problems import refuse
from boloci.published import Published
from boloci.workspace import Workspace

ADJUSTMENTS = pa.schema(
    [
        *((name, pa.string()) for name in ("element", "place_id", "place", "level")),
        *((name, pa.string()) for name in ("period", "method")),
        *((name, pa.float64()) for name in ("before", "after", "change")),
        *((name, pa.string()) for name in ("reason", "profile", "build")),
    ]
)
"""One row a unit, month, element and scenario. `before` null: no report; `after` null:
set aside, and nothing says what it was; `change`: after - before, a missing one
counted as nothing. `reason`: outlier (replaced), missing (filled in), rate (raised
because part of the reports is missing)."""

CONSTANTS = (
    "outlier_rule",
    "outlier_modified_z",
    "outlier_root_factor",
    "outlier_least_doses",
    "outlier_least_share",
    "outlier_mad",
    "mad_factor",
    "outlier_z",
    "outlier_year_share",
    "outlier_least_value",
    "outlier_window",
    "outlier_replaced_from",
    "adjustment_rule",
    "usual_months",
    "completeness_k",
    "completeness_least_rate",
    "rate_trusted_from",
    "elements_not_adjusted",
)
"""Constants of a profile that its scenarios rest on, those that it has."""


def adjustments(
    workspace: Workspace,
    *,
    place: Words = (),
    level: str | None = None,
    element: Words = (),
    indicator: Words = (),
    period: str | None = None,
    method: Words = (),
    **asked: Any,
) -> pa.Table:
    """What scenarios changed, in the schema `ADJUSTMENTS`, largest change first.

    place, level    the units inside these places while they belonged to them
    element         codes, such as DTP1; or `indicator`: the elements it is made of
    period          every month in it; "2023", "2024Q1", "2019..2023"
    method          outliers, completeness, both; left out: all
    profile, build, as_of    as in `facts`

    Raises `Refused` as `facts` does, and for an element that nothing counts.
    """
    source, filters = understand(
        workspace,
        indicator=indicator,
        place=place,
        level=level,
        period=period,
        method=method,
        **asked,
    )
    elements = [*_known(source, words(element)), *_elements(workspace, filters)]
    return changed(source, filters, elements)


def changed(source: Published, filters: Filters, elements: Sequence[str]) -> pa.Table:
    """The same for an opened build and filters in codes; no element: all."""
    if "adjustments" not in source.relations:
        return ADJUSTMENTS.empty_table()
    clauses, parameters = _conditions(source, filters, elements)
    where = " AND ".join(["TRUE", *clauses])
    found = source.cursor().sql(_ROWS.format(where=where), params=parameters)
    rows = found.to_arrow_table()
    months = [periods.text(code) for code in rows["period"].to_pylist()]
    methods = {number: word for word, number in source.methods.items()}
    told = {
        **{name: rows[name] for name in rows.column_names},
        "period": pa.array(months, pa.string()),
        "method": pa.array([methods[n] for n in rows["method"].to_pylist()], "str"),
        "profile": pa.array([source.profile] * rows.num_rows, pa.string()),
        "build": pa.array([source.build] * rows.num_rows, pa.string()),
    }
    return pa.table({name: told[name] for name in ADJUSTMENTS.names}).cast(ADJUSTMENTS)


def elements_of(workspace: Workspace, definition: Indicator) -> list[str]:
    """Codes of the elements that an indicator is made of."""
    formula = definition.formula
    if formula["kind"] == "red_category":
        return ["DTP1", "DTP3"]
    if formula.get("of") in workspace.catalogue.indicators:
        return elements_of(workspace, workspace.catalogue.indicators[formula["of"]])
    keys = ("element", "first", "last", "second")
    return [formula[key] for key in keys if key in formula]


def constants(workspace: Workspace, profile: str) -> Mapping[str, Constant]:
    """The constants that the scenarios of a profile rest on."""
    known = workspace.catalogue.profiles[profile].constants
    return {name: known[name] for name in CONSTANTS if name in known}


def _elements(workspace: Workspace, filters: Filters) -> list[str]:
    catalogue = workspace.catalogue
    named = [catalogue.indicators[name] for name in filters.indicators or ()]
    return [code for one in named for code in elements_of(workspace, one)]


def _known(source: Published, named: Sequence[str]) -> list[str]:
    """Codes of elements as the build has them. Raises `Refused`."""
    from boloci.facts import closest

    codes = [code for (code,) in source.rows("SELECT DISTINCT code FROM element")]
    for name in named:
        if name.upper() not in codes:
            nearest = ", ".join(closest(name.upper(), codes))
            raise refuse("element_unknown", element=name, closest=nearest)
    return [name.upper() for name in named]


def _conditions(
    source: Published, filters: Filters, elements: Sequence[str]
) -> tuple[list[str], list[Any]]:
    clauses: list[str] = []
    parameters: list[Any] = []
    if elements:
        clauses.append("list_contains(?, e.code)")
        parameters.append(list(elements))
    if filters.places is not None or filters.level is not None:
        here = filters.places or ()
        if filters.places is None:
            here = tuple(p for p in source.places if p.level == filters.level)
        clauses.append(
            "EXISTS (SELECT 1 FROM membership m WHERE m.unit = a.place"
            " AND a.period BETWEEN m.first_month AND m.last_month"
            " AND list_contains(?, m.place))"
        )
        parameters.append([place.key for place in here])
    if filters.periods is not None:
        months = [month for code in filters.periods for month in periods.months(code)]
        clauses.append("list_contains(?, a.period)")
        parameters.append(months)
    if filters.methods is not None:
        clauses.append("list_contains(?, a.method::INTEGER)")
        parameters.append(
            [SCENARIOS.index(m) for m in filters.methods if m in SCENARIOS]
        )
    return clauses, parameters


_ROWS = """
SELECT e.code AS element, p.place_id, p.name AS place,
       coalesce(p.level, '') AS level, a.period, a.method, a.before, a.after,
       coalesce(a.after, 0) - coalesce(a.before, 0) AS change, a.reason
FROM adjustments a
JOIN element e USING (element)
JOIN place p ON p.place_key = a.place
WHERE {where}
ORDER BY a.method, abs(change) DESC, element, p.path, a.period
"""
