"""The table beside a run chart, and the words of what was done, by number."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from boloci.charts import run_words
from boloci.charts.canvas import Canvas
from boloci.charts.run_drawn import Annotation
from boloci.charts.tables import Column, Table
from boloci.run_series import Judged


def numbered(annotations: Sequence[Annotation]) -> list[tuple[int, Annotation]]:
    """Numbers from 1, by month, and as given within one month."""
    return list(enumerate(sorted(annotations, key=lambda one: one.month), start=1))


def listed(
    description: str,
    annotations: Sequence[Annotation],
    months: Sequence[str],
    language: str,
) -> str:
    """A description with the words of the numbers on the picture."""
    if not annotations:
        return description
    canvas = Canvas(language=language)
    off = canvas.gettext("not on the picture")
    told = [
        f"{number}. {run_words.month(canvas, one.month)}"
        f"{'' if one.month in months else f' ({off})'}{_colon(language)} {one.label}"
        for number, one in numbered(annotations)
    ]
    return f"{description} {'; '.join(told)}.".strip()


def _colon(language: str) -> str:
    return "\u00a0:" if language == "fr" else ":"


def table(
    name: str,
    title: str,
    several: Sequence[Judged],
    invented: Sequence[Mapping[int, float]],
    annotations: Sequence[Annotation],
    language: str,
) -> Table:
    """A row a month: values, centres, limits, signals, what was done, what is invented.

    Of one series the columns are `value`, `centre`, ...; of several `value_1`, ... in
    their order. Columns that would be empty are left out, those of values never.
    """
    canvas = Canvas(language=language)
    first = several[0]
    heading = canvas.gettext("Event") if first.by_event else canvas.gettext("Month")
    columns = [Column("period", heading, "text" if first.by_event else "period")]
    rows: list[dict[str, Any]] = [{"period": key} for key in first.keys]
    for number, (judged, drawn) in enumerate(zip(several, invented, strict=True), 1):
        end = f"_{number}" if len(several) > 1 else ""
        _series(canvas, columns, rows, judged, end)
        if drawn:
            told = canvas.gettext("{name}: invented, not measured (synthetic)")
            label = told.format(name=judged.name)
            columns.append(Column(f"invented{end}", label, judged.unit))
            for at, value in drawn.items():
                rows[at][f"invented{end}"] = value
    if annotations:
        columns.append(Column("done", canvas.gettext("What was done")))
        for number, one in numbered(annotations):
            _note(rows, one.month, f"{number}. {one.label}", first)
    return Table(name, title, columns, rows)


def _series(
    canvas: Canvas,
    columns: list[Column],
    rows: list[dict[str, Any]],
    judged: Judged,
    end: str,
) -> None:
    low, high = judged.limits
    centre = run_words.centre(canvas, judged)
    limits = canvas.gettext("lower limit"), canvas.gettext("upper limit")
    wanted = {
        "value": ("", judged.values),
        "centre": (centre, judged.centre),
        "lower": (limits[0], low),
        "upper": (limits[1], high),
    }
    for kind, (label, series) in wanted.items():
        if kind != "value" and np.isnan(series).all():
            continue
        name = f"{judged.name}, {label}" if label else judged.name
        columns.append(Column(f"{kind}{end}", name, judged.unit))
        for row, value in zip(rows, series, strict=True):
            row[f"{kind}{end}"] = None if np.isnan(value) else float(value)
    _signals(canvas, columns, rows, judged, end)


def _signals(
    canvas: Canvas,
    columns: list[Column],
    rows: list[dict[str, Any]],
    judged: Judged,
    end: str,
) -> None:
    """At each point of a signal its rule in few words."""
    if not judged.signals:
        return
    label = f"{judged.name}, {canvas.gettext('signal')}"
    columns.append(Column(f"signal{end}", label))
    for one in judged.signals:
        told = run_words.signal(canvas, one)
        for at in one.points:
            before = rows[at].get(f"signal{end}")
            rows[at][f"signal{end}"] = f"{before}, {told}" if before else told


def _note(rows: list[dict[str, Any]], month: str, told: str, judged: Judged) -> None:
    if month in judged.keys:
        row = rows[judged.keys.index(month)]
        row["done"] = f"{row['done']}; {told}" if row.get("done") else told
