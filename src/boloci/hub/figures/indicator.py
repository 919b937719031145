"""One indicator: places in order, on a map, over time, how unequal, and what it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from boloci.catalogue.definitions import Indicator
from boloci.charts import Chart, Table
from boloci.hub import links, pages, reading, showing
from boloci.hub.controls import Controls
from boloci.hub.current import current, workspace
from boloci.hub.figures import chance, indicator_choice, topics, unequal, where
from boloci.hub.figures import indicator_tables as tables
from boloci.hub.figures.overview import fresh
from boloci.hub.inbox.beside import of_indicator
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import Scope
from boloci.published import PlaceRow

Row = Mapping[str, Any]


def indicator(
    request: HttpRequest, name: str, suffix: str | None = None
) -> HttpResponse:
    """The page of an indicator. Raises `Http404` for one that the build has not."""
    scope = scope_of(request)
    definition = workspace().catalogue.indicators.get(name)
    if definition is None or name not in current().indicators:
        raise Http404
    asked = indicator_choice.read(request.GET.dict(), scope, definition)
    here = reading.place(scope, asked["inside"])
    panel = {} if suffix else of_indicator(request, name, here)
    return pages.show(
        request, lambda: page(scope, definition, asked), suffix=suffix, beside=panel
    )


def page(scope: Scope, definition: Indicator, asked: Controls) -> Page:
    """The page of an indicator for a scope."""
    here = reading.place(scope, asked["inside"])
    places = where.members(scope, here, asked["level"])
    one = _shown(scope, definition, asked, here, places)
    drawn = len(places) <= tables.MOST_DRAWN and bool(one.known)
    charts = _charts(scope, one, places, asked["level"]) if drawn else []
    measures, why = _unequal(scope, definition, asked, here, one)
    listed = tables.places_table(one)
    return Page(
        title=showing.words(definition.name),
        template="figures/indicator.html",
        tables=[table for table in (listed, measures) if table],
        charts=charts,
        controls=asked,
        values={
            "one": one,
            "definition": definition,
            "topic": topics.topic_name(topics.topic_of(definition)),
            "places": listed,
            "count": len(places),
            "most": tables.MOST_DRAWN,
            "measures": measures,
            "why_no_measures": why,
            "order_told": tables.order_told(one),
            "fresh": fresh(scope),
            "level": showing.level(asked["level"], workspace().levels),
            "compare": _compare(definition, asked, one),
        },
        description=showing.words(definition.why),
    )


def _charts(
    scope: Scope, one: tables.Shown, places: Sequence[PlaceRow], level: str
) -> list[Chart]:
    """What can be drawn: categories have a map only, groups have none."""
    found = []
    scaled = one.unit != "category"
    if scaled and len(one.known) > 1:
        found.append(tables.ranking_chart(one))
    if level != where.GROUP:
        found.append(tables.map_chart(scope, one, places))
    if scaled and any(len(row["values"]) > 1 for row in one.rows):
        found.append(tables.panels_chart(one))
    return found


def _shown(
    scope: Scope,
    definition: Indicator,
    asked: Controls,
    here: PlaceRow,
    places: Sequence[PlaceRow],
) -> tables.Shown:
    period = asked["period"]
    if not places or not period:
        return tables.shown(definition, here, [], None, period, {})
    ids = [one.place_id for one in places]
    span = indicator_choice.span(period)
    found = indicator_choice.facts(
        scope, definition, asked, place=list({*ids, here.place_id}), period=span
    )
    whole = [
        row
        for row in found
        if row["place_id"] == here.place_id and row["period"] == period
    ]
    return tables.shown(
        definition,
        here,
        [row for row in found if row["place_id"] in set(ids)],
        whole[0] if whole else None,
        period,
        _quarters(scope, definition, asked, ids),
    )


def _quarters(
    scope: Scope, definition: Indicator, asked: Controls, ids: Sequence[str]
) -> dict[str, dict[str, Row]]:
    """Facts of the quarters that chance is read from, by place and quarter."""
    if not chance.is_counted(definition, asked["method"]):
        return {}
    quarters = chance.quarters(asked["period"])
    found = indicator_choice.facts(
        scope,
        definition,
        asked,
        place=list(ids),
        period=f"{quarters[0]}..{quarters[-1]}",
    )
    by_place: dict[str, dict[str, Row]] = {}
    for row in found:
        by_place.setdefault(row["place_id"], {})[row["period"]] = row
    return by_place


def _unequal(
    scope: Scope,
    definition: Indicator,
    asked: Controls,
    here: PlaceRow,
    one: tables.Shown,
) -> tuple[Table, str]:
    """Measures of inequality, for percentages of places that do not overlap."""
    told = definition.unit == "percent" and asked["sex"] == "total" and one.known
    if not told or asked["level"] == where.GROUP:
        return Table("inequality", "", [], []), ""
    chosen = {control.name: control.chosen for control in asked}
    way = {"method": chosen["method"]}
    if chosen.get("denominator"):
        way["denominator"] = chosen["denominator"]
    return unequal.measures(
        scope, definition.indicator, here, asked["level"], asked["period"], **way
    )


def _compare(definition: Indicator, asked: Controls, one: tables.Shown) -> str:
    """The page that compares the highest and the lowest place."""
    ends = [one.known[0], one.known[-1]] if len(one.known) > 1 else []
    ids = [row["place_id"] for row in ends]
    return links.compare(indicator=definition.indicator, places=ids) if ids else ""
