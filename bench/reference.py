"""The fast fit of a region against the reference: bias, width, share of truth held.

usage: python -m bench.reference SHAPE[:SEED] REGION [--chains N] [--warmup N]
           [--draws N] [--seed N] [--json]
Both fits are of the same region alone, by the same model and evidence. The first table
tells whether the reference has settled and how far the fast fit is from it, for the
share that DTP1 is likely to reach; the second what each fit makes of the truth, with
the chance of who was reached in both. Takes 10 to 60 minutes of one core.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.estimate import DRAWS, WARMUP
from bench.estimate_countries import SHAPES, Country, named
from bench.measure import Line, python
from bench.national import NoYardstick

COUNTRY, REGION = "rich_no_sex:1", "Gamma"
"""46 areas, 22 quarters, two surveys and lots."""
Told = dict[str, Any]


def reference(data: Path, _areas: int | None = None) -> Iterator[Line]:
    """How far the fast fit of one region is from the reference."""
    from boloci.stats.estimate.reference import NeedsExtra, sampler

    try:
        sampler()
    except NeedsExtra as missing:
        raise NoYardstick(str(missing.__doc__)) from missing
    measured = python("bench.reference", COUNTRY, REGION, "--json")
    told = json.loads(measured.output.splitlines()[-1])
    found = told["district"]
    what = f"{COUNTRY} {REGION}, district-quarters"
    settled = f"{told['draws']} draws, {told['diverged']} diverged, {measured}"
    yield Line(f"{what}: R-hat of the reference", found["r_hat"], 1.01, detail=settled)
    least = found["effective"]
    yield Line(f"{what}: effective draws, least", least, 400, at_least=True)
    for level in ("district", "area"):
        found = told[level]
        what = f"{COUNTRY} {REGION}, {level}-quarters"
        bias, off = f"bias {found['bias']:.4f}", f"largest {found['largest']:.3f}"
        spread = found["spread"]
        yield Line(f"{what}: fast fit off", spread, 0.02, detail=f"{bias}, {off}")
        width = abs(found["width"] - 1)
        yield Line(f"{what}: fast intervals other than 1 by", width, 0.1)


BENCHES = {"reference": reference}


def measured(
    country: Country,
    region: str,
    *,
    chains: int,
    warmup: int,
    draws: int,
    seed: int = 1,
    progress: Callable[[float], None] = lambda _share: None,
) -> Told:
    """Both fits of a region, compared.

    Raises `ValueError` where there is no such region, and `NeedsExtra`.
    """
    import numpy as np

    from bench.estimate_regions import regions
    from boloci.stats.estimate.agreement import coverage, settling
    from boloci.stats.estimate.model import Model
    from boloci.stats.estimate.reference import fit, sampler
    from boloci.stats.estimate.sampling import sample
    from boloci.stats.estimate.scales import Scales

    sampler()
    known = {r.evidence.name: r for r in regions(country.seed, country.parameters)}
    if region not in known:
        raise ValueError(f"{region}: not one of {', '.join(known)}")
    one, scales = known[region], Scales()
    model = Model(one.evidence, scales)
    started = time.monotonic()
    fast = sample(model, np.random.default_rng(seed), draws=DRAWS, warmup=WARMUP)
    between = time.monotonic()
    slow = fit(
        one.evidence,
        scales,
        seed=seed,
        chains=chains,
        warmup=warmup,
        draws=draws,
        progress=progress,
    )
    ended = time.monotonic()
    pooled = slow.pooled()
    both = coverage(model, fast.x), coverage(model, pooled.x)
    truths = [_truth(one, model, fit, seed) for fit in (fast, pooled)]
    told: Told = {
        "areas": model.evidence.areas,
        "quarters": model.evidence.quarters,
        "unknowns": fast.x.shape[1],
        "seconds": {"fast": between - started, "reference": ended - between},
        "chains": chains,
        "warmup": warmup,
        "draws": chains * draws,
        "diverged": slow.diverged,
        "accepted": slow.accepted,
        "steps": slow.steps,
        "deepest": slow.deepest,
    }
    for number, level in enumerate(("area", "district")):
        ours, theirs = (shares[number] for shares in both)
        settled = settling(theirs.reshape(chains, draws, *theirs.shape[1:]))
        told[level] = _agreed(ours, theirs) | {
            "r_hat": float(settled.r_hat.max()),
            "effective": float(settled.effective.min()),
            "effective_median": float(np.median(settled.effective)),
            "fast_effective": float(np.median(settling(ours[None]).effective)),
            "truth": {
                "fast": truths[0][level],
                "reference": truths[1][level],
            },
        }
    return told


def _agreed(ours: Any, theirs: Any) -> dict[str, float]:
    import numpy as np

    from boloci.stats.estimate.agreement import compare

    found = compare(ours, theirs)
    return {
        "bias": float(found.bias.mean()),
        "spread": float(np.sqrt((found.bias**2).mean())),
        "largest": float(np.abs(found.bias).max()),
        "off": float(np.sqrt((found.off**2).mean())),
        "width": float(np.median(found.width)),
        "narrowest": float(np.quantile(found.width, 0.05)),
        "widest": float(np.quantile(found.width, 0.95)),
        "inside": float(found.inside.mean()),
    }


def _truth(one: Any, model: Any, drawn: Any, seed: int) -> dict[str, dict[str, float]]:
    """By level, error and share of truths held by the 90 % intervals of one fit."""
    import numpy as np

    from bench.estimate_scores import rmse, winkler, within
    from boloci.stats.estimate.realised import realised

    counted = realised(model, drawn, np.random.default_rng([seed, 1]))
    reached, due = (of[1] for of in counted)
    true_reached, true_due = (of[1].sum(-1) for of in (one.reached, one.due))
    result = {}
    for level in ("area", "district"):
        firsts = np.arange(len(true_due)) if level == "area" else model.first
        below = np.add.reduceat(true_due, firsts)
        truth = np.full(below.shape, np.nan)
        np.divide(np.add.reduceat(true_reached, firsts), below, truth, where=below > 0)
        share = np.add.reduceat(reached, firsts, 1)
        share = share / np.maximum(np.add.reduceat(due, firsts, 1), 1)
        low, high = np.quantile(share, [0.05, 0.95], axis=0)
        result[level] = {
            "rmse": rmse(share.mean(0), truth),
            "within": within(truth, low, high),
            "winkler": winkler(truth, low, high),
        }
    return result


def printed(told: Told) -> str:
    """Two tables, in Markdown."""
    took = told["seconds"]
    lines = [
        f"{told['areas']} areas, {told['quarters']} quarters, {told['unknowns']} "
        f"unknowns. Fast {took['fast']:.0f} s, reference {took['reference']:.0f} s: "
        f"{told['chains']} chains of {told['draws'] // told['chains']} after "
        f"{told['warmup']}, {told['steps']:.0f} steps a trajectory, "
        f"{told['deepest']:.1%} cut off, {told['diverged']} diverged, "
        f"{told['accepted']:.2f} accepted.",
        "",
        "| | R-hat, largest | effective draws, least (median) | fast: median | bias | "
        "root mean square | largest | in reference sd | width over reference (5-95 %) "
        "| in its interval |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for level in ("area", "district"):
        x = told[level]
        lines.append(
            f"| {level}-quarter | {x['r_hat']:.3f} | {x['effective']:.0f} "
            f"({x['effective_median']:.0f}) | {x['fast_effective']:.0f} | "
            f"{x['bias']:+.4f} | {x['spread']:.4f} | {x['largest']:.3f} | "
            f"{x['off']:.2f} | {x['width']:.2f} ({x['narrowest']:.2f}-"
            f"{x['widest']:.2f}) | {x['inside']:.1%} |"
        )
    lines += [
        "",
        "| against the truth | error, fast | reference | in 90 % interval, fast | "
        "reference | interval score, fast | reference |",
        "|---|---|---|---|---|---|---|",
    ]
    for level in ("area", "district"):
        fast, slow = (told[level]["truth"][fit] for fit in ("fast", "reference"))
        lines.append(
            f"| {level}-quarter | {fast['rmse']:.3f} | {slow['rmse']:.3f} | "
            f"{fast['within']:.1%} | {slow['within']:.1%} | "
            f"{fast['winkler']:.3f} | {slow['winkler']:.3f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    """Print how one region's fits compare."""
    from boloci.stats.estimate.reference import CHAINS, DRAWS, WARMUP, NeedsExtra

    parser = argparse.ArgumentParser(prog="python -m bench.reference")
    parser.add_argument("country", metavar="SHAPE[:SEED]", help=", ".join(SHAPES))
    parser.add_argument("region", metavar="REGION")
    parser.add_argument("--chains", type=int, default=CHAINS)
    parser.add_argument("--warmup", type=int, default=WARMUP)
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="figures for a machine")
    asked = parser.parse_args(arguments)
    try:
        country, *others = named(asked.country)
        if others:
            parser.error(f"{asked.country}: one country at a time")
        told = measured(
            country,
            asked.region,
            chains=asked.chains,
            warmup=asked.warmup,
            draws=asked.draws,
            seed=asked.seed,
            progress=_Told(),
        )
    except ValueError as wrong:
        parser.error(str(wrong))
    except NeedsExtra as missing:
        sys.exit(str(missing.__doc__))
    print(json.dumps(told) if asked.json else printed(told))


class _Told:
    """Says on stderr how far the reference is, at every twentieth."""

    def __init__(self) -> None:
        self.last, self.started = 0, time.monotonic()

    def __call__(self, done: float) -> None:
        if int(20 * done) > self.last:
            self.last = int(20 * done)
            took = time.monotonic() - self.started
            print(f"{done:.0%} after {took:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
