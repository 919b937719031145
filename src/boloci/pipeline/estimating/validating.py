"""Surveys and lots left out one by one, and what all else says of each of them.

Regions are fitted to doses, births and targets alone, and kept like those of an
estimate; lots and surveys are then added but for one at a time. Nothing is published.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from boloci.pipeline.bringing import quiet
from boloci.pipeline.estimating import fitting
from boloci.pipeline.estimating.estimate import SEED, asked_regions, read_published
from boloci.pipeline.estimating.fitting import Fitted
from boloci.pipeline.estimating.keeping import Chain
from boloci.pipeline.estimating.reading import Refusal
from boloci.problems import Refused, refuse
from boloci.sources.reading import Progress
from boloci.stats.estimate.evidence import ANTIGENS
from boloci.stats.estimate.left_out import LeftOut, left_out, unasked
from boloci.stats.estimate.model import Model
from boloci.workspace import Workspace

CHAIN = Chain(draws=100, warmup=50)


@dataclass(frozen=True)
class Row:
    """A survey's figure or a lot beside what all else says: percent."""

    region: str
    place: str
    """Name of the region, or of the district where it is of one."""
    source: str
    """Name of the survey or of the round of lots."""
    lot: bool
    indicator: str
    found: float
    expected: float
    lower: float
    upper: float
    """Interval in which 90 of 100 such figures lie if the model is right."""
    within: bool


@dataclass(frozen=True)
class Validation:
    """Every figure that was left out, and the regions of which none could be."""

    rows: tuple[Row, ...]
    refused: tuple[Refusal, ...]
    unasked: tuple[str, ...]
    """Regions with no survey and no lot: nothing could be left out."""
    seconds: float


def validate(
    workspace: Workspace,
    *,
    regions: Sequence[str] = (),
    seed: int = SEED,
    chain: Chain = CHAIN,
    progress: Progress = quiet,
) -> Validation:
    """Leave out each lot, and each survey whole, on the published figures.

    Arguments as for `estimate`. Raises `Refused`: nothing published, nothing to
    estimate, unknown region, no survey and no lot anywhere.
    """
    started = time.monotonic()
    read = read_published(workspace)
    asked = asked_regions(read.country, regions)
    told = [one for one in asked if one.evidence.joint_anchors]
    if not told:
        raise refuse("nothing_to_leave_out")
    bases = [replace(one, evidence=unasked(one.evidence)) for one in told]
    fits = fitting.fit(
        workspace.lake, bases, bases, seed=seed, chain=chain, progress=progress
    )
    whole = {one.place_id: one for one in told}
    rows = [
        row
        for one in fits.fitted
        for row in _rows(replace(one, region=whole[one.region.place_id]), read.names)
    ]
    if not rows:
        raise Refused(*(one.problem for one in fits.refused))
    return Validation(
        tuple(rows),
        fits.refused,
        tuple(one.name for one in asked if not one.evidence.joint_anchors),
        time.monotonic() - started,
    )


def _rows(one: Fitted, names: dict[str, str]) -> Iterator[Row]:
    region = one.region
    model = Model(region.evidence, one.model.scales)
    districts = list(dict.fromkeys(area.district_id for area in region.areas))
    for each in left_out(model, one.drawn.x):
        place = region.name
        if len(each.districts) == 1 and len(districts) > 1:
            place = names[districts[each.districts[0]]]
        yield _row(region.name, place, each)


def _row(region: str, place: str, one: LeftOut) -> Row:
    lower, upper = one.interval
    return Row(
        region=region,
        place=place,
        source=one.name,
        lot=one.lot,
        indicator=f"{ANTIGENS[one.antigen].lower()}_coverage",
        found=100 * one.found,
        expected=100 * one.expected,
        lower=100 * lower,
        upper=100 * upper,
        within=one.within,
    )
