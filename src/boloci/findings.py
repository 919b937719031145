"""Findings as people ask for them: filters in words, rows in `tables.FINDINGS` out.

Filters are those of `facts`, and become bound parameters on the table `findings` of a
published build.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from boloci import periods
from boloci.codes import TOTAL
from boloci.facts import Filters, Words, closest, one_of, understand, words
from boloci.problems import refuse
from boloci.tables import FINDINGS, LEVELS, SEVERITIES
from boloci.workspace import Workspace


def findings(
    workspace: Workspace,
    *,
    rule: Words = (),
    severity: str | None = None,
    **asked: Any,
) -> pa.Table:
    """Published findings in the schema of `tables.FINDINGS`, filtered like facts.

    The gravest come first, and of these the largest places. A period keeps the
    findings that overlap it; an indicator keeps the findings about it and about the
    elements it is made of.
    """
    source, filters = understand(workspace, **asked)
    if severity is not None:
        one_of("severity", severity, SEVERITIES)
    clauses, parameters = _finding_conditions(workspace, filters)
    if words(rule):
        clauses.append("list_contains(?, rule)")
        parameters.append(_rules(workspace, words(rule)))
    if severity is not None:
        clauses.append("severity = ?")
        parameters.append(severity)
    columns = ", ".join(f'"{name}"' for name in FINDINGS.names)
    sql = (
        f"SELECT {columns} FROM findings LEFT JOIN ({_PLACE_RANK}) USING (place_id)"
        f"{_where(clauses)} ORDER BY list_position({list(SEVERITIES)}, severity) DESC,"
        " place_rank, rule, place_id, period_start, element, indicator, sex, params"
    )
    return source.cursor().sql(sql, params=parameters).to_arrow_table()


def _rules(workspace: Workspace, named: Sequence[str]) -> list[str]:
    """Rules of findings, each known to the catalogue."""
    known = workspace.catalogue.rules
    for name in named:
        if name not in known:
            near = ", ".join(closest(name, known))
            raise refuse("choice_unknown", what="rule", given=name, known=f"{near}…")
    return list(named)


def _finding_conditions(
    workspace: Workspace, filters: Filters
) -> tuple[list[str], list[Any]]:
    clauses: list[str] = []
    parameters: list[Any] = []

    def keep(clause: str, *values: Any) -> None:
        clauses.append(clause)
        parameters.extend(values)

    if filters.indicators is not None:
        made_of = sorted(_elements(workspace, filters.indicators))
        keep(
            "(list_contains(?, indicator) OR"
            " (coalesce(indicator, '') = '' AND list_contains(?, element)))",
            list(filters.indicators),
            made_of,
        )
    if filters.places is not None:
        keep("list_contains(?, place_id)", [p.place_id for p in filters.places])
    elif filters.level is not None:
        keep("place_id IN (SELECT place_id FROM place WHERE level = ?)", filters.level)
    if filters.periods is not None:
        months = [periods.span(period) for period in filters.periods]
        keep(
            f"{_month_of('period_start', 'first')} <= ?"
            f" AND {_month_of(_PERIOD_END, 'last')} >= ?",
            max(span.last for span in months),
            min(span.first for span in months),
        )
    if filters.sex is not None:
        keep("coalesce(sex, '') = ?", "" if filters.sex == TOTAL else filters.sex)
    return clauses, parameters


def _elements(workspace: Workspace, indicators: Iterable[str]) -> set[str]:
    """Elements that the definitions of indicators name."""
    found: set[str] = set()
    for name in indicators:
        definition = workspace.catalogue.indicators.get(name)
        if definition is not None:
            formula = definition.formula
            found |= {formula[k] for k in ("element", "first", "last") if k in formula}
    return found


def _month_of(column: str, end: str) -> str:
    """SQL for the first or last month of a period text; null where it is blank."""
    year = f"left({column}, 4)::INTEGER * 100"
    part = f"right({column}, 1)::INTEGER"
    late = {"first": (2, 5, "1"), "last": (0, 0, "12")}[end]
    quarter = f"{year} + {part} * 3 - {late[0]}"
    semester = f"{year} + {part} * 6 - {late[1]}"
    return (
        f"CASE WHEN length({column}) = 4 THEN {year} + {late[2]}"
        f" WHEN {column}[5] = 'Q' THEN {quarter}"
        f" WHEN {column}[5] = 'S' THEN {semester}"
        f" WHEN length({column}) = 6 THEN {column}::INTEGER END"
    )


def _where(clauses: Sequence[str]) -> str:
    return " WHERE " + " AND ".join(clauses) if clauses else ""


_PLACE_RANK = (
    f"SELECT place_id, min(list_position({list(LEVELS)}, level)) AS place_rank"
    " FROM place GROUP BY place_id"
)
"""1 is the country, higher numbers are places below; groups have none."""

_PERIOD_END = "coalesce(nullif(period_end, ''), period_start)"
