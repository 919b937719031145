"""A region near its estimate as a linear, normal model: doses on one side, and what was
found by asking or counting again on the other.

`Nearby` holds all that `pulls` needs to put regions together: how uncertain doses,
births and targets alone leave each survey's figure, lot, recount and the coverage of
each place, and how these go together. Linear is: the share that a survey or lot asks
for and the coverage of a place move with the unknowns as they do at the mean of the
draws, and children count as they do there. The curvature is that of `whitening`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from boloci.stats.estimate.evidence import Anchor, Array
from boloci.stats.estimate.layout import APART, LEVEL, OWN, PATH, blocks
from boloci.stats.estimate.left_out import unasked
from boloci.stats.estimate.model import JOINED, OWN_PATH, Cells, Model
from boloci.stats.estimate.sampling import even, expected
from boloci.stats.estimate.whitening import (
    Whitening,
    anchor_slopes,
    coupling,
    recount_slopes,
    share_slopes,
    whiten,
)

SURVEYS, LOTS, RECOUNTS = KINDS = ("surveys", "lots", "recounts")
"""Kinds of sources beside doses, births and targets."""
UNSEEN = (
    *("apart_nation", "apart_walk", "apart_region", "apart_walk_region"),
    *("apart_district", "apart_walk_district", "survey", "survey_dose"),
)
"""Unknowns of which doses say nothing: how far coverage lies apart from what doses say
of it, and the biases of surveys. Without anchors they are as believed beforehand."""
_MOVES = (LEVEL, PATH, APART)
_OWN_LEVEL = OWN.index("level")


@dataclass(frozen=True)
class Figures:
    """Surveys' figures, lots and recounts of a region.

    sources     kind and name of each; a recount has no name
    left        (figures) what was found, less what doses are taken to say of the same,
                by the estimate: without the shift and the biases of `UNSEEN`
    error       (figures, figures) covariance of what was found about what is true
    unseen      (figures, figures) covariance, before any figure, of what `UNSEEN` adds
                to them in the region; `nation` (figures, national): of the national
    reached, children    (figures of the country) what the region adds to what a survey
                of the country alone asks for: children who had the dose as doses have
                it, and all

    Of such figures the region knows a part. They come after its own, in children, in
    `unseen`, `nation` and wherever figures are counted but in what was found.
    """

    sources: tuple[tuple[str, str], ...]
    left: Array
    error: Array
    unseen: Array
    nation: Array
    reached: Array
    children: Array


@dataclass(frozen=True)
class Shares:
    """Children who had DTP1, of places in years; (places, years) first in each.

    `reached`, divided by `children`, is coverage. `alone` and `before` are the variance
    of `reached` by doses alone and before any figure, given what is national; `nation`
    and `before_nation` (places, years, national): how it moves with that; `figures`
    (places, years, figures): how it goes together with the figures.
    """

    children: Array
    reached: Array
    alone: Array
    before: Array
    nation: Array
    before_nation: Array
    figures: Array


@dataclass(frozen=True)
class Nearby:
    """One region: by doses, births and targets alone, and what else was found.

    national    (national, national) covariance of what is national, by doses alone
    spread      (figures, figures) of what figures ask for, given what is national;
                `slopes` (figures, national): how that moves with what is national
    places      keys of the places of `shares`
    """

    figures: Figures
    national: Array
    spread: Array
    slopes: Array
    places: tuple[int, ...]
    shares: Shares


def nearby(
    model: Model,
    draws: Array,
    places: Mapping[int, Array],
    periods: Array,
    country: Sequence[Anchor] = (),
) -> Nearby:
    """A region near the mean of its draws.

    draws      (draws, unknowns) of the model of all evidence
    places     (areas, quarters) of bool by key: the areas that each has
    periods    (years, quarters) of bool
    country    figures of surveys that tell the country alone
    """
    x = draws.mean(0, dtype=float)
    cells = model.cells(x)
    figures, slopes = _figures(model, draws, cells, country)
    alone = Model(unasked(model.evidence), model.scales)
    white = whiten(alone, x, expected(alone, x, even(alone)))
    own, shared = _white_figures(white, slopes)
    national = white.shared_root[:, model.layout.national].T
    covariance = national @ national.T
    regress = np.linalg.solve(covariance, national)
    slopes = shared @ regress.T
    tied = slopes @ covariance @ slopes.T
    spread = np.einsum("arw,asw->rs", own, own) + shared @ shared.T - tied
    shares = _shares(white, cells, places, periods, (own, shared), (national, regress))
    return Nearby(figures, covariance, spread, slopes, tuple(places), shares)


def _figures(
    model: Model, draws: Array, cells: Cells, country: Sequence[Anchor]
) -> tuple[Figures, Array]:
    """What was found, and (figures, unknowns) how what it asks for moves."""
    size = draws.shape[1]
    rows, left, errors = [np.zeros((0, size))], [np.zeros(0)], [np.zeros((0, 0))]
    sources: list[tuple[str, str]] = []
    if model.anchors:
        slopes, precision = anchor_slopes(model, cells)
        rows.append(slopes)
        left.append(model.anchor_share - _by_doses(model, draws))
        errors.append(np.linalg.inv(precision))
        kinds = np.where(model.anchor_is_lot, LOTS, SURVEYS).tolist()
        sources += zip(kinds, (one.name for one in model.anchors), strict=True)
    if model.evidence.recounts:
        slopes, error = recount_slopes(model)
        found = np.array([one for _a, _q, one, _se in model.evidence.recounts])
        rows.append(slopes)
        left.append(found - model.scales.over - slopes @ draws.mean(0, dtype=float))
        errors.append(np.diag(error**2))
        sources += [(RECOUNTS, "")] * len(found)
    part, reached, children = _of_country(model, draws, cells, country)
    every = np.concatenate([*rows, part])
    cut = model.evidence.areas * model.layout.own
    unseen, nation = _unseen(model, every[:, cut:])
    left_of_all, error = np.concatenate(left), blocks(errors)
    told = (tuple(sources), left_of_all, error, unseen, nation, reached, children)
    return Figures(*told), every


def _of_country(
    model: Model, draws: Array, cells: Cells, country: Sequence[Anchor]
) -> tuple[Array, Array, Array]:
    """(figures, unknowns) how what the region adds to figures of the country moves;
    see `Figures.reached` and `Figures.children`."""
    e, size = model.evidence, len(country)
    if not size:
        none = np.zeros(0)
        return np.zeros((0, draws.shape[1])), none, none
    dose = [JOINED.index(one.antigen) for one in country]
    weights = np.stack([one.weights for one in country])
    slopes = share_slopes(model, cells, model.asked_for(country), np.ones(size))
    children = weights @ cells.children.sum(0)
    for at in e.areas * model.layout.own + model.biases(country):
        slopes[np.arange(size), at] += children
    reached = np.zeros(size)
    for x in draws:
        each = model.cells(x.astype(float))
        by_dose = (each.chance * each.children).sum(1)[dose]
        reached += (by_dose * weights).sum(1) / len(draws)
    return slopes, reached, children


def _by_doses(model: Model, draws: Array) -> Array:
    """(anchors) what each asks for, as doses have it: mean over the draws, as at the
    mean of the unknowns coverage is higher than its mean."""
    total = np.zeros(len(model.anchors))
    for x in draws:
        cells = model.cells(x.astype(float))
        total += model.anchored(replace(cells, true=cells.chance))[0]
    return total / len(draws)


def _unseen(model: Model, shared: Array) -> tuple[Array, Array]:
    """See `Figures.unseen` and `Figures.nation`; `shared` (figures, shared)."""
    layout = model.layout
    terms = [layout.terms[name] for name in UNSEEN if name in layout.terms]
    at = np.concatenate([np.arange(term.first, term.last) for term in terms])
    of_unseen = np.zeros_like(shared)
    of_unseen[:, at] = shared[:, at]
    nation: Array = of_unseen[:, layout.national]
    region = np.setdiff1d(at, layout.national)
    before = np.linalg.inv(layout.prior[np.ix_(region, region)])
    return of_unseen[:, region] @ before @ of_unseen[:, region].T, nation


def _white_figures(white: Whitening, slopes: Array) -> tuple[Array, Array]:
    """Figures in white coordinates: (areas, figures, own) and (figures, shared)."""
    model = white.model
    rows = [white.back(row) for row in slopes]
    every = np.array(rows).reshape(slopes.shape)
    cut = model.evidence.areas * model.layout.own
    own = every[:, :cut].reshape(len(slopes), model.evidence.areas, model.layout.own)
    return own.transpose(1, 0, 2), every[:, cut:]


def _shares(
    white: Whitening,
    cells: Cells,
    places: Mapping[int, Array],
    periods: Array,
    figures: tuple[Array, Array],
    national: tuple[Array, Array],
) -> Shares:
    """Area by area, as the arrow has it: an area's own unknowns go with no other's."""
    model = white.model
    layout, e = model.layout, model.evidence
    (of_own, of_shared), (nation, regress) = figures, national
    many = (len(places), len(periods))
    masks = np.zeros((len(places), e.areas, e.quarters), bool)
    for number, one in enumerate(places.values()):
        masks[number] = one
    weights = _by_input(cells)
    own_before = np.linalg.inv(layout.own_prior)
    children, reached, alone, before = (np.zeros(many) for _ in range(4))
    together = np.zeros((*many, len(of_shared)))
    left, slopes = (np.zeros((*many, layout.size)) for _ in range(2))
    curvature = white.curvature.matrices()
    for area in range(e.areas):
        some = np.flatnonzero(masks[:, area].any(1))
        of = masks[some, area][:, None] & periods
        children[some] += of @ cells.children[area]
        reached[some] += of @ (cells.true[0] * cells.children)[area]
        own, shared = _moves(model, area, weights[:, area], of)
        before[some] += ((own @ own_before) * own).sum(-1)
        slopes[some] += shared
        own = own @ white.roots[area].T
        alone[some] += (own**2).sum(-1)
        together[some] += own @ of_own[area].T
        left[some] += shared
        at = layout.of_district(e.district[area])
        tied = white.roots[area] @ coupling(model, curvature, area, at)
        left[np.ix_(some, np.arange(len(periods)), at)] -= own @ tied
    left = left @ white.shared_root.T
    of_nation = left @ regress.T
    tied_nation = ((of_nation @ (nation @ nation.T)) * of_nation).sum(-1)
    own_of_nation = of_shared @ regress.T @ (nation @ nation.T)
    cut = np.setdiff1d(np.arange(layout.size), layout.national)
    prior = np.linalg.inv(layout.prior[np.ix_(cut, cut)])
    return Shares(
        children,
        reached,
        alone + (left**2).sum(-1) - tied_nation,
        before + ((slopes[..., cut] @ prior) * slopes[..., cut]).sum(-1),
        of_nation,
        slopes[..., layout.national],
        together + left @ of_shared.T - of_nation @ own_of_nation.T,
    )


def _by_input(cells: Cells) -> Array:
    """(`_MOVES`, areas, quarters) how children who had DTP1 move with its inputs."""
    reached = cells.true[0] * cells.children
    with_level, with_path = cells.slopes
    by_doses, by_apart = cells.true_slopes
    by = (by_doses * with_level, by_doses * with_path, by_apart)
    return np.stack([reached * one for one in by])


def _moves(model: Model, area: int, by_input: Array, of: Array) -> tuple[Array, Array]:
    """How sums of an area's children (places, years) move with its own unknowns and
    with the shared.

    by_input    (`_MOVES`, quarters)
    of          (places, years, quarters) of bool: what is summed
    """
    some = by_input[:, None, None] * of
    own = np.zeros((*of.shape[:2], model.layout.own))
    own[..., _OWN_LEVEL] = some[0].sum(-1)
    own[..., OWN_PATH:] = some[1]
    moves = model.layout.shared[list(_MOVES), model.evidence.district[area]]
    shared = np.tensordot(some, moves, ((0, 3), (0, 1)))
    return own, shared
