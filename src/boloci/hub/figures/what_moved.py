"""What moved an estimate: one sentence, and a table of what each source did."""

from collections.abc import Iterator, Sequence
from typing import Any

from boloci.charts import Column, Table
from boloci.hub import showing
from boloci.hub.figures import estimated_words as words
from boloci.hub.figures.estimated import Pull
from boloci.hub.language import _

PRIOR, ESTIMATE, WITHOUT_SHIFT = "prior", "estimate", "without_shift"
KINDS = ("surveys", "lots", "recounts")
Row = dict[str, Any]


def sentence(steps: Sequence[tuple[str, float]], pulls: Sequence[Pull]) -> str:
    """From the usual figure to the estimate; blank where there is none.

    Points are whole: what doses alone say is known no better.
    """
    values = dict(steps)
    if ESTIMATE not in values:
        return ""
    told = {code: words.percent(value) for code, value in values.items()}
    told["moves"] = _moves(pulls)
    told["outcome"] = _outcome(values[ESTIMATE], pulls)
    if not told["moves"]:
        return _alone("naive" in values).format(**told)
    if "naive" not in values:
        return _(
            "Doses and births alone say about {doses}; from there {moves}: {outcome}."
        ).format(**told)
    return _(
        "Reported doses over the official target say {naive}, doses and births alone"
        " about {doses}; from there {moves}: {outcome}."
    ).format(**told)


def _alone(naive: bool) -> str:
    """Where no survey, lot or recount is known to have moved it."""
    if naive:
        return _("Reported doses over the official target say {naive}; {outcome}.")
    return _("By doses and births, {outcome}.")


def _moves(pulls: Sequence[Pull]) -> str:
    """What each kind of source does, inside the sentence."""
    by_kind = {
        "surveys": _("surveys move it by {by}"),
        "lots": _("lots (LQAS) by {by}"),
        "recounts": _("recounts by {by}"),
    }
    if not any(one.kind == "surveys" for one in pulls):
        by_kind["lots"] = _("lots (LQAS) move it by {by}")
    found = {one.kind for one in pulls}
    told = [
        text.format(by=points(_points(pulls, kind), 0))
        for kind, text in by_kind.items()
        if kind in found
    ]
    return words.listed(told) if told else ""


def _outcome(value: float, pulls: Sequence[Pull]) -> str:
    told = words.percent(value)
    weight = _weight(pulls)
    if weight is None:
        return _("the estimate is {value}").format(value=told)
    return _(
        "the estimate is {value}, in which what was believed before any data weighs"
        " {weight}"
    ).format(value=told, weight=words.percent(100 * weight))


def _weight(pulls: Sequence[Pull]) -> float | None:
    return next((one.weight for one in pulls if one.kind == PRIOR), None)


def _points(pulls: Sequence[Pull], kind: str) -> float:
    return sum(one.points or 0.0 for one in pulls if one.kind == kind)


def points(value: float | None, digits: int | None = None) -> str:
    """A move in points, with its sign."""
    if value is not None and digits is not None:
        value = round(value, digits) + 0.0  # no -0
    told = showing.figure(value, "points", digits)
    return f"+{told}" if value is not None and value > 0 else told


def table(
    steps: Sequence[tuple[str, float]],
    pulls: Sequence[Pull],
    place: str,
    period: str,
) -> Table:
    """DTP1 coverage after each step: what comes in, and by how much it moves it."""
    return Table(
        name="moved",
        title=_("What moved it: DTP1 coverage of {place}, {period}").format(
            place=place, period=showing.period(period)
        ),
        columns=[
            Column("step", _("Step")),
            Column("value", _("DTP1 coverage"), "percent"),
            Column("by", _("Moved by"), "points"),
            Column("weight", _("Weight"), "percent"),
        ],
        rows=list(_rows(steps, pulls)),
    )


def _rows(steps: Sequence[tuple[str, float]], pulls: Sequence[Pull]) -> Iterator[Row]:
    before = None
    for code, value in steps:
        if code == WITHOUT_SHIFT:
            shift = dict(steps)[ESTIMATE] - value
            yield _row(step(code), by=shift)
            continue
        moves = before is not None and code in KINDS
        by = value - before if moves and before is not None else None
        weight = _weight(pulls) if code == PRIOR else None
        yield _row(step(code), value, by, None if weight is None else 100 * weight)
        yield from _named(code, pulls)
        before = value


def _named(kind: str, pulls: Sequence[Pull]) -> Iterator[Row]:
    """Each source of a kind, where there are several."""
    own = [one for one in pulls if one.kind == kind]
    if len(own) > 1:
        for one in own:
            yield _row(_("of which {source}").format(source=one.source), by=one.points)


def _row(
    name: str,
    value: float | None = None,
    by: float | None = None,
    weight: float | None = None,
) -> Row:
    return {"step": name, "value": value, "by": by, "weight": weight}


def step(code: str) -> str:
    """What comes in at a step of the estimate."""
    return {
        "naive": _("Reported doses over the official target"),
        PRIOR: _("Before any data: what is usual elsewhere"),
        "doses": _("With doses and births alone"),
        "surveys": _("With surveys"),
        "lots": _("With lots (LQAS)"),
        "recounts": _("With recounts of registers"),
        ESTIMATE: _("The estimate"),
        WITHOUT_SHIFT: _(
            "Of this, shift that surveys and lots (LQAS) force: doses do not explain it"
        ),
    }.get(code, code)
