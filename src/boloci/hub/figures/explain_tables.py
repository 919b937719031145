"""Tables of an explanation: rows of files, changes, other ways to count, parts."""

from collections.abc import Mapping, Sequence
from typing import Any

from boloci.charts import Column, Table
from boloci.codes import SCENARIOS
from boloci.explain import ESTIMATED
from boloci.hub import links, reading, showing
from boloci.hub.current import workspace
from boloci.hub.figures import choice, explain_estimate
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.hub.tongue import TONGUE
from boloci.hub.tracing import Traced
from boloci.names import fold
from boloci.published import PlaceRow
from boloci.telling import lineage

Row = Mapping[str, Any]


def rows(traced: Traced) -> Table:
    """Rows of files behind the figure, with where each comes from."""
    names = traced.told.names
    told = [
        {
            **row,
            "role_told": lineage.role(TONGUE, row["role"]),
            "state_told": lineage.state(TONGUE, row["state"]),
            "element_told": _name(names, row["element"]),
            "option_told": _name(names, row["option"]),
            "place_told": _name(names, row["place"]),
        }
        for row in traced.rows
    ]
    return Table(
        name="rows",
        title=_("Rows of the files"),
        columns=[
            Column("role", _("Part")),
            Column("state", _("State")),
            Column("file", _("File")),
            Column("row", _("Row"), "row"),
            Column("cell", _("Cell")),
            Column("element", _("Identifier of the element")),
            Column("element_told", _("What is counted")),
            Column("option", _("Identifier of the option")),
            Column("option_told", _("Option")),
            Column("place_id", _("Identifier of the place")),
            Column("place_told", _("Place"), "place"),
            Column("period", _("Period"), "period"),
            Column("sex", _("Sex")),
            Column("age", _("Age")),
            Column("strategy", _("Strategy")),
            Column("value", _("Value"), "doses"),
            Column("n", _("Rows added up"), "doses"),
            Column("snapshot", _("Import")),
            Column("received", _("Received"), "day"),
        ],
        rows=told,
    )


def _remarks(fact: Row) -> str:
    """Flags of a fact, told as its own page tells them."""
    if fact["method"] == ESTIMATED:
        return explain_estimate.remarks(fact)
    return fact["flags"] or ""


def _beside_value(fact: Row) -> list[Column]:
    """What a figure is made of; of an estimate, which no report is alone behind, how
    sure it is."""
    if fact["method"] == ESTIMATED:
        return [
            Column("lower", _("At least"), fact["unit"]),
            Column("upper", _("At most"), fact["unit"]),
        ]
    return [
        Column("numerator", _("Numerator"), "doses"),
        Column("denominator", _("Denominator"), "children"),
        Column("received", _("Reports received"), "reports"),
        Column("expected", _("Reports expected"), "reports"),
    ]


def _name(names: Mapping[str, Mapping[str, str]], text: str | None) -> str:
    if not text:
        return ""
    populations = workspace().catalogue.dictionary.populations
    own = populations[text].name if text in populations else {}
    return showing.words(dict(names.get(text, own))) or text


def changes(traced: Traced) -> Table:
    """Months that the figure's scenario changes, before and after."""
    told = [
        {**row, "reason_told": lineage.reason(TONGUE, row["reason"])}
        for row in traced.changed
    ]
    return Table(
        name="adjustments",
        title=_("What the adjustment changes"),
        columns=[
            Column("place", _("Place"), "place"),
            Column("element", _("What is counted")),
            Column("period", _("Period"), "period"),
            Column("before", _("Reported"), "doses"),
            Column("after", _("Counted instead"), "doses"),
            Column("change", _("Change"), "doses"),
            Column("reason_told", _("Because")),
        ],
        rows=told,
    )


def ways(scope: Scope, fact: Row, build: Mapping[str, str]) -> Table:
    """The same figure under every scenario and denominator that is stored."""
    told = [
        {
            **one,
            "how": choice.method(one["method"]),
            "over": choice.denominator(one["denominator_source"]),
            "explain": links.explain(one),
        }
        for one in reading.counted_otherwise(scope, fact, **build)
        if one["method"] in SCENARIOS
    ]
    return Table(
        name="ways",
        title=_("The same figure, counted otherwise"),
        columns=[
            Column("how", _("Adjustment")),
            Column("over", _("Children counted by")),
            Column("value", _("Value"), fact["unit"]),
            Column("numerator", _("Numerator"), "doses"),
            Column("denominator", _("Denominator"), "children"),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=sorted(
            told,
            key=lambda one: (one["value"] is None, one["value"] or 0),
        ),
    )


def spread(table: Table, unit: str) -> str:
    """The range over the ways to count, in one line; blank where there is none."""
    values = [one["value"] for one in table.rows if one["value"] is not None]
    if len(values) < 2:
        return ""
    return _(
        "From {low} to {high}, according to who counts the children and how"
        " missing reports are treated."
    ).format(
        low=showing.figure(min(values), unit), high=showing.figure(max(values), unit)
    )


def parts(
    scope: Scope, fact: Row, places: Sequence[PlaceRow], build: Mapping[str, str]
) -> Table:
    """The same figure of the places just below: what it adds up."""
    ids = [one.place_id for one in places]
    over = {"denominator": fact["denominator_source"]}
    found = (
        reading.facts(
            scope,
            indicator=fact["indicator"],
            place=ids,
            period=fact["period"],
            sex=fact["sex"] or "total",
            method=fact["method"],
            **({k: v for k, v in over.items() if v}),
            **build,
        ).to_pylist()
        if ids
        else []
    )
    return Table(
        name="parts",
        title=_("Place by place"),
        columns=[
            Column("place", _("Place"), "place"),
            Column("value", _("Value"), fact["unit"]),
            *_beside_value(fact),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=[
            {**one, "explain": links.explain(one), "flags": _remarks(one)}
            for one in sorted(found, key=lambda one: fold(one["place"]))
        ],
    )
