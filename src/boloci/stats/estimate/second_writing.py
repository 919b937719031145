"""The posterior of a region written a second time, in JAX, to check the first.

With `model` it shares what is known (`Evidence`), the priors' numbers (`Scales`), the
names and order of the unknowns (`Layout.terms`) and no arithmetic: priors are sums of
squares rather than matrices, gradients are JAX's, and Student's noise can be taken as
it is, with no mixing weights (`shared_shock`). Importing this module needs the extra
`boloci[estimate]`, and sets JAX to double precision.
"""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from boloci.stats.estimate.asked_again import Together, together
from boloci.stats.estimate.evidence import (
    AGES,
    ANTIGENS,
    JOINT,
    Anchor,
    Array,
    Evidence,
)
from boloci.stats.estimate.layout import OWN, Layout
from boloci.stats.estimate.model import Weights
from boloci.stats.estimate.scales import Scales
from boloci.stats.estimate.shared_shock import FREEDOM, log_shared_shock

jax.config.update("jax_enable_x64", True)

_COUNTED_SHOCK, _COUNTED_NOISE = 0.7, 0.3
"""Variance of a log for each child due, and for each dose: what chance alone moves."""
_LEAST, _MOST, _LAST, _POWER = 1e-6, 1 - 1e-9, 0.01, 40.0
_DOSES = ANTIGENS[JOINT]
_FIRST = ANTIGENS.index("DTP1")
_BIRTHS = ("births_nation", "births_region", "births_district")
_TIED = 0.1
"""A walk is so much nearer to 0 in the middle of the time than one step is long."""
Named = dict[str, Array]


class OtherUnknowns(Exception):
    """The first writing has unknowns of which this one knows nothing, or lacks some."""


@dataclass(frozen=True)
class Expected:
    """What a point of the posterior says of each quarter of an area."""

    children: Array
    """(areas, quarters) due for DTP1"""
    true: Array
    """(doses, areas, quarters) chances as they are, of which surveys and lots ask"""
    over: Array
    """(areas, quarters) log of over-reporting"""
    given: Array
    """(doses, areas, quarters) given in the area, by chances as doses tell them"""


class SecondWriting:
    """The same posterior as `Model`, for vectors of unknowns in the same order."""

    def __init__(self, evidence: Evidence, scales: Scales):
        self.evidence, self.scales = evidence, scales
        self.layout = Layout(evidence, scales)
        self._prior_of = self._priors()
        names, own = set(self._prior_of), {*_OWN_PRIORS, "path"}
        if own != {*OWN, "path"} or names != set(self.layout.terms):
            raise OtherUnknowns(sorted(names ^ set(self.layout.terms)))
        e, s = evidence, scales
        middle = int(e.year.max()) / 2
        self.when = e.year + (e.season + 0.5) / 4 - 0.5 - middle
        a_quarter = e.births[:, e.year] / 4
        self.log_children = np.log(a_quarter)
        with np.errstate(invalid="ignore", divide="ignore"):
            told = np.log(e.doses[JOINT]) - np.log(e.completeness)
        self.known = np.isfinite(told)
        self.told = np.where(self.known, told, 0.0)
        doses = np.where(self.known, np.maximum(e.doses[JOINT], 1.0), 1.0)
        self.noise = np.sqrt(s.noise**2 + _COUNTED_NOISE / doses)
        self.shock = np.sqrt(s.shock**2 + _COUNTED_SHOCK / np.maximum(a_quarter, 1.0))
        self.inside = (e.district == np.arange(e.districts)[:, None]).astype(float)
        self.travels = e.neighbours.sum(1) > 0
        self.lots = [one for one in e.joint_anchors if one.source < 0]
        asked = [one for one in e.joint_anchors if one.source >= 0]
        self.surveys: list[Together] = together(asked)
        self._take_targets()

    def _take_targets(self) -> None:
        """Of each area and epoch, mean log of target over births, and when it was."""
        e = self.evidence
        epochs = int(e.epoch.max()) + 1
        self.target = np.full((e.areas, epochs), np.nan)
        self.target_when = np.zeros((e.areas, epochs))
        at = {year: self.when[e.year == year].mean() for year in set(e.year.tolist())}
        for area in range(e.areas):
            for epoch in range(epochs):
                years = [
                    year
                    for year in np.flatnonzero(e.epoch == epoch).tolist()
                    if e.targets[area, year] > 0
                ]
                if years:
                    above = np.log(e.targets[area, years] / e.births[area, years])
                    self.target[area, epoch] = above.mean()
                    self.target_when[area, epoch] = np.mean([at[y] for y in years])

    # -- unknowns and their priors

    def named(self, x: Array) -> tuple[Named, Named]:
        """Unknowns of areas (areas, or areas and quarters) and those shared (places,
        steps), by name."""
        e = self.evidence
        cut = e.areas * self.layout.own
        columns = x[:cut].reshape(e.areas, self.layout.own)
        own = {name: columns[:, number] for number, name in enumerate(OWN)}
        own["path"] = columns[:, len(OWN) :]
        shared = {
            term.name: x[cut:][term.at].reshape(term.places, term.steps)
            for term in self.layout.terms.values()
        }
        return own, shared

    def _priors(self) -> dict[str, Callable[[Array], Array]]:
        """The log density of each shared unknown, but for a constant."""
        s = self.scales
        result = {
            "births_nation": normal(s.births_nation),
            "births_region": normal(s.births_region),
            "births_district": normal(s.births_district),
            "season": normal(s.season),
            "level_region": normal(s.level_region),
            "level_district": normal(s.level_district),
            "path_nation": walk(s.walk_nation),
            "path_region": walk(s.walk),
            "path_district": walk(s.walk),
            "over_nation": normal(s.over_nation),
            "over_region": normal(s.over_region),
            "over_district": normal(s.over_district),
            "over_walk": walk(s.over_walk),
            "over_walk_region": walk(s.over_walk_region),
            "over_walk_district": walk(s.over_walk_district),
            "apart_nation": normal(s.apart_nation),
            "apart_region": normal(s.apart_region),
            "apart_district": normal(s.apart_district),
            "apart_walk": walk(s.apart_walk),
            "apart_walk_region": walk(s.apart_walk_region),
            "apart_walk_district": walk(s.apart_walk_district),
            "target_nation": normal(s.target_nation),
            "target_district": normal(s.target_district),
        }
        for dose in ("dtp3", "mcv1"):
            result[f"{dose}_nation"] = normal(s.next_nation)
            result[f"{dose}_region"] = normal(s.next_region)
            result[f"{dose}_district"] = normal(s.next_district)
            result[f"{dose}_walk"] = walk(s.next_walk)
            result[f"{dose}_walk_district"] = walk(s.next_walk_district)
        if self.evidence.sources:
            result["survey"] = normal(s.survey)
            result["survey_dose"] = normal(s.survey_dose)
        return result

    def prior(self, own: Named, shared: Named, weights: Weights | None) -> Array:
        """Log prior density, but for a constant."""
        value = 0.0
        for name, density in self._prior_of.items():
            value += density(shared[name])
        for name, sd in _OWN_PRIORS.items():
            value += normal(sd(self.scales))(own[name])
        still = self._far_from_still(own["path"])
        if weights is not None:
            return value - 0.5 * (weights.path * still).sum()
        freedom = FREEDOM + self.evidence.quarters
        return value - 0.5 * freedom * jnp.log1p(still / FREEDOM).sum()

    def _far_from_still(self, path: Array) -> Array:
        """(areas) squared deviations of autocorrelated paths: each quarter remembers
        the one before it."""
        s = self.scales
        news = s.path_area * np.sqrt(1 - s.path_memory**2)
        first = (path[:, 0] / s.path_area) ** 2
        later = (path[:, 1:] - s.path_memory * path[:, :-1]) / news
        return first + (later**2).sum(1)

    # -- from unknowns to what was to be expected

    def expected(self, own: Named, shared: Named) -> Expected:
        """Children, chances, over-reporting and doses given in every quarter."""
        e, s = self.evidence, self.scales
        births = self.log_children + own["births"][:, None]
        births += own["growth"][:, None] * self.when
        for name in _BIRTHS:
            births += self._of_areas(shared[name])
        level = s.level + own["level"][:, None]
        level += self._of_areas(shared["level_region"])
        level += self._of_areas(shared["level_district"])
        path = own["path"]
        for place in ("nation", "region", "district"):
            path += self._of_areas(shared[f"path_{place}"])
        first = along(jnp.clip(jax.nn.sigmoid(level), _LEAST, _MOST), path)
        # Who had a later dose had the first: as doses tell it, and in truth.
        after = jnp.stack(
            [
                jnp.ones_like(first),
                jax.nn.sigmoid(self._next("dtp3", s.dtp3, own, shared)),
                jax.nn.sigmoid(self._next("mcv1", s.mcv1, own, shared)),
            ]
        )
        truly_first = times(first, self._apart(shared))
        # Children due for a dose in a quarter were born when its age says.
        seasons = jnp.stack([self._season(shared, dose) for dose in _DOSES])
        due = e.due[JOINT, None, None] * jnp.exp(births + seasons[:, None])
        return Expected(
            jnp.exp(births + seasons[0]),
            truly_first * after,
            self._over(own, shared),
            self._given(first * after * due, own["flow"]),
        )

    def _season(self, shared: Named, dose: str) -> Array:
        """(quarters) log of the children due for a dose over those of a usual quarter:
        a yearly wave, later by the months between the dose and DTP1."""
        months = AGES[ANTIGENS.index(dose)] - AGES[_FIRST]
        of_year = (self.evidence.season + 0.5) / 4 - months / 12
        sine, cosine = shared["season"][0]
        turn = 2 * np.pi * of_year
        return sine * np.sin(turn) + cosine * np.cos(turn)

    def _apart(self, shared: Named) -> Array:
        """(areas or 1, quarters) log of coverage over that which doses tell, far from
        full coverage."""
        names = [name for name in self._prior_of if name.startswith("apart_")]
        return sum(self._of_areas(shared[name]) for name in names)

    def _of_areas(self, values: Array) -> Array:
        """(places, steps), of quarters or years, as (areas or 1, quarters or 1)."""
        e = self.evidence
        if values.shape[0] > 1:
            values = values[e.district]
        if values.shape[1] in (1, e.quarters):
            return values
        return values[:, e.year]

    def _next(self, dose: str, mean: float, own: Named, shared: Named) -> Array:
        """(areas, quarters) what leads from DTP1 to another dose."""
        result = mean + own[dose][:, None]
        for part in ("nation", "region", "district", "walk", "walk_district"):
            result += self._of_areas(shared[f"{dose}_{part}"])
        return result

    def _over(self, own: Named, shared: Named) -> Array:
        result = self.scales.over + own["over"][:, None]
        for part in ("nation", "region", "district"):
            result += self._of_areas(shared[f"over_{part}"])
        for part in ("over_walk", "over_walk_region", "over_walk_district"):
            result += self._of_areas(shared[part])
        return jnp.broadcast_to(result, self.told.shape[1:])

    def _given(self, reached: Array, flow: Array) -> Array:
        """Doses by where they were given: some are taken to a neighbour."""
        away = jax.nn.sigmoid(self.scales.flow + flow) * self.travels
        leaves = reached * away[:, None]
        arrives = jnp.einsum("ab,vaq->vbq", self.evidence.neighbours, leaves)
        return reached - leaves + arrives

    # -- how likely what was told is

    def left(self, expected: Expected) -> Array:
        """(doses, areas, quarters) log of doses told over those expected; 0 where
        nothing was told."""
        told = self.told - expected.over
        return jnp.where(
            self.known, told - jnp.log(jnp.maximum(expected.given, _LEAST)), 0.0
        )

    def _doses(self, expected: Expected, weights: Weights | None) -> Array:
        left = self.left(expected)
        if weights is None:
            shared = log_shared_shock(left, self.known, self.noise, self.shock)
            return shared.sum()
        # Normal given the weights: the mean that a quarter's figures share is normal
        # too, so take it out by completing the square.
        precision = jnp.where(self.known, weights.noise / self.noise**2, 0.0)
        of_shock = weights.shock / self.shock**2
        total = precision.sum(0) + of_shock
        square = (precision * left**2).sum(0) - (precision * left).sum(0) ** 2 / total
        return -0.5 * square.sum()

    def _targets(self, own: Named, shared: Named) -> Array:
        expected = own["births"][:, None] + own["growth"][:, None] * self.target_when
        expected += shared["target_nation"]
        expected += shared["target_district"][self.evidence.district]
        for name in _BIRTHS:
            expected += self._of_areas(shared[name])
        known = np.isfinite(self.target)
        left = np.where(known, self.target, 0.0) - expected
        return normal(self.scales.target_area)(jnp.where(known, left, 0.0))

    def _share(self, anchor: Anchor, expected: Expected) -> Array:
        """Share of the children of an anchor who had its dose."""
        among = self.inside[list(anchor.districts)].sum(0)
        true = expected.true[anchor.antigen - _FIRST]
        due = anchor.weights * (among @ expected.children)
        had = anchor.weights * (among @ (expected.children * true))
        return jnp.clip(had.sum() / due.sum(), _LEAST, 1 - _LEAST)

    def _lots(self, expected: Expected) -> Array:
        """Lots are counted."""
        value = 0.0
        for lot in self.lots:
            share = self._share(lot, expected)
            yes = lot.size * lot.share
            value += yes * jnp.log(share) + (lot.size - yes) * jnp.log1p(-share)
        return value

    def _surveys(self, expected: Expected, shared: Named) -> Array:
        """Surveys are normal about the share and two biases, in angles, whose errors
        do not depend on the share; doses err together."""
        value = 0.0
        for group in self.surveys:
            left = []
            for one in group.anchors:
                of_dose = one.source * len(_DOSES) + one.antigen - _FIRST
                bias = shared["survey"][0, one.source]
                bias += shared["survey_dose"][0, of_dose]
                found, steep = angle(one.share)
                left.append(
                    (found - angle(self._share(one, expected) + bias)[0]) / steep
                )
            value += normal(1.0)(
                jax.scipy.linalg.solve_triangular(
                    group.errors, jnp.stack(left), lower=True
                )
            )
        return value

    def _recounts(self, expected: Expected) -> Array:
        value = 0.0
        for area, quarter, found, se in self.evidence.recounts:
            value += normal(se)(found - expected.over[area, quarter])
        return value

    def log_density(self, x: Array, weights: Weights | None = None) -> Array:
        """Log posterior density but for a constant: for given mixing weights, or of
        Student's noise, shocks and paths themselves."""
        own, shared = self.named(jnp.asarray(x))
        expected = self.expected(own, shared)
        return (
            self._doses(expected, weights)
            + self._targets(own, shared)
            + self._lots(expected)
            + self._surveys(expected, shared)
            + self._recounts(expected)
            + self.prior(own, shared, weights)
        )


_OWN_PRIORS: dict[str, Callable[[Scales], float]] = {
    "births": lambda s: s.births_area,
    "growth": lambda s: s.growth_area,
    "level": lambda s: s.level_area,
    "over": lambda s: s.over_area,
    "flow": lambda s: s.flow_area,
    "dtp3": lambda s: s.next_area,
    "mcv1": lambda s: s.next_area,
}


def normal(sd: float) -> Callable[[Array], Array]:
    """Log density of independent normals about 0, but for a constant."""
    return lambda values: -0.5 * ((values / sd) ** 2).sum()


def walk(sd: float) -> Callable[[Array], Array]:
    """Log density of random walks (places, steps), near 0 in the middle of the time."""

    def density(values: Array) -> Array:
        steps = values[:, 1:] - values[:, :-1]
        middle = values[:, values.shape[1] // 2]
        return normal(sd)(steps) + normal(_TIED * sd)(middle)

    return density


def times(share: Array, log: Array) -> Array:
    """A share times the factor of a log, below 1: what is short of full coverage, in a
    high power, is divided by the factor's."""
    short = jnp.expm1(-_POWER * jnp.log(share)) * jnp.exp(-_POWER * log)
    return jnp.minimum((1 + short) ** (-1 / _POWER), _MOST)


def angle(share: Array | float) -> tuple[Array, Array]:
    """Angle whose tangent is the root of the odds, and its slope, along which it goes
    on where a share is less than a hundredth from 0 or 1."""
    inner = jnp.clip(share, _LAST, 1 - _LAST)
    steep = 1 / jnp.sqrt(4 * inner * (1 - inner))
    return jnp.arctan(jnp.sqrt(inner / (1 - inner))) + steep * (share - inner), steep


def along(usual: Array, path: Array) -> Array:
    """A share that follows a path: times it downwards, the rest over it upwards."""
    falls, rises = jnp.minimum(path, 0.0), jnp.maximum(path, 0.0)
    odds = usual / (1 - usual)
    share = jnp.where(
        path < 0, usual * jnp.exp(falls), 1 - (1 - usual) * jnp.exp(-odds * rises)
    )
    return jnp.minimum(share, _MOST)
