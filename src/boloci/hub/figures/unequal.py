"""How unequal places or sexes are, as a table that says in words what each line says.

What cannot be told is told as refused, with its reason.
"""

from collections.abc import Sequence
from typing import Any

from django.http import Http404

from boloci.charts import Column, Table
from boloci.hub import reading, showing
from boloci.hub.current import workspace
from boloci.hub.language import _, spoken
from boloci.hub.rights import Scope
from boloci.problems import Refused
from boloci.published import PlaceRow
from boloci.wording import problem_sentence

UNITS = {"percent": "percent", "points": "points", "ratio": "ratio"}
"""Units of measures that are shown as those of figures; the others without a sign."""
OF_THE_LOWEST = ("lowest_quintile", "lowest_quintile_last_year")
"""Measures that no place above 100 % moves."""


def measures(
    scope: Scope,
    indicator: str,
    here: PlaceRow,
    over: str,
    period: str,
    *,
    names: Sequence[str] = (),
    **way: Any,
) -> tuple[Table, str]:
    """Measures of inequality, and why there are none where they are refused.

    way    method, denominator, as `boloci.inequality` takes them
    """
    rows: list[dict[str, Any]] = []
    why = ""
    try:
        found = reading.unequal(
            scope,
            indicator,
            here,
            over,
            as_="inequality",
            period=period,
            measure=names,
            **way,
        )
        rows = [told(row) for row in found.to_pylist()]
    except Refused as refused:
        why = sentence(refused)
    except Http404:
        why = _(
            "How unequal these places are is told to those who may see all of them."
        )
    return _table(rows, period), why


def sentence(refused: Refused) -> str:
    """A refusal in the language being spoken."""
    told = (
        problem_sentence(one, workspace().catalogue, spoken())
        for one in refused.problems
    )
    return " ".join(told).replace("\n", " ")


def programme_measures() -> list[str]:
    """Codes of the measures that are for programmes, not for researchers."""
    texts = workspace().catalogue.inequality
    return [code for code, text in texts.items() if text.programme]


def _table(rows: list[dict[str, Any]], period: str) -> Table:
    return Table(
        name="inequality",
        title=_("How unequal the places are, {period}").format(
            period=showing.period(period)
        ),
        columns=[
            Column("name", _("Measure")),
            Column("value_told", _("Value")),
            Column("value", _("Value, in full"), "number"),
            Column("lower", _("At least"), "number"),
            Column("upper", _("At most"), "number"),
            Column("n", _("Places with a figure"), "reports"),
            Column("left_out", _("Left out"), "reports"),
            Column("measure", _("Code")),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=rows,
    )


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A row of `INEQUALITY` with what a reader is told of it."""
    text = workspace().catalogue.inequality[row["measure"]]
    unit = UNITS.get(text.unit, "")
    interval = ""
    if row["lower"] is not None and row["upper"] is not None:
        interval = _("{lower} to {upper}").format(
            lower=showing.figure(row["lower"], unit),
            upper=showing.figure(row["upper"], unit),
        )
    return {
        **row,
        "name": showing.words(text.name),
        "meaning": showing.words(text.meaning),
        "programme": text.programme,
        "value_told": showing.figure(row["value"], unit)
        if row["value"] is not None
        else _("cannot be told"),
        "interval": interval,
        "why": "" if row["value"] is not None else _why(row["flags"]),
        "doubt": _doubt(row),
    }


def _doubt(row: dict[str, Any]) -> str:
    """That the highest places cannot be as high; blank where none is, or where the
    measure is of the lowest alone."""
    above = "above_100" in (row["flags"] or "").split(";")
    if not above or row["value"] is None or row["measure"] in OF_THE_LOWEST:
        return ""
    return _(
        "Doubtful: some of these places report more doses than they have children,"
        " so the highest coverages cannot be true."
    )


def _why(codes: str | None) -> str:
    """Why a measure is refused: the flags that say so, without the word "refused"."""
    known = workspace().catalogue.flags
    reasons = [
        code
        for code in (codes or "").split(";")
        if code != "refused" and "Refused" in known.get(code, {}).get("en", "")
    ]
    return showing.flags(";".join(reasons), known)
