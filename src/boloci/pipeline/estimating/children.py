"""From draws of unknowns to children of places: due, reached, girls, doses, targets.

Everything here is a sum over areas and quarters, draw by draw, so that places and
periods add up and intervals of sums are right.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from boloci.pipeline.estimating import by_sex
from boloci.pipeline.estimating.fitting import Fitted, generator
from boloci.stats.estimate import asked_of_all, bcg, gap, nation, sums_of_draws
from boloci.stats.estimate.evidence import ANTIGENS, Anchor, Array
from boloci.stats.estimate.layout import OVER
from boloci.stats.estimate.model import Cells
from boloci.stats.estimate.realised import realised

SUMS = (
    *("bcg", "dtp1", "dtp3", "mcv1", "due_bcg", "due"),
    *("girls", "girls_due", "given", "counted", "target", "targeted"),
    *("kept", "kept_due", "by_doses"),
)
"""What is summed: children reached by dose; due for BCG and for the others; girls
reached by DTP1 and due; doses of DTP1 given in the place, and what reports make of
them; the official target and children due where there is one; children reached and
due for DTP1 if births x coverage is kept (`_kept`); those whom DTP1 would have reached
if doses were right: without the shift that surveys and lots force."""
NOBODY = 0.01
"""Children a year below which an area has none of its own: its number is not known,
or it is a second entry of another area."""
UNTOLD = 0.1
"""A sum is refused where places that cannot be told have more of its children."""
_USUAL = (0.02, 0.98)
_FEW = 32


@dataclass(frozen=True)
class Alone:
    """A region in each draw: its unknowns, the gap, and its unknowns before the nation
    moved them (the same where it was not put together)."""

    fitted: Fitted
    x: Array
    own: Array
    gap: Array
    """(draws, areas, years)"""
    asked: tuple[Anchor, ...] = ()
    """What surveys found of the whole country, taken when it was put together."""

    @property
    def shock(self) -> Array:
        """What the doses of a quarter share."""
        return self.fitted.drawn.shock


@dataclass(frozen=True)
class Told:
    """Sums of a region's areas by place: `SUMS` x draws x quarters, by key of place.

    children    what is known of the areas that are summed: children a year, by what
                they can be told of; see `told_of`
    """

    sums: Mapping[int, Array]
    children: Mapping[int, Mapping[str, float]]


def together(
    fitted: Sequence[Fitted],
    *,
    seed: int,
    whole: bool,
    asked: Sequence[Anchor] = (),
) -> list[Alone]:
    """Draws of regions; where they are the whole country, draw n of all is of one.

    asked    what surveys found of the country alone: left out where it is not whole
    """
    parts = [
        gap.gaps(
            one.region.sexes,
            _usual(one, generator(seed, one.region.place_id, "bcg")),
            gap.GapScales(),
            draws=len(one.drawn.x),
            rng=generator(seed, one.region.place_id, "gap"),
        )
        for one in fitted
    ]
    own = [one.drawn.x.astype(float) for one in fitted]
    asked = tuple(asked) if whole else ()
    if not whole or (len(fitted) < 2 and not asked):
        found = zip(fitted, own, own, (part.logits for part in parts), strict=True)
        return [Alone(*each) for each in found]
    country = nation.settled(
        [nation.Part(one.model, one.drawn.x, one.drawn.found) for one in fitted],
        generator(seed, "nation"),
    )
    moved = list(country.x)
    if asked:
        rng = generator(seed, "country asked")
        moved = asked_of_all.told(
            [
                nation.Part(one.model, x, one.drawn.found)
                for one, x in zip(fitted, moved, strict=True)
            ],
            asked,
            country.covariance,
            rng,
        )
    logits = gap.together(parts, gap.GapScales(), generator(seed, "gap"))
    each = zip(fitted, moved, own, logits, strict=True)
    return [Alone(*one, asked=asked) for one in each]


def _usual(one: Fitted, rng: np.random.Generator) -> Array:
    """Coverage (antigens, areas, years) at the mean of a region's draws."""
    x = one.drawn.x.mean(0, dtype=float)
    true = one.model.cells(x).true
    ratio = bcg.ratios(one.model, np.tile(x, (_FEW, 1)), rng).mean(0)
    every = np.concatenate([true[:1] * np.exp(ratio), true])
    year = one.model.evidence.year
    count = np.bincount(year)
    share = np.zeros((*every.shape[:2], len(count)))
    for quarter, at in enumerate(year):
        share[:, :, at] += every[:, :, quarter] / count[at]
    return np.clip(share, *_USUAL)


def told(one: Alone, *, seed: int) -> Told:
    """Sums of one region's areas, for every place that has some of them."""
    region, model = one.fitted.region, one.fitted.model
    stacked = _stacked(one, generator(seed, region.place_id, "children"))
    known = told_of(one.fitted, one.asked)
    births = model.evidence.births[:, model.evidence.year] / 4
    births = np.where(births * 4 > NOBODY, births, 0.0)
    sums, children = {}, {}
    for place, of in region.belonging.items():
        sums[place] = sums_of_draws.summed(stacked, of)
        number = float((births * of).sum())
        children[place] = {name: number * yes for name, yes in known.items()}
    return Told(sums, children)


def told_of(one: Fitted, of_country: Sequence[Anchor] = ()) -> dict[str, bool]:
    """What can be told of a region: its children, the level of coverage, each dose,
    girls and boys apart, official targets beside births.

    of_country    what surveys found of the whole country
    """
    evidence = one.model.evidence
    asked = {anchor.antigen for anchor in (*evidence.anchors, *of_country)}
    known = {
        code.lower(): number in evidence.counted or number in asked
        for number, code in enumerate(ANTIGENS)
    }
    return {
        "children": True,
        "level": bool(one.model.anchors or of_country),
        "sexes": by_sex.tells(one.region.sexes),
        "target": one.region.gridded and bool(np.isfinite(evidence.targets).any()),
        **known,
    }


def _stacked(one: Alone, rng: np.random.Generator) -> Array:
    """(sums, draws, areas, quarters)"""
    model = one.fitted.model
    reached, due = realised(model, _Moved(one.x, one.shock), rng)
    found = np.zeros((len(SUMS), *due.shape[1:]), np.float32)
    of = dict(zip(SUMS, found, strict=True))
    found[: len(ANTIGENS)], of["due_bcg"][:], of["due"][:] = reached, due[0], due[1]
    of["girls"][:], of["girls_due"][:] = _girls(one, reached[1], due[1], rng)
    for number, (x, alone) in enumerate(zip(one.x, one.own, strict=True)):
        inputs, own = model.inputs(x), model.split(x)[0]
        cells = model.cells_of(inputs, own)
        before = cells if one.x is one.own else model.cells(alone)
        kept = _kept(before, cells)
        reports = model.given(cells, model.reached(cells))[0] * np.exp(inputs[OVER])
        of["given"][number] = model.given(cells, cells.true * cells.children)[0]
        of["counted"][number] = reports
        of["kept"][number] = of["dtp1"][number] * kept
        of["kept_due"][number] = of["due"][number] * kept
        of["by_doses"][number] = cells.chance[0] * cells.children
    target = model.evidence.targets[:, model.evidence.year] / 4
    of["target"][:] = np.nan_to_num(target)
    of["targeted"][:] = of["due"] * np.isfinite(target)
    return found


@dataclass(frozen=True)
class _Moved:
    """Draws as `realised` reads them."""

    x: Array
    shock: Array


def _girls(
    one: Alone, reached: Array, due: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Girls reached by DTP1 and girls due, at the coverage of the year of each area: a
    quarter's few children would make the gap of chance."""
    year = one.fitted.model.evidence.year
    of_year = sums_of_draws.whole(
        [np.flatnonzero(year == at).tolist() for at in range(year.max() + 1)], len(year)
    )
    below = np.maximum(sums_of_draws.by_period(due, of_year), 1)
    share = np.clip(sums_of_draws.by_period(reached, of_year) / below, 1e-3, 1 - 1e-3)
    girls = 1 / (1 + gap.GapScales().boys)
    return gap.girls_among(
        reached, due, share[..., year], one.gap[..., year], rng, girls=girls
    )


def _kept(alone: Cells, cells: Cells) -> Array:
    """(quarters) what children are multiplied by if births x coverage is kept.

    Surveys and lots move coverage away from what doses say, and so does the nation.
    The facts take that as coverage and keep births. But doses tell births x coverage
    far better than either; so beside the facts stands what comes out if the children
    whom a region's own doses say it reached stay, coverage is as estimated, and births
    are what is needed for both.

    alone    as the region alone has it, before the nation moved it
    """
    told = (alone.chance[0] * alone.children).sum(0)
    result: Array = told / (cells.true[0] * cells.children).sum(0)
    return result


@dataclass
class Summed:
    """Sums over all regions, of places that lie in several too."""

    sums: dict[int, Array]
    children: dict[int, dict[str, float]]

    def add(self, told: Told) -> None:
        """Take a region's."""
        for place, own in told.sums.items():
            if place in self.sums:
                self.sums[place] = self.sums[place] + own
            else:
                self.sums[place] = own
            known = self.children.setdefault(place, {})
            for name, number in told.children[place].items():
                known[name] = known.get(name, 0.0) + number


def waiting(regions: Sequence[Fitted]) -> Iterator[frozenset[int]]:
    """After each region, the places whose last areas it holds: they can be told, and
    need not be kept in memory."""
    last: dict[int, int] = {}
    for number, one in enumerate(regions):
        last |= dict.fromkeys(one.region.belonging, number)
    for number in range(len(regions)):
        yield frozenset(place for place, at in last.items() if at == number)
