"""Facts as people ask for them: filters in words, rows in `tables.FACTS` out.

Filters become bound parameters on the `facts` view of a published build; nothing a
person types is ever part of the SQL text. A filter left out restricts nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from boloci import periods
from boloci.codes import DENOMINATORS, METHODS, SEXES_ASKED, TOTAL
from boloci.places_asked import inside, places_named
from boloci.problems import refuse
from boloci.published import PlaceRow, Published, published
from boloci.tables import FACTS, FINDINGS, LEVELS, SEVERITIES
from boloci.workspace import Workspace

BATCH_ROWS = 50_000

Words = str | Iterable[str]


@dataclass(frozen=True)
class Filters:
    """What was asked, understood: codes and keys instead of words. None: anything."""

    indicators: tuple[str, ...] | None = None
    places: tuple[PlaceRow, ...] | None = None
    level: str | None = None
    periods: tuple[int, ...] | None = None
    sex: str | None = None
    methods: tuple[str, ...] | None = None
    denominators: tuple[str, ...] | None = None


def facts(workspace: Workspace, **asked: Any) -> pa.Table:
    """Published facts that pass every filter, in the schema of `tables.FACTS`.

    indicator    names; several are alternatives
    level        country, region, district, area, facility, ... or group, or the
                 workspace's own word for it
    place        ids, names, aliases or paths "Sikasso / Bougouni"; accents and case
                 ignored. The place alone, or with `level` every place of that level
                 inside it
    period       "2024Q1", or "2019..2023": every period of that kind between the two
    sex          female, male, or total for rows over both
    method, denominator    codes of design 5
    profile      boloci where left out
    build        a build by its id, as it was published
    as_of        a date: data received by the end of that day, computed anew

    No row is an empty table. Raises `Refused` for words that name nothing or, with
    several places of one level, too much.
    """
    return stream(workspace, **asked).read_all()


def stream(workspace: Workspace, **asked: Any) -> pa.RecordBatchReader:
    """The same as `facts`, in batches: memory does not grow with the answer."""
    source, filters = understand(workspace, **asked)
    where, parameters = conditions(filters)
    sql = f"SELECT {_COLUMNS} FROM facts{where} ORDER BY {_ORDER}"
    return source.cursor().sql(sql, params=parameters).to_arrow_reader(BATCH_ROWS)


def count(workspace: Workspace, **asked: Any) -> int:
    """Number of rows that `facts` would give."""
    source, filters = understand(workspace, **asked)
    where, parameters = conditions(filters)
    return int(source.rows(f"SELECT count(*) FROM facts{where}", parameters)[0][0])


def findings(
    workspace: Workspace,
    *,
    rule: Words = (),
    severity: str | None = None,
    **asked: Any,
) -> pa.Table:
    """Published findings in the schema of `tables.FINDINGS`, filtered like facts.

    A period keeps the findings that overlap it; an indicator keeps the findings
    about it and about the elements it is made of.
    """
    source, filters = understand(workspace, **asked)
    if severity is not None:
        _one_of("severity", severity, SEVERITIES)
    clauses, parameters = _finding_conditions(workspace, filters)
    if words(rule):
        clauses.append("list_contains(?, rule)")
        parameters.append(list(words(rule)))
    if severity is not None:
        clauses.append("severity = ?")
        parameters.append(severity)
    columns = ", ".join(f'"{name}"' for name in FINDINGS.names)
    sql = (
        f"SELECT {columns} FROM findings{_where(clauses)}"
        " ORDER BY rule, place_id, period_start, element, indicator, sex, params"
    )
    return source.cursor().sql(sql, params=parameters).to_arrow_table()


def understand(
    workspace: Workspace,
    *,
    indicator: Words = (),
    level: str | None = None,
    place: Words = (),
    period: str | None = None,
    sex: str | None = None,
    method: Words = (),
    denominator: Words = (),
    profile: str = "boloci",
    build: str | None = None,
    as_of: str | None = None,
) -> tuple[Published, Filters]:
    """The build to read and the filters in codes. Raises `Refused`."""
    source = published(workspace, profile=profile, build=build)
    if sex is not None:
        _one_of("sex", sex, SEXES_ASKED)
    level = None if level is None else level_named(workspace, source, level)
    return source, Filters(
        indicators=_indicators(workspace, source, words(indicator)),
        places=_places(source, words(place), level),
        level=level,
        periods=None if period is None else periods_named(period),
        sex=sex,
        methods=_codes("method", words(method), METHODS),
        denominators=_codes("denominator", words(denominator), DENOMINATORS),
    )


def conditions(filters: Filters) -> tuple[str, list[Any]]:
    """WHERE clause and its parameters on the `facts` view; blank for no filter."""
    clauses: list[str] = []
    parameters: list[Any] = []

    def keep(column: str, allowed: Sequence[Any] | None) -> None:
        if allowed is not None:
            marks = ", ".join("?" for _ in allowed) or "NULL"
            clauses.append(f"{column} IN ({marks})")
            parameters.extend(allowed)

    keep("indicator", filters.indicators)
    if filters.places is not None:
        keep("place_id", [place.place_id for place in filters.places])
    keep("level", filters.level and [filters.level])
    keep("period", filters.periods and [periods.text(p) for p in filters.periods])
    keep("method", filters.methods)
    keep("denominator_source", filters.denominators)
    if filters.sex == TOTAL:
        clauses.append("coalesce(sex, '') = ''")
    else:
        keep("sex", filters.sex and [filters.sex])
    return _where(clauses), parameters


def periods_named(text: str) -> tuple[int, ...]:
    """Period codes of a filter: one period, or all of one kind from first to last.

    `2024Q1` is that quarter alone, `2023Q3..2024Q1` three quarters.
    """
    first, dots, last = text.partition("..")
    try:
        start = periods.code(first)
        stop = periods.code(last) if dots else start
    except periods.NotAPeriod:
        raise refuse("period_unknown", period=text) from None
    kind = periods.kind(start)
    if periods.kind(stop) != kind:
        raise refuse("period_kinds_differ", period=text)
    if stop < start:
        raise refuse("period_reversed", period=text, turned=f"{last}..{first}")
    months = periods.month_range(periods.span(start).first, periods.span(stop).last)
    return tuple(dict.fromkeys(periods.containing(month, kind) for month in months))


def level_named(workspace: Workspace, source: Published, text: str) -> str:
    """Level code of a word: the code itself, or what the workspace calls it."""
    from boloci.names import fold

    found = {fold(code): code for code in (*LEVELS, "group")}
    for code, named in workspace.levels.items():
        found.update({fold(name): code for name in named.values()})
    if fold(text) not in found:
        here = list(dict.fromkeys(place.level for place in source.places))
        raise refuse("level_unknown", level=text, known=", ".join(here))
    return found[fold(text)]


def words(given: Words) -> tuple[str, ...]:
    """One word or several, as a tuple."""
    return (given,) if isinstance(given, str) else tuple(given)


def _places(
    source: Published, named: Sequence[str], level: str | None
) -> tuple[PlaceRow, ...] | None:
    """Places asked for; with a level those of that level inside them."""
    if not named:
        return None
    chosen = [place for text in named for place in places_named(source, text)]
    if level is None:
        return tuple(dict.fromkeys(chosen))
    return tuple(dict.fromkeys(p for c in chosen for p in inside(source, c, level)))


def _indicators(
    workspace: Workspace, source: Published, named: Sequence[str]
) -> tuple[str, ...] | None:
    """Indicator names, each known to the build or at least to the catalogue."""
    if not named:
        return None
    names = [name.strip().lower().replace("-", "_") for name in named]
    unknown = [name for name in names if name not in source.indicators]
    if unknown:
        known = {*source.indicators, *workspace.catalogue.indicators}
        for name in unknown:
            if name not in known:
                raise refuse(
                    "indicator_unknown",
                    indicator=name,
                    closest=", ".join(closest(name, known)),
                )
    return tuple(dict.fromkeys(names))


def closest(text: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known words most like a text, best first."""
    from rapidfuzz import fuzz, process

    found = process.extract(text, sorted(known), scorer=fuzz.WRatio, limit=count)
    return [word for word, _, _ in found]


def _codes(
    what: str, given: Sequence[str], known: Sequence[str]
) -> tuple[str, ...] | None:
    for code in given:
        _one_of(what, code, known)
    return tuple(dict.fromkeys(given)) or None


def _one_of(what: str, given: str, known: Sequence[str]) -> None:
    if given not in known:
        raise refuse("choice_unknown", what=what, given=given, known=", ".join(known))


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


def _by_rank(levels: Sequence[str]) -> str:
    cases = " ".join(f"WHEN '{level}' THEN {i}" for i, level in enumerate(levels))
    return f"CASE level {cases} ELSE {len(levels)} END"


_PERIOD_END = "coalesce(nullif(period_end, ''), period_start)"
_COLUMNS = ", ".join(f'"{name}"' for name in FACTS.names)
_ORDER = (
    f"indicator, {_by_rank((*LEVELS, 'group'))}, place, place_id,"
    " CASE WHEN length(period) = 4 THEN 0 WHEN period[5] = 'S' THEN 1"
    " WHEN period[5] = 'Q' THEN 2 ELSE 3 END,"
    " period, sex, method, denominator_source"
)
