"""How far the estimate of a region is from the reference: read, fit twice, compare.

Nothing is published. Draws of the fast fit are taken from the lake, or kept there.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boloci.lake import disk
from boloci.pipeline.bringing import quiet
from boloci.pipeline.estimating import fitting
from boloci.pipeline.estimating.estimate import (
    CHAIN,
    SEED,
    asked_regions,
    read_published,
)
from boloci.pipeline.estimating.keeping import Chain
from boloci.problems import Refused, refuse
from boloci.sources.reading import Progress
from boloci.stats.estimate import agreement
from boloci.stats.estimate import reference as longer
from boloci.stats.estimate.evidence import Array
from boloci.workspace import Workspace

CHAINS, LONG = longer.CHAINS, Chain(draws=longer.DRAWS, warmup=longer.WARMUP)
FAST = 0.05
"""How far the comparison is when the fast fit is there."""


@dataclass(frozen=True)
class Beside:
    """The fast fit beside the reference, over the quarters of all places of a level.

    Of the share (0-1) that DTP1 is likely to reach.
    """

    level: str
    bias: float
    """Mean of the fast fit less the reference, on average."""
    off: float
    """Root mean square of the same."""
    width: float
    """Median width of the fast fit's 90 % intervals over the reference's."""
    inside: float
    """Share of places and quarters of which the fast fit's mean is in the reference's
    90 % interval."""
    r_hat: float
    """The largest of the reference."""
    effective: float
    """Effective draws of the reference, the least."""
    settled: bool


@dataclass(frozen=True)
class ReferenceReport:
    """How the two fits of a region compare, and how the reference was made."""

    region: str
    levels: tuple[Beside, ...]
    chains: int
    long: Chain
    diverged: int
    """Trajectories in which the energy ran away."""
    seconds: float

    @property
    def converged(self) -> bool:
        """Whether the reference can be relied on."""
        return not self.diverged and all(one.settled for one in self.levels)


def reference(
    workspace: Workspace,
    *,
    regions: Sequence[str],
    seed: int = SEED,
    chain: Chain = CHAIN,
    chains: int = CHAINS,
    long: Chain = LONG,
    progress: Progress = quiet,
) -> ReferenceReport:
    """Fit a region by the reference, and compare the fast fit with it.

    regions        name or id of exactly one region
    chain          length of the fast fit, as `estimate` has it
    chains, long   how many chains of the reference, and their length: even draws

    Raises `Refused`: not one region, the extra `boloci[estimate]` is not installed,
    nothing published, region unknown or not to be estimated, disk full.
    """
    started = time.monotonic()
    if len(regions) != 1:
        raise refuse("reference_needs_one_region", count=len(regions))
    try:
        longer.sampler()
    except longer.NeedsExtra as missing:
        raise refuse("reference_needs_extra") from missing
    (region,) = asked_regions(read_published(workspace).country, regions)
    with disk.disk_full_in_words(workspace.lake):
        fits = fitting.fit(
            workspace.lake,
            [region],
            [region],
            seed=seed,
            chain=chain,
            progress=lambda name, share: progress(name, FAST * share),
        )
    if fits.refused:
        raise Refused(*(one.problem for one in fits.refused))
    (fast,) = fits.fitted
    found = longer.fit(
        region.evidence,
        fast.model.scales,
        seed=seed,
        chains=chains,
        warmup=long.warmup,
        draws=long.draws,
        progress=lambda share: progress(region.name, FAST + (1 - FAST) * share),
    )
    ours = agreement.coverage(fast.model, fast.drawn.x)
    theirs = agreement.coverage(fast.model, found.pooled().x)
    levels = ("area", "district")
    return ReferenceReport(
        region.name,
        tuple(
            _beside(level, one, two, chains)
            for level, one, two in zip(levels, ours, theirs, strict=True)
        ),
        chains,
        long,
        found.diverged,
        time.monotonic() - started,
    )


def _beside(level: str, ours: Array, theirs: Array, chains: int) -> Beside:
    """ours, theirs (draws, places, quarters)."""
    found = agreement.compare(ours, theirs)
    by_chain = theirs.reshape(chains, -1, *theirs.shape[1:])
    # Place by place: the spectra of all at once take gigabytes.
    settled = [
        agreement.settling(by_chain[:, :, [place]]) for place in range(ours.shape[1])
    ]
    return Beside(
        level,
        float(found.bias.mean()),
        float(np.sqrt((found.bias**2).mean())),
        float(np.median(found.width)),
        float(found.inside.mean()),
        float(max(one.r_hat.max() for one in settled)),
        float(min(one.effective.min() for one in settled)),
        all(one.settled for one in settled),
    )
