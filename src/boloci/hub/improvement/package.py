"""The change package: ideas that teams tested, ranked by what speaks for them.

An idea is tested where a site has a cycle of it; the first site is where it comes from,
the others took it up. What speaks for it is not that it was liked but that the series
of the project's first outcome moved after it: a signal of the chart's rules, and how
far the middle of the months moved. Other changes of the same time move it as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from boloci.charts import Column, Table
from boloci.hub.current import workspace
from boloci.hub.improvement import judging, records, series
from boloci.hub.improvement.models import Baseline, Cycle, Measure, Project
from boloci.hub.improvement.series import Series
from boloci.hub.language import _
from boloci.hub.people.forms import place_name
from boloci.hub.rights import Scope
from boloci.hub.showing import day
from boloci.run_series import Judged

LEAST = 3
"""Months before and after, from which the middle of each is told."""


@dataclass(frozen=True)
class Moved:
    """The series of a site about a test of change."""

    signal: bool
    """A rule fired for months after it, on the side that is wanted."""
    size: float | None
    """Middle of the months after less that before, in points; None: too few."""
    wanted: int
    """1 where the series is to rise, -1 where it is to fall."""


def table(scope: Scope, project: Project) -> Table:
    """Ideas with the sites that tested them, what speaks for them first."""
    cycles = list(records.of(project, "cycle").select_related("idea"))
    measure = _outcome(project)
    known = series.each_site(scope, project, measure) if measure else {}
    lines = list(records.of(project, "baseline"))
    own = {
        idea: [one for one in cycles if one.idea_id == idea.pk]
        for idea in records.of(project, "idea")
    }
    rows = [
        {**_row(idea, tests, project, known, lines), **_seen_of(tests, scope)}
        for idea, tests in own.items()
    ]
    rows.sort(key=_by_evidence)
    columns = [
        Column("idea", _("Idea")),
        Column("tested", _("Sites that tested it"), "sites"),
        Column("adopted", _("adopted"), "times"),
        Column("adapted", _("adapted"), "times"),
        Column("abandoned", _("abandoned"), "times"),
        Column("signals", _("Sites with a signal after it"), "sites"),
        Column("signals_of", _("Of the sites whose figures you see")),
        Column("size", _("Middle of the months after less before"), "points"),
        Column("spread", _("Where and when")),
        Column("seen", _("What was seen")),
    ]
    note = _why()
    tested = {one.place_id for one in cycles}
    if tested <= scope.places:
        columns = [one for one in columns if one.name != "signals_of"]
    else:
        note = f"{_some_hidden(len(tested & scope.places), len(tested))} {note}"
    return Table("package", _("Ideas, by what speaks for them"), columns, rows, note)


def _some_hidden(seen: int, tested: int) -> str:
    """What a reader is told who does not see the figures of every site that tested."""
    return _(
        "Tests are those of all {all} sites; signals and sizes are of the sites whose"
        " figures you see: {seen}."
    ).format(all=tested, seen=seen)


def _seen_of(tests: Sequence[Cycle], scope: Scope) -> dict[str, str]:
    """Of how many sites that tested an idea its signals are."""
    places = {one.place_id for one in tests}
    seen = len(places & scope.places)
    return {"signals_of": _("{seen} of {all}").format(seen=seen, all=len(places))}


def _by_evidence(row: Mapping[str, Any]) -> tuple[float, ...]:
    """Signals before decisions before sizes, each the most first."""
    size = -np.inf if row["size"] is None else row["size"] * row["wanted"]
    return -row["signals"], -row["adopted"], -row["tested"], -size


def _why() -> str:
    return _(
        "A signal after a change is no proof of it: other changes of the same time move"
        " the series too."
    )


def _outcome(project: Project) -> Measure | None:
    """The outcome that the aim is about, else the first one."""
    outcomes = list(records.of(project, "measure").filter(role="outcome"))
    aimed = [one for one in outcomes if one.indicator == project.aim_indicator]
    return next(iter([*aimed, *outcomes]), None)


def _row(
    idea: Any,
    cycles: Sequence[Cycle],
    project: Project,
    known: Mapping[str, Series],
    lines: Sequence[Baseline],
) -> dict[str, Any]:
    first: dict[str, Cycle] = {}
    for one in sorted(cycles, key=lambda cycle: cycle.began):
        first.setdefault(one.place_id, one)
    measure = _outcome(project)
    moved = [
        _moved(
            measure,
            known[place],
            project.aim_sex,
            f"{one.began:%Y%m}",
            judging.lines_of(lines, measure, place),
        )
        for place, one in first.items()
        if measure is not None and place in known and known[place].known
    ]
    sizes = [one.size for one in moved if one.size is not None]
    ends = [one.decision for one in cycles]
    return {
        "idea": idea.name,
        "tested": len(first),
        "adopted": ends.count("adopt"),
        "adapted": ends.count("adapt"),
        "abandoned": ends.count("abandon"),
        "signals": sum(one.signal for one in moved),
        "size": median(sizes) if sizes else None,
        "wanted": moved[0].wanted if moved else 1,
        "spread": ", ".join(_where(one) for one in first.values()),
        "seen": " / ".join(one.seen for one in cycles if one.seen),
    }


def _where(one: Cycle) -> str:
    told = _("{place}, {day}").format(
        place=place_name(one.place_id), day=day(one.began)
    )
    if one.heard_at is None:
        return told
    heard = _("heard at the session of {day}").format(day=day(one.heard_at.day))
    return f"{told} ({heard})"


def _moved(
    measure: Measure,
    own: Series,
    sex: str,
    began: str,
    lines: Sequence[Baseline],
) -> Moved:
    """What the series of a site did after a month."""
    if sex == "gap" and own.has_sexes:
        one, wanted = judging.gap(measure, own, name="", lines=lines), -1
    else:
        counted = _counted(own, sex)
        one = judging.judged(measure, own, counted, name="", lines=lines)
        indicator = workspace().catalogue.indicators[measure.indicator]
        wanted = -1 if indicator.direction == "down" else 1
    after = [at for at, month in enumerate(own.months) if month >= began]
    return Moved(_fired(one, after, wanted), _size(one, after), wanted)


def _counted(own: Series, sex: str) -> str:
    """The sex that is meant, else the first that was counted; all children for a gap
    that nobody counted by sex."""
    wanted = [sex if sex in own.by_sex else "total", *own.by_sex]
    known = [one for one in wanted if not np.isnan(own.by_sex[one].value).all()]
    return (known or wanted)[0]


def _fired(one: Judged, after: Sequence[int], wanted: int) -> bool:
    return any(
        signal.side == wanted and set(signal.points) <= set(after)
        for signal in one.signals
    )


def _size(one: Judged, after: Sequence[int]) -> float | None:
    values = one.values
    here = set(after)
    known = [(at in here, v) for at, v in enumerate(values) if not np.isnan(v)]
    later = [value for is_after, value in known if is_after]
    before = [value for is_after, value in known if not is_after]
    if len(later) < LEAST or len(before) < LEAST:
        return None
    return float(median(later) - median(before))
