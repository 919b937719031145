"""From values to counts of every place and period: `counts`, the cube facts rest on.

The steps keep their results as tables of the engine, because several later steps
read each of them:
    placed       unit, period, element, cell, value  (a view over the snapshots)
    unit_counts  unit, period, element, total, female, male, partial, age_unknown
    counts       place, period, element, ... with reports expected and received
"""

import narwhals as nw

from boloci.lake.engines import Engine
from boloci.pipeline import spans, summing
from boloci.pipeline.mapping import layout
from boloci.pipeline.understanding import Understood
from boloci.stats import splits, sums
from boloci.stats.vocabulary import Frame, concat

SUMS = ("total", "female", "male")
FLAGS = ("partial", "age_unknown")


def count_units(engine: Engine, known: Understood) -> None:
    """Table `unit_counts`: doses of each unit, period and element, told once.

    Where two systems tell the same number (a DHIS2 export and a spreadsheet), the
    later snapshot's is taken for the unit, period and element; where one of them
    states totals of places, the units' own reports go first.
    """
    tellings = sorted({(file.system, file.aggregate) for file in known.files})
    corrected = engine.rows("SELECT DISTINCT kind_cell FROM corrected_cells")
    read = {row["cell"] for row in known.mapped.cells}
    cells = layout(read | {cell for (cell,) in corrected})
    if not cells:
        engine.create("unit_counts", f"SELECT {_UNCOUNTED} WHERE FALSE")
        return
    parts = [
        _telling(
            engine,
            f"telling_{number}",
            system,
            aggregate,
            cells,
            blanks=any(file.blanks for file in known.files)
            or engine.exists("FROM corrected_cells WHERE value IS NULL"),
            several=len(tellings) > 1,
            zeros_dropped=zeros_dropped(known),
        )
        for number, (system, aggregate) in enumerate(tellings)
    ]
    union = " UNION ALL ".join(f"SELECT * FROM {part}" for part in parts)
    if len(parts) > 1:
        union = (
            "SELECT * EXCLUDE (line) FROM (SELECT *, row_number() OVER (PARTITION BY"
            f" unit, period, element ORDER BY NOT ({_KNOWN}), aggregate, told DESC)"
            " AS line"
            f" FROM ({union})) WHERE line = 1"
        )
    engine.create("unit_counts", f"SELECT * EXCLUDE (told) FROM ({union})")
    engine.drop(*(f"{part}_counts" for part in parts))


_KNOWN = "total IS NOT NULL OR female IS NOT NULL OR male IS NOT NULL"

_UNCOUNTED = (
    "0::INTEGER AS unit, 0::INTEGER AS period, 0::SMALLINT AS element,"
    " 0::DOUBLE AS total, 0::DOUBLE AS female, 0::DOUBLE AS male, 0 AS partial,"
    " 0 AS age_unknown, 0 AS differs, FALSE AS aggregate"
)


def zeros_dropped(known: Understood) -> list[int]:
    """Element keys of which every source element says that it stores no zeros."""
    stores = {
        row["element"]: row["stores_zeros"]
        for row in known.tables["elements"].to_pylist()
    }
    said: dict[int, set[bool | None]] = {}
    for row in known.mapped.cells:
        said.setdefault(row["key"], set()).add(stores.get(row["element"]))
    return sorted(key for key, answers in said.items() if answers == {False})


def _telling(
    engine: Engine,
    name: str,
    system: str,
    aggregate: bool,
    cells: set[splits.Cell],
    *,
    blanks: bool,
    several: bool,
    zeros_dropped: list[int],
) -> str:
    mine = f"system = '{system}' AND aggregate = {aggregate}"
    engine.connection.execute(
        f"CREATE TEMP VIEW {name}_cells AS SELECT * FROM placed WHERE {mine}"
    )
    counted = splits.collapse(
        engine.frame(f"{name}_cells"),
        layout=cells,
        blanks=blanks,
        zeros_dropped=zeros_dropped,
    )
    engine.keep(f"{name}_counts", counted.with_columns(aggregate=nw.lit(aggregate)))
    told = "SELECT *, 0 AS told FROM {0}_counts"
    if several:
        told = (
            "SELECT * FROM {0}_counts JOIN (SELECT unit, period, element,"
            " max(snapshot) AS told FROM {0}_cells GROUP BY ALL)"
            " USING (unit, period, element)"
        )
    engine.connection.execute(f"CREATE TEMP VIEW {name} AS {told.format(name)}")
    return name


def add_silence(engine: Engine) -> None:
    """Rows without a count where a unit's report was due and did not come.

    So a silent month is a blank in the facts and not an absence; a unit is silent
    only for the elements it has ever reported.
    """
    engine.connection.execute(
        "INSERT INTO unit_counts BY NAME"
        " SELECT u.unit, r.period, u.element, NULL::DOUBLE AS total,"
        " NULL::DOUBLE AS female, NULL::DOUBLE AS male, 0 AS partial,"
        " 0 AS age_unknown, u.aggregate"
        " FROM (SELECT DISTINCT unit, element, aggregate FROM unit_counts) u"
        " JOIN element_dataset d USING (element)"
        " JOIN reports r ON r.place = u.unit AND r.dataset = d.dataset"
        " WHERE r.received = 0 AND r.expected > 0"
        f" AND {spans.MONTHS.format('r.period')}"
        " AND NOT EXISTS (SELECT 1 FROM unit_counts c WHERE c.unit = u.unit"
        " AND c.period = r.period AND c.element = u.element)"
    )


def count_places(engine: Engine) -> None:
    """Table `counts`: every place and period, with reports and flags, for publishing.

    Ordered by element and place, so that one number is read from one block.
    """
    added = _with_sexed(engine)
    when = _with_month(engine)
    by = ("element",)
    months = summing.over_places(
        engine,
        "unit_sexed",
        by=by,
        added=added,
        flags=FLAGS,
        when=when,
        of=_of_units,
        above=_of_both_sexes,
    )
    if engine.exists("FROM unit_sexed WHERE aggregate"):
        engine.create("reported_counts", months)
        months = engine.query(
            _with_stated,
            engine.columns("reported_counts", "unit_sexed", "membership"),
            added=added,
            when=when,
        )
    engine.create("month_counts", months)
    engine.create("all_counts", _every_period(engine, added))
    to_date = spans.not_whole(engine, "a.period")
    sexed = ", ".join(SEXED if SEXED[0] in added else _ALL_SEXED)
    corrected, of_corrections = "0::TINYINT", ""
    if engine.exists("FROM corrected_counts"):
        corrected = "coalesce(c.corrected, 0)"
        of_corrections = "LEFT JOIN corrected_counts c USING (element, place, period)"
    counts = _WITH_REPORTS.format(
        to_date=to_date,
        sexed=sexed,
        corrected=corrected,
        of_corrections=of_corrections,
    )
    engine.create("counts", counts, lasting=True)
    engine.drop("month_counts", "all_counts", "by_quarter", "by_semester", "by_year")
    engine.drop("reported_counts")


def _of_units(counts: Frame) -> Frame:
    """What units reported themselves."""
    return counts.filter(~nw.col("aggregate"))


def _with_stated(
    reported: Frame,
    counts: Frame,
    membership: Frame,
    *,
    added: tuple[str, ...],
    when: str,
) -> Frame:
    """Months of places, with the totals stated for them where nothing else is told."""
    by = ("element",)
    stated = sums.own_or_children(
        _unreported(counts.filter(nw.col("aggregate")), reported),
        membership,
        by=by,
        sums=added,
        flags=FLAGS,
        when=when,
    )
    return sums.together([reported, stated], by=by, sums=added, flags=FLAGS)


def _of_both_sexes(reports: Frame) -> Frame:
    """Reports or their sums; doses by sex only where both sexes were reported.

    Girls of more units or months than boys would be a gap made by the forms.
    """
    both = ~nw.col("female").is_null() & ~nw.col("male").is_null()
    return reports.with_columns(
        female=nw.when(both).then(nw.col("female")),
        male=nw.when(both).then(nw.col("male")),
    )


def _unreported(stated: Frame, reported: Frame) -> Frame:
    """Totals stated for places within which nothing was reported in their span.

    Where units reported, their reports count and not the total stated above them; in
    the country's sum they stand beside the totals of other districts.
    """
    key = ["place", "period", "element"]
    known = reported.filter(
        ~nw.col("total").is_null()
        | ~nw.col("female").is_null()
        | ~nw.col("male").is_null()
    )
    months = known.filter(summing.month())
    spans_of = [known.select(*key)]
    for kind in sums.PERIOD_KINDS:
        longer = months.with_columns(period=sums.containing(nw.col("period"), kind))
        spans_of.append(longer.select(*key))
    told = concat(spans_of).unique(key)
    told = told.select("period", "element", unit=nw.col("place"), told=nw.lit(1))
    left = stated.join(told, on=["unit", "period", "element"], how="left")
    return left.filter(nw.col("told").is_null())


def _every_period(engine: Engine, added: tuple[str, ...]) -> str:
    """Months and longer periods, values entered by quarter or year included."""
    longer = f"FROM month_counts WHERE NOT ({spans.MONTHS.format('period')})"
    return summing.every_period(
        engine,
        "month_counts",
        by=("element",),
        added=added,
        flags=FLAGS,
        entered=engine.exists(longer),
        adding=_of_both_sexes,
    )


SEXED = ("sexed", "sexed_target")
_ALL_SEXED = ("total AS sexed", "NULL::DOUBLE AS sexed_target")


def _with_sexed(engine: Engine) -> tuple[str, ...]:
    """View `unit_sexed`: doses of units that report by sex, and their target.

    Where every unit does, their doses are all doses and need no columns of their
    own. Gives the columns to add up.
    """
    some = "female IS NULL OR male IS NULL"
    if engine.exists(f"FROM unit_counts WHERE total IS NOT NULL AND ({some})"):
        engine.connection.execute(f"CREATE TEMP VIEW unit_sexed AS {_SOME_SEXED}")
        return (*SUMS, *SEXED)
    engine.connection.execute("CREATE TEMP VIEW unit_sexed AS FROM unit_counts")
    return SUMS


def _with_month(engine: Engine) -> str:
    """The column of `unit_sexed` with the month in which its rows belong to places.

    A quarter or a year belongs where its unit was in its last open month, so that a
    unit which opened or closed in the middle loses nothing. It is left out where its
    unit also told a shorter period inside it.
    """
    if not engine.exists(
        f"FROM unit_counts WHERE NOT ({spans.MONTHS.format('period')})"
    ):
        return "period"
    engine.connection.execute("ALTER VIEW unit_sexed RENAME TO unit_sexed_any")
    engine.connection.execute(
        _MONTHED.format(
            single=spans.MONTHS.format("u.period"),
            first=spans.FIRST_MONTH.format("u.period"),
            last=spans.LAST_MONTH.format("u.period"),
            first_inside=spans.FIRST_MONTH.format("s.period"),
            last_inside=spans.LAST_MONTH.format("s.period"),
        )
    )
    return "month"


_MONTHED = """
CREATE TEMP VIEW unit_sexed AS
SELECT u.*, CASE WHEN {single} THEN u.period ELSE
       coalesce((SELECT max(least(o.last_month, {last})) FROM own_months o
                 WHERE o.unit = u.unit AND o.first_month <= {last}
                   AND o.last_month >= {first}), {last}) END AS month
FROM unit_sexed_any u
WHERE {single} OR NOT EXISTS (
    SELECT 1 FROM unit_counts s
    WHERE s.unit = u.unit AND s.element = u.element AND s.period <> u.period
      AND s.aggregate = u.aggregate AND s.total IS NOT NULL
      AND {first_inside} >= {first} AND {last_inside} <= {last})
"""

_SOME_SEXED = """
SELECT c.*,
       CASE WHEN c.female IS NOT NULL AND c.male IS NOT NULL THEN c.total END AS sexed,
       CASE WHEN c.female IS NOT NULL AND c.male IS NOT NULL THEN t.target END
           AS sexed_target
FROM unit_counts c
LEFT JOIN element_population e USING (element)
LEFT JOIN unit_targets t
    ON t.unit = c.unit AND t.period = c.period AND t.population = e.population
"""

_WITH_REPORTS = """
SELECT a.element, a.place, a.period, a.total, a.female, a.male, {sexed},
       a.partial::TINYINT AS partial, a.age_unknown::TINYINT AS age_unknown,
       r.expected::INTEGER AS expected, r.received::INTEGER AS received,
       {to_date} AS to_date, {corrected} AS corrected
FROM all_counts a {of_corrections}
LEFT JOIN element_dataset d USING (element)
LEFT JOIN reports r
    ON r.place = a.place AND r.period = a.period AND r.dataset = d.dataset
ORDER BY a.element, a.place, a.period
"""
