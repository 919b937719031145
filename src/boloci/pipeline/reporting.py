"""Reports expected and received: stated by the source, or seen from the values.

A data set with stated reports is taken at its word. One without is seen from the
values: each unit that ever reported it owes one report a month while it is open,
from the first to the last month of data, and a month with any value, or registered as
complete, was received.
A unit that has a target of its own and never reported owes reports too, so that the
children of a silent area are not taken for children without a dose.
"""

import re

import narwhals as nw
import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline import spans, summing
from boloci.pipeline.understanding import Understood
from boloci.stats import sums
from boloci.stats.vocabulary import Frame, concat

SUMS = (
    "expected",
    "received",
    "on_time",
    "first_received",
    "first_on_time",
    "rate_sum",
    "rate_count",
)

_FORMS = {
    "dose": re.compile(r"vacc|immun|imm_|epi|pev", re.IGNORECASE),
    "antenatal": re.compile(r"anc|cpn|antenatal|prenatal", re.IGNORECASE),
    "delivery": re.compile(r"deliv|idelv|accouch|matern", re.IGNORECASE),
    "outpatient": re.compile(r"opd|outpatient|consult", re.IGNORECASE),
    "inpatient": re.compile(r"ipd|inpatient|hospital", re.IGNORECASE),
}
"""Words in a form's name that say what it collects, where no list of elements does."""

_KINDS = {"ANC": "antenatal", "OPD": "outpatient", "IPD": "inpatient"}
"""Beginning of a service's code -> the form it is on; the others: deliveries."""


def find_datasets(engine: Engine, known: Understood) -> None:
    """Tables `dataset` (dataset, name) and `element_dataset` (element, dataset)."""
    found = forms(known)
    stated = known.tables["reports"]["dataset"].to_pylist()
    names = ["", *sorted({*stated, *_listed(known).values()} - {""})]
    numbers = {name: index for index, name in enumerate(names)}
    rows = [
        {"element": key, "dataset": numbers[found[code]]}
        for (code, _variant), key in known.mapped.keys.items()
    ]
    schema = pa.schema([("element", pa.int16()), ("dataset", pa.int16())])
    engine.put(
        "element_dataset", pa.Table.from_pylist(rows, schema=schema), lasting=True
    )
    engine.put(
        "dataset",
        pa.table({"dataset": pa.array(range(len(names)), "i2"), "name": names}),
        lasting=True,
    )


def forms(known: Understood) -> dict[str, str]:
    """Element code -> the data set (form) that it is collected by; "": not known."""
    stated = sorted(set(known.tables["reports"]["dataset"].to_pylist()))
    listed = _listed(known)
    return {
        code: listed.get(code) or _by_words(known, code, stated)
        for code, _variant in known.mapped.keys
    }


def datasets(engine: Engine) -> dict[int, int]:
    """Element key -> the data set that the element is collected by."""
    return dict(engine.rows("SELECT element, dataset FROM element_dataset"))


def _listed(known: Understood) -> dict[str, str]:
    """Element code -> data set, from the source's own lists; stated ones first."""
    codes = {
        row["element"]: code
        for row in known.mapped.cells
        for (code, _variant), key in known.mapped.keys.items()
        if key == row["key"]
    }
    stated = set(known.tables["reports"]["dataset"].to_pylist())
    found: dict[str, str] = {}
    pairs = known.tables["datasets"].to_pylist()
    for row in sorted(pairs, key=lambda row: row["dataset"] not in stated):
        code = codes.get(row["element"] or "")
        if code:
            found.setdefault(code, row["dataset"])
    return found


def _by_words(known: Understood, code: str, stated: list[str]) -> str:
    """The form an element belongs to by the form's name; "" where none is told."""
    if len(stated) == 1:
        return stated[0]
    element = known.catalogue.elements[code]
    kind: str = element.kind
    if kind != "dose":
        kind = _KINDS.get(code[:3], "delivery")
    fitting = [name for name in stated if _FORMS[kind].search(name)]
    return fitting[0] if len(fitting) == 1 else ""


def main_dataset(engine: Engine, known: Understood) -> int:
    """The data set that most doses are collected by: its reports are `completeness`."""
    doses = [
        key
        for (code, variant), key in known.mapped.keys.items()
        if variant == "target" and known.catalogue.elements[code].kind == "dose"
    ]
    used = engine.rows(
        "SELECT d.dataset FROM unit_counts c JOIN element_dataset d USING (element)"
        " WHERE list_contains(?, c.element) GROUP BY ALL"
        " ORDER BY count(*) DESC, d.dataset LIMIT 1",
        doses,
    )
    return int(used[0][0]) if used else 0


def count_reports(engine: Engine, known: Understood, *, main_dataset: int) -> None:
    """Table `reports`: place, period, dataset, expected, received, on time, rates.

    `first_received` and `first_on_time` are as the earliest snapshot told them.
    """
    _span(engine)
    engine.connection.execute(_RECEIVED)
    _stated(engine, known)
    engine.create("stated_forms", "SELECT DISTINCT dataset FROM unit_reports")
    engine.connection.execute(_DERIVED.format(main=main_dataset))
    by = ("dataset",)
    months = engine.query(
        _months,
        engine.columns("unit_reports", "membership", *summing.WAYS),
        entered=tuple(sorted(number for (number,) in engine.rows(_ENTERED))),
    )
    engine.create("month_reports", months)
    every = engine.query(
        sums.every_period, engine.columns("month_reports"), by=by, sums=SUMS
    )
    engine.create("every_report", every)
    engine.create(
        "reports",
        f"SELECT *, {spans.not_whole(engine, 'period')} AS to_date FROM every_report"
        " ORDER BY dataset, place, period",
        lasting=True,
    )
    engine.drop("every_report")


def _months(
    told: Frame, membership: Frame, *ways: Frame, entered: tuple[int, ...]
) -> Frame:
    """Reports of every place by month.

    What a source states of a place stands for those below it. Reports that are seen
    from values which units entered are each unit's own: a district whose hospital
    enters data still waits for its health centres: those of the data sets `entered`.
    """
    columns = ("place", "period", "dataset", *SUMS)
    reports = told.with_columns(*(nw.col(name).cast(nw.Float64) for name in SUMS))
    by_units = nw.col("dataset").is_in(entered)
    stated = sums.own_or_children(
        reports.filter(~by_units), membership, by=("dataset",), sums=SUMS
    )
    own = sums.over_places(
        reports.filter(by_units), sums.Ways(*ways), by=("dataset",), sums=SUMS
    )
    return concat([stated.select(*columns), own.select(*columns)])


_ENTERED = """
SELECT d.dataset
FROM unit_counts c JOIN element_dataset d USING (element)
WHERE d.dataset IN (SELECT dataset FROM unit_reports)
  AND d.dataset NOT IN (SELECT dataset FROM stated_forms)
GROUP BY d.dataset HAVING NOT bool_or(c.aggregate)
"""


def _span(engine: Engine) -> None:
    """Table `data_span`: first and last month with data."""
    engine.create(
        "data_span",
        f"SELECT min({spans.FIRST_MONTH.format('period')}) AS first_month,"
        f" max({spans.LAST_MONTH.format('period')}) AS last_month FROM unit_counts"
        " WHERE total IS NOT NULL OR female IS NOT NULL OR male IS NOT NULL",
    )


def _stated(engine: Engine, known: Understood) -> None:
    """Table `unit_reports` with what sources state, first and latest telling."""
    tellings = [
        (snapshot, table)
        for snapshot in known.snapshots
        if (table := snapshot.table("reports")) is not None
    ]
    engine.put("stated_reports", known.tables["reports"])
    told = [
        table.append_column("telling", pa.array([snapshot.sequence] * len(table), "i4"))
        for snapshot, table in tellings
    ]
    none = known.tables["reports"].slice(0, 0).rename_columns({"snapshot": "telling"})
    engine.put(
        "told_reports", pa.concat_tables([none, *told], promote_options="permissive")
    )
    engine.create("unit_reports", _STATED.format(where=_SAYS_WHAT_IS_DUE))
    engine.create("registered", _STATED.format(where=f"NOT {_SAYS_WHAT_IS_DUE}"))
    engine.drop("stated_reports", "told_reports")


_RECEIVED = """
CREATE TEMP TABLE received AS
SELECT c.unit, c.period, d.dataset, bool_and(c.aggregate) AS aggregate
FROM unit_counts c JOIN element_dataset d USING (element)
WHERE c.period % 100 BETWEEN 1 AND 12
  AND (c.total IS NOT NULL OR c.female IS NOT NULL OR c.male IS NOT NULL)
GROUP BY c.unit, c.period, d.dataset
"""

_SAYS_WHAT_IS_DUE = (
    "(s.dataset IN (SELECT dataset FROM stated_reports"
    " WHERE expected IS NOT NULL OR rate IS NOT NULL))"
)
"""A form of which only registrations came (DHIS2's completeDataSetRegistrations) does
not say what was due: that is seen from the values, and a registration is a report."""

_STATED = """
SELECT p.unit, s.period, d.dataset,
       any_value(s.expected) AS expected, any_value(s.received) AS received,
       any_value(s.on_time) AS on_time,
       any_value(f.received) AS first_received, any_value(f.on_time) AS first_on_time,
       any_value(s.rate) AS rate_sum,
       CASE WHEN any_value(s.rate) IS NOT NULL THEN 1.0 END AS rate_count
FROM stated_reports s
JOIN place_texts p ON p.text = s.place_id
JOIN dataset d ON d.name = s.dataset
LEFT JOIN (
    SELECT dataset, place_id, period,
           first(received ORDER BY telling) FILTER (WHERE received IS NOT NULL)
               AS received,
           first(on_time ORDER BY telling) FILTER (WHERE on_time IS NOT NULL)
               AS on_time
    FROM told_reports GROUP BY ALL
) f ON f.dataset = s.dataset AND f.place_id = s.place_id AND f.period = s.period
WHERE {where}
GROUP BY p.unit, s.period, d.dataset
"""

_DERIVED = """
INSERT INTO unit_reports BY NAME
WITH telling AS (
    SELECT unit, dataset, bool_and(aggregate) AS aggregate FROM received
    WHERE dataset NOT IN (SELECT dataset FROM unit_reports) GROUP BY unit, dataset
),
owing AS (
    -- a total stated above units that report is no report of its own
    SELECT unit, dataset FROM telling t
    WHERE NOT (aggregate AND EXISTS (
        SELECT 1 FROM telling b JOIN membership m ON m.unit = b.unit
        WHERE m.place = t.unit AND m.unit <> m.place AND b.dataset = t.dataset))
    UNION
    SELECT DISTINCT o.unit, {main}::SMALLINT
    FROM official o JOIN place p ON p.place_key = o.unit
    WHERE {main} NOT IN (SELECT dataset FROM unit_reports) AND o.value > 0
      AND p.level IN (SELECT q.level FROM received r
          JOIN place q ON q.place_key = r.unit WHERE r.dataset = {main})
      AND NOT EXISTS (SELECT 1 FROM received r
          JOIN membership m ON m.unit = r.unit AND m.place = o.unit
          WHERE r.dataset = {main})
      AND NOT EXISTS (SELECT 1 FROM received r
          JOIN membership m ON m.unit = o.unit AND m.place = r.unit
          WHERE r.dataset = {main})
),
months AS (SELECT DISTINCT period FROM received)
SELECT o.unit, m.period, o.dataset, 1.0 AS expected,
       (r.unit IS NOT NULL OR coalesce(g.received, 0) > 0)::DOUBLE AS received,
       g.on_time,
       (r.unit IS NOT NULL OR coalesce(g.first_received, 0) > 0)::DOUBLE
           AS first_received,
       g.first_on_time
FROM owing o CROSS JOIN months m
JOIN membership b ON b.unit = o.unit AND b.place = o.unit
    AND m.period BETWEEN b.first_month AND b.last_month
LEFT JOIN received r
    ON r.unit = o.unit AND r.period = m.period AND r.dataset = o.dataset
LEFT JOIN registered g
    ON g.unit = o.unit AND g.period = m.period AND g.dataset = o.dataset
"""
