"""What the estimate of a build says of places: always for a scope, never around it.

A build without an estimate has no table `estimate`: `fit` is None then, and the pages
say what is missing. Refused figures are rows with a blank value, not missing rows.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from boloci import periods
from boloci.codes import TOTAL
from boloci.hub import reading
from boloci.hub.current import current, workspace
from boloci.hub.rights import Scope
from boloci.published import PlaceRow, Published

METHOD = "estimated"
CHILDREN, SHARE, COVERAGE = "zero_dose_children", "zero_dose_share", "dtp1_coverage"
GAP = "dtp1_sex_gap"
OVER_REPORTING, TARGET_BIAS = "over_reporting", "target_bias"
STALE = "stale"
"""Flag of the facts of an estimate that data came after."""
REFERENCE = "numpyro"
"""The package that the reference fit needs, and the usual one does not."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Fit:
    """How the estimate of a build was made, and from what."""

    made: datetime.datetime
    from_build: str
    seed: int
    draws: int
    surveys: int
    lots: int
    recounts: int
    regions: int
    """Regions estimated."""
    regions_refused: int
    """Regions of which these data cannot tell the level."""
    gridded: bool
    """Whether births are counted on a grid of the population."""
    stale: bool
    """Whether data came since it was made."""
    left_out: str
    """Surveys and lots that told nothing, joined by "; "."""


def fit() -> Fit | None:
    """The estimate of the current build; None where it has none."""
    return _fit(current())


@lru_cache(maxsize=4)
def _fit(source: Published) -> Fit | None:
    if "estimate" not in source.relations:
        return None
    names = list(Fit.__dataclass_fields__)
    found = source.rows(f"SELECT {', '.join(names)} FROM estimate")
    return Fit(*found[0]) if found else None


def has_reference() -> bool:
    """Whether this machine can make the reference fit."""
    return find_spec(REFERENCE) is not None


def facts(
    scope: Scope, names: Iterable[str], ids: Sequence[str], period: str, sex: str
) -> dict[tuple[str, str], dict[str, Any]]:
    """Estimated facts of one sex by indicator and place. Raises `Http404`."""
    return _facts(scope, names, ids, period, sex, METHOD)


def usual(
    scope: Scope, names: Iterable[str], ids: Sequence[str], period: str, sex: str
) -> dict[tuple[str, str], dict[str, Any]]:
    """The same as reported, over the official target."""
    return _facts(scope, names, ids, period, sex, "reported")


def _facts(
    scope: Scope,
    names: Iterable[str],
    ids: Sequence[str],
    period: str,
    sex: str,
    method: str,
) -> dict[tuple[str, str], dict[str, Any]]:
    defined = workspace().catalogue.indicators
    known = [one for one in names if one in current().indicators and one in defined]
    if not known or not ids:
        return {}
    over = {"denominator": ["target"]} if method == "reported" else {}
    found = reading.facts(
        scope,
        indicator=known,
        place=list(ids),
        period=period,
        sex=sex,
        method=[method],
        **over,
    ).to_pylist()
    return {(row["indicator"], row["place_id"]): row for row in found}


def shares(
    scope: Scope, ids: Sequence[str], period: str, sex: str
) -> dict[str, dict[str, Any]]:
    """Share of children without a first dose, estimated, by place.

    Of girls or boys alone it is what their coverage leaves.
    """
    if sex == TOTAL:
        found = facts(scope, [SHARE], ids, period, sex)
        return {place_id: row for (_name, place_id), row in found.items()}
    found = facts(scope, [COVERAGE], ids, period, sex)
    return {place_id: _left(row) for (_name, place_id), row in found.items()}


def _left(row: Row) -> dict[str, Any]:
    """What a coverage leaves: its ends change places."""
    ends = {"value": "value", "lower": "upper", "upper": "lower"}
    told = {to: None if row[of] is None else 100 - row[of] for to, of in ends.items()}
    return {**row, **told}


def spread(scope: Scope, indicator: str, period: str) -> dict[str, list[float]]:
    """Evenly spaced quantiles of a figure's draws by place; none where none are kept.

    They are kept for years and for the latest quarter.
    """
    found = _rows(scope, "estimate_spread", _SPREAD, [indicator, periods.code(period)])
    return {place_id: quantiles for place_id, quantiles in found if quantiles}


def worst(scope: Scope, period: str) -> dict[tuple[str, str], float]:
    """Chance (0 to 1) of a place to be in the worst fifth, by place and level of the
    place among whose parts it is: region or country."""
    found = _rows(scope, "estimate_worst", _WORST, [periods.code(period)])
    return {
        (place_id, level): chance
        for place_id, level, chance in found
        if chance is not None
    }


STEPS = (
    *("naive", "prior", "doses", "surveys", "lots", "recounts"),
    *("estimate", "without_shift"),
)
"""Steps of `moved`, in the order of what comes in; the last is the estimate without the
shift that surveys and lots force."""


@dataclass(frozen=True)
class Pull:
    """What one source, or the prior, did to the DTP1 coverage of a place.

    kind      a step of `STEPS`
    source    name of the survey or round of lots; blank: none
    points    how far it moved coverage; None of the prior
    weight    share (0-1) of the estimate that hangs on it; of the prior alone
    """

    kind: str
    source: str
    points: float | None
    weight: float | None


def moved(scope: Scope, here: PlaceRow, period: str) -> list[tuple[str, float]]:
    """DTP1 coverage of a place after each step of the estimate, in their order."""
    found = _rows(scope, "estimate_moved", _MOVED, [here.key, periods.code(period)])
    values = {step: value for _place, step, value in found if value is not None}
    return [(step, values[step]) for step in STEPS if step in values]


def pulls(scope: Scope, here: PlaceRow, period: str) -> list[Pull]:
    """What each source did; none in a build of before this was told."""
    asked = [here.key, periods.code(period)]
    return [Pull(*row[1:]) for row in _rows(scope, "estimate_pulls", _PULLS, asked)]


def sensitivity(
    scope: Scope, here: PlaceRow, period: str, indicator: str
) -> list[tuple[str, float | None, float | None, float | None]]:
    """What is kept, value and ends, of an indicator of a place under other choices."""
    asked = [here.key, periods.code(period), indicator]
    found = _rows(scope, "estimate_sensitivity", _SENSITIVITY, asked)
    return [(kept, value, lower, upper) for _p, kept, value, lower, upper in found]


def _rows(
    scope: Scope, relation: str, sql: str, parameters: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Rows of readable places; their id comes first in each row."""
    source = current()
    if relation not in source.relations:
        return []
    seen = scope.places
    return [row for row in source.rows(sql, list(parameters)) if row[0] in seen]


_SPREAD = """
SELECT p.place_id, s.quantiles FROM estimate_spread s
JOIN place p ON p.place_key = s.place WHERE s.indicator = ? AND s.period = ?
"""
_WORST = """
SELECT p.place_id, a.level, w.chance FROM estimate_worst w
JOIN place p ON p.place_key = w.place JOIN place a ON a.place_key = w.among
WHERE w.period = ?
"""
_MOVED = """
SELECT p.place_id, m.step, m.value FROM estimate_moved m
JOIN place p ON p.place_key = m.place WHERE m.place = ? AND m.period = ?
"""
_PULLS = """
SELECT p.place_id, m.kind, m.source, m.points, m.weight FROM estimate_pulls m
JOIN place p ON p.place_key = m.place WHERE m.place = ? AND m.period = ?
ORDER BY m.kind, m.source
"""
_SENSITIVITY = """
SELECT p.place_id, s.kept, s.value, s.lower, s.upper FROM estimate_sensitivity s
JOIN place p ON p.place_key = s.place
WHERE s.place = ? AND s.period = ? AND s.indicator = ? ORDER BY s.kept
"""
