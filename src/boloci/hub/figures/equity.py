"""Girls and boys, and places: who is vaccinated less, and how sure that is.

Who reports the sexes comes before any gap: a gap among those who report may not speak
for the others, and no gap is surer than the share of boys and girls it assumes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.http import Http404, HttpRequest, HttpResponse

from boloci import periods
from boloci.charts import Chart, Table
from boloci.hub import controls, links, pages, reading, showing
from boloci.hub.controls import Control, Controls
from boloci.hub.current import build_file, current, workspace
from boloci.hub.figures import equity_tables as tables
from boloci.hub.figures import honest, tellers, unequal, where
from boloci.hub.figures.honest import Honest
from boloci.hub.figures.overview import fresh
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import Scope
from boloci.pipeline.sex_reporting import sex_reporting
from boloci.problems import Refused
from boloci.published import PlaceRow

YEARS = 8
QUARTERS = 16
Row = Mapping[str, Any]


def equity(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """The page of girls and boys and of how unequal places are."""
    scope = scope_of(request)
    years = reading.whole_periods(scope, periods.YEAR) if build_file() else ()
    if not years:
        return pages.show(request, _nothing, suffix=suffix)
    shown = list(reversed(years[-YEARS:]))
    asked = controls.read(
        request.GET,
        _doses(),
        where.inside_control(scope, _("Place")),
        where.level_control(scope, groups=False, usual=_usual(request.GET)),
        Control("period", _("Year"), [(y, showing.period(y)) for y in shown], shown[0]),
    )
    return pages.show(request, lambda: page(scope, asked), suffix=suffix)


def _usual(query: Mapping[str, str]) -> str:
    """Regions of a country; inside another place, districts."""
    return where.USUAL if query.get("inside") else "region"


def page(scope: Scope, asked: Controls) -> Page:
    """Girls and boys of a place, of the places inside it, and how unequal these are."""
    here = reading.place(scope, asked["inside"])
    members = where.members(scope, here, asked["level"])
    dose, period = asked["dose"], asked["period"]
    name = asked.controls[0].chosen_label
    own = {kind: _own(scope, here, f"{dose}_{kind}", period) for kind in _KINDS}
    coverage = _facts(scope, f"{dose}_coverage", members, period)
    ratio = _facts(scope, f"{dose}_sex_ratio", members, period)
    sexes = tables.by_sex(coverage, period, name)
    ratios = tables.ratios(ratio, period, name)
    places, why = _places(scope, here, asked, name)
    measures, why_no_measures = unequal.measures(
        scope, f"{dose}_coverage", here, asked["level"], period
    )
    charts = [*_over_time(scope, here, dose, name), *_both(sexes, ratios), *places]
    sure = honest.honest(scope, f"{dose}_sex_ratio", here, period)
    reached = Reached.of(own["sex_ratio"], sure)
    return Page(
        title=_("Girls and boys, and places"),
        template="figures/equity.html",
        tables=[one for one in (sexes, ratios, measures) if one],
        charts=[chart for chart in charts if chart.table],
        controls=asked,
        values={
            "here": here,
            "name": name,
            "period": period,
            "own": own,
            "who": _who(own["sex_gap"]),
            "range": sure,
            "reached": reached,
            "verdict": _verdict(sure, reached),
            "measured": _measured(scope, here, f"{dose}_coverage"),
            "sexes": sexes,
            "ratios": ratios,
            "count": len(members),
            "measures": measures,
            "why_no_measures": why_no_measures,
            "why": why,
            "fresh": fresh(scope),
            "level": showing.level(asked["level"], workspace().levels),
        },
        description=_("Whether girls are vaccinated less than boys, and where."),
    )


@dataclass(frozen=True)
class Reached:
    """Girls reached for every 100 boys, of those due, in words of the language."""

    girls: str
    low: str = ""
    high: str = ""
    """The widest interval: by chance, and under every share of boys that is plausible
    where targets are not given by sex. Blank: no interval."""

    @classmethod
    def of(cls, ratio: Row | None, sure: Honest) -> "Reached | None":
        """From the ratio of the coverages; None where there is none."""
        if ratio is None or ratio["value"] is None:
            return None
        told = sure.range.told if sure.range else (ratio,)
        ends = [ratio["value"]]
        if told and all(fact["lower"] is not None for fact in told):
            ends += [min(fact["lower"] for fact in told)]
            ends += [max(fact["upper"] for fact in told)]
        hundred = [100 * one for one in ends]
        # A whole number must not turn "less than 100" into 100: the sign is the answer.
        digits = int(any(round(one) == 100 != one for one in hundred))
        return cls(*(showing.number(one, "", digits) for one in hundred))


_KINDS = ("sex_gap", "sex_ratio", "sex_gap_relative", "doses_with_sex_share")


def _own(scope: Scope, here: PlaceRow, name: str, period: str) -> Row | None:
    if name not in current().indicators:
        return None
    found = reading.facts(
        scope,
        indicator=name,
        place=here.place_id,
        period=period,
        sex="total",
        method="reported",
    ).to_pylist()
    return {**found[0], "explain": links.explain(found[0])} if found else None


def _facts(
    scope: Scope, name: str, places: Sequence[PlaceRow], period: str
) -> list[dict[str, Any]]:
    if not places or name not in current().indicators:
        return []
    over = {"denominator": "target"} if name.endswith("_coverage") else {}
    found: list[dict[str, Any]] = reading.facts(
        scope,
        indicator=name,
        place=[one.place_id for one in places],
        period=period,
        method="reported",
        **over,
    ).to_pylist()
    return [{**fact, "explain": links.explain(fact)} for fact in found]


def _who(gap: Row | None) -> Mapping[str, Any]:
    """Units and doses that a gap rests on; empty where nobody reports the sexes."""
    if gap is None:
        return {}
    definition = workspace().catalogue.indicators[gap["indicator"]]
    return sex_reporting(current().cursor(), definition, gap)


def _verdict(sure: Honest, reached: Reached | None) -> str:
    """Whether girls are reached less: by chance, and under every share of boys and
    girls among the children that is plausible where targets are not given by sex."""
    told = sure.range.told if sure.range else ()
    if not told or reached is None or any(fact["lower"] is None for fact in told):
        return _("Too few reports of both sexes to say how sure this is.")
    if all(fact["upper"] < tables.ONE for fact in told):
        return _("Among the doses whose sex is told, girls are reached less than boys.")
    if all(fact["lower"] > tables.ONE for fact in told):
        return _("Among the doses whose sex is told, boys are reached less than girls.")
    close = (
        _(
            "Too close to tell: between {low} and {high}, depending on chance and on"
            " how many boys there are."
        )
        if len({fact["value"] for fact in told}) > 1
        else _("Too close to tell: between {low} and {high}, by chance alone.")
    )
    return close.format(low=reached.low, high=reached.high)


def _measured(scope: Scope, here: PlaceRow, name: str) -> list[dict[str, Any]]:
    """What surveys tell of girls and of boys, a row a survey."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in tellers.rows(scope, name, here):
        if row["sex"] and row["teller"] == "survey":
            one = found.setdefault(
                (row["year"], row["survey"]),
                {"period": row["year"], "survey": row["survey"]},
            )
            one[row["sex"]] = row
    return [one for one in found.values() if "female" in one and "male" in one]


def _over_time(scope: Scope, here: PlaceRow, dose: str, name: str) -> list[Chart]:
    quarters = reading.whole_periods(scope, periods.QUARTER)[-QUARTERS:]
    if not quarters:
        return []
    span = f"{quarters[0]}..{quarters[-1]}"
    sexes = {"female": _("girls"), "male": _("boys")}
    boys_less_girls = {"": _("boys less girls")}
    girls_for_a_boy = {"": _("girls for each boy, of those due")}
    wanted = (
        ("coverage", _("{name}: girls and boys by quarter"), "percent", sexes),
        ("sex_gap", _("{name}: boys less girls, in points"), "points", boys_less_girls),
        (
            "sex_ratio",
            _("{name}: girls for each boy reached, of those due"),
            "ratio",
            girls_for_a_boy,
        ),
    )
    return [
        tables.over_time(
            _facts(scope, f"{dose}_{kind}", [here], span),
            f"{kind}_over_time",
            title.format(name=name),
            unit,
            series,
        )
        for kind, title, unit, series in wanted
    ]


def _both(sexes: Table, ratios: Table) -> list[Chart]:
    return [tables.sexes_chart(sexes), tables.ratios_chart(ratios)]


def _places(
    scope: Scope, here: PlaceRow, asked: Controls, name: str
) -> tuple[list[Chart], str]:
    """Charts of how unequal places are, and why there are none."""
    indicator, level = f"{asked['dose']}_coverage", asked["level"]
    period = asked["period"]

    def told(as_: str, **more: Any) -> pa.Table:
        return reading.unequal(scope, indicator, here, level, as_=as_, **more)

    titles = {
        "lorenz": _("{name}: are doses shared as the children are? {period}"),
        "funnel": _("{name}: which places lie outside chance? {period}"),
        "quintiles": _("{name}: the lowest fifth of the places, by year"),
    }
    named = {
        key: title.format(name=name, period=showing.period(period))
        for key, title in titles.items()
    }
    try:
        curve = told("lorenz", period=period)
        limits = told("funnel", period=period)
        years = told("inequality", measure=tables.QUINTILES).to_pylist()
    except Refused as refused:
        return [], unequal.sentence(refused)
    except Http404:
        return [], _(
            "How unequal these places are is told to those who may see all of them."
        )
    return [
        _quintiles(scope, here, indicator, years, named["quintiles"]),
        tables.funnel_chart(limits, named["funnel"]),
        tables.lorenz_chart(curve, named["lorenz"]),
    ], ""


def _quintiles(
    scope: Scope,
    here: PlaceRow,
    indicator: str,
    years: Sequence[Row],
    title: str,
) -> Chart:
    shown = [row["period"] for row in years]
    whole = [
        fact
        for fact in _facts(scope, indicator, [here], f"{min(shown)}..{max(shown)}")
        if not fact["sex"]
    ]
    names = {
        "": here.name,
        "lowest_quintile": _("lowest fifth of the year"),
        "lowest_quintile_last_year": _("last year's lowest fifth"),
    }
    return tables.quintiles_chart(years, whole, title, names)


def _doses() -> Control:
    known = current().indicators
    texts: Mapping[str, Callable[[], str]] = {
        "dtp1": lambda: _("DTP1 (first dose)"),
        "dtp3": lambda: _("DTP3 (third dose)"),
        "mcv1": lambda: _("Measles, first dose"),
        "bcg": lambda: _("BCG"),
    }
    options = [(k, text()) for k, text in texts.items() if f"{k}_coverage" in known]
    return Control("dose", _("Vaccine"), options or [("dtp1", "DTP1")], "dtp1")


def _nothing() -> Page:
    """Before a whole year of figures."""
    return Page(
        title=_("Girls and boys, and places"),
        template="figures/empty.html",
        values={"short": False},
    )
