"""The analysis of the yardstick through boloci's own functions.

usage: python -m bench.yardstick DATA_DIR      (DATA_DIR from generate.py)
Prints the figures that `pandas_peer.py` prints, so that both can be compared.
"""

import sys
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np

from boloci import periods
from boloci.lake.engines import Engine, connect, key_ranges
from boloci.stats import coverage, dropout, outliers, reports, sex_gap, splits, sums
from boloci.stats.vocabulary import BOTH, FEMALE, MALE, Frame

ELEMENTS = 25
DTP1, DTP3 = 5, 7
LEVELS = ("country", "region", "district", "area")
LEVEL_STEP = 100_000
"""A place is its level x this + its number."""
UNIT = f"({LEVELS.index('area') * LEVEL_STEP} + area)::INTEGER"
ALWAYS = "0 AS first_month, 999912 AS last_month"
OUTLIER = 3.5
COUNTS = ("total", "female", "male")
TARGETS = ("target", "target_female", "target_male")
CELLS = [
    splits.Cell(sex, splits.TARGET_AGE, splits.PART).code for sex in (FEMALE, MALE)
]


def main(data: Path) -> None:
    """Every figure of the yardstick."""
    engine = _opened(data)
    counts = _counts(engine)
    _targets(engine)
    joined = engine.keep("joined", _against(engine))
    covered = engine.keep(
        "covered", coverage.coverage(joined).filter(nw.col("sex") == BOTH)
    )
    gaps = sex_gap.gap(joined)
    _tell(
        cells=covered.select(nw.col("value").count()),
        coverage=covered.select(nw.col("value").sum() / 100.0),
        gap=gaps.select(nw.col("value").sum() / 100.0),
    )
    reported = _reports(engine)
    _tell(
        completeness=_share(reports.completeness(reported)),
        timeliness=_share(reports.timeliness(reported)),
    )
    pairs = dropout.pair(counts, first=DTP1, last=DTP3, complete_from=0.0)
    _tell(dropout=_share(dropout.dropout(pairs).filter(nw.col("sex") == BOTH)))
    spread = _spread(covered)
    _tell(
        p90_p10=spread.select(nw.col("p90_p10").sum()),
        mean_difference=spread.select(nw.col("mean_difference").sum()),
    )
    print({"outliers": _outliers(engine)})


def _opened(data: Path) -> Engine:
    """The files as the tables that boloci's functions take."""
    engine = connect()
    for name in ("values", "areas", "targets", "reports"):
        engine.connection.execute(
            f"CREATE VIEW g_{name} AS FROM read_parquet('{data}/{name}.parquet')"
        )
    engine.connection.execute(
        f"CREATE VIEW cells AS SELECT {UNIT} AS unit, period, element, CASE combo % 2"
        f" WHEN 0 THEN {CELLS[0]} ELSE {CELLS[1]} END AS cell, value FROM g_values"
    )
    engine.create("own", f"SELECT {UNIT} AS unit, {ALWAYS} FROM g_areas")
    engine.create("lineage", f"SELECT {UNIT} AS unit, district AS lineage FROM g_areas")
    engine.create(
        "above",
        " UNION ALL ".join(
            f"SELECT DISTINCT district AS lineage, {ALWAYS},"
            f" ({number} * {LEVEL_STEP} + {level})::INTEGER AS place FROM g_areas"
            for number, level in enumerate(LEVELS[:-1])
        ),
    )
    return engine


def _ways(engine: Engine) -> sums.Ways:
    return sums.Ways(*map(engine.frame, ("own", "lineage", "above")))


def _counts(engine: Engine) -> Frame:
    """Doses of every place, quarter and element."""
    layout = [
        splits.Cell(sex, splits.TARGET_AGE, splits.PART) for sex in (FEMALE, MALE)
    ]
    units = engine.keep(
        "units",
        splits.collapse(engine.frame("cells"), layout=layout, blanks=False).select(
            "period", "element", *COUNTS, place=nw.col("unit")
        ),
    )
    quarters = sums.over_months(units, periods.QUARTER, by=("element",), sums=COUNTS)
    engine.keep("quarters", quarters.rename({"place": "unit"}))
    places = sums.over_places(
        engine.frame("quarters"),
        _ways(engine),
        by=("element",),
        sums=COUNTS,
    )
    one, none = nw.lit(1), nw.lit(0)
    return engine.keep(
        "counts",
        places.with_columns(
            sexed=nw.col("total"),
            sexed_target=nw.lit(None, nw.Float64),
            expected=one,
            received=one,
            to_date=none,
            partial=none,
            age_unknown=none,
        ),
    )


def _targets(engine: Engine) -> Frame:
    """A quarter of the year's target of every place, for each quarter."""
    engine.create(
        "unit_targets",
        f"SELECT {UNIT} AS unit, (year * 100 + q)::INTEGER AS period,"
        " (female + male) / 4.0 AS target, female / 4.0 AS target_female,"
        " male / 4.0 AS target_male FROM g_targets CROSS JOIN range(21, 25) r(q)",
    )
    places = sums.over_places(
        engine.frame("unit_targets"), _ways(engine), by=(), sums=TARGETS
    )
    none = nw.lit(0)
    return engine.keep(
        "targets",
        places.with_columns(
            population=none,
            reporting_target=nw.col("target"),
            sex_assumed=none,
            **dict.fromkeys(coverage.TARGET_FLAGS, none),
        ),
    )


def _against(engine: Engine) -> Frame:
    """Doses of every element beside their target, which is one for all here."""
    engine.create(
        "populations",
        f"SELECT e::SMALLINT AS element, 0 AS population FROM range({ELEMENTS}) r(e)",
    )
    return coverage.against_target(
        *map(engine.frame, ("counts", "targets", "populations")), complete_from=0.0
    )


def _reports(engine: Engine) -> Frame:
    """Reports of every place and quarter."""
    engine.create(
        "unit_reports",
        f"SELECT {UNIT} AS unit, period, 1::DOUBLE AS expected,"
        " (days_after IS NOT NULL)::DOUBLE AS received,"
        " (coalesce(days_after, 99) <= 10)::DOUBLE AS on_time FROM g_areas"
        " CROSS JOIN (SELECT DISTINCT period FROM g_reports)"
        " LEFT JOIN g_reports USING (area, period)",
    )
    names = ("expected", "received", "on_time")
    months = sums.over_places(
        engine.frame("unit_reports"), _ways(engine), by=(), sums=names
    )
    quarters = sums.over_months(months, periods.QUARTER, by=(), sums=names)
    return engine.keep("reported", quarters.with_columns(to_date=nw.lit(0)))


def _spread(covered: Frame) -> Frame:
    """Over districts: 90th - 10th percentile, and mean distance to the nation."""
    district = nw.col("place") // LEVEL_STEP == LEVELS.index("district")
    national = covered.filter(nw.col("place") == 0).select(
        "period", "element", national=nw.col("value")
    )
    value, weight = nw.col("value") / 100.0, nw.col("denominator")
    away = (nw.col("value") - nw.col("national")).abs() / 100.0
    return (
        covered.filter(district)
        .join(national, on=["period", "element"])
        .with_columns(value=value, weighted=weight * away)
        .group_by("period", "element")
        .agg(
            p90=nw.col("value").quantile(0.9, "linear"),
            p10=nw.col("value").quantile(0.1, "linear"),
            weighted=nw.col("weighted").sum(),
            weight=nw.col("denominator").sum(),
        )
        .select(
            p90_p10=nw.col("p90") - nw.col("p10"),
            mean_difference=nw.col("weighted") / nw.col("weight"),
        )
    )


def _outliers(engine: Engine) -> int:
    """Values far from the median of their own series, by modified z."""
    [(low, high, rows)] = engine.rows(
        "SELECT min(area), max(area), count(*) FROM g_values"
    )
    [(start, end)] = engine.rows(f"SELECT min({_MONTH}), max({_MONTH}) FROM g_values")
    found = 0
    for first, last in key_ranges(low, high, rows):
        part = engine.arrow(_SERIES.format(first=first, last=last, start=start))
        size = ((last - first + 1) * SERIES_OF_AREA, end - start + 1)
        grid = np.full(size, np.nan)
        row, column = part["row"].to_numpy(), part["column"].to_numpy()
        grid[row, column] = part["value"].to_numpy()
        median, spread = outliers.middle_and_spread(grid, 0.0)
        away = np.abs(grid - median[:, None])
        found += int(np.count_nonzero(away > OUTLIER * spread[:, None]))
    return found


COMBINATIONS = 6
SERIES_OF_AREA = ELEMENTS * COMBINATIONS
_MONTH = "(period // 100 * 12 + period % 100)"
_SERIES = f"""
SELECT ((area - {{first}}) * {SERIES_OF_AREA} + element * {COMBINATIONS} + combo)
    ::BIGINT AS "row",
    ({_MONTH} - {{start}})::BIGINT AS "column", value::DOUBLE AS value
FROM g_values WHERE area BETWEEN {{first}} AND {{last}}
"""


def _share(facts: Frame) -> Frame:
    return facts.select(nw.col("value").sum() / 100.0)


def _tell(**frames: Frame) -> None:
    print({name: _number(frame) for name, frame in frames.items()})


def _number(frame: Frame) -> Any:
    table: Any = frame.collect(backend="pyarrow").to_native()
    return table.column(0)[0].as_py()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
