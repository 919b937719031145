"""Sums over places and periods, as queries over the tables of an engine.

The sums are those of `boloci.stats.sums`; here they are told by the names of tables, so
that their queries are written once (`Engine.query`).
"""

from collections.abc import Callable, Sequence

import narwhals as nw

from boloci.lake.engines import Engine
from boloci.stats import sums
from boloci.stats.vocabulary import Frame

WAYS = ("own_months", "lineage", "lineage_above")
"""Membership in the shape that sums over places take: see `sums.Ways`."""

Part = Callable[[Frame], Frame]
"""A function of a module that takes some rows of a frame, or works columns out."""


def whole(frame: Frame) -> Frame:
    """All of a frame, as it is."""
    return frame


def over_places(
    engine: Engine,
    units: str,
    *,
    by: Sequence[str],
    added: Sequence[str],
    flags: Sequence[str] = (),
    when: str = "period",
    of: Part = whole,
    above: Part = whole,
) -> str:
    """Months of units and of every place above: see `sums.over_places`.

    `of`: what of the table `units` is meant; `above`: what of that is added up.
    """
    return engine.query(
        _over_places,
        engine.columns(units, *WAYS),
        by=tuple(by),
        added=tuple(added),
        flags=tuple(flags),
        when=when,
        of=of,
        above=above,
    )


def _over_places(
    units: Frame,
    *ways: Frame,
    by: Sequence[str],
    added: Sequence[str],
    flags: Sequence[str],
    when: str,
    of: Part,
    above: Part,
) -> Frame:
    mine = of(units)
    return sums.over_places(
        mine,
        sums.Ways(*ways),
        by=by,
        sums=added,
        flags=flags,
        when=when,
        above=None if above is whole else above(mine),
    )


def every_period(
    engine: Engine,
    months: str,
    *,
    by: Sequence[str],
    added: Sequence[str],
    flags: Sequence[str] = (),
    entered: bool = False,
    adding: Part = whole,
) -> str:
    """Months with their quarters, semesters and years: see `sums.every_period`.

    Keeps the tables `by_quarter`, `by_semester` and `by_year`, each made of the one
    before it. `entered`: the table `months` holds figures for whole quarters,
    semesters or years too. `adding`: what of a shorter period is added up.
    """
    shorter = months
    for kind in sums.PERIOD_KINDS:
        given = (months,) if entered else ()
        query = engine.query(
            _longer,
            engine.columns(shorter, *given),
            kind=kind,
            by=tuple(by),
            added=tuple(added),
            flags=tuple(flags),
            adding=adding,
        )
        shorter = f"by_{kind}"
        engine.create(shorter, query)
    columns = ", ".join(("place", "period", *by, *added, *flags))
    single = f"SELECT {columns} FROM {months}"
    if entered:
        single += " WHERE period % 100 BETWEEN 1 AND 12"
    return " UNION ALL ".join(
        [single, *(f"SELECT {columns} FROM by_{kind}" for kind in sums.PERIOD_KINDS)]
    )


def _longer(
    shorter: Frame,
    given: Frame | None = None,
    *,
    kind: str,
    by: Sequence[str],
    added: Sequence[str],
    flags: Sequence[str],
    adding: Part,
) -> Frame:
    if given is not None and kind == sums.PERIOD_KINDS[0]:
        shorter = shorter.filter(month())
    return sums.longer(
        shorter,
        kind,
        by=by,
        sums=added,
        flags=flags,
        entered=None if given is None else given.filter(~month()),
        adding=adding,
    )


def month() -> nw.Expr:
    """Whether a period is a month."""
    part = nw.col("period") % 100
    return (part >= 1) & (part <= 12)
