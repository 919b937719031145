"""Doubts that only show when everything is added up: findings of a build.

One finding says a thing once, with how often and the first places: a rule that holds
in every unit does not bury the others.
"""

from boloci import periods
from boloci.catalogue.definitions import Profile
from boloci.lake.engines import Engine
from boloci.pipeline.understanding import Understood
from boloci.tables import Finding

EXAMPLES = 5
"""Places named in one finding."""


TOLERANCE = "stated_rate_tolerance"


def of_sums(engine: Engine, known: Understood, profile: Profile) -> list[Finding]:
    """Every doubt of this module; rates only where a profile doubts stated ones."""
    found = one_sex_only(engine)
    if TOLERANCE in profile.constants:
        over = float(profile.value(TOLERANCE))
        found += doubtful_rates(engine, known, over=over)
    return found


def one_sex_only(engine: Engine) -> list[Finding]:
    """A finding where units report doses of one sex and not of the other."""
    rows = engine.rows(
        "SELECT count(DISTINCT (unit, period)), count(DISTINCT unit), min(period),"
        " max(period),"
        " list(DISTINCT p.name)"
        " FROM unit_counts c JOIN place p ON p.place_key = c.unit"
        " WHERE (c.female IS NULL) <> (c.male IS NULL)"
    )
    count, units, first, last, names = rows[0]
    if not count:
        return []
    examples = _first_of(sorted(names))
    return [
        Finding(
            "one_sex_only",
            period_start=periods.text(first),
            period_end=periods.text(last),
            value=float(count),
            params={"count": count, "units": units, "places": examples},
        )
    ]


def doubtful_rates(engine: Engine, known: Understood, *, over: float) -> list[Finding]:
    """Stated report rates more than `over` points from received / expected."""
    engine.put("rates_stated", known.tables["reports"])
    rows = engine.rows(
        "SELECT r.dataset, count(*), min(r.period), max(r.period),"
        " list(DISTINCT p.name ORDER BY p.name)"
        " FROM rates_stated r JOIN place_texts t ON t.text = r.place_id"
        " JOIN place p ON p.place_key = t.unit"
        " WHERE r.expected > 0 AND abs(r.rate - 100 * r.received / r.expected) > ?"
        " GROUP BY r.dataset ORDER BY r.dataset",
        over,
    )
    engine.drop("rates_stated")
    return [
        Finding(
            "stated_rate_differs",
            period_start=periods.text(first),
            period_end=periods.text(last),
            value=float(count),
            params={
                "dataset": dataset,
                "count": count,
                "points": over,
                "places": _first_of(names),
            },
        )
        for dataset, count, first, last, names in rows
    ]


def _first_of(names: list[str]) -> str:
    more = ", …" if len(names) > EXAMPLES else ""
    return ", ".join(names[:EXAMPLES]) + more
