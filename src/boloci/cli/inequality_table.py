"""Measures of inequality as a table for people, each with what it says."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from boloci.catalogue import Catalogue
from boloci.cli.drawing import draw
from boloci.cli.fact_table import flag_codes, flag_marks, level_word
from boloci.cli.language import _, spoken
from boloci.cli.showing import (
    Row,
    labelled,
    number,
    rows_said,
    split_constant,
    table,
)

SHOWN = 500
MEANINGS = 5
"""So many measures are explained below the table; more are in the handbook."""
DIGITS = {"ratio": 2, "per_thousand": 2}
"""Decimals of a measure by its unit; of the others 1."""


def show(
    catalogue: Catalogue,
    found: pa.Table,
    places: Mapping[str, str],
    output: str | None,
) -> None:
    """Draw measures; what is refused says why below the table.

    `places`: names by identifier.
    """
    rows = found.slice(0, SHOWN).to_pylist()
    marks = flag_marks(rows)
    texts = [_texts(catalogue, row, places, marks) for row in rows]
    headings, said = split_constant(_headings(), texts, always=("measure", "value"))
    lines = [labelled(name, text) for name, text in said.items()]
    below = [
        " · ".join(lines),
        *_meanings(catalogue, rows),
        *_flag_notes(catalogue, marks),
        rows_said(len(rows), found.num_rows),
    ]
    right = ("value", "lower", "upper", "n", "left_out")
    draw(table(headings, texts, right=right), [line for line in below if line], output)


def _flag_notes(catalogue: Catalogue, marks: Mapping[str, str]) -> list[str]:
    """What each letter stands for, in words."""
    return [
        f"{letter}  {catalogue.flags[code][spoken()]} ({code})"
        for code, letter in marks.items()
    ]


def _headings() -> dict[str, str]:
    return {
        "measure": _("measure"),
        "period": _("period"),
        "value": _("value"),
        "unit": _("unit"),
        "lower": _("from"),
        "upper": _("to"),
        "flags": _("flags"),
        "n": _("groups"),
        "left_out": _("left out"),
        "indicator": _("indicator"),
        "over": _("between"),
        "place": _("place"),
        "method": _("method"),
        "denominator_source": _("over"),
        "profile": _("profile"),
        "build": _("build"),
    }


def _texts(
    catalogue: Catalogue,
    row: Row,
    places: Mapping[str, str],
    marks: Mapping[str, str],
) -> dict[str, str]:
    """One measure in the words and numbers of the language."""
    text = catalogue.inequality[row["measure"]]
    digits = DIGITS.get(text.unit, 1)
    ends = {
        end: "" if row[end] is None else number(row[end], digits)
        for end in ("lower", "upper")
    }
    return {
        **{name: str(row[name] or "") for name in _headings() if name in row},
        **ends,
        "measure": f"{text.name[spoken()]} ({row['measure']})",
        "value": _("refused") if row["value"] is None else number(row["value"], digits),
        "unit": _unit(text.unit),
        "flags": "".join(marks[code] for code in flag_codes(row)),
        "n": number(row["n"], 0),
        "left_out": number(row["left_out"], 0) if row["left_out"] else "",
        "over": _("sexes") if row["over"] == "sex" else level_word(row["over"]),
        "place": places.get(row["place_id"], row["place_id"]),
    }


def _unit(unit: str) -> str:
    """A unit in the language being spoken."""
    named = {
        "percent": _("%"),
        "points": _("points"),
        "squared_points": _("points²"),
        "per_thousand": _("per thousand"),
        "ratio": _("times"),
    }
    return named[unit]


def _meanings(catalogue: Catalogue, rows: Sequence[Row]) -> list[str]:
    """What each measure says, where there are few."""
    codes = list(dict.fromkeys(row["measure"] for row in rows))
    if len(codes) > MEANINGS:
        return []
    texts = [catalogue.inequality[code] for code in codes]
    return [labelled(t.name[spoken()], t.meaning[spoken()]) for t in texts]


def show_chart(found: pa.Table, output: str | None) -> None:
    """Draw the data of a Lorenz curve or a funnel."""
    headings = {
        "place": _("place"),
        "period": _("period"),
        "value": _("value"),
        "share_of_children": _("% of children"),
        "share_of_doses": _("% of doses"),
        "share_of_zero_dose": _("% of zero-dose"),
        "n": _("children"),
        "mean": _("mean"),
        "overdispersion": _("over-dispersion"),
        "limit": _("limit %"),
        "low": _("from"),
        "high": _("to"),
        "outside": _("outside"),
    }
    rows = found.slice(0, SHOWN).to_pylist()
    texts = [{name: _cell(name, value) for name, value in row.items()} for row in rows]
    here = {name: said for name, said in headings.items() if name in found.column_names}
    drawn, said = split_constant(here, texts, always=("place", "value"))
    lines = [labelled(name, text) for name, text in said.items()]
    below = [" · ".join(lines), rows_said(len(rows), found.num_rows)]
    right = [name for name in drawn if name not in ("place", "period", "outside")]
    draw(table(drawn, texts, right=right), [line for line in below if line], output)


def _cell(name: str, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else ""
    if isinstance(value, float):
        return number(value, 0 if name == "n" else 1)
    return "" if value is None else str(value)
