"""How far each source pulls coverage from what doses alone say of it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from boloci.stats.estimate import nation
from boloci.stats.estimate.evidence import Anchor
from boloci.stats.estimate.layout import blocks
from boloci.stats.estimate.left_out import unasked
from boloci.stats.estimate.model import DOSES, Model
from boloci.stats.estimate.nearby import Figures, Nearby, Shares, nearby
from boloci.stats.estimate.pulls import Pulled, pulls
from boloci.stats.estimate.sampling import even, expected, sample
from boloci.stats.estimate.scales import Scales
from boloci.stats.estimate.whitening import (
    anchor_slopes,
    recount_slopes,
    share_slopes,
    whiten,
)
from tests.stats.simulated_region import DISTRICT, QUARTERS, empty, simulated

NATIONAL, OWN, UNSEEN = 3, 5, (2, 4, 6)
"""Of a tiny country in which all is linear and normal: unknowns of the nation, of each
of two regions, and which of a region's (the nation's first) doses say nothing of."""
SIZE = NATIONAL + OWN
FOUND = 3
"""Figures of each region: a survey, a lot, a recount."""
SOURCES = (("surveys", "EDS"), ("lots", "LQ"), ("recounts", ""))


@dataclass(frozen=True)
class Tiny:
    """Regions' looks at (nation, own): of doses, figures and a place; and what each
    found. All dense, so that the normal equations can be written out."""

    before: Any
    doses: Any
    figures: Any
    place: Any
    doses_found: Any
    found: Any
    error: Any


def _tiny(seed: int) -> Tiny:
    rng = np.random.default_rng(seed)
    doses = rng.normal(size=(2, 7, SIZE))
    doses[:, :, UNSEEN] = 0
    return Tiny(
        before=np.diag(rng.uniform(0.5, 2, SIZE)),
        doses=doses,
        figures=rng.normal(size=(2, FOUND, SIZE)),
        place=rng.normal(size=(2, SIZE)),
        doses_found=rng.normal(size=(2, 7)),
        found=rng.normal(size=(2, FOUND)),
        error=np.diag([0.3, 0.4, 0.5]),
    )


def _spread(rows: Any) -> Any:
    """Looks of two regions at (nation, own) as looks at (nation, first, second)."""
    one, two = rows
    return np.concatenate(
        [
            np.hstack([one, np.zeros((len(one), OWN))]),
            np.hstack(
                [two[:, :NATIONAL], np.zeros((len(two), OWN)), two[:, NATIONAL:]]
            ),
        ]
    )


@dataclass(frozen=True)
class Exact:
    """By the normal equations of all unknowns at once."""

    alone: Any
    mean: Any
    covariance_alone: Any
    covariance: Any
    prior: Any


def _exact(tiny: Tiny) -> Exact:
    own = tiny.before[NATIONAL:, NATIONAL:]
    none = np.zeros((NATIONAL, OWN))
    nothing = np.zeros((OWN, OWN))
    prior = np.block(
        [
            [tiny.before[:NATIONAL, :NATIONAL], none, none],
            [none.T, own, nothing],
            [none.T, nothing, own],
        ]
    )
    doses, figures = _spread(tiny.doses), _spread(tiny.figures)
    trust = np.linalg.inv(np.kron(np.eye(2), tiny.error))
    by_doses = prior + doses.T @ doses
    both = by_doses + figures.T @ trust @ figures
    told = doses.T @ tiny.doses_found.ravel()
    return Exact(
        np.linalg.solve(by_doses, told),
        np.linalg.solve(both, told + figures.T @ trust @ tiny.found.ravel()),
        np.linalg.inv(by_doses),
        np.linalg.inv(both),
        np.linalg.inv(prior),
    )


def _parts(tiny: Tiny, mean: Any = None) -> list[Nearby]:
    """What each region has to tell, as `nearby` would of such a region.

    mean    of the estimate, where it is of more than these figures
    """
    mean = _exact(tiny).mean if mean is None else mean
    many = tiny.figures.shape[1]
    parts = []
    for number in range(2):
        at = np.r_[:NATIONAL, NATIONAL + number * OWN + np.arange(OWN)]
        looks = tiny.doses[number]
        covariance = np.linalg.inv(tiny.before + looks.T @ looks)
        national = covariance[:NATIONAL, :NATIONAL]
        tied = np.linalg.solve(national, covariance[:NATIONAL, NATIONAL:]).T
        given = (
            covariance[NATIONAL:, NATIONAL:] - tied @ covariance[:NATIONAL, NATIONAL:]
        )
        rows, place = tiny.figures[number], tiny.place[number]
        seen = np.setdiff1d(np.arange(SIZE), UNSEEN)
        hidden = [one for one in UNSEEN if one >= NATIONAL]
        of_nation = np.zeros((many, NATIONAL))
        of_nation[:, UNSEEN[0]] = rows[:, UNSEEN[0]]
        prior = np.linalg.inv(tiny.before)
        figures = Figures(
            SOURCES,
            tiny.found[number] - rows[:, seen] @ mean[at][seen],
            tiny.error,
            rows[:, hidden] @ prior[np.ix_(hidden, hidden)] @ rows[:, hidden].T,
            of_nation,
            np.zeros(0),
            np.zeros(0),
        )
        own = place[NATIONAL:]
        shares = Shares(
            children=np.ones((1, 1)),
            reached=np.full((1, 1), 0.8),
            alone=np.array([[own @ given @ own]]),
            before=np.array([[own @ prior[NATIONAL:, NATIONAL:] @ own]]),
            nation=(place[:NATIONAL] + own @ tied)[None, None],
            before_nation=place[None, None, :NATIONAL],
            figures=(own @ given @ rows[:, NATIONAL:].T)[None, None],
        )
        spread = rows[:, NATIONAL:] @ given @ rows[:, NATIONAL:].T
        slopes = rows[:, :NATIONAL] + rows[:, NATIONAL:] @ tied
        parts.append(Nearby(figures, national, spread, slopes, (7,), shares))
    return parts


def _pulled(tiny: Tiny) -> Pulled:
    return pulls(_parts(tiny), tiny.before[:NATIONAL, :NATIONAL])[7]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pulls_are_those_of_the_normal_equations(seed: int) -> None:
    tiny = _tiny(seed)
    exact, figures = _exact(tiny), _spread(tiny.figures)
    place = _spread(tiny.place[:, None]).sum(0) / 2  # two regions of as many children
    whole = figures @ exact.covariance_alone @ figures.T + np.kron(
        np.eye(2), tiny.error
    )
    gain = np.linalg.solve(whole, figures @ exact.covariance_alone @ place)
    each = gain * (tiny.found.ravel() - figures @ exact.alone)
    told = _pulled(tiny)
    for number, source in enumerate(SOURCES):
        assert told.by_source[source] == pytest.approx(each[number::FOUND].sum())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pulls_add_up_to_the_estimate_less_what_doses_alone_say(seed: int) -> None:
    tiny = _tiny(seed)
    exact = _exact(tiny)
    place = _spread(tiny.place[:, None]).sum(0) / 2
    together = sum(_pulled(tiny).by_source.values())
    assert together == pytest.approx(place @ (exact.mean - exact.alone))


def test_the_weight_of_the_prior_is_how_much_of_a_change_of_it_is_kept() -> None:
    tiny = _tiny(4)
    exact = _exact(tiny)
    place = _spread(tiny.place[:, None]).sum(0) / 2
    # The prior mean of coverage moves by 1, and what goes with it goes with it.
    moved = exact.prior @ place / (place @ exact.prior @ place)
    kept = place @ exact.covariance @ np.linalg.solve(exact.prior, moved)
    assert _pulled(tiny).prior_weight == pytest.approx(kept)


def test_a_figure_that_finds_what_doses_alone_say_pulls_nothing() -> None:
    tiny = _tiny(5)
    found = (_spread(tiny.figures) @ _exact(tiny).alone).reshape(2, FOUND)
    found[:, 1:] = tiny.found[:, 1:]
    agreeing = _pulled(replace(tiny, found=found))
    assert agreeing.by_source[SOURCES[0]] == pytest.approx(0, abs=1e-9)
    assert abs(agreeing.by_source[SOURCES[1]]) > 1e-3
    assert abs(_pulled(tiny).by_source[SOURCES[0]]) > 1e-3


def test_a_figure_of_the_country_is_what_its_regions_add_up_to() -> None:
    tiny = _tiny(7)
    rng = np.random.default_rng(7)
    looks, children = rng.normal(size=(2, SIZE)), np.array([2.0, 6.0])
    whole = _spread((looks * children[:, None])[:, None]).sum(0) / children.sum()
    anchor = Anchor("MICS", 1, (), np.ones(1), 0.4, 0.3, source=0)
    exact = _exact(tiny)
    figures = np.vstack([_spread(tiny.figures), whole])
    error = blocks([tiny.error, tiny.error, np.array([[0.09]])])
    spread = figures @ exact.covariance_alone @ figures.T + error
    found = np.append(tiny.found.ravel(), anchor.share)
    away = found - figures @ exact.alone
    gain = exact.covariance_alone @ figures.T @ np.linalg.inv(spread)
    mean = exact.alone + gain @ away
    parts = [
        _with_country(part, tiny, number, looks[number] * children[number], mean)
        for number, part in enumerate(_parts(tiny, mean))
    ]
    parts = [
        replace(one, figures=replace(one.figures, children=np.array([many])))
        for one, many in zip(parts, children, strict=True)
    ]
    before = tiny.before[:NATIONAL, :NATIONAL]
    told = pulls(parts, before, country=[anchor])[7]
    place = _spread(tiny.place[:, None]).sum(0) / 2
    assert sum(told.by_source.values()) == pytest.approx(place @ (mean - exact.alone))
    own = (place @ gain)[-1] * away[-1]
    assert told.by_source["surveys", "MICS"] == pytest.approx(own)


def _with_country(one: Nearby, tiny: Tiny, number: int, look: Any, mean: Any) -> Nearby:
    """A region that also knows a part, in children, of a figure of the country."""
    whole = replace(
        tiny, figures=np.concatenate([tiny.figures, np.stack([look, look])[:, None]], 1)
    )
    wider = replace(whole, found=np.zeros((2, FOUND + 1)), error=np.eye(FOUND + 1))
    more = _parts(wider, mean)[number]
    at = np.r_[:NATIONAL, NATIONAL + number * OWN + np.arange(OWN)]
    seen = np.setdiff1d(np.arange(SIZE), UNSEEN)
    figures = replace(
        one.figures,
        unseen=more.figures.unseen,
        nation=more.figures.nation,
        reached=np.array([look[seen] @ mean[at][seen]]),
    )
    return replace(more, figures=figures)


def test_of_few_draws_less_is_said_to_have_moved_it() -> None:
    parts, before = _parts(_tiny(6)), _tiny(6).before[:NATIONAL, :NATIONAL]
    many, few, almost = (
        sum(abs(one) for one in pulls(parts, before, draws=n)[7].by_source.values())
        for n in (np.inf, 12, 1e9)
    )
    assert few < many
    assert almost == pytest.approx(many, rel=1e-6)


# -- a region, near its estimate

YEARS = np.repeat(np.eye(3, dtype=bool), 4, axis=1)


def _places() -> dict[int, Any]:
    """The region, its districts, and two areas one of which closes."""
    every = np.ones((len(DISTRICT), QUARTERS), bool)
    of_area = {20: every & (np.arange(len(DISTRICT)) == 3)[:, None]}
    of_area[21] = every & (np.arange(len(DISTRICT)) == 17)[:, None]
    of_area[21][:, 4:] = False
    districts = {10 + d: every & (d == DISTRICT)[:, None] for d in range(3)}
    return {1: every, **districts, **of_area}


_RECOUNTS = ((2, 5, 0.4, 0.06), (9, 6, 0.3, 0.06))


def _recounted() -> Model:
    return Model(replace(simulated(1).evidence, recounts=_RECOUNTS), Scales())


def test_a_region_is_told_as_its_white_coordinates_have_it() -> None:
    model = _recounted()
    x = simulated(1).x
    told = nearby(model, x[None], _places(), YEARS)
    cells = model.cells(x)
    alone = Model(unasked(model.evidence), model.scales)
    white = whiten(alone, x, expected(alone, x, even(alone)))
    top = np.zeros((DOSES, 3, QUARTERS))
    top[0, 1, 4:8] = 1
    here = DISTRICT == 1
    row = share_slopes(model, cells, top[None], np.ones(1))[0]
    asked = np.concatenate([anchor_slopes(model, cells)[0], recount_slopes(model)[0]])
    figures = np.stack([white.back(one) for one in asked])
    spread = told.spread + told.slopes @ told.national @ told.slopes.T
    assert spread == pytest.approx(figures @ figures.T)
    at = (told.places.index(11), 1)
    shares = told.shares
    assert shares.children[at] == pytest.approx(cells.children[here, 4:8].sum())
    there = (cells.true[0] * cells.children)[here, 4:8].sum()
    assert shares.reached[at] == pytest.approx(there)
    of_nation = shares.nation[at]
    both = shares.alone[at] + of_nation @ told.national @ of_nation
    assert both == pytest.approx((white.back(row) ** 2).sum())
    tied = shares.figures[at] + told.slopes @ told.national @ of_nation
    assert tied == pytest.approx(figures @ white.back(row))
    own, shared = model.split(row)
    before = (own @ np.linalg.inv(model.layout.own_prior) * own).sum()
    before += shared @ np.linalg.solve(model.layout.prior, shared)
    prior = np.linalg.inv(nation.prior(model))
    national = shares.before_nation[at]
    assert shares.before[at] + national @ prior @ national == pytest.approx(before)


def test_a_place_has_children_only_while_it_is_open() -> None:
    model = _recounted()
    told = nearby(model, simulated(1).x[None], _places(), YEARS)
    closed = told.shares.children[told.places.index(21)]
    assert closed[0] > 0
    assert closed[1:].tolist() == [0, 0]
    found = pulls([told], nation.prior(model))[21]
    assert np.isfinite(found.prior_weight).tolist() == [True, False, False]


def _moved(model: Model, x: Any) -> dict[int, Pulled]:
    return pulls([nearby(model, x, _places(), YEARS)], nation.prior(model))


def test_recounts_of_more_doses_than_registers_hold_pull_coverage_down_then() -> None:
    """In the year of the recounts: over-reporting moves, and so does what it leaves."""
    model = _recounted()
    x = simulated(1).x[None]
    less = replace(
        model.evidence, recounts=tuple((a, q, 0.0, e) for a, q, _f, e in _RECOUNTS)
    )
    up, down = (
        _moved(one, x)[1].by_source["recounts", ""]
        for one in (Model(less, Scales()), model)
    )
    assert down[1] < up[1] - 0.01


def test_of_one_region_a_figure_of_the_country_pulls_as_one_of_the_region() -> None:
    made = simulated(1)
    anchor = made.evidence.anchors[0]
    its_own = Model(replace(made.evidence, anchors=(anchor,)), Scales())
    no_own = Model(replace(made.evidence, anchors=()), Scales())
    before, x = nation.prior(no_own), made.x[None]
    one = pulls([nearby(its_own, x, _places(), YEARS)], before)
    of_all = pulls(
        [nearby(no_own, x, _places(), YEARS, [anchor])], before, country=[anchor]
    )
    for place in (1, 10, 20):
        (pull,), (other,) = (found[place].by_source.values() for found in (one, of_all))
        # A region's survey errs as at the share estimated, the country's as that found.
        assert pull == pytest.approx(other, rel=1e-2)
        weight = one[place].prior_weight
        assert weight == pytest.approx(of_all[place].prior_weight, rel=1e-2)


def test_without_anchors_nothing_pulls_and_the_prior_weighs_more() -> None:
    made = simulated(1)
    asked = Model(made.evidence, Scales())
    unasked_model = Model(replace(made.evidence, anchors=()), Scales())
    x = made.x[None]
    alone, beside = _moved(unasked_model, x)[1], _moved(asked, x)[1]
    assert alone.by_source == {}
    assert (alone.prior_weight > 3 * beside.prior_weight).all()


def test_where_no_figure_is_known_the_prior_is_all() -> None:
    model = Model(empty(), Scales())
    size = model.evidence.areas * model.layout.own + model.layout.size
    found = _moved(model, np.zeros((1, size)))
    for place in (1, 10, 20):
        assert found[place].prior_weight == pytest.approx(np.ones(3))


@pytest.mark.parametrize(("seed", "upwards"), [(2, False), (1, True)])
def test_figures_pull_away_from_where_a_fit_to_doses_alone_stands(
    seed: int, upwards: bool
) -> None:
    evidence = simulated(seed).evidence
    models = [Model(one, Scales()) for one in (evidence, unasked(evidence))]
    fits = [
        sample(one, np.random.default_rng(1), draws=80, warmup=50).x.astype(float)
        for one in models
    ]
    estimate, alone = map(_coverage, models, fits)
    pulled = float(np.mean(sum(_moved(models[0], fits[0])[1].by_source.values())))
    assert (estimate > alone) is (pulled > 0) is upwards


def _coverage(model: Model, draws: Any) -> float:
    found = []
    for x in draws:
        cells = model.cells(x.astype(float))
        found.append((cells.true[0] * cells.children).sum() / cells.children.sum())
    return float(np.mean(found))
