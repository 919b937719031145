"""Places, indicators or ways of computing beside each other: trend, index, range."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from boloci import periods
from boloci.charts import Chart, Column, Table
from boloci.charts.trends import trend
from boloci.hub import links, pages, reading
from boloci.hub.controls import LONGEST
from boloci.hub.current import build_file
from boloci.hub.figures import choice, compare_choice, honest
from boloci.hub.figures.compare_choice import (
    DENOMINATORS,
    INDICATORS,
    PLACES,
    SCENARIOS,
    Chosen,
)
from boloci.hub.figures.overview import fresh
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import Scope
from boloci.pipeline import scenarios

Row = Mapping[str, Any]


def compare(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """The page that compares; `add`: words of what is to be added."""
    if not build_file():
        return pages.show(request, _nothing, suffix=suffix)
    scope = scope_of(request)
    chosen = compare_choice.read(request.GET.dict(), scope)
    words = request.GET.get("add", "")[:LONGEST].strip()
    if words and (address := compare_choice.exact(scope, chosen, words)):
        return HttpResponseRedirect(address)
    return pages.show(request, lambda: page(scope, chosen, words), suffix=suffix)


def page(scope: Scope, chosen: Chosen, words: str = "") -> Page:
    """What is compared, as a trend, with the first period = 100, and as a table."""
    rows = _indexed(series(scope, chosen)) if chosen.periods[0] else []
    by_ways = chosen.by in (SCENARIOS, DENOMINATORS)
    told = (
        honest.honest(
            scope,
            chosen.indicators[0],
            chosen.places[0],
            chosen.periods[-1],
        )
        if by_ways and chosen.periods[0]
        else None
    )
    charts = _charts(chosen, rows)
    if told is not None and told.chart is not None:
        charts.append(told.chart)
    table = _table(chosen, rows)
    return Page(
        title=_("Compare"),
        template="figures/compare.html",
        tables=[table] if table else [],
        charts=charts,
        controls=chosen.controls,
        values={
            "chosen": chosen,
            "held": _held(chosen),
            "offers": compare_choice.offers(scope, chosen, words) if words else [],
            "words": words,
            "full": len(_held(chosen)) >= compare_choice.MOST,
            "most": compare_choice.MOST,
            "subject": _subject(chosen),
            "table": table,
            "across": _across(rows),
            "names": list(dict.fromkeys(row["who"] for row in rows)),
            "honest": told,
            "fresh": fresh(scope),
        },
        description=_("Two to eight places or indicators beside each other."),
    )


def series(scope: Scope, chosen: Chosen) -> list[dict[str, Any]]:
    """Facts of what is compared, each with the name of its line, in their order."""
    span = f"{chosen.periods[0]}..{chosen.periods[-1]}"
    ids = [place.place_id for place in chosen.places]
    if chosen.many:
        wanted = ids if chosen.by == PLACES else ids[:1]
        names = chosen.indicators[:1] if chosen.by == PLACES else chosen.indicators
        found = choice.facts(
            scope,
            names,
            chosen.controls,
            place=wanted,
            period=span,
            sex=chosen.controls["sex"],
        )
    else:
        found = _ways(scope, chosen, ids[0], span)
    told = [{**row, "who": _who(chosen, row)} for row in found]
    order = _order(chosen)
    return sorted(
        told, key=lambda row: (order.index(_key(chosen, row)), _at(row["period"]))
    )


def _ways(
    scope: Scope, chosen: Chosen, place_id: str, span: str
) -> list[dict[str, Any]]:
    """One figure by every scenario, or by every source of denominators."""
    pairs = scenarios.pairs(chosen.definition)
    method, over = chosen.controls["method"], chosen.controls["denominator"]
    sources = list(dict.fromkeys(pair.source for pair in pairs))
    methods = list(dict.fromkeys(pair.method for pair in pairs))
    if chosen.by == SCENARIOS:
        sources = [over] if over in sources else sources[:1]
    else:
        methods = [method]
    asked: dict[str, Any] = {"denominator": sources} if sources[0] else {}
    found = reading.facts(
        scope,
        indicator=chosen.indicators[0],
        place=place_id,
        period=span,
        sex="total",
        method=methods,
        **asked,
    ).to_pylist()
    return [
        {**row, "flagged": bool(row["flags"]), "explain": links.explain(row)}
        for row in found
    ]


def _key(chosen: Chosen, row: Row) -> str:
    name = {
        PLACES: "place_id",
        INDICATORS: "indicator",
        SCENARIOS: "method",
        DENOMINATORS: "denominator_source",
    }[chosen.by]
    key: str = row[name]
    return key


def _order(chosen: Chosen) -> list[str]:
    pairs = scenarios.pairs(chosen.definition)
    return {
        PLACES: [place.place_id for place in chosen.places],
        INDICATORS: list(chosen.indicators),
        SCENARIOS: [pair.method for pair in pairs],
        DENOMINATORS: [pair.source for pair in pairs],
    }[chosen.by]


def _who(chosen: Chosen, row: Row) -> str:
    key = _key(chosen, row)
    if chosen.by == INDICATORS:
        return choice.indicator(key)
    if chosen.by == SCENARIOS:
        return choice.method(key)
    if chosen.by == DENOMINATORS:
        return choice.denominator(key) if key else _("no target needed")
    return str(row["place"])


def _at(period: str) -> int:
    return periods.code(period)


def _indexed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with `index`: the first figure of each line that is not nought = 100."""
    first: dict[str, float] = {}
    for row in rows:
        if row["value"]:
            first.setdefault(row["who"], row["value"])
    return [
        {
            **row,
            "index": 100 * row["value"] / first[row["who"]]
            if row["value"] is not None and row["who"] in first
            else None,
        }
        for row in rows
    ]


def _charts(chosen: Chosen, rows: Sequence[Row]) -> list[Chart]:
    known = {row["who"] for row in rows if row["value"] is not None}
    rows = [row for row in rows if row["who"] in known]
    if not rows:
        return []
    units = {row["unit"] for row in rows}
    found = []
    if len(units) == 1:
        found.append(
            trend(
                table=_named(chosen, rows, "trend", _subject(chosen), "value"),
                description=_("By period; open marks carry a remark."),
                series="who",
                y_title="",
                reference=100
                if chosen.indicators[0].endswith("_coverage")
                and chosen.by != INDICATORS
                else None,
            )
        )
    title = _("{subject}: first period = 100").format(subject=_subject(chosen))
    found.append(
        trend(
            table=_named(chosen, rows, "index", title, "index"),
            description=_(
                "Each line begins at 100: it shows what rose and fell, not who is"
                " higher. Small and large lines compare."
            ),
            y="index",
            series="who",
            y_title="",
            reference=100,
        )
    )
    return found


def _named(
    chosen: Chosen, rows: Sequence[Row], name: str, title: str, value: str
) -> Table:
    unit = "index" if value == "index" else rows[0]["unit"]
    columns = [
        Column("period", _("Period"), "period"),
        Column("who", chosen.controls.controls[0].chosen_label),
        Column(value, _("Value"), unit),
    ]
    return Table(name=name, title=title, columns=columns, rows=rows)


def _table(chosen: Chosen, rows: Sequence[Row]) -> Table:
    """Every figure compared, a row each, for the files."""
    units = {row["unit"] for row in rows}
    return Table(
        name="compared",
        title=_subject(chosen),
        columns=[
            Column("period", _("Period"), "period"),
            Column("who", _("Line")),
            Column("place_id", _("Identifier")),
            Column("indicator", _("Indicator")),
            Column("value", _("Value"), units.pop() if len(units) == 1 else ""),
            Column("index", _("First = 100"), "index"),
            Column("numerator", _("Numerator"), "doses"),
            Column("denominator", _("Denominator"), "children"),
            Column("received", _("Reports received"), "reports"),
            Column("expected", _("Reports expected"), "reports"),
            Column("method", _("Adjustment")),
            Column("denominator_source", _("Children counted by")),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=rows,
    )


def _across(rows: Sequence[Row]) -> list[tuple[str, dict[str, Row]]]:
    """Periods down, lines across, latest first: what a page shows."""
    by_period: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_period.setdefault(row["period"], {})[row["who"]] = row
    return sorted(by_period.items(), key=lambda item: _at(item[0]), reverse=True)


def _subject(chosen: Chosen) -> str:
    """What is compared, in a few words."""
    if chosen.by == INDICATORS:
        return _("Indicators, {place}").format(place=chosen.places[0].name)
    name = choice.indicator(chosen.indicators[0])
    if chosen.by == PLACES:
        return name
    return _("{indicator}, {place}").format(indicator=name, place=chosen.places[0].name)


def _held(chosen: Chosen) -> list[dict[str, str]]:
    """What is compared, each with its page and with the page without it."""
    if chosen.by == INDICATORS:
        return [
            {
                "name": choice.indicator(one),
                "address": links.indicator(one),
                "without": compare_choice.without(chosen, INDICATORS, one),
            }
            for one in chosen.indicators
        ]
    shown = chosen.places if chosen.by == PLACES else chosen.places[:1]
    return [
        {
            "name": one.name,
            "address": links.place(one.place_id),
            "without": compare_choice.without(chosen, PLACES, one.place_id)
            if chosen.by == PLACES
            else "",
        }
        for one in shown
    ]


def _nothing() -> Page:
    """Before the first build."""
    return Page(
        title=_("Compare"), template="figures/empty.html", values={"short": False}
    )
