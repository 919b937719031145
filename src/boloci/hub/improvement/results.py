"""Results of a project: run charts of boys, girls and the gap, and what they say."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from boloci import periods
from boloci.charts import Chart, Table
from boloci.charts.run_charts import run_chart, run_chart_by_sex
from boloci.charts.run_drawn import Aim, Annotation, Drawn
from boloci.charts.run_panels import run_panels
from boloci.charts.run_walls import wall_chart
from boloci.hub.figures import choice
from boloci.hub.improvement import compared, judging, records
from boloci.hub.improvement import series as measured
from boloci.hub.improvement.models import Baseline, Measure, Project
from boloci.hub.improvement.series import Series
from boloci.hub.language import _, spoken
from boloci.hub.people.forms import place_name
from boloci.hub.rights import Scope
from boloci.hub.tongue import TONGUE
from boloci.run_series import Judged
from boloci.telling import run_charts as telling
from boloci.telling.run_charts import Told

WALL_MONTHS = 24
INVENTED = "invented"
"""How the columns of what nobody measured begin, in the table behind a chart."""


@dataclass(frozen=True)
class Result:
    """A measure at a site, or at all sites together."""

    measure: Measure
    name: str
    """What readers call its indicator."""
    chart: Chart | None
    """None: no figure yet."""
    says: Sequence[tuple[str, Sequence[Told]]]
    """Of boys, girls and the gap, or of all children: what the rules say."""
    lines: Sequence[str]
    """What each centre line is of, where a person froze one or began one anew."""
    change: Table | None = None
    """Before and after; None where there are no two months."""


def results(
    scope: Scope,
    project: Project,
    place_id: str = "",
    *,
    gap: str = "points",
    invented: bool = True,
) -> list[Result]:
    """Every measure of a project.

    place_id    a site; blank: all sites together
    gap         how the gap is told: a key of `judging.GAPS`
    invented    draw what the demo invents between two months: on pages, never in files
    """
    lines = list(records.of(project, "baseline"))
    done = annotations(project, place_id)
    return [
        _result(scope, project, measure, place_id, lines, done, gap, invented)
        for measure in _in_order(records.of(project, "measure"))
    ]


def panels(scope: Scope, project: Project, measure: Measure, sex: str) -> Chart | None:
    """All sites on one page: the series of a sex, or the gap; None without a figure."""
    lines = list(records.of(project, "baseline"))
    found = []
    for place_id, series in measured.each_site(scope, project, measure).items():
        own = judging.lines_of(lines, measure, place_id)
        name = place_name(place_id)
        if sex == "gap" and series.has_sexes:
            found.append(judging.gap(measure, series, name=name, lines=own))
        elif sex != "gap" and series.known:
            found.append(judging.judged(measure, series, sex, name=name, lines=own))
    if not found:
        return None
    title = _("{indicator}, {whom}: every site").format(
        indicator=choice.indicator(measure.indicator), whom=sexes()[sex]
    )
    return run_panels(
        sorted(found, key=lambda one: one.name),
        title=title,
        description=_("A line for each site, with its centre; a mark: a rule fired."),
        language=spoken(),
        name=f"sites-{measure.pk}-{sex}",
    )


def wall(
    scope: Scope, project: Project, measure: Measure, sex: str, place_id: str
) -> Chart:
    """A sheet for the wall of a site: the latest months that are known of a series,
    and room for as many to come."""
    series = _measured_at(scope, project, measure, place_id)
    months = _sheet(series, f"{project.starts:%Y%m}")
    whom = sexes()[sex]
    lines = judging.lines_of(records.of(project, "baseline"), measure, place_id)
    known: Judged | None = None
    if sex == "gap" and series.has_sexes:
        known = judging.gap(measure, series, name=whom, lines=lines)
    elif sex != "gap" and series.known:
        known = judging.judged(measure, series, sex, name=whom, lines=lines)
    place = place_name(place_id) if place_id else project.name
    name = choice.indicator(measure.indicator)
    return wall_chart(
        months,
        unit="points" if sex == "gap" else "percent",
        title=f"{place} · {name} · {whom}",
        description=_("A sheet to go on with by hand: write, count, put the point."),
        language=spoken(),
        judged=known,
        aim=_aim(project, measure, sex),
    )


def _sheet(series: Series, begins: str) -> list[str]:
    """Months of a sheet: half of it at the least is empty."""
    first = periods.serial(int(series.months[0] if series.known else begins))
    if series.known:
        last = periods.serial(int(series.months[-1]))
        first = max(first, last + 1 - WALL_MONTHS // 2)
    return [str(periods.month_at(first + n)) for n in range(WALL_MONTHS)]


def _measured_at(
    scope: Scope, project: Project, measure: Measure, place_id: str
) -> Series:
    if place_id:
        return measured.of_place(scope, measure, place_id)
    return measured.of_sites(scope, project, measure)


def sexes() -> dict[str, str]:
    """Series of a measure, in the order in which they are told."""
    return {
        "male": _("boys"),
        "female": _("girls"),
        "gap": _("gap"),
        "total": _("all children"),
    }


def gaps() -> dict[str, str]:
    """Ways to tell the gap between boys and girls: they can disagree."""
    return {
        "points": _("boys less girls, in points"),
        "girl_boy_ratio": _("share of girls divided by that of boys"),
        "relative": _("gap in percent of the share of boys"),
    }


def _in_order(measures: Sequence[Measure]) -> list[Measure]:
    order = ("outcome", "process", "balancing")
    return sorted(measures, key=lambda one: (order.index(one.role), one.pk))


def _result(
    scope: Scope,
    project: Project,
    measure: Measure,
    place_id: str,
    every_line: Sequence[Baseline],
    done: Sequence[Annotation],
    gap: str,
    invented: bool,
) -> Result:
    series = _measured_at(scope, project, measure, place_id)
    name = choice.indicator(measure.indicator)
    if not series.known:
        return Result(measure, name, None, (), ())
    lines = judging.lines_of(every_line, measure, place_id)
    three = _three(measure, series, lines, gap)
    says = [(one.name, telling.findings(TONGUE, one)) for one in three]
    told = telling.lines(TONGUE, three[0]) if lines else []
    between = judging.invented if invented else _nothing
    drawn = [
        _drawn(project, measure, one, between(measure, series, sex))
        for one, sex in zip(three, _sexes(three), strict=True)
    ]
    chart = _chart(measure, drawn, says, done, name)
    change = compared.table(
        f"change-{measure.pk}", series, _first_change(project, place_id)
    )
    return Result(measure, name, chart, says, told, change)


def _first_change(project: Project, place_id: str) -> str | None:
    """The month in which the first change was tested, here or anywhere."""
    began = [one.began for one in _here(project, "cycle", place_id)]
    return f"{min(began):%Y%m}" if began else None


def _three(
    measure: Measure, series: Series, lines: Sequence[Baseline], gap: str
) -> list[Judged]:
    """Boys, girls and the gap; all children where the sexes are not known."""
    names = sexes()
    if not series.has_sexes:
        name = names["total"]
        return [judging.judged(measure, series, "total", name=name, lines=lines)]
    return [
        *(
            judging.judged(measure, series, sex, name=names[sex], lines=lines)
            for sex in ("male", "female")
        ),
        judging.gap(measure, series, gap, name=names["gap"], lines=lines),
    ]


def _nothing(_measure: Measure, _series: Series, _sex: str) -> dict[str, float]:
    """Nothing is invented."""
    return {}


def _sexes(three: Sequence[Judged]) -> Sequence[str]:
    return ("total",) if len(three) == 1 else ("male", "female", "gap")


def _chart(
    measure: Measure,
    drawn: Sequence[Drawn],
    says: Sequence[tuple[str, Sequence[Told]]],
    done: Sequence[Annotation],
    name: str,
) -> Chart:
    told = " ".join(
        _("{whom}: {finding}").format(whom=who, finding=found[0].what)
        for who, found in says
    )
    shared: dict[str, Any] = {
        "title": name,
        "description": told,
        "language": spoken(),
        "name": f"measure-{measure.pk}",
        "annotations": done,
    }
    if len(drawn) == 1:
        return _measured(run_chart(drawn[0], **shared))
    boys, girls, gap = drawn
    return _measured(run_chart_by_sex(boys, girls, gap, **shared))


def _measured(chart: Chart) -> Chart:
    """A chart whose table has what was measured alone: what the demo invents between
    is drawn, and goes into no file."""
    table = chart.table
    columns = [one for one in table.columns if not one.name.startswith(INVENTED)]
    if len(columns) == len(table.columns):
        return chart
    names = [one.name for one in columns]
    rows = [{name: row.get(name) for name in names} for row in table.rows]
    note = _("Hollow points are invented (synthetic): they are in no figure or file.")
    return replace(chart, table=replace(table, columns=columns, rows=rows, note=note))


def _drawn(
    project: Project, measure: Measure, one: Judged, between: Mapping[str, float]
) -> Drawn:
    sex = next(sex for sex, name in sexes().items() if name == one.name)
    meant = sex != "gap" or one.unit == judging.GAPS["points"]
    aim = _aim(project, measure, sex) if meant else None  # an aim is in points
    return Drawn(one, aim=aim, invented=between)


def _aim(project: Project, measure: Measure, sex: str) -> Aim | None:
    if project.aim_indicator != measure.indicator or project.aim_value is None:
        return None
    whom = project.aim_sex
    meant = whom == sex or (whom == "total" and sex in ("male", "female"))
    day = project.aim_day
    return Aim(project.aim_value, f"{day:%Y%m}" if day else None) if meant else None


def annotations(project: Project, place_id: str = "") -> list[Annotation]:
    """What was done, by month: tests of change, visits, sessions, trainings; at a site
    those of the site and of the whole project."""
    found: list[tuple[datetime.date, str]] = []
    for one in _here(project, "cycle", place_id):
        found.append((one.began, _at_place(one.idea.name, one.place_id, place_id)))
    for one in _here(project, "visit", place_id):
        if one.day:
            label = _("visit")
            found.append((one.day, _at_place(label, one.place_id, place_id)))
    for one in records.of(project, "session"):
        if not place_id or not one.sites or place_id in one.sites:
            found.append((one.day, _("learning session")))
    for one in _here(project, "training", place_id):
        found.append((one.day, _("training: {what}").format(what=one.what)))
    months: dict[str, list[str]] = {}
    for day, label in sorted(found):
        labels = months.setdefault(f"{day:%Y%m}", [])
        if label not in labels:
            labels.append(label)
    return [
        Annotation(month, label) for month, labels in months.items() for label in labels
    ]


def _here(project: Project, kind: str, place_id: str) -> list[Any]:
    """Records about a site or the whole project; without a site all of them."""
    return [
        one
        for one in records.of(project, kind)
        if not place_id
        or one.place_id in ("", place_id)
        or place_id in getattr(one, "sites", ())
    ]


def _at_place(label: str, own: str, shown: str) -> str:
    return f"{label} ({place_name(own)})" if own and own != shown else label
