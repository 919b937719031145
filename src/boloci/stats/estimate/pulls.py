"""How far each survey, round of lots and recount pulls the coverage of a place from
what doses, births and targets alone say of it; and the weight of what was believed.

Where all is linear and normal (`nearby` says what is taken so), let doses alone leave
the figures asked for with mean h and covariance C, and c their covariance with
coverage f. What was found, y, has the errors R. With G = C + R

    estimate of f - f by doses alone  =  sum over figures i of  (c / G)_i (y - h)_i

and a figure's pull is its term: what it found less what doses alone say, times its
weight. One that finds just that pulls nothing; pulls add up whatever their order.

No fit without them is needed for h. Doses see nothing of the shift apart from what they
say, nor of surveys' biases; given what doses say, these are told by the figures alone.
With A = R + the variance of these unknowns before any figure, and r the distance of y
from what doses are taken to say *in the estimate*, surveys considered,

    r  =  (A / G) (y - h),     so     y - h  =  A (A / G A + N) \\ r

N is the covariance of the error of r: draws are few, and where figures tell far more
than doses do, an error of theirs would grow. With N = 0 this is exact; with it y - h is
the mean of what is likely for such an r, nearer 0. The estimate less its surveys by a
Newton step, without A, was tried and is wrong (record 0021).

The weight of the prior is the variance of coverage by all that is known over that
before any figure: in such a model that much of a change of the belief of coverage is
left in the estimate. What is believed of over-reporting and births is not in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boloci.stats.estimate.asked import precision
from boloci.stats.estimate.evidence import Anchor, Array
from boloci.stats.estimate.layout import blocks
from boloci.stats.estimate.nation import Found, together
from boloci.stats.estimate.nearby import SURVEYS, Figures, Nearby

ALIKE = 6
"""Draws of a chain that are worth one: levels of coverage move slowly in it (the sum
of their autocorrelations, measured on simulated regions)."""


@dataclass(frozen=True)
class Pulled:
    """A place, by year.

    coverage        (years) at the mean of the draws, 0-1: pulls are on its tangent
    by_source       (years) change of coverage by kind and name of source
    prior_weight    (years) weight of what was believed of coverage beforehand, 0-1

    nan in years in which the place has no children.
    """

    coverage: Array
    by_source: dict[tuple[str, str], Array]
    prior_weight: Array


def pulls(
    parts: Sequence[Nearby],
    before: Array,
    *,
    country: Sequence[Anchor] = (),
    draws: float = np.inf,
) -> dict[int, Pulled]:
    """Pulls on every place of regions that were put together, or of one alone.

    before    (national, national) prior precision of what is national
    country   figures of surveys of the country alone, those that `nearby` was given
    draws     how many the estimate was made of; what moved them is as uncertain as that
    """
    known = _together(parts, before, country)
    away = _left(known, draws)
    places = dict.fromkeys(key for one in parts for key in one.places)
    return {key: _pulled(key, parts, known, away) for key in places}


@dataclass(frozen=True)
class _Together:
    """Regions' figures in one row, and what is national.

    national, believed    (national, national) covariance of what is national by doses
                          alone, and before any figure
    slopes                (figures, national)
    whole, unseen         (figures, figures) G and A of the module's text
    precision             (figures, figures) inverse of G
    sources               positions of the figures of each kind and name
    left                  (figures) r
    of_parts              (figures, figures of regions one after the other) what each
                          region's add up to: of the country's, each knows a part
    """

    national: Array
    believed: Array
    slopes: Array
    whole: Array
    unseen: Array
    precision: Array
    sources: dict[tuple[str, str], list[int]]
    left: Array
    of_parts: Array


def _together(
    parts: Sequence[Nearby], before: Array, country: Sequence[Anchor]
) -> _Together:
    nothing = np.zeros(len(before))
    told = [Found(nothing, one.national, np.zeros((0, len(before)))) for one in parts]
    _mean, national = together(told, before)
    believed = np.linalg.inv(before)
    figures = [one.figures for one in parts]
    of_parts = _of_parts(figures, len(country))
    slopes = of_parts @ np.concatenate([one.slopes for one in parts])
    biased = of_parts @ np.concatenate([one.nation for one in figures])
    error = blocks([*(one.error for one in figures), np.linalg.inv(precision(country))])
    spread = of_parts @ blocks([one.spread for one in parts]) @ of_parts.T
    spread += slopes @ national @ slopes.T
    unseen = of_parts @ blocks([one.unseen for one in figures]) @ of_parts.T
    unseen += biased @ believed @ biased.T
    named = [source for one in figures for source in one.sources]
    sources: dict[tuple[str, str], list[int]] = {}
    for number, source in enumerate([*named, *((SURVEYS, a.name) for a in country)]):
        sources.setdefault(source, []).append(number)
    return _Together(
        national,
        believed,
        slopes,
        error + spread,
        error + unseen,
        np.linalg.inv(error + spread),
        sources,
        np.concatenate([*(one.left for one in figures), _away(figures, country)]),
        of_parts,
    )


def _of_parts(figures: Sequence[Figures], country: int) -> Array:
    """See `_Together.of_parts`."""
    own = [len(one.left) for one in figures]
    children = np.array([one.children for one in figures]).sum(0)
    result = np.zeros((sum(own) + country, sum(own) + country * len(own)))
    row = column = 0
    for many in own:
        result[row : row + many, column : column + many] = np.eye(many)
        row, column = row + many, column + many
        result[sum(own) :, column : column + country] = np.diag(1 / children)
        column += country
    return result


def _away(figures: Sequence[Figures], country: Sequence[Anchor]) -> Array:
    """(figures of the country) r: what was found less what doses have."""
    reached, children = (
        np.sum([getattr(one, name) for one in figures], 0)
        for name in ("reached", "children")
    )
    return np.array([one.share for one in country]) - reached / children


def _left(known: _Together, draws: float) -> Array:
    """(figures) what was found less what doses alone say of it: y - h."""
    if not len(known.left):
        return known.left
    by_whole = known.precision @ known.unseen
    noise = (known.whole - known.unseen) @ by_whole * (ALIKE / draws)
    seen = known.unseen @ by_whole + (noise + noise.T) / 2
    result: Array = known.unseen @ np.linalg.solve(seen, known.left)
    return result


def _pulled(key: int, parts: Sequence[Nearby], known: _Together, away: Array) -> Pulled:
    here = [(one.shares, one.places.index(key)) for one in parts if key in one.places]
    nation = sum(shares.nation[at] for shares, at in here)
    believed = sum(shares.before_nation[at] for shares, at in here)
    alone = sum(shares.alone[at] for shares, at in here)
    before = sum(shares.before[at] for shares, at in here)
    tied = np.concatenate([_tied(one, key) for one in parts], 1) @ known.of_parts.T
    tied = tied + nation @ known.national @ known.slopes.T
    gain = tied @ known.precision
    after = alone + _of(nation, known.national) - (gain * tied).sum(1)
    weight = _over(after, before + _of(believed, known.believed))
    children = sum(shares.children[at] for shares, at in here)
    reached = sum(shares.reached[at] for shares, at in here)
    moved = _over(gain * away, children[:, None])
    by_source = {one: moved[:, of].sum(1) for one, of in known.sources.items()}
    return Pulled(_over(reached, children), by_source, weight)


def _tied(one: Nearby, key: int) -> Array:
    """(years, figures) how a place goes with the figures of a region."""
    if key in one.places:
        return one.shares.figures[one.places.index(key)]
    years = one.shares.children.shape[1]
    return np.zeros((years, len(one.spread)))


def _over(some: Array, whole: Array) -> Array:
    """One by the other; nan where there is nobody."""
    result = np.full(some.shape, np.nan)
    np.divide(some, whole, out=result, where=np.broadcast_to(whole > 0, some.shape))
    return result


def _of(slopes: Array, covariance: Array) -> Array:
    """(rows) variance of what moves so with unknowns of this covariance."""
    result: Array = ((slopes @ covariance) * slopes).sum(-1)
    return result
