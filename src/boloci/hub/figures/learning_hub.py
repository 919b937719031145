"""The Learning Hub: trends of DTP1 at three levels, and in the places of its study.

The two national figures and the sub-district figure of the Gavi Zero-Dose Learning
Hub's dashboard for Mali, from this workspace's figures, and what they say in words.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from boloci import narrative
from boloci.charts import Chart, Column, Table
from boloci.charts.indexing import base_of, indexed
from boloci.charts.multiples import small_multiples
from boloci.charts.trends import trend
from boloci.hub import pages, reading, showing
from boloci.hub.current import build_file, current, workspace
from boloci.hub.figures import learning_choices
from boloci.hub.figures.learning_choices import Chosen
from boloci.hub.figures.overview import facts_of
from boloci.hub.language import _, spoken
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import Scope
from boloci.hub.shell import published_on
from boloci.names import fold
from boloci.narrative import Figure, Limits, Line, Said
from boloci.published import PlaceRow
from boloci.spacing import JOINT

PROFILE = "boloci"
Rows = list[dict[str, Any]]


def learning_hub(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """Trends of the country, its programmes and the places of a study."""
    scope = scope_of(request)
    quarters = reading.whole_periods(scope, "quarter") if build_file() else ()
    if len(quarters) < 2:
        return pages.show(request, _too_short, suffix=suffix)
    chosen = learning_choices.read(request.GET, scope, quarters)
    return pages.show(request, lambda: page(scope, chosen), suffix=suffix)


def page(scope: Scope, chosen: Chosen) -> Page:
    """The page of what a scope sees."""
    here = reading.country(scope)
    levels = [here, *chosen.groups]
    doses = _rows(scope, "dtp1_doses", levels, chosen.quarters)
    coverage = _rows(scope, "dtp1_coverage", levels, chosen.quarters)
    members = reading.members(scope, chosen.sites) if chosen.sites else []
    members = sorted(members, key=lambda one: fold(one.name))
    sites = _rows(scope, "dtp1_coverage", members, chosen.site_quarters)
    limits = Limits.of(workspace().catalogue.profiles[PROFILE])
    said = {
        "levels": narrative.levels(
            _figure(doses, chosen.quarters), _figure(coverage, chosen.quarters), limits
        ),
        "sites": narrative.sites(_figure(sites, chosen.site_quarters), limits),
    }
    told = {name: _told(sentences) for name, sentences in said.items()}
    return Page(
        title=_("Learning Hub: trends of DTP1"),
        template="figures/learning_hub.html",
        tables=[_sentences(told)],
        charts=[*_level_charts(doses, coverage), *_site_charts(sites, chosen)],
        controls=chosen.controls,
        values={
            "told": told,
            "limits": limits,
            "sites": chosen.sites,
            "span": _ends(chosen.quarters),
            "site_span": _ends(chosen.site_quarters),
            "profile": PROFILE,
        },
        description=_("DTP1 doses and coverage by quarter, and what they say."),
    )


def _rows(
    scope: Scope, indicator: str, places: Sequence[PlaceRow], quarters: Sequence[str]
) -> Rows:
    """Facts of some places by quarter; missing reports are marked."""
    if not places:
        return []
    names = _names(places)
    found = facts_of(scope, indicator, places, f"{quarters[0]}..{quarters[-1]}")
    return [{**row, "line": names[row["place_id"]]} for row in found]


def _names(places: Sequence[PlaceRow]) -> dict[str, str]:
    """Names of lines by place: of two places of one name also where they lie."""
    short = {one.place_id: _short(one) for one in places}
    often = Counter(short.values())
    known = current().by_id
    return {
        one.place_id: f"{short[one.place_id]} ({known[one.parent_id].name})"
        if often[short[one.place_id]] > 1 and one.parent_id in known
        else short[one.place_id]
        for one in places
    }


def _short(place: PlaceRow) -> str:
    """A line's name: without what a group's name says in brackets."""
    if place.level == "country":
        return _("National")
    return place.name.partition(" (")[0] if place.level == "group" else place.name


def _figure(rows: Rows, quarters: Sequence[str]) -> Figure:
    """Rows as lines with a value or None for each quarter."""
    names = {row["place_id"]: row["line"] for row in rows}
    values = {(row["place_id"], row["period"]): row["value"] for row in rows}
    lines = [
        Line(name, [values.get((place_id, quarter)) for quarter in quarters])
        for place_id, name in names.items()
    ]
    return Figure(quarters, lines)


def _told(said: Sequence[Said]) -> list[str]:
    texts = workspace().catalogue.narrative
    return narrative.told(said, texts, spoken(), dose=_("DTP1"))


def _sentences(told: dict[str, list[str]]) -> Table:
    """The narrative as a table: it downloads with the figures that it tells of."""
    return Table(
        name="narrative",
        title=_("What the figures say"),
        columns=[Column("about", _("About")), Column("sentence", _("Sentence"))],
        rows=[
            {"about": about, "sentence": sentence}
            for about, sentences in told.items()
            for sentence in sentences
        ],
    )


def _level_charts(doses: Rows, coverage: Rows) -> list[Chart]:
    marks = _("A line a level; open marks: some reports are missing.")
    flat = _table("panels", _("DTP1 doses, each level on its own scale"), doses)
    return [
        trend(
            table=_table("numbers", _("DTP1 doses by quarter"), doses),
            description=marks,
            series="line",
            y_title=_("Doses"),
        ),
        trend(
            table=_table("coverage", _("DTP1 coverage by quarter"), coverage),
            description=marks
            + " "
            + _("Above 100 %, targets or reports are wrong: shown as reported."),
            series="line",
            y_title=_("Coverage"),
            reference=100,
        ),
        trend(
            table=_index(doses),
            description=_(
                "Each level's first quarter is 100: large and small lines can be "
                "compared. 110 is 10 % more doses than then. The scale does not start "
                "at 0."
            ),
            y="index",
            series="line",
            reference=100,
        ),
        small_multiples(
            table=flat,
            description=_(
                "Each level alone, from 0 to its own highest: for the form of the "
                "line, not for its height."
            ),
            facet="line",
            own_scale=True,
            panel_height=90,
        ),
    ]


def _site_charts(sites: Rows, chosen: Chosen) -> list[Chart]:
    if chosen.sites is None:
        return []
    title = _("DTP1 coverage: {group}").format(group=chosen.sites.name)
    each = _("DTP1 coverage, a small figure each: {group}").format(
        group=chosen.sites.name
    )
    return [
        trend(
            table=_table("sites", title, sites),
            description=_("A line a place; open marks: some reports are missing."),
            series="line",
            y_title=_("Coverage"),
            reference=100,
            highlight=_widest(sites),
            height=300,
        ),
        small_multiples(
            table=_table("site_panels", each, sites),
            description=_("The same figures, a place each, all on one scale."),
            facet="line",
            reference=100,
            panel_height=70,
        ),
    ]


MOST_NAMED = 7


def _widest(rows: Rows) -> list[str]:
    """Of more lines than can be told apart, those that move most."""
    values: dict[str, list[float]] = {}
    for row in rows:
        if row["value"] is not None:
            values.setdefault(row["line"], []).append(row["value"])
    if len(values) <= MOST_NAMED:
        return []
    moved = sorted(values, key=lambda name: min(values[name]) - max(values[name]))
    return moved[:MOST_NAMED]


def _table(name: str, title: str, rows: Rows) -> Table:
    unit = rows[0]["unit"] if rows else ""
    coverage = unit == "percent"
    value = Column("value", _("Coverage") if coverage else _("Doses"), unit)
    parts = [
        Column("numerator", _("Doses"), "doses"),
        Column("denominator", _("Target population"), "children"),
    ]
    return Table(
        name=name,
        title=title,
        columns=[
            Column("period", _("Period"), "period"),
            Column("place", _("Place"), "place"),
            value,
            *(parts if coverage else []),
            Column("received", _("Reports received"), "reports"),
            Column("expected", _("Reports expected"), "reports"),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=rows,
        note=_note(rows),
    )


def _index(rows: Rows) -> Table:
    """Each line as percent of its doses in the first quarter that all have."""
    doses = _table("index", _("DTP1 doses, first quarter = 100"), rows)
    base = base_of(doses, series="line")
    label = _("{period} = 100").format(period=showing.period(base))
    return indexed(doses, base=base, label=label, series="line")


def _note(rows: Rows) -> str:
    """How complete the figures are at both ends, and when they were published."""
    day = showing.day(published_on(build_file()))
    updated = _("Figures published on {day}.").format(day=day)
    return " ".join(part for part in (_received(rows), updated) if part)


def _received(rows: Rows) -> str:
    """Reports received in the first and the last quarter, by line; blank: unknown."""
    shares: dict[str, tuple[str, str]] = {}
    for name in dict.fromkeys(row["line"] for row in rows):
        own = [row for row in rows if row["line"] == name and row["expected"]]
        if own:
            shares[name] = _share(own[0]), _share(own[-1])
    ends = {share for both in shares.values() for share in both}
    if not ends:
        return ""
    if len(ends) == 1:
        return _("Reports received: {share} everywhere.").format(share=ends.pop())
    told = [
        _("{place} {first} then {last}").format(place=name, first=first, last=last)
        for name, (first, last) in shares.items()
    ]
    return _("Reports received, first and last quarter: {shares}.").format(
        shares=JOINT[spoken()].join(told)
    )


def _share(row: dict[str, Any]) -> str:
    return showing.figure(100 * row["received"] / row["expected"], "percent", 0)


def _ends(quarters: Sequence[str]) -> tuple[str, str]:
    return quarters[0], quarters[-1]


def _too_short() -> Page:
    """Before there are two whole quarters of figures."""
    return Page(
        title=_("Learning Hub: trends of DTP1"),
        template="figures/learning_hub.html",
        values={"told": None},
    )
