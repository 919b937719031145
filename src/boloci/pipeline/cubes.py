"""The tables that everything of a build is worked out from: places, counts, targets."""

from collections.abc import Callable, Sequence

from boloci.lake.engines import Engine
from boloci.pipeline import counting, placing, programme, reporting, targeting
from boloci.pipeline.bringing import quiet
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.sources.reading import Progress

COUNTED = 0.5
"""How far a build is when its numbers are counted, and now are judged."""


def count(
    engine: Engine,
    known: Understood,
    *,
    profile: str,
    progress: Progress = quiet,
) -> Rules:
    """Tables `counts`, `targets`, `reports`, `sessions`, `measures` in the engine."""
    put_places(engine, known)
    chosen = known.catalogue.profiles[profile]
    steps: list[tuple[str, Callable[[], None]]] = [
        ("values", lambda: placing.place_values(engine, known)),
        ("counts", lambda: counting.count_units(engine, known)),
        ("datasets", lambda: reporting.find_datasets(engine, known)),
        ("populations", lambda: targeting.take_targets(engine, known)),
    ]
    _run(steps, progress, 0.0, 0.2)
    main = reporting.main_dataset(engine, known)
    steps = [
        (
            "reports",
            lambda: reporting.count_reports(engine, known, main_dataset=main),
        ),
        ("silence", lambda: counting.add_silence(engine)),
        (
            "targets",
            lambda: targeting.count_targets(engine, profile=chosen, main_dataset=main),
        ),
        ("places", lambda: counting.count_places(engine)),
        ("sessions", lambda: programme.count_sessions(engine, known)),
        ("measures", lambda: programme.take_measures(engine, known)),
    ]
    _run(steps, progress, 0.2, COUNTED)
    engine.drop("received", "month_reports", "unit_reports")
    return Rules(
        indicators=known.catalogue.indicators,
        elements=known.catalogue.elements,
        keys=known.mapped.keys,
        profile=chosen,
        main_dataset=main,
        datasets=reporting.datasets(engine),
    )


def _run(
    steps: Sequence[tuple[str, Callable[[], None]]],
    progress: Progress,
    start: float,
    end: float,
) -> None:
    for index, (name, step) in enumerate(steps):
        progress(name, start + (end - start) * index / len(steps))
        step()


def put_places(engine: Engine, known: Understood) -> None:
    """Tables `place`, `membership` (unit, place, months) and `districts`."""
    engine.put("place", known.dimension, lasting=True)
    ways = known.tree.membership().rename_columns(
        ["unit", "place", "first_month", "last_month"]
    )
    engine.put("membership", ways, lasting=True)
    for name, query in _WAYS.items():
        engine.create(name, query)
    engine.create(
        "districts",
        "SELECT DISTINCT m.unit AS district, m.place FROM membership m"
        " JOIN place p ON p.place_key = m.unit"
        " WHERE p.level = 'district' AND m.unit <> m.place",
        lasting=True,
    )


_WAYS = {
    "own_months": "SELECT unit, first_month, last_month FROM membership"
    " WHERE unit = place",
    "lineage": "SELECT unit, dense_rank() OVER (ORDER BY ways)::INTEGER AS lineage,"
    " ways FROM (SELECT unit, list((place, first_month, last_month) ORDER BY place,"
    " first_month) AS ways FROM membership WHERE unit <> place GROUP BY unit)",
    "lineage_above": "SELECT lineage, way[1] AS place, way[2] AS first_month,"
    " way[3] AS last_month FROM (SELECT DISTINCT lineage, unnest(ways) AS way"
    " FROM lineage)",
}
