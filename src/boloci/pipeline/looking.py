"""Where to look first: the children every place lost on the way in twelve months.

Works from the months of BCG, DTP1 and DTP3 alone; what stock, sessions, events and
reports tell is used where it is there. A build keeps the table `look_first` of its
latest twelve months; other months are worked out from a published build by the same
function. The statistics are `boloci.stats.priority`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline import look_query as query
from boloci.pipeline import series_rules
from boloci.stats import priority
from boloci.stats.grids import Bools, Floats, Ints
from boloci.stats.level_shift import level_shifts

LOST = ("not_started", "fewer", "not_finished", "unknown")
"""Reasons that are children; they add up."""
CIRCUMSTANCES = ("stock_out", "sessions")
"""Reasons that say why, without children of their own."""
DOUBTS = (
    *("chance", "tied", "reports_missing", "doses_missing", "impossible", "outlier"),
    *("level_shift", "catchment", "reversed", "many_bcg"),
)
CATCHMENT = ("new_catchment", "displacement")

_MONTHS = pa.list_(pa.int32())
LOOK = pa.schema(
    [
        ("place", pa.int32()),
        ("within", pa.int32()),
        ("level", pa.string()),
        ("first_month", pa.int32()),
        ("last_month", pa.int32()),
        ("known_months", pa.int32()),
        ("rank", pa.int32()),
        ("tied", pa.int32()),
        ("among", pa.int32()),
        *((name, pa.float64()) for name in ("children", "deviation", "seen")),
        *((name, pa.float64()) for name in LOST),
        *((name, pa.float64()) for name in ("bcg", "dtp1", "dtp1_before", "dtp3")),
        ("bcg_tells", pa.bool_()),
        *((f"{name}_months", _MONTHS) for name in ("silent", "stock_out", "sessions")),
        ("planned", pa.float64()),
        ("held", pa.float64()),
        ("expected", pa.int64()),
        ("received", pa.int64()),
        ("impossible_months", _MONTHS),
        ("outlier_months", _MONTHS),
        ("shift_month", pa.int32()),
        ("reasons", pa.list_(pa.string())),
        ("doubts", pa.list_(pa.string())),
    ]
)
"""One row a place: `children` (null: cannot be told), the parts they add up to, and
what each was read from. `seen`: children whom the doses tell of. `rank` among the
`among` places of its level in the place `within`, `tied` with so many others. Doses
are sums of reported months (`dtp1_before`: the year before), high outliers replaced
and impossible numbers left out. `known_months`: months of the twelve with data.
`reasons`: largest first, circumstances last."""


def look(engine: Engine, asked: query.Question) -> pa.Table:
    """Every place of `query.LEVELS` with a dose in two years, in the schema `LOOK`."""
    values = engine.arrow(query.VALUES.format(**query.words(asked)))
    if not values.num_rows or not {"DTP1", "DTP3"} <= asked.keys.keys():
        return LOOK.empty_table()
    places, rows = np.unique(values["place"].to_numpy(), return_inverse=True)
    about = _about(engine, asked, places)
    months = np.array(asked.months)
    dtp1 = [asked.keys["DTP1"]]
    first, last = query.months_known(engine, dtp1, asked.profile) or (0, 0)
    known = (months >= first) & (months <= last)
    impossible = _months_by_place(values.filter(values["impossible"]), asked.months)
    grids = {
        code: _grid(values, rows, len(places), asked.months, asked.keys.get(code))
        for code in query.DOSES
    }
    left_out = [np.isin(months, impossible.get(int(place), [])) for place in places]
    doses = priority.Months(
        grids["BCG"],
        grids["DTP1"],
        grids["DTP3"],
        about.open & known & ~np.array(left_out),
    )
    rule = query.rule_of(asked.profile)
    tells = np.zeros(len(places), np.bool_)
    for level in np.unique(about.level):
        mine = about.level == level
        some = priority.Months(*(getattr(doses, f)[mine] for f in _GRIDS))
        tells[mine] = priority.bcg_tells(some, rule)
    lost = priority.lost(doses, rule, bcg=tells)
    replaced = _months_by_place(values.filter(values["replaced"]), asked.window)
    columns = {
        "place": places,
        "within": pa.array(about.within, pa.int32(), mask=about.within < 0),
        "level": about.level.tolist(),
        "first_month": np.full(len(places), asked.window[0]),
        "last_month": np.full(len(places), asked.last),
        "known_months": np.full(len(places), known[priority.YEAR :].sum()),
        **_ranked(lost, about, rule),
        **{name: getattr(lost, name) for name in ("deviation", "seen", *LOST)},
        "children": lost.children,
        "bcg": _total(doses.bcg[:, priority.YEAR :]),
        "dtp1": _total(doses.dtp1[:, priority.YEAR :]),
        "dtp1_before": _total(doses.dtp1[:, : priority.YEAR]),
        "dtp3": _total(doses.dtp3[:, priority.YEAR :]),
        "bcg_tells": tells,
        "silent_months": _silent(doses, asked),
        "impossible_months": [impossible.get(int(place)) for place in places],
        "outlier_months": [replaced.get(int(place)) for place in places],
        "shift_month": _shifts(doses, lost, asked),
        **_known(engine, asked, places),
    }
    return _told(columns, lost, rule, _changed(engine, asked, places))


_GRIDS = ("bcg", "dtp1", "dtp3", "open")


def sentence_values(row: Mapping[str, Any], deviations: float) -> dict[str, Any]:
    """What the sentence of rule `look_first` takes, from a row of `LOOK`."""
    away = deviations * (row["deviation"] or 0)
    children = row["children"]
    counts = (*LOST, "bcg", "dtp1", "dtp1_before", "dtp3", "planned", "held")
    told = {name: None if row[name] is None else round(row[name]) for name in counts}
    if children is not None:
        told |= {
            "children": round(children),
            "low": round(max(children - away, 0)),
            "high": round(children + away),
        }
    return {
        **told,
        **{f"{name}_months": row[f"{name}_months"] for name in _WITH_MONTHS},
        **{name: row[name] for name in _AS_THEY_ARE},
        "expected_reports": row["expected"],
        "shift_month": row["shift_month"],
        "because": row["reasons"],
        "doubts": row["doubts"],
    }


_WITH_MONTHS = ("silent", "stock_out", "sessions", "impossible", "outlier")
_AS_THEY_ARE = ("rank", "tied", "among", "received", "known_months")


@dataclass(frozen=True)
class _About:
    """What the places are; fields of shape (n,), `open` (n, 24)."""

    level: np.ndarray
    within: Ints
    """Key of the district a place lies in, else of its parent; -1: of none."""
    open: Bools


def _about(engine: Engine, asked: query.Question, places: Ints) -> _About:
    rows = {
        row[0]: row for row in engine.rows(query.ABOUT.format(**query.words(asked)))
    }
    told = [rows[int(place)] for place in places]
    months = np.array(asked.months)
    spans_open = np.array([row[3:] for row in told])
    return _About(
        level=np.array([row[1] for row in told], object),
        within=np.array([-1 if row[2] is None else row[2] for row in told]),
        open=(months >= spans_open[:, :1]) & (months <= spans_open[:, 1:]),
    )


def _grid(
    values: pa.Table, rows: Ints, count: int, months: Sequence[int], key: int | None
) -> Floats:
    """Months of one element as columns, NaN where nothing was reported."""
    grid = np.full((count, len(months)), np.nan)
    if key is not None:
        mine = values["element"].to_numpy() == key
        columns = np.searchsorted(months, values["period"].to_numpy()[mine])
        numbers = values["value"].to_numpy(zero_copy_only=False)
        grid[rows[mine], columns] = numbers[mine]
    return grid


def _ranked(
    lost: priority.Lost, about: _About, rule: priority.Rule
) -> dict[str, pa.Array]:
    """Rank of each place among those of its level within the same place."""
    rank, among = (np.zeros(len(about.within), np.int64) for _ in range(2))
    levels = np.unique(about.level, return_inverse=True)[1]
    group = np.unique(about.within * len(query.LEVELS) + levels, return_inverse=True)[1]
    order = np.argsort(group, kind="stable")
    for some in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        rank[some] = priority.order(
            lost.children[some], lost.deviation[some], deviations=rule.deviations
        )
        among[some] = len(some)
    tied = _others(group, rank)
    ranks = pa.array(rank, pa.int32(), mask=rank == 0)
    return {"rank": ranks, "tied": np.where(rank > 0, tied, 0), "among": among}


def _others(group: Ints, rank: Ints) -> Ints:
    """How many others of its group bear the same rank."""
    pairs = np.stack((group, rank), axis=1)
    _, at, counts = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
    found: Ints = counts[at.reshape(-1)] - 1
    return found


def _total(grid: Floats) -> Floats:
    """Sum of reported months; NaN where none is."""
    known = ~np.isnan(grid)
    return np.where(known.any(axis=1), np.nansum(grid, axis=1), np.nan)


def _silent(doses: priority.Months, asked: query.Question) -> list[list[int]]:
    months = np.array(asked.window)
    late = slice(priority.YEAR, None)
    silent = doses.open[:, late] & np.isnan(doses.dtp1[:, late])
    return [months[row].tolist() for row in silent]


def _shifts(
    doses: priority.Months, lost: priority.Lost, asked: query.Question
) -> list[int | None]:
    """First month of a new level of DTP1, where there are fewer children."""
    rows = np.flatnonzero(lost.fewer > 0)
    found = level_shifts(doses.dtp1[rows], series_rules.shift(asked.profile))
    told: list[int | None] = [None] * len(doses.dtp1)
    for row, month in zip(rows[found.row], found.month, strict=True):
        told[row] = asked.months[month]
    return told


def _known(engine: Engine, asked: query.Question, places: Ints) -> dict[str, list[Any]]:
    """What stock, sessions and reports tell of the twelve months, by place."""
    words = query.words(asked)
    stock = engine.arrow(query.CONTEXT.format(kinds="'stock_out'", **words))
    out = _months_by_place(stock, asked.window)
    sessions = {row[0]: row[1:] for row in engine.rows(query.SESSIONS.format(**words))}
    reports = {row[0]: row[1:] for row in engine.rows(query.REPORTS.format(**words))}
    keys = [int(place) for place in places]
    return {
        "stock_out_months": [out.get(key) for key in keys],
        "planned": [sessions.get(key, (None,) * 3)[0] for key in keys],
        "held": [sessions.get(key, (None,) * 3)[1] for key in keys],
        "sessions_months": [sessions.get(key, (None,) * 3)[2] for key in keys],
        "expected": [reports.get(key, (None, None))[0] for key in keys],
        "received": [reports.get(key, (None, None))[1] for key in keys],
    }


def _changed(engine: Engine, asked: query.Question, places: Ints) -> set[int]:
    """Places whose catchment is known to have changed in the two years."""
    kinds = ", ".join(f"'{kind}'" for kind in CATCHMENT)
    words = {**query.words(asked), "start": asked.months[0]}
    found = engine.arrow(query.CONTEXT.format(kinds=kinds, **words))
    return set(found["place"].to_pylist())


def _months_by_place(rows: pa.Table, window: Sequence[int]) -> dict[int, list[int]]:
    """Months of the window by place, from rows of place and period (or its ends)."""
    found: dict[int, set[int]] = {}
    last = rows["until" if "until" in rows.column_names else "period"]
    for place, start, end in zip(
        rows["place"].to_pylist(),
        rows["period"].to_pylist(),
        last.to_pylist(),
        strict=True,
    ):
        inside = {month for month in window if start <= month <= end}
        if inside:
            found.setdefault(place, set()).update(inside)
    return {place: sorted(months) for place, months in found.items()}


def _told(
    columns: dict[str, Any], lost: priority.Lost, rule: priority.Rule, changed: set[int]
) -> pa.Table:
    """The columns as a table, with the reasons and doubts they give."""
    size = np.stack([getattr(lost, name) for name in LOST], axis=1)
    largest = np.argsort(-np.nan_to_num(size), axis=1, kind="stable")
    silent = columns["silent_months"]
    told = zip(
        columns["stock_out_months"],
        columns["sessions_months"],
        size,
        largest,
        silent,
        strict=True,
    )
    reasons = [
        [
            *(LOST[k] for k in order if row[k] > 0 or (k == 3 and np.isnan(row[k]))),
            *(["stock_out"] if out else []),
            *(["sessions"] if held else []),
        ]
        for out, held, row, order, _months in told
    ]
    missing = np.array(
        [
            e is not None and r is not None and r < e
            for e, r in zip(columns["expected"], columns["received"], strict=True)
        ]
    )
    blank = np.array([len(months) > 0 for months in silent])
    doubts = {
        "chance": lost.children <= rule.deviations * lost.deviation,
        "tied": columns["tied"] > 0,
        "reports_missing": missing & ~(lost.unknown > 0),
        "doses_missing": blank & ~missing & ~(lost.unknown > 0),
        "impossible": [bool(months) for months in columns["impossible_months"]],
        "outlier": [bool(months) for months in columns["outlier_months"]],
        "level_shift": [month is not None for month in columns["shift_month"]],
        "catchment": [int(place) in changed for place in columns["place"]],
        "reversed": lost.reversed,
        "many_bcg": lost.many_bcg,
    }
    held = [
        [name for name, yes in zip(DOUBTS, row, strict=True) if yes]
        for row in zip(*(doubts[name] for name in DOUBTS), strict=True)
    ]
    everything = {**columns, "reasons": reasons, "doubts": held}
    arrays = [_array(everything[field.name], field.type) for field in LOOK]
    return pa.Table.from_arrays(arrays, schema=LOOK)


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    """A column; NaN is null."""
    if isinstance(values, pa.Array):
        return values.cast(kind)
    return pa.array(values, kind, from_pandas=True)
