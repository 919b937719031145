"""What is believed of the target, reports and coverage of every place and year.

From the country down, level by level: a place is like the place it lies in, give or
take the profile's spread of its level, and what is heard of it moves that belief. How
far places truly differ in their targets is learned from the country itself, where two
independent sources (doses, antenatal visits, gridded births) agree on it.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from boloci.lake.engines import Engine
from boloci.pipeline.rules import Rules
from boloci.stats import causes
from boloci.stats.causes import Beliefs, Floats

Ints = npt.NDArray[np.int64]

TARGET, OVER, OUTSIDE, COVERAGE = range(len(causes.PARTS))
_ALL = np.ones(len(causes.PARTS))
APART = ("services", "worldpop")
"""Kinds that tell how far a place's target is off, beside the place above."""
HEARD = (*APART, "un", "survey", "lots", "recount", "stock", "arrival", "pull")


@dataclass(frozen=True)
class PlaceYears:
    """Places by year, in columns of the same length, parents known by row."""

    place: Ints
    year: Ints
    depth: Ints
    level: npt.NDArray[np.object_]
    parent: Ints
    """Row of the place it lies in, same year; -1: none."""
    excess: Floats
    """log(doses / target of the months reported), faults of single months left out."""
    chance: Floats
    """Variance of `excess` by chance: doses counted, reports missing."""
    value: dict[str, Floats]
    variance: dict[str, Floats]
    """By kind of `HEARD`; NaN: not heard."""

    def __len__(self) -> int:
        return len(self.place)


def believe(rows: PlaceYears, rules: Rules) -> Beliefs:
    """Beliefs of every place and year; (n, 4) in the order of `causes.PARTS`."""
    mean, covariance = np.zeros((len(rows), 4)), np.zeros((len(rows), 4, 4))
    for depth in range(int(rows.depth.max(initial=-1)) + 1):
        mine = np.flatnonzero(rows.depth == depth)
        found = (
            _country(rows, mine, rules)
            if depth == 0
            else _inside(rows, mine, Beliefs(mean, covariance), rules)
        )
        mean[mine], covariance[mine] = found.mean, found.covariance
    return Beliefs(mean, covariance)


def _country(rows: PlaceYears, mine: Ints, rules: Rules) -> Beliefs:
    """The top of the tree: whole counts of others, surveys, what was recounted."""
    count = len(mine)
    variance = _listed(rules, "cause_sd_country") ** 2
    # A district alone, without its country, may differ as districts do.
    for level in _LEVELS[: _rank(rows.level[mine[0]])] if count else ():
        variance = variance + _listed(rules, f"cause_sd_{level}") ** 2
    start = causes.prior(
        np.tile(_listed(rules, "cause_country"), (count, 1)),
        np.tile(np.sqrt(variance), (count, 1)),
    )
    un, gridded, visits = (
        float(rules.profile.value("cause_sd_un")),
        *(_listed(rules, f"cause_sd_{kind}")[0] for kind in APART[::-1]),
    )
    services = rows.value["services"][mine] - np.log(
        float(rules.profile.value("cause_service_coverage"))
    )
    told = start
    for value, sd in (
        (rows.value["un"][mine], un),
        (rows.value["worldpop"][mine], gridded),
        (services, visits),
    ):
        told = causes.learn(told, _only(TARGET), value, np.full(count, sd**2))
    return _said(rows, mine, told)


def _inside(rows: PlaceYears, mine: Ints, above: Beliefs, rules: Rules) -> Beliefs:
    """Places inside others: what differs from the place above is what is learned."""
    parent = rows.parent[mine]
    within = above.at(parent)
    rank = _rank(rows.level[mine[0]])
    sd = _listed(rules, f"cause_sd_{_LEVELS[rank - 1]}")
    doses = rows.excess[mine] - rows.excess[parent]
    apart = {kind: rows.value[kind][mine] - rows.value[kind][parent] for kind in APART}
    clip, worth, better = (
        float(rules.profile.value(name))
        for name in ("cause_clip", "cause_places_of_prior", "cause_least_noise")
    )
    target = _target_variance([doses, *apart.values()], sd[TARGET] ** 2, rules)
    spread = np.tile(sd, (len(mine), 1))
    spread[:, TARGET] = np.sqrt(target)
    told = causes.loosened(within, spread)
    residual = doses - apart["services"]
    told.mean[:, OUTSIDE] += _drawn(residual, rows.value["pull"][mine], rules)
    arrived = np.nan_to_num(rows.value["arrival"][mine]) > 0
    for kind, other in apart.items():
        usual = _listed(rules, f"cause_sd_{kind}")[rank] ** 2
        whole, count = causes.common_variance(other, other, clip=clip)
        noise = causes.shrunk(whole - target, count, usual, worth)
        noise = max(noise, usual / better)
        weights = np.tile(_only(TARGET), (len(mine), 1))
        # Families who came are seen by antenatal visits too.
        weights[arrived, OUTSIDE] = float(kind == "services")
        value = other + np.einsum("ni,ni->n", within.mean, weights)
        chance = np.nan_to_num(rows.variance[kind][mine])
        told = causes.learn(told, weights, value, noise + chance)
    return _said(rows, mine, told)


def _target_variance(series: list[Floats], usual: float, rules: Rules) -> float:
    """How much targets vary, by what each two sources of their error share."""
    clip, worth = (
        float(rules.profile.value(name))
        for name in ("cause_clip", "cause_places_of_prior")
    )
    pairs = [causes.common_variance(*two, clip=clip) for two in combinations(series, 2)]
    total = sum(count for _, count in pairs)
    if not total:
        return usual
    found = sum(variance * count for variance, count in pairs if count) / total
    return causes.shrunk(found, max(count for _, count in pairs), usual, worth)


def _drawn(residual: Floats, pull: Floats, rules: Rules) -> Floats:
    """What children of nearby places add, by the share that leaves: learned here.

    `residual`: doses for each antenatal visit, against the place above. Its slope on
    `pull` is the share of children vaccinated in a place nearby.
    """
    share = float(rules.profile.value("cause_leaving"))
    drawn = np.clip(pull, *_listed(rules, "cause_pull_range"))
    both = np.isfinite(residual) & np.isfinite(drawn)
    if both.sum() > 2:
        x = drawn[both] - drawn[both].mean()
        limits = _listed(rules, "cause_residual_range")
        y = np.clip(residual[both] - np.median(residual[both]), *limits)
        worth = float(rules.profile.value("cause_places_of_prior")) * x.var()
        share = (x @ y + worth * share) / (x @ x + worth)
    share = np.clip(share, *_listed(rules, "cause_leaving_range"))
    added: Floats = np.log1p(np.nan_to_num(share * drawn))
    return added


def _said(rows: PlaceYears, mine: Ints, told: Beliefs) -> Beliefs:
    """What speaks of coverage and of reports, then the doses themselves."""
    for kind, part in (
        ("survey", COVERAGE),
        ("lots", COVERAGE),
        ("recount", OVER),
        ("stock", OVER),
    ):
        value, variance = rows.value[kind][mine], rows.variance[kind][mine]
        told = causes.learn(told, _only(part), value, variance)
    told = causes.learn(told, _ALL, rows.excess[mine], rows.chance[mine])
    return causes.at_most(told, COVERAGE, 0.0)


_LEVELS = ("region", "district", "area")


def _rank(level: object) -> int:
    """0 for a country, 3 for an area and what lies below it."""
    if level == "country":
        return 0
    return 1 + _LEVELS.index(str(level)) if level in _LEVELS else len(_LEVELS)


def _listed(rules: Rules, name: str) -> Floats:
    return np.array(rules.profile.value(name), dtype=np.float64)


def _only(part: int) -> Floats:
    weights = np.zeros(len(causes.PARTS))
    weights[part] = 1.0
    return weights


def place_years(engine: Engine, rules: Rules, base: int) -> PlaceYears:
    """Read doses, targets and what was `heard` of every place of the tree by year."""
    missing = float(rules.profile.value("cause_sd_missing"))
    query = _PLACE_YEARS.format(base=base, heard=_HEARD, missing=missing)
    table = engine.arrow(query)
    column = {
        name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names
    }
    place, year = (column[name].astype(np.int64) for name in ("place", "year"))
    parent = _parents(place, year, column["parent"].astype(np.float64))
    return PlaceYears(
        place=place,
        year=year,
        depth=_depths(parent),
        level=column["level"],
        parent=parent,
        excess=column["excess"].astype(float),
        chance=column["chance"].astype(float),
        value={kind: column[kind].astype(float) for kind in HEARD},
        variance={kind: column[f"{kind}_variance"].astype(float) for kind in HEARD},
    )


def _parents(place: Ints, year: Ints, above: Floats) -> Ints:
    """Row of the place above in the same year; -1 where it has none."""
    keys = zip(place.tolist(), year.tolist(), strict=True)
    row_of = {key: row for row, key in enumerate(keys)}
    wanted = zip(above.tolist(), year.tolist(), strict=True)
    return np.array([row_of.get(key, -1) for key in wanted], np.int64)


def _depths(parent: Ints) -> Ints:
    depth = np.zeros(len(parent), np.int64)
    at = parent.copy()
    while (at >= 0).any():
        depth += at >= 0
        at = np.where(at >= 0, parent[at], -1)
    return depth


_HEARD = ", ".join(
    f"max(h.value) FILTER (WHERE h.kind = '{kind}') AS {kind},"
    f" max(h.variance) FILTER (WHERE h.kind = '{kind}') AS {kind}_variance"
    for kind in HEARD
)

_PLACE_YEARS = """
WITH told AS (
    SELECT h.place, h.year, {heard} FROM heard h GROUP BY ALL
),
taken_out AS (
    SELECT place, period, sum(doses) AS doses FROM place_surplus
    WHERE element = {base} GROUP BY ALL
)
SELECT p.place_key AS place, p.level, u.place_key AS parent, c.period // 100 AS year,
       ln((c.total - coalesce(s.doses, 0))
          / coalesce(t.reporting_target, t.target_so_far)) AS excess,
       1 / c.total + ({missing} * (1 - c.received / greatest(c.expected, 1))) ** 2
           AS chance,
       w.* EXCLUDE (place, year)
FROM counts c
JOIN place p ON p.place_key = c.place AND p.level <> 'group'
JOIN element_population e ON e.element = c.element
JOIN targets t ON t.place = c.place AND t.period = c.period
    AND t.population = e.population
LEFT JOIN place u ON u.place_id = p.parent_id
LEFT JOIN taken_out s ON s.place = c.place AND s.period = c.period
LEFT JOIN told w ON w.place = c.place AND w.year = c.period // 100
WHERE c.element = {base} AND c.period % 100 = 0 AND c.total > coalesce(s.doses, 0)
  AND t.target_so_far > 0
ORDER BY p.place_key, year
"""
